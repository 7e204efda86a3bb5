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

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What is done to files so that a power cut leaves them as they were promised to be. */
public final class Durable {
    private static final int SYNCS_AT_ONCE = 8;

    private Durable() {}

    /** Writes a file that nobody rests on yet. */
    static void write(Path file, byte[] bytes, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeAll(channel, ByteBuffer.wrap(bytes, 0, length));
        }
    }

    public static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Returns once the file's bytes are on stable storage. */
    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Returns once the names in a directory are on stable storage, where the system can say so. */
    public static void syncDirectory(Path directory) throws IOException {
        if (isPosix(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Does something to many files, such as syncing them: file systems serve syncs that come together by one write. */
    static void forEach(Collection<Path> files, Action action) throws IOException {
        if (files.size() == 1) {
            action.on(files.iterator().next());
            return;
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(Math.clamp(files.size(), 1, SYNCS_AT_ONCE))) {
            List<Future<?>> running = new ArrayList<>();
            for (Path file : files) {
                running.add(executor.submit(() -> {
                    action.on(file);
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io
                    ? new IOException(io.getMessage(), io)
                    : new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptedIOException("The thread that publishes was interrupted");
        }
    }

    /** What is done to a file. */
    @FunctionalInterface
    interface Action {
        void on(Path file) throws IOException;
    }

    /** Puts a whole new file in the place of an old one, or of none. */
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path begun = file.resolveSibling(file.getFileName() + ".new");
        write(begun, bytes, bytes.length);
        sync(begun);
        Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(file.getParent());
    }

    private static boolean isPosix(Path directory) {
        // Windows opens no directories, and keeps their names by itself.
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }
}
