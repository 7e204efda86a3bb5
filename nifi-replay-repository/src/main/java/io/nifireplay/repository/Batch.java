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
package io.nifireplay.repository;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Sealed bytes on their way into a file. They go there in blocks that begin and end at multiples of {@value #BLOCK_BYTES}
 * in the file: small claims many at once, since a call of the operating system takes longer than sealing 1 KB, and large
 * ones so that no page of the file is written twice, which costs more than copying does.
 */
final class Batch extends OutputStream {
    static final int BLOCK_BYTES = 128 * 1024;

    private static final int FIRST_BYTES = 2 * 1024;

    private OutputStream sink = OutputStream.nullOutputStream();
    private byte[] waiting = new byte[0];
    private int count;
    private long position;

    /**
     * Lets go of what waits, if anything does, and goes on to another sink.
     *
     * @param nextPosition where in the file the sink writes next
     */
    void startOver(OutputStream nextSink, long nextPosition) {
        sink = nextSink;
        position = nextPosition;
        count = 0;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int room = room();
            int copied = Math.min(left, room);
            ensure(count + copied);
            System.arraycopy(source, at, waiting, count, copied);
            count += copied;
            at += copied;
            left -= copied;
            if (copied == room) {
                drain();
            }
        }
    }

    /** How many bytes are missing to the end of the block. */
    private int room() {
        return BLOCK_BYTES - (int) (position % BLOCK_BYTES) - count;
    }

    private void ensure(int length) {
        if (length > waiting.length) {
            int grown = Math.min(BLOCK_BYTES, Math.max(FIRST_BYTES, waiting.length * 2));
            waiting = Arrays.copyOf(waiting, Math.max(length, grown));
        }
    }

    /** Writes what waits. After a failure nothing waits any more: how much of it was written is not known. */
    void drain() throws IOException {
        if (count > 0) {
            int length = count;
            count = 0;
            position += length;
            sink.write(waiting, 0, length);
        }
    }
}
