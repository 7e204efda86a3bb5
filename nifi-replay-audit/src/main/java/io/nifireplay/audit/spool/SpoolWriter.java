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
package io.nifireplay.audit.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nifireplay.audit.log.DirectoryLock;
import io.nifireplay.audit.log.Durable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes records into the files of a spool, durably. For one thread. */
final class SpoolWriter implements AutoCloseable {
    /** A file that has grown so large is followed by another one. */
    static final int FILE_BYTES = 1024 * 1024;

    private final SpoolOptions options;
    private final SpoolDirectory directory;
    private final DirectoryLock lock;
    private Optional<Part> part = Optional.empty();
    private long lastNumber;
    private boolean isFull;

    private SpoolWriter(SpoolOptions options, SpoolDirectory directory, DirectoryLock lock) throws IOException {
        this.options = options;
        this.directory = directory;
        this.lock = lock;
        for (Path begun : directory.begun()) {
            directory.complete(begun);
        }
        lastNumber = directory.lastNumber();
        if (Files.exists(directory.omitted())) {
            Path place = directory.begun(nextNumber());
            Files.move(directory.omitted(), place);
            directory.complete(place);
        }
    }

    /**
     * Opens the spool, and gives what an earlier process left behind to the drain.
     *
     * @throws io.nifireplay.audit.AuditException when another writes to it
     */
    static SpoolWriter open(SpoolOptions options) throws IOException {
        SpoolDirectory directory = new SpoolDirectory(options.directory());
        directory.create();
        DirectoryLock lock = DirectoryLock.take("The spool of refusals", directory.path(), directory.writerLock());
        try {
            return new SpoolWriter(options, directory, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Writes records, in their order, as far as there is room: when it returns they are on stable storage. Once it was full,
     * there is room again when a whole file fits, so that records and counts of omitted ones do not alternate.
     *
     * @return how many were written
     * @throws IOException when that is not sure of any of them; they may be there nevertheless
     */
    int write(List<? extends SpoolRecord> records) throws IOException {
        long room = options.maxBytes() - directory.waitingBytes();
        if (isFull && room < FILE_BYTES) {
            return 0;
        }
        int written = 0;
        while (written < records.size()) {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            int ready = written;
            while (ready < records.size() && lines.size() < FILE_BYTES / 2) {
                byte[] line = SpoolLine.of(records.get(ready));
                if (lines.size() + line.length + 1 > room) {
                    break;
                }
                lines.writeBytes(line);
                lines.write('\n');
                ready++;
            }
            if (ready == written) {
                break;
            }
            append(lines.toByteArray());
            room -= lines.size();
            written = ready;
        }
        isFull = written < records.size();
        return written;
    }

    /** Keeps the count of what a full spool did not take, in the place of the one before. */
    void keep(SpoolRecord.Omitted omitted) throws IOException {
        Durable.replace(directory.omitted(), (new String(SpoolLine.of(omitted), UTF_8) + "\n").getBytes(UTF_8));
    }

    /** What was kept is a record now. */
    void keptIsWritten() throws IOException {
        if (Files.exists(directory.omitted())) {
            directory.delete(directory.omitted());
        }
    }

    /** Lets the drain have the file that is open, if it is old, and no other waits: else many small ones would gather. */
    void completeWhatIsOld() throws IOException {
        if (part.filter(each -> each.opened()
                                        .plus(options.window())
                                        .compareTo(options.clock().instant())
                                <= 0)
                        .isPresent()
                && directory.complete().isEmpty()) {
            complete();
        }
    }

    private void append(byte[] lines) throws IOException {
        if (part.isPresent() && part.get().size() + lines.length > FILE_BYTES) {
            complete();
        }
        if (part.isEmpty()) {
            part = Optional.of(
                    Part.begin(directory, nextNumber(), options.clock().instant()));
        }
        part.get().append(lines);
    }

    private void complete() throws IOException {
        if (part.isPresent()) {
            Part done = part.get();
            part = Optional.empty();
            done.channel().close();
            directory.complete(done.file());
        }
    }

    private long nextNumber() {
        lastNumber = Math.max(lastNumber + 1, options.clock().millis());
        return lastNumber;
    }

    /** Lets the drain have what is there. */
    @Override
    public void close() throws IOException {
        try (lock) {
            complete();
        }
    }

    /** The file that is open. */
    private record Part(Path file, FileChannel channel, Instant opened) {
        static Part begin(SpoolDirectory directory, long number, Instant now) throws IOException {
            Path file = directory.begun(number);
            FileChannel channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), directory.forFiles());
            Durable.syncDirectory(directory.path());
            return new Part(file, channel, now);
        }

        long size() throws IOException {
            return channel.position();
        }

        void append(byte[] lines) throws IOException {
            long before = channel.position();
            try {
                Durable.writeAll(channel, ByteBuffer.wrap(lines));
                channel.force(false);
            } catch (IOException e) {
                try {
                    channel.truncate(before);
                } catch (IOException again) {
                    // The lines are written once more elsewhere, under the same ids; half a line is reported by the
                    // drain.
                    e.addSuppressed(again);
                }
                throw e;
            }
        }
    }
}
