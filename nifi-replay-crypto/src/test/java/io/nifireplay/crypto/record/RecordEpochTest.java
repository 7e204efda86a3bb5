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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RecordEpochTest {
    private static final String PURPOSE = "test";
    private static final Keyring KEYRING = Keys.keyring("key-1");
    private static final byte[] CONTEXT = {1, 2, 3};
    private static final byte[] PLAIN = Keys.bytes(50, 1);

    private final SecureRandom random = new SecureRandom();

    @Test
    void opensTheRecordsOfEachEpochThatItKnows() throws IOException {
        RecordEpoch first = begin(1);
        RecordEpoch second = RecordEpoch.begin(Keys.keyring("key-2", "key-1"), PURPOSE, 2, random);
        RecordOpener opener = new RecordOpener(Keys.keyring("key-1", "key-2"), PURPOSE);
        assertThat(opener.add(first.header())).isEqualTo(1);
        assertThat(opener.add(second.header())).isEqualTo(2);
        assertThat(second.keyId()).isEqualTo("key-2");

        assertThat(opener.open(first.sealer().seal(PLAIN, CONTEXT), CONTEXT)).isEqualTo(PLAIN);
        assertThat(opener.open(second.sealer().seal(PLAIN, CONTEXT), CONTEXT)).isEqualTo(PLAIN);
    }

    @Test
    void doesNotOpenRecordsOfAnEpochThatItWasNotGiven() throws IOException {
        RecordOpener opener = opener(begin(1));
        byte[] sealed = begin(2).sealer().seal(PLAIN, CONTEXT);

        assertThatThrownBy(() -> opener.open(sealed, CONTEXT))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("epoch 2");
    }

    @Test
    void twoEpochsOfOneNumberHaveOtherDataKeys() throws IOException {
        RecordOpener opener = opener(begin(1));
        byte[] sealed = begin(1).sealer().seal(PLAIN, CONTEXT);

        assertThatThrownBy(() -> opener.open(sealed, CONTEXT)).isInstanceOf(DamagedDataException.class);
    }

    @Test
    void refusesASecondHeaderOfTheSameNumber() throws IOException {
        RecordOpener opener = opener(begin(1));

        assertThatThrownBy(() -> opener.add(begin(1).header()))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("Two epochs");
    }

    @Test
    void aHeaderVouchesForItself() {
        byte[] header = begin(0x01020304).header();
        assertThat(header).hasSize(3 + 1 + 4 + 1 + "key-1".length() + 32 + 16);
        for (int bit = 0; bit < header.length * Byte.SIZE; bit++) {
            byte[] damaged = header.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> new RecordOpener(KEYRING, PURPOSE).add(damaged))
                    .as("bit %d", bit)
                    .isInstanceOf(SealedDataException.class);
        }
        for (int length = 0; length <= header.length + 1; length++) {
            if (length != header.length) {
                byte[] cut = Arrays.copyOf(header, length);
                assertThatThrownBy(() -> new RecordOpener(KEYRING, PURPOSE).add(cut))
                        .isInstanceOf(SealedDataException.class);
            }
        }
    }

    @Test
    void aHeaderTellsAnotherKeyOfTheSameId() {
        byte[] header = begin(1).header();
        Keyring stranger = Keyring.of("key-1", Map.of("key-1", Keys.key("another")));

        assertThatThrownBy(() -> new RecordOpener(stranger, PURPOSE).add(header))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("'key-1' is not the one");
        assertThatThrownBy(() -> new RecordOpener(Keys.keyring("key-2"), PURPOSE).add(header))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining("key-1");
        assertThatThrownBy(() -> new RecordOpener(KEYRING, "another purpose").add(header))
                .isInstanceOf(DamagedDataException.class);
    }

    @Test
    void namesAVersionThatItDoesNotKnow() throws IOException {
        byte[] header = begin(1).header();
        header[3] = 9;
        assertThatThrownBy(() -> new RecordOpener(KEYRING, PURPOSE).add(header))
                .isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContaining("version 9");

        RecordEpoch epoch = begin(1);
        byte[] sealed = epoch.sealer().seal(PLAIN, CONTEXT);
        sealed[0] = 9;
        assertThatThrownBy(() -> opener(epoch).open(sealed, CONTEXT))
                .isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContaining("version 9");
    }

    @Test
    void sealsNoMoreRecordsThanOneKeyMay() throws IOException {
        RecordSealer sealer = RecordEpoch.begin(
                        KEYRING, PURPOSE, 1, random, new RecordLimits(4, RecordSealer.MAX_BLOCKS))
                .sealer();
        for (int record = 0; record < 4; record++) {
            assertThat(sealer.isUsedUp()).isEqualTo(record >= 2);
            sealer.seal(PLAIN, CONTEXT);
        }
        for (int again = 0; again < 3; again++) {
            assertThatThrownBy(() -> sealer.seal(PLAIN, CONTEXT))
                    .isInstanceOf(EpochEndedException.class)
                    .hasMessageContaining("4 records");
        }
    }

    @Test
    void sealsNoMoreBlocksThanOneKeyMay() throws IOException {
        // 50 bytes are four blocks, and one is counted for the record.
        RecordSealer sealer = RecordEpoch.begin(
                        KEYRING, PURPOSE, 1, random, new RecordLimits(RecordSealer.MAX_RECORDS, 11))
                .sealer();
        sealer.seal(PLAIN, CONTEXT);
        assertThat(sealer.isUsedUp()).isTrue();
        sealer.seal(PLAIN, CONTEXT);

        assertThatThrownBy(() -> sealer.seal(PLAIN, CONTEXT)).isInstanceOf(EpochEndedException.class);
        assertThatThrownBy(() -> sealer.seal(new byte[0], CONTEXT)).isInstanceOf(EpochEndedException.class);
    }

    @Test
    void itsBoundsKeepTheAdvantageBelowTwoToTheMinus56() {
        // (blocks + 1)^2 / 2^129, draft-irtf-cfrg-aead-limits 5.1.1.
        double advantage = Math.pow(RecordSealer.MAX_BLOCKS + 1.0, 2) / Math.pow(2, 129);
        assertThat(advantage).isLessThan(Math.pow(2, -56));
        assertThat(RecordSealer.MAX_RECORDS).isLessThanOrEqualTo(1L << 32);
    }

    @Test
    void noCounterIsGivenTwiceHoweverManyThreadsSeal() throws Exception {
        int threads = 4;
        int each = 5_000;
        RecordEpoch epoch = RecordEpoch.begin(
                KEYRING, PURPOSE, 1, random, new RecordLimits(threads * each - 1_000, RecordSealer.MAX_BLOCKS));
        Set<Long> counters = ConcurrentHashMap.newKeySet();
        RecordOpener opener = opener(epoch);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                byte[] context = {(byte) thread};
                tasks.add(() -> sealUntilRefused(epoch, opener, each, context, counters));
            }
            int refused = 0;
            for (Future<Integer> done : executor.invokeAll(tasks)) {
                refused += done.get();
            }
            assertThat(refused).isEqualTo(1_000);
        }
        assertThat(counters).hasSize(threads * each - 1_000);
    }

    /** Seals and opens; says how many were refused. */
    private static int sealUntilRefused(
            RecordEpoch epoch, RecordOpener opener, int count, byte[] context, Set<Long> counters) throws IOException {
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] plain = Keys.bytes(i % 70, i);
            try {
                byte[] sealed = epoch.sealer().seal(plain, context);
                assertThat(counters.add(RecordFormat.counter(sealed, 0)))
                        .as("a counter of its own")
                        .isTrue();
                assertThat(opener.open(sealed, context)).isEqualTo(plain);
            } catch (EpochEndedException e) {
                refused++;
            }
        }
        return refused;
    }

    @Test
    void writesNothingWhereThereIsNoRoom() throws IOException {
        RecordEpoch epoch = begin(1);
        byte[] target = new byte[PLAIN.length + RecordSealer.OVERHEAD_BYTES];
        assertThatThrownBy(() -> epoch.sealer().seal(PLAIN, 0, PLAIN.length, CONTEXT, target, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> epoch.sealer().seal(PLAIN, 1, PLAIN.length, CONTEXT, target, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(target).containsOnly(0);
        byte[] sealed = epoch.sealer().seal(PLAIN, CONTEXT);
        assertThatThrownBy(() -> opener(epoch).open(sealed, 0, sealed.length, CONTEXT, new byte[PLAIN.length], 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private RecordEpoch begin(int number) {
        return RecordEpoch.begin(KEYRING, PURPOSE, number, random);
    }

    private static RecordOpener opener(RecordEpoch epoch) throws IOException {
        RecordOpener opener = new RecordOpener(KEYRING, PURPOSE);
        opener.add(epoch.header());
        return opener;
    }
}
