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
package io.nifireplay.crypto.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.testing.Allocation;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Damage;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Damage of any kind, read in any way: what comes out is what was written or a declared exception, and no length that was
 * read decides how much memory is taken.
 */
class DamagedStreamFuzzTest {
    private static final int SEGMENT = StreamFormat.SEGMENT_BYTES;

    private static final int MOST_STEPS = 6;

    /**
     * The source's window, the reader's, one segment more for each time that the length is asked for, and what little else
     * a reader needs.
     */
    private static final long MOST_MEMORY = (3L + MOST_STEPS) * StreamFormat.FULL_FRAME_BYTES + 64 * 1024;

    private static final SealedFile SMALL =
            write(new int[] {40, 40}, new int[] {200}, new int[] {20, 33, 1, 64, 20}, new int[] {20, 20, 0, 300});
    private static final SealedFile LARGE =
            write(new int[] {SEGMENT, SEGMENT, 100}, new int[] {SEGMENT, 50, SEGMENT, SEGMENT, 9}, new int[] {300});

    private static final AtomicLong FOUND = new AtomicLong();
    private static final AtomicLong UNTOUCHED = new AtomicLong();

    @Property(tries = 70_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void ofManySmallSegments(@ForAll long seed) throws IOException {
        readDamaged(SMALL, new Random(seed));
    }

    @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void ofFullSegments(@ForAll long seed) throws IOException {
        readDamaged(LARGE, new Random(seed));
    }

    @AfterContainer
    static void bothWereMet() {
        assertThat(FOUND.get()).as("cases whose damage was met and found").isGreaterThan(20_000);
        assertThat(UNTOUCHED.get())
                .as("cases in which the damage was elsewhere")
                .isGreaterThan(1_000);
    }

    private static void readDamaged(SealedFile file, Random random) throws IOException {
        byte[] damaged = Damage.of(file.bytes(), random);
        int stream = random.nextInt(file.streams());
        byte[] content = file.content(stream);
        byte[] room = new byte[SEGMENT + 100];
        boolean writing = random.nextInt(4) == 0;
        StreamKeys keys = SealedFile.keys();
        ArraySource source = new ArraySource(damaged);
        Allocation allocation = Allocation.start();
        // The result is looked at when the memory was measured: assertions take some, too.
        Reading reading = read(source, keys, file.start(stream), writing, room, content, random);
        long memory = allocation.bytes();

        assertThat(reading.wrong()).as(reading.toString()).isFalse();
        assertThat(memory).as("bytes of memory taken").isLessThan(MOST_MEMORY);
        assertThat(source.largestRead()).isLessThanOrEqualTo(StreamFormat.FULL_FRAME_BYTES);
        (reading.found() ? FOUND : UNTOUCHED).incrementAndGet();
        walk(source, file.start(stream));
    }

    /**
     * What came of reading.
     *
     * @param found whether an exception said that something is the matter
     * @param wrong whether bytes, an end or a length came out that are not the content's
     */
    private record Reading(boolean found, boolean wrong, String what) {}

    private static Reading read(
            ArraySource source,
            StreamKeys keys,
            long start,
            boolean writing,
            byte[] room,
            byte[] content,
            Random random)
            throws IOException {
        try (SealedInputStream in =
                SealedInputStream.open(source, keys, SealedFile.context(start), start, () -> writing)) {
            long at = 0;
            for (int step = random.nextInt(MOST_STEPS); step >= 0; step--) {
                switch (random.nextInt(5)) {
                    case 0 -> at += in.skip(random.nextInt(content.length + 10));
                    case 1 -> {
                        int value = in.read();
                        if (value >= 0 && (at >= content.length || (byte) value != content[(int) at++])) {
                            return new Reading(false, true, "a byte at " + at);
                        }
                        if (value < 0 && at < content.length && !writing) {
                            return new Reading(false, true, "an end at " + at);
                        }
                    }
                    case 2 -> {
                        long length = in.plainLength();
                        if (writing ? length > content.length : length != content.length) {
                            return new Reading(false, true, "a length of " + length);
                        }
                    }
                    default -> {
                        int wanted = 1 + random.nextInt(step % 2 == 0 ? room.length : 50);
                        int count = in.read(room, 0, wanted);
                        if (count > 0 && !isContent(room, count, content, at)) {
                            return new Reading(false, true, count + " bytes at " + at);
                        }
                        if (count < 0 && at < content.length && !writing) {
                            return new Reading(false, true, "an end at " + at);
                        }
                        at += Math.max(0, count);
                    }
                }
            }
            return new Reading(false, false, "");
        } catch (SealedDataException e) {
            return new Reading(true, false, "");
        }
    }

    private static boolean isContent(byte[] room, int count, byte[] content, long at) {
        return at + count <= content.length && Arrays.equals(room, 0, count, content, (int) at, (int) at + count);
    }

    /** The walk over frames verifies nothing; it ends, within the source, with an extent or a declared exception. */
    private static void walk(ArraySource source, long start) throws IOException {
        OptionalLong end = OptionalLong.empty();
        try {
            end = OptionalLong.of(StreamWalk.measure(source, start).end());
        } catch (SealedDataException e) {
            // Declared.
        }
        end.ifPresent(there -> assertThat(there).isBetween(start, source.size()));
        try {
            StreamWalk.holding(source, 0, Math.max(0, source.size() - 1));
        } catch (SealedDataException e) {
            // Declared.
        }
        assertThat(source.largestRead()).isLessThanOrEqualTo(StreamFormat.FULL_FRAME_BYTES);
    }

    private static SealedFile write(int[]... segments) {
        try {
            return SealedFile.write(3, segments);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
