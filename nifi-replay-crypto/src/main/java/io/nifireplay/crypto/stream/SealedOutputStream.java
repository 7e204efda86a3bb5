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

import java.io.IOException;
import java.io.OutputStream;

/**
 * Seals what is written to it. Not thread-safe: where a reader may call {@link #endSegment()} while another thread writes,
 * the two need a lock around each call.
 */
public final class SealedOutputStream extends OutputStream {
    SealedOutputStream() {}

    @Override
    public void write(int value) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Seals whole segments straight from the array; only what is left is copied. */
    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Flushes the sink. Nothing is sealed by it: bytes that wait for their segment go on waiting. */
    @Override
    public void flush() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Seals what waits as a segment of its own, so that a reader finds all that was written. Without any it does nothing. */
    public void endSegment() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** How many bytes were written to this stream. */
    public long plainBytes() {
        throw new UnsupportedOperationException();
    }

    /** How many bytes went to the sink so far; all of them when the stream is closed. */
    public long sealedBytes() {
        throw new UnsupportedOperationException();
    }

    /**
     * Seals the last segment. A stream to which nothing was written leaves nothing. The sink stays open.
     *
     * @throws IOException when the sink fails, or had failed: the stream is not complete then. Closing once more does
     *     nothing
     */
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
