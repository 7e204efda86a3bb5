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
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** Reads a sealed stream, from any place in it. Not thread-safe. */
public final class SealedInputStream extends InputStream {
    private SealedInputStream() {}

    /** {@link #open(SealedSource, StreamKeys, StreamContext, long, BooleanSupplier)} of a stream that nobody writes any more. */
    public static SealedInputStream open(SealedSource source, StreamKeys keys, StreamContext context, long start)
            throws IOException {
        return open(source, keys, context, start, () -> false);
    }

    /**
     * Reads the header of a stream. Its key id is looked up; whether the header is genuine the first segment says.
     *
     * @param source closed by the stream's {@link #close()}; when this method throws it is left open
     * @param context as the stream was opened for writing
     * @param start where in the source the header begins
     * @param writerAlive whether this process still writes the stream. While it does, the end of what was written so far
     *     reads as the end of the stream, and more can be read later. When it does not, a stream without its last segment
     *     is an error. It is asked each time that no more is there.
     * @throws io.nifireplay.crypto.NotSealedException when no header begins there
     * @throws io.nifireplay.crypto.TruncatedDataException when the source ends within the header
     * @throws io.nifireplay.crypto.UnsupportedVersionException when it is of a later version
     * @throws io.nifireplay.crypto.DamagedDataException when it cannot be a header that was written
     * @throws io.nifireplay.crypto.keyring.UnknownKeyException when the keyring does not have its key
     * @throws IOException when the source fails
     */
    public static SealedInputStream open(
            SealedSource source, StreamKeys keys, StreamContext context, long start, BooleanSupplier writerAlive)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads bytes, all of which are verified. A whole segment is opened straight into the array when there is room for it
     * (64 KiB for all but the last).
     *
     * @throws io.nifireplay.crypto.DamagedDataException when a segment is not what was written there; every later read
     *     fails too
     * @throws io.nifireplay.crypto.TruncatedDataException when the stream ends without its last segment and nobody writes it
     * @throws IOException when the source fails
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Moves on without reading or opening anything. As with {@link java.io.FileInputStream}, this may go beyond the end: the
     * next read then says so.
     *
     * @return how far it moved: {@code count}, or less where the source is too short to hold that much
     */
    @Override
    public long skip(long count) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** How many bytes can be read without opening a segment. */
    @Override
    public int available() {
        throw new UnsupportedOperationException();
    }

    /**
     * The length of the whole stream's content, vouched for by its last segment, which is opened for that. It is found by
     * arithmetic where the stream is the last one in its source, else by a walk over the frames (about 1 µs each). The
     * position stays where it is. While the stream is being written: the length of what can be read so far.
     *
     * @throws IOException as {@link #read(byte[], int, int)} does
     */
    public long plainLength() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Closes the source. */
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
