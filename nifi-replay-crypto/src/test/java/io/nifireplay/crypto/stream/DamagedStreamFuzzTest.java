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
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.testing.Allocation;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * 100,000 damaged files: what a reader hands out is what was written at that place, it ends where the content ends, or it
 * says what is the matter; and no number in a file makes it allocate more than a segment needs.
 */
class DamagedStreamFuzzTest {
    private static final int CASES = 100_000;
    private static final int CASES_OF_ONE_FILE = 50;
    private static final Keyring KEYRING = Keys.keyring("key-1", "key-2");
    private static final String PURPOSE = "fuzz";

    /** A sealed segment, an opened one, what the JDK's cipher takes for itself, and the array of the test. */
    private static final long MOST_ALLOCATED = 6L * StreamFormat.SEGMENT_BYTES;

    private record Stream(long start, byte[] content) {}

    private record Written(byte[] bytes, List<Stream> streams) {}

    @Test
    void damageIsFoundOrDoesNotMatter() throws IOException {
        long seed = new SecureRandom().nextLong();
        Random random = new Random(seed);
        StreamKeys keys = new StreamKeys(KEYRING, PURPOSE);
        Map<Damage, Integer> found = new EnumMap<>(Damage.class);
        int unharmed = 0;
        Written written = write(random);
        for (int i = 0; i < CASES; i++) {
            if (i % CASES_OF_ONE_FILE == 0) {
                written = write(random);
            }
            Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
            byte[] damaged = damage.to(written.bytes(), random);
            Stream stream =
                    written.streams().get(random.nextInt(written.streams().size()));
            try {
                long before = Allocation.bytes();
                boolean sound = read(damaged, stream, keys, random);
                assertThat(Allocation.bytes() - before).as("bytes allocated").isLessThan(MOST_ALLOCATED);
                if (sound) {
                    unharmed++;
                } else {
                    found.merge(damage, 1, Integer::sum);
                }
                walk(damaged, random);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Case " + i + " of seed " + seed + ", " + damage, e);
            }
        }
        // The fuzz would prove little if most damage missed the stream that is read.
        assertThat(found).containsOnlyKeys(Damage.values());
        assertThat(unharmed).isBetween(1, CASES * 2 / 3);
    }

    /** @return whether all of the stream could be read */
    private static boolean read(byte[] file, Stream stream, StreamKeys keys, Random random) throws IOException {
        ArraySource source = new ArraySource(file);
        byte[] content = stream.content();
        byte[] room = new byte[1 + random.nextInt(random.nextBoolean() ? 300 : 70_000)];
        try (SealedInputStream in = SealedInputStream.open(source, keys, context(stream.start()), stream.start())) {
            if (random.nextInt(4) == 0) {
                assertThat(in.plainLength()).isEqualTo(content.length);
            }
            int at = 0;
            while (true) {
                if (random.nextInt(3) == 0) {
                    at += (int) in.skip(random.nextInt(content.length - at + 1));
                }
                int count = in.read(room, 0, room.length);
                if (count < 0) {
                    assertThat(at).as("the end").isEqualTo(content.length);
                    return true;
                }
                for (int i = 0; i < count; i++) {
                    if (at + i >= content.length || room[i] != content[at + i]) {
                        throw new AssertionError("Wrong byte at " + (at + i));
                    }
                }
                at += count;
            }
        } catch (SealedDataException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } finally {
            assertThat(source.largestRead())
                    .as("bytes read at once")
                    .isLessThanOrEqualTo(StreamFormat.FULL_FRAME_BYTES);
        }
    }

    private static void walk(byte[] file, Random random) throws IOException {
        ArraySource source = new ArraySource(file);
        try {
            StreamWalk.holding(source, 0, random.nextInt(file.length + 1))
                    .ifPresent(extent -> assertThat(extent.end()).isLessThanOrEqualTo(file.length));
        } catch (SealedDataException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        assertThat(source.largestRead()).isLessThanOrEqualTo(StreamFormat.FULL_FRAME_BYTES);
    }

    private static Written write(Random random) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        List<Stream> streams = new ArrayList<>();
        StreamEpoch epoch = StreamEpoch.begin(KEYRING, PURPOSE, new SecureRandom());
        // One file in eight has segments that are full; the others are small, so that there is time for many.
        int most = random.nextInt(8) == 0 ? 3 * StreamFormat.SEGMENT_BYTES : 400;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            byte[] content = Keys.bytes(1 + random.nextInt(most), random.nextLong());
            long start = file.size();
            try (SealedOutputStream out = epoch.open(file, context(start))) {
                int at = 0;
                while (at < content.length) {
                    int count = Math.min(1 + random.nextInt(most), content.length - at);
                    out.write(content, at, count);
                    at += count;
                    if (random.nextBoolean()) {
                        out.endSegment();
                    }
                }
            }
            streams.add(new Stream(start, content));
        }
        return new Written(file.toByteArray(), streams);
    }

    private static StreamContext context(long start) {
        return StreamContext.ofPlace(start, "container", "section", "id");
    }
}
