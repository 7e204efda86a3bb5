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
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.testing.Keys;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What was sealed for a place is what opens there, and nothing opens anywhere else. */
class RecordLawsTest {
    private static final String PURPOSE = "test";
    private static final Keyring KEYRING = Keys.keyring("key-1");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RecordEpoch epoch = RecordEpoch.begin(KEYRING, PURPOSE, 7, RANDOM);

    @Property
    void opensWhatWasSealed(@ForAll @Size(max = 3_000) byte[] plain, @ForAll @Size(max = 100) byte[] context)
            throws IOException {
        byte[] sealed = epoch.sealer().seal(plain, context);

        assertThat(sealed).hasSize(plain.length + RecordSealer.OVERHEAD_BYTES);
        assertThat(opener().open(sealed, context)).isEqualTo(plain);
        assertThat(RecordOpener.epochOf(sealed, 0, sealed.length)).isEqualTo(7);
    }

    @Property
    void sealsAndOpensPartsOfArrays(
            @ForAll @Size(max = 500) byte[] plain,
            @ForAll @IntRange(max = 40) int before,
            @ForAll @IntRange(max = 40) int after)
            throws IOException {
        byte[] context = {1, 2};
        byte[] source = padded(plain, before, after);
        byte[] target = Keys.bytes(before + plain.length + RecordSealer.OVERHEAD_BYTES + after, 3);
        byte[] untouched = target.clone();

        int length = epoch.sealer().seal(source, before, plain.length, context, target, before);

        assertThat(length).isEqualTo(plain.length + RecordSealer.OVERHEAD_BYTES);
        assertSameAround(target, untouched, before, length);
        byte[] opened = Keys.bytes(before + plain.length + after, 4);
        byte[] openedBefore = opened.clone();
        assertThat(opener().open(target, before, length, context, opened, before))
                .isEqualTo(plain.length);
        assertThat(Arrays.copyOfRange(opened, before, before + plain.length)).isEqualTo(plain);
        assertSameAround(opened, openedBefore, before, plain.length);
        assertThat(opener().open(target, before, length, context)).isEqualTo(plain);
    }

    @Property(tries = 300)
    void neverSealsTheSameBytesToTheSameRecord(@ForAll @Size(max = 100) byte[] plain) throws IOException {
        byte[] first = epoch.sealer().seal(plain, new byte[0]);
        byte[] second = epoch.sealer().seal(plain, new byte[0]);

        assertThat(second).isNotEqualTo(first);
        assertThat(opener().open(first, new byte[0])).isEqualTo(opener().open(second, new byte[0]));
    }

    @Property(tries = 300)
    void opensInNoOtherPlace(
            @ForAll @Size(max = 100) byte[] plain,
            @ForAll @Size(max = 30) byte[] context,
            @ForAll @Size(max = 30) byte[] other)
            throws IOException {
        byte[] sealed = epoch.sealer().seal(plain, context);
        if (!Arrays.equals(context, other)) {
            assertThatThrownBy(() -> opener().open(sealed, other))
                    .isInstanceOf(DamagedDataException.class)
                    .hasMessageContaining("another place");
        }
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void findsEveryBitThatIsFlipped(@ForAll @Size(max = 40) byte[] plain, @ForAll @Size(max = 20) byte[] context)
            throws IOException {
        byte[] sealed = epoch.sealer().seal(plain, context);
        for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
            byte[] damaged = sealed.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> opener().open(damaged, context))
                    .as("bit %d", bit)
                    .isInstanceOf(SealedDataException.class);
        }
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> opener().open(cut, context)).isInstanceOf(SealedDataException.class);
        }
        byte[] longer = Arrays.copyOf(sealed, sealed.length + 1);
        assertThatThrownBy(() -> opener().open(longer, context)).isInstanceOf(SealedDataException.class);
    }

    @Property(tries = 100)
    void leavesNothingOfADamagedRecordInTheTarget(@ForAll @Size(min = 16, max = 200) byte[] plain) throws IOException {
        byte[] context = {5};
        byte[] sealed = epoch.sealer().seal(plain, context);
        sealed[sealed.length - 1] ^= 1;
        byte[] target = new byte[plain.length];
        Arrays.fill(target, (byte) 0x5A);
        byte[] untouched = target.clone();

        assertThatThrownBy(() -> opener().open(sealed, 0, sealed.length, context, target, 0))
                .isInstanceOf(DamagedDataException.class);

        assertThat(Arrays.equals(target, untouched) || Arrays.equals(target, new byte[plain.length]))
                .as("the target is as it was or cleared")
                .isTrue();
    }

    private RecordOpener opener() throws IOException {
        RecordOpener opener = new RecordOpener(KEYRING, PURPOSE);
        opener.add(epoch.header());
        return opener;
    }

    private static byte[] padded(byte[] middle, int before, int after) {
        byte[] padded = Keys.bytes(before + middle.length + after, 2);
        System.arraycopy(middle, 0, padded, before, middle.length);
        return padded;
    }

    private static void assertSameAround(byte[] now, byte[] then, int offset, int length) {
        assertThat(Arrays.copyOf(now, offset)).isEqualTo(Arrays.copyOf(then, offset));
        assertThat(Arrays.copyOfRange(now, offset + length, now.length))
                .isEqualTo(Arrays.copyOfRange(then, offset + length, then.length));
    }
}
