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
package io.nifireplay.crypto.testing;

import io.nifireplay.crypto.stream.SealedSource;

/** A source in memory, which remembers the largest read that it was asked for and how many there were. */
public final class ArraySource implements SealedSource {
    private byte[] bytes;
    private int largestRead;
    private long reads;
    private boolean closed;

    public ArraySource(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The source grows, or is cut. */
    public void replace(byte[] newBytes) {
        bytes = newBytes;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) {
        largestRead = Math.max(largestRead, length);
        reads++;
        if (position >= bytes.length) {
            return -1;
        }
        int count = (int) Math.min(length, bytes.length - position);
        System.arraycopy(bytes, (int) position, target, offset, count);
        return count;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public void close() {
        closed = true;
    }

    public int largestRead() {
        return largestRead;
    }

    public long reads() {
        return reads;
    }

    public boolean isClosed() {
        return closed;
    }
}
