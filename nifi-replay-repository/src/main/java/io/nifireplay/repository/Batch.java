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
 * Sealed bytes on their way into a file: small claims go there many at once, since a call of the operating system takes
 * longer than sealing 1 KB.
 */
final class Batch extends OutputStream {
    /** When so many bytes wait they are written. */
    static final int MAX_BYTES = 32 * 1024;

    /** What is as large as this is not copied to wait with others. */
    private static final int LARGE_BYTES = 8 * 1024;

    private static final int FIRST_BYTES = 2 * 1024;

    private OutputStream sink = OutputStream.nullOutputStream();
    private byte[] waiting = new byte[0];
    private int count;

    /** Lets go of what waits, if anything does, and goes on to another sink. */
    void startOver(OutputStream nextSink) {
        sink = nextSink;
        count = 0;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (count + length > MAX_BYTES) {
            drain();
        }
        if (length >= LARGE_BYTES && count == 0) {
            sink.write(source, offset, length);
            return;
        }
        if (count + length > waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(count + length, Math.max(FIRST_BYTES, waiting.length * 2)));
        }
        System.arraycopy(source, offset, waiting, count, length);
        count += length;
        if (count >= MAX_BYTES) {
            drain();
        }
    }

    /** Writes what waits. After a failure nothing waits any more: how much of it was written is not known. */
    void drain() throws IOException {
        if (count > 0) {
            int length = count;
            count = 0;
            sink.write(waiting, 0, length);
        }
    }
}
