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
package io.nifireplay.audit.log;

import io.nifireplay.audit.AuditException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a directory to one writer, since two would sign contradicting checkpoints: a lock of the operating system against other
 * processes, a mark in the system properties against other class loaders of this one, such as another version of the NAR.
 * The mark is taken first: a process that opens and closes a file a second time gives up its lock on it (POSIX).
 */
public final class DirectoryLock implements AutoCloseable {
    private static final String MARK = "io.nifireplay.audit.open:";

    private final String mark;
    private final FileChannel channel;

    private DirectoryLock(String mark, FileChannel channel) {
        this.mark = mark;
        this.channel = channel;
    }

    /**
     * @param what the directory holds, as a message begins with it
     * @param file in the directory, or below it; one for each lock
     * @throws AuditException when another has it
     */
    public static DirectoryLock take(String what, Path directory, Path file) throws IOException {
        String mark = MARK + directory.toRealPath().resolve(directory.relativize(file));
        if (System.getProperties().putIfAbsent(mark, "true") != null) {
            throw new AuditException(what + " " + directory
                    + " is open in this process already, by another component or another version of the NAR: disable"
                    + " that one, or choose another directory");
        }
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
            if (lock == null) {
                throw new AuditException(
                        what + " " + directory + " is held by another process: stop it, or choose another directory");
            }
            return new DirectoryLock(mark, channel);
        } finally {
            if (lock == null) {
                release(mark, channel);
            }
        }
    }

    private static void release(String mark, FileChannel channel) {
        try {
            if (channel != null) {
                // Ends the lock too.
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
        release(mark, channel);
    }
}
