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

import io.nifireplay.crypto.testing.Keys;
import java.util.Arrays;
import java.util.Random;

/** What can happen to bytes on a disk, by accident or on purpose. */
enum Damage {
    FLIP_A_BIT {
        @Override
        byte[] to(byte[] file, Random random) {
            byte[] damaged = file.clone();
            damaged[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            return damaged;
        }
    },
    CUT_THE_END {
        @Override
        byte[] to(byte[] file, Random random) {
            return Arrays.copyOf(file, random.nextInt(file.length));
        }
    },
    CUT_A_RANGE {
        @Override
        byte[] to(byte[] file, Random random) {
            Range range = range(file, random);
            return join(Arrays.copyOf(file, range.from()), Arrays.copyOfRange(file, range.to(), file.length));
        }
    },
    INSERT_BYTES {
        @Override
        byte[] to(byte[] file, Random random) {
            int at = random.nextInt(file.length + 1);
            byte[] inserted = Keys.bytes(1 + random.nextInt(64), random.nextLong());
            return join(Arrays.copyOf(file, at), inserted, Arrays.copyOfRange(file, at, file.length));
        }
    },
    REPEAT_A_RANGE {
        @Override
        byte[] to(byte[] file, Random random) {
            Range range = range(file, random);
            return join(Arrays.copyOf(file, range.to()), Arrays.copyOfRange(file, range.from(), file.length));
        }
    },
    COPY_A_RANGE_TO_ANOTHER_PLACE {
        @Override
        byte[] to(byte[] file, Random random) {
            Range range = range(file, random);
            byte[] damaged = file.clone();
            System.arraycopy(
                    file, range.from(), damaged, random.nextInt(file.length - range.length() + 1), range.length());
            return damaged;
        }
    },
    SWAP_TWO_RANGES {
        @Override
        byte[] to(byte[] file, Random random) {
            int length = 1 + random.nextInt(Math.max(1, file.length / 3));
            if (2 * length > file.length) {
                return FLIP_A_BIT.to(file, random);
            }
            int first = random.nextInt(file.length - 2 * length + 1);
            int second = first + length + random.nextInt(file.length - first - 2 * length + 1);
            byte[] damaged = file.clone();
            System.arraycopy(file, first, damaged, second, length);
            System.arraycopy(file, second, damaged, first, length);
            return damaged;
        }
    },
    OVERWRITE_WITH_NOISE {
        @Override
        byte[] to(byte[] file, Random random) {
            Range range = range(file, random);
            byte[] damaged = file.clone();
            System.arraycopy(Keys.bytes(range.length(), random.nextLong()), 0, damaged, range.from(), range.length());
            return damaged;
        }
    },
    FORGE_A_LENGTH {
        @Override
        byte[] to(byte[] file, Random random) {
            byte[] damaged = file.clone();
            int[] lengths = {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 65_536, 65_537, 0, random.nextInt()};
            if (file.length >= 4) {
                StreamFormat.putInt(damaged, random.nextInt(file.length - 3), lengths[random.nextInt(lengths.length)]);
            }
            return damaged;
        }
    };

    /** A damaged copy, which may turn out to be the same bytes. */
    abstract byte[] to(byte[] file, Random random);

    private record Range(int from, int to) {
        int length() {
            return to - from;
        }
    }

    private static Range range(byte[] file, Random random) {
        int from = random.nextInt(file.length);
        int most = random.nextBoolean() ? Math.min(40, file.length - from) : file.length - from;
        return new Range(from, from + 1 + random.nextInt(most));
    }

    static byte[] join(byte[]... parts) {
        byte[] joined =
                new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }
}
