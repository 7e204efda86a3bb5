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

import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.testing.Allocation;
import io.nifireplay.crypto.testing.Damage;
import io.nifireplay.crypto.testing.Keys;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Damage of any kind to a record or a header: what was sealed, or a declared exception. */
class DamagedRecordFuzzTest {
    private static final Keyring KEYRING = Keys.keyring("key-1");
    private static final RecordEpoch EPOCH = RecordEpoch.begin(KEYRING, "test", 1, new SecureRandom());
    private static final byte[] CONTEXT = {1, 2, 3, 4};
    private static final long LITTLE = 16 * 1024;

    private final RecordOpener opener = opener();

    @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void ofRecords(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] plain = Keys.bytes(random.nextInt(300), seed);
        byte[] other = Keys.bytes(random.nextInt(300), seed + 1);
        byte[] sealed = EPOCH.sealer().seal(plain, CONTEXT);
        byte[] damaged = random.nextBoolean()
                ? Damage.of(sealed, random)
                : spliced(sealed, EPOCH.sealer().seal(other, CONTEXT), random);
        Allocation allocation = Allocation.start();
        byte[] opened;
        try {
            opened = opener.open(damaged, CONTEXT);
        } catch (SealedDataException e) {
            opened = plain;
        }
        assertThat(allocation.bytes()).isLessThan(2L * damaged.length + LITTLE);
        boolean genuine = Arrays.equals(opened, plain) || Arrays.equals(opened, other);
        assertThat(genuine).isTrue();
    }

    @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void ofHeaders(@ForAll long seed) throws IOException {
        byte[] header = EPOCH.header();
        byte[] damaged = Damage.of(header, new Random(seed));
        boolean added;
        try {
            new RecordOpener(KEYRING, "test").add(damaged);
            added = true;
        } catch (SealedDataException e) {
            added = false;
        }
        assertThat(added).isEqualTo(Arrays.equals(damaged, header));
    }

    /** The beginning of one record and the end of another. */
    private static byte[] spliced(byte[] first, byte[] second, Random random) {
        int head = random.nextInt(first.length + 1);
        int tail = random.nextInt(second.length + 1);
        byte[] result = Arrays.copyOf(first, head + tail);
        System.arraycopy(second, second.length - tail, result, head, tail);
        return result;
    }

    private static RecordOpener opener() {
        try {
            RecordOpener opener = new RecordOpener(KEYRING, "test");
            opener.add(EPOCH.header());
            return opener;
        } catch (SealedDataException e) {
            throw new AssertionError(e);
        }
    }
}
