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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.JournalException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a directory to one journal: a lock of the operating system against other processes, and a mark in the system
 * properties against other class loaders of this one, such as another version of the NAR. The mark comes first: on POSIX
 * systems a process that opens and closes a file a second time gives up the lock that it has on it.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String MARK = "io.nifireplay.journal.open:";

    private final String mark;
    private final FileChannel channel;
    private final FileLock lock;

    private DirectoryLock(String mark, FileChannel channel, FileLock lock) {
        this.mark = mark;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * @throws JournalException when the directory is held, by whomever
     * @throws IOException when it cannot be written
     */
    static DirectoryLock take(Path directory) throws IOException {
        String mark = MARK + directory.toRealPath();
        if (System.getProperties().putIfAbsent(mark, "true") != null) {
            throw new JournalException("The event journal " + directory
                    + " is open in this NiFi already, by another version of the NAR or another journal service: disable"
                    + " that one, or choose another directory");
        }
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(
                    directory.resolve("journal.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
            if (lock == null) {
                throw new JournalException("The event journal " + directory
                        + " is held by another process: stop it, or choose another directory");
            }
            return new DirectoryLock(mark, channel, lock);
        } finally {
            if (lock == null) {
                release(mark, channel);
            }
        }
    }

    private static void release(String mark, FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing was written through it, and the process ends its lock.
        } finally {
            System.getProperties().remove(mark);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
        } catch (IOException e) {
            // Closing the channel releases it too.
        }
        release(mark, channel);
    }
}
