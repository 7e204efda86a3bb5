/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.nifireplay.crypto.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.DamagedDataException;
import io.nifireplay.crypto.EpochEndedException;
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.UnsupportedVersionException;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.UnknownKeyException;
import io.nifireplay.crypto.testing.Keys;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SealedRecordsTest {
    private static final String PURPOSE = "test";
    private static final Keyring KEYRING = Keys.keyring("key-1");
    private static final byte[] CONTEXT = {5, 1, 2, 3};

    private final RecordEpoch epoch = RecordEpoch.begin(KEYRING, PURPOSE, 7, new SecureRandom());
    private final RecordOpener opener = opener(epoch);

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void opensWhatWasSealed(
            @ForAll @Size(max = 3_000) byte[] plain,
            @ForAll @Size(max = 100) byte[] context,
            @ForAll @IntRange(max = 50) int before,
            @ForAll @IntRange(max = 50) int behind)
            throws IOException {
        byte[] sealed = epoch.sealer().seal(plain, context);
        assertThat(sealed).hasSize(plain.length + RecordSealer.OVERHEAD_BYTES);
        assertThat(opener.open(sealed, context)).isEqualTo(plain);

        byte[] padded = new byte[before + plain.length + behind];
        System.arraycopy(plain, 0, padded, before, plain.length);
        byte[] target = new byte[behind + sealed.length + before];
        int length = epoch.sealer().seal(padded, before, plain.length, context, target, behind);
        assertThat(length).isEqualTo(sealed.length);
        assertThat(opener.open(target, behind, length, context)).isEqualTo(plain);
        assertThat(RecordOpener.epochOf(target, behind, length)).isEqualTo(7);

        byte[] opened = new byte[padded.length];
        assertThat(opener.open(target, behind, length, context, opened, before)).isEqualTo(plain.length);
        assertThat(opened).isEqualTo(padded);
        assertThat(epoch.sealer().seal(padded, before, plain.length, context)).hasSameSizeAs(sealed);
    }

    @Test
    void findsEveryFlippedBitAndEveryCut() throws IOException {
        byte[] sealed = epoch.sealer().seal(Keys.bytes(40, 1), CONTEXT);
        for (int i = 0; i < sealed.length * 8; i++) {
            byte[] damaged = sealed.clone();
            damaged[i / 8] ^= (byte) (1 << i % 8);
            assertThatThrownBy(() -> opener.open(damaged, CONTEXT)).isInstanceOf(SealedDataException.class);
        }
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> opener.open(cut, CONTEXT)).isInstanceOf(DamagedDataException.class);
        }
        byte[] longer = Arrays.copyOf(sealed, sealed.length + 1);
        assertThatThrownBy(() -> opener.open(longer, CONTEXT)).isInstanceOf(DamagedDataException.class);
    }

    @Test
    void throwsNothingUndeclaredAtAnyBytes() throws IOException {
        Random random = new Random(3);
        byte[] sealed = epoch.sealer().seal(Keys.bytes(40, 1), CONTEXT);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = random.nextBoolean() ? sealed.clone() : new byte[random.nextInt(120)];
            for (int j = random.nextInt(8); j >= 0 && bytes.length > 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(opener.open(bytes, CONTEXT)).isEqualTo(Keys.bytes(40, 1));
                assertThat(bytes).isEqualTo(sealed);
            } catch (SealedDataException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void aRecordOpensInNoOtherPlace() throws IOException {
        byte[] sealed = epoch.sealer().seal(new byte[10], CONTEXT);
        assertThatThrownBy(() -> opener.open(sealed, new byte[] {5, 1, 2, 4}))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("another place");
        assertThatThrownBy(() -> opener.open(sealed, new byte[0])).isInstanceOf(DamagedDataException.class);
    }

    @Test
    void leavesNothingOfARecordThatIsNotGenuine() throws IOException {
        byte[] sealed = epoch.sealer().seal(Keys.bytes(1_000, 1), CONTEXT);
        sealed[sealed.length - 1] ^= 1;
        byte[] target = new byte[1_000];
        assertThatThrownBy(() -> opener.open(sealed, 0, sealed.length, CONTEXT, target, 0))
                .isInstanceOf(DamagedDataException.class);
        assertThat(target).containsOnly(0);
    }

    @Test
    void opensRecordsOfAllEpochsThatItKnows() throws IOException {
        Keyring rotated = Keys.keyring("key-2", "key-1");
        RecordEpoch next = RecordEpoch.begin(rotated, PURPOSE, -8, new SecureRandom());
        assertThat(next.keyId()).isEqualTo("key-2");
        byte[] first = epoch.sealer().seal(new byte[] {1}, CONTEXT);
        byte[] second = next.sealer().seal(new byte[] {2}, CONTEXT);
        RecordOpener both = new RecordOpener(rotated, PURPOSE);
        assertThat(both.add(epoch.header())).isEqualTo(7);
        assertThat(both.add(next.header())).isEqualTo(-8);
        assertThat(both.add(next.header())).isEqualTo(next.number());
        assertThat(both.open(first, CONTEXT)).containsExactly(1);
        assertThat(both.open(second, CONTEXT)).containsExactly(2);
        assertThatThrownBy(() -> opener.open(second, CONTEXT))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("epoch -8");
    }

    @Test
    void refusesAWrongKeyBeforeAnyRecordIsOpened() {
        Keyring impostor = Keyring.of("key-1", Map.of("key-1", new SecretKeySpec(Keys.bytes(32, 9), "AES")));
        assertThatThrownBy(() -> new RecordOpener(impostor, PURPOSE).add(epoch.header()))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("'key-1'")
                .hasMessageContaining("use the key store with which the data was written");
        assertThatThrownBy(() -> new RecordOpener(KEYRING, "other").add(epoch.header()))
                .isInstanceOf(DamagedDataException.class);
        assertThatThrownBy(() -> new RecordOpener(Keys.keyring("key-2"), PURPOSE).add(epoch.header()))
                .isInstanceOf(UnknownKeyException.class);
    }

    @Test
    void refusesAChangedHeader() {
        byte[] header = epoch.header();
        for (int i = 0; i < header.length * 8; i++) {
            byte[] damaged = header.clone();
            damaged[i / 8] ^= (byte) (1 << i % 8);
            assertThatThrownBy(() -> new RecordOpener(KEYRING, PURPOSE).add(damaged))
                    .isInstanceOf(SealedDataException.class);
        }
        for (int length = 0; length < header.length; length++) {
            byte[] cut = Arrays.copyOf(header, length);
            assertThatThrownBy(() -> new RecordOpener(KEYRING, PURPOSE).add(cut))
                    .isInstanceOf(SealedDataException.class);
        }
        byte[] later = header.clone();
        later[3] = 2;
        assertThatThrownBy(() -> new RecordOpener(KEYRING, PURPOSE).add(later))
                .isInstanceOf(UnsupportedVersionException.class);
    }

    @Test
    void refusesTwoEpochsOfOneNumber() {
        RecordEpoch other = RecordEpoch.begin(KEYRING, PURPOSE, 7, new SecureRandom());
        assertThatThrownBy(() -> opener.add(other.header()))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("number 7");
    }

    @Test
    void hasTheBoundsThatItIsDocumentedWith() {
        assertThat(RecordLimits.STANDARD).isEqualTo(new RecordLimits(1L << 32, 1L << 36));
    }

    @Test
    void sealsNoMoreRecordsThanItMay() throws IOException {
        RecordSealer sealer = limited(new RecordLimits(4, 1_000));
        sealer.seal(new byte[1], CONTEXT);
        assertThat(sealer.isUsedUp()).isFalse();
        sealer.seal(new byte[1], CONTEXT);
        assertThat(sealer.isUsedUp()).isTrue();
        sealer.seal(new byte[1], CONTEXT);
        sealer.seal(new byte[1], CONTEXT);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> sealer.seal(new byte[1], CONTEXT))
                    .isInstanceOf(EpochEndedException.class)
                    .hasMessageContaining("begin another epoch");
        }
    }

    @Test
    void sealsNoMoreBlocksThanItMay() throws IOException {
        RecordSealer sealer = limited(new RecordLimits(1_000, 20));
        sealer.seal(new byte[8 * 16], CONTEXT);
        assertThat(sealer.isUsedUp()).as("9 of 20").isFalse();
        sealer.seal(new byte[10 * 16], CONTEXT);
        assertThat(sealer.isUsedUp()).as("20 of 20").isTrue();
        assertThatThrownBy(() -> sealer.seal(new byte[0], CONTEXT)).isInstanceOf(EpochEndedException.class);
    }

    @Test
    void manyThreadsSealWithoutACounterTwice() throws Exception {
        Set<Long> counters = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            var tasks = IntStream.range(0, 4)
                    .mapToObj(thread -> threads.submit(() -> {
                        Set<Long> mine = new HashSet<>();
                        for (int i = 0; i < 2_000; i++) {
                            byte[] sealed = epoch.sealer().seal(new byte[] {(byte) i}, CONTEXT);
                            assertThat(opener.open(sealed, CONTEXT)).containsExactly(i);
                            mine.add(RecordFormat.counter(sealed, 0));
                        }
                        return mine;
                    }))
                    .toList();
            for (Future<Set<Long>> task : tasks) {
                counters.addAll(task.get());
            }
        }
        assertThat(counters).hasSize(8_000);
    }

    @Test
    void refusesRangesOutsideOfTheArrays() throws IOException {
        byte[] sealed = epoch.sealer().seal(new byte[10], CONTEXT);
        assertThatThrownBy(() -> epoch.sealer().seal(new byte[10], 5, 6, CONTEXT))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> epoch.sealer().seal(new byte[10], 0, 10, CONTEXT, new byte[38], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> opener.open(sealed, 0, sealed.length + 1, CONTEXT))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> opener.open(sealed, 0, sealed.length, CONTEXT, new byte[9], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static RecordSealer limited(RecordLimits limits) {
        return RecordEpoch.begin(KEYRING, PURPOSE, 1, new SecureRandom(), limits)
                .sealer();
    }

    private static RecordOpener opener(RecordEpoch epoch) {
        RecordOpener opener = new RecordOpener(KEYRING, PURPOSE);
        try {
            opener.add(epoch.header());
        } catch (SealedDataException e) {
            throw new AssertionError(e);
        }
        return opener;
    }
}
