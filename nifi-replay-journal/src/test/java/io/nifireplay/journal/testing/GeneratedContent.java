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
package io.nifireplay.journal.testing;

import io.nifireplay.journal.Content;
import java.io.InputStream;
import java.util.SplittableRandom;

/**
 * Content of any size that takes no memory: bytes that do not compress, the same at every reading.
 *
 * @param seed other seed, other bytes
 * @param size in bytes
 */
public record GeneratedContent(long seed, long size) implements Content {
    @Override
    public InputStream open() {
        return new Generated(seed, size);
    }

    private static final class Generated extends InputStream {
        private final SplittableRandom random;
        private final byte[] block = new byte[8192];
        private int used = block.length;
        private long left;

        Generated(long seed, long size) {
            random = new SplittableRandom(seed);
            left = size;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            if (used == block.length) {
                random.nextBytes(block);
                used = 0;
            }
            int count = (int) Math.min(Math.min(length, block.length - used), left);
            System.arraycopy(block, used, into, offset, count);
            used += count;
            left -= count;
            return count;
        }
    }
}
