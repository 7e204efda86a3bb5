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

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes that can be read from any position: a file, mostly. It may grow while it is read. */
public interface SealedSource extends Closeable {
    /**
     * Reads bytes from a position on.
     *
     * @return how many were read, at least 1 unless {@code length} is 0; -1 when the position is at the end or beyond
     */
    int read(long position, byte[] target, int offset, int length) throws IOException;

    /** How many bytes there are now. */
    long size() throws IOException;

    /**
     * A file. Its channel is closed when a thread is interrupted while it reads, as {@link FileChannel} has it, so one
     * source serves one reader.
     *
     * @throws java.nio.file.NoSuchFileException when it is not there
     * @throws IOException when it cannot be opened
     */
    static SealedSource ofFile(Path file) throws IOException {
        return ofChannel(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** A channel, which is closed with the source. */
    static SealedSource ofChannel(FileChannel channel) {
        return new SealedSource() {
            @Override
            public int read(long position, byte[] target, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(target, offset, length), position);
            }

            @Override
            public long size() throws IOException {
                return channel.size();
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
