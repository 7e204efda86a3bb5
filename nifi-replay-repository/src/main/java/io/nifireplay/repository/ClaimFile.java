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

import io.nifireplay.crypto.stream.SealedSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * The file of a resource claim, open for one reader. Not a channel: that would be closed when NiFi interrupts the reading
 * thread, while NiFi's file repository reads on. What was written to such a file stays as it is, so that it may be read
 * ahead.
 */
final class ClaimFile implements SealedSource {
    private static final int WINDOW_BYTES = 16 * 1024;
    private static final int SMALL_BYTES = 4 * 1024;

    private final RandomAccessFile file;
    private final long openedAt;
    private long position;

    /** Bytes of the file behind the last small read: a session mostly reads one small claim after the other. */
    private byte[] window = new byte[0];

    private long windowStart;
    private int windowLength;
    private long lastRead = Long.MAX_VALUE;

    private ClaimFile(RandomAccessFile file, long openedAt) {
        this.file = file;
        this.openedAt = openedAt;
    }

    /**
     * @param now what {@link #openedAt()} is to be
     * @throws FileNotFoundException when it is not there, or may not be read
     */
    static ClaimFile open(Path path, long now) throws FileNotFoundException {
        return new ClaimFile(new RandomAccessFile(path.toFile(), "r"), now);
    }

    /** When it was opened, by the clock of whoever did. */
    long openedAt() {
        return openedAt;
    }

    @Override
    public int read(long from, byte[] target, int offset, int length) throws IOException {
        boolean ahead = length <= SMALL_BYTES && from >= lastRead && from - lastRead < WINDOW_BYTES;
        lastRead = from;
        if (from < windowStart || from >= windowStart + windowLength) {
            if (!ahead) {
                return readFile(from, target, offset, length);
            }
            if (window.length == 0) {
                window = new byte[WINDOW_BYTES];
            }
            windowLength = 0;
            int count = readFile(from, window, 0, WINDOW_BYTES);
            if (count < 0) {
                return count;
            }
            windowStart = from;
            windowLength = count;
        }
        int index = (int) (from - windowStart);
        int count = Math.min(length, windowLength - index);
        System.arraycopy(window, index, target, offset, count);
        return count;
    }

    private int readFile(long from, byte[] target, int offset, int length) throws IOException {
        if (from != position) {
            file.seek(from);
            position = from;
        }
        int count = file.read(target, offset, length);
        if (count > 0) {
            position += count;
        }
        return count;
    }

    @Override
    public long size() throws IOException {
        return file.length();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
