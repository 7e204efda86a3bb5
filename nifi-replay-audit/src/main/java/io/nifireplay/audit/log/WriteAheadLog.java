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
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Entries on their way into the tree, synced before they are acknowledged. Segments are files named for the index of their
 * first entry, {@code <19 digits>.wal}; those whose entries are all published are deleted.
 *
 * <pre>
 *   8 bytes  "NRAUDIT1"
 *   records: 4 bytes length of the rest after the checksum, 4 bytes CRC-32C of that rest,
 *            8 bytes index of the first entry, 4 bytes count, each entry behind its length as an uint16
 * </pre>
 *
 * One record is one group of batches, and there whole or not at all. For one thread.
 */
final class WriteAheadLog implements AutoCloseable {
    private static final byte[] MAGIC = "NRAUDIT1".getBytes(StandardCharsets.US_ASCII);
    private static final String SUFFIX = ".wal";
    private static final int HEAD_BYTES = 2 * Integer.BYTES;
    private static final int FIELD_BYTES = Long.BYTES + Integer.BYTES;
    private static final int BUFFER_BYTES = 4 * 1024 * 1024;
    /** A segment that is longer is followed by a new one at the next checkpoint. */
    private static final long SEGMENT_BYTES = 16L * 1024 * 1024;

    private final Path directory;
    private final List<Segment> segments = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private FileChannel channel;
    /** Up to where the current segment is good; what lies behind was not acknowledged. */
    private long good;
    /** Index behind the last entry that was read back, or -1 when there are no segments. */
    private long end = -1;

    /** Index of the next entry: publication lags behind it, so only the log itself knows where a segment begins. */
    private long next;

    private boolean isBroken;

    private record Segment(Path file, long first) {}

    /** Entries that were read back, of consecutive indexes. */
    record Recovered(long first, List<byte[]> entries) {}

    /** A file of the log is damaged otherwise than by a torn end. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    private WriteAheadLog(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens the log. {@link #recover} is to follow.
     *
     * @throws IOException when the directory cannot be read
     */
    static WriteAheadLog open(Path directory) throws IOException {
        Files.createDirectories(directory);
        WriteAheadLog log = new WriteAheadLog(directory);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.matches("[0-9]{19}\\" + SUFFIX)) {
                    throw new DamagedException("The file " + file + " does not belong there");
                }
                log.segments.add(new Segment(file, Long.parseLong(name.substring(0, name.length() - SUFFIX.length()))));
            }
        }
        return log;
    }

    /**
     * Reads all entries, in order. A record that is not whole is the end if it is at the end of the last segment. Nothing is
     * changed.
     *
     * @throws DamagedException when there is a hole, or one before the end is not whole
     */
    List<Recovered> recover() throws IOException {
        List<Recovered> records = new ArrayList<>();
        for (Segment segment : segments) {
            boolean isLast = segment.equals(segments.getLast());
            if (end >= 0 && segment.first() != end) {
                throw new DamagedException("The entries before " + segment.first() + " are missing in " + directory);
            }
            end = segment.first();
            byte[] bytes = Files.readAllBytes(segment.file());
            good = 0;
            if (bytes.length >= MAGIC.length) {
                if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                    throw new DamagedException("The file " + segment.file() + " is damaged");
                }
                ByteBuffer in = ByteBuffer.wrap(bytes).position(MAGIC.length);
                good = in.position();
                while (in.hasRemaining()) {
                    Recovered record = record(in, end);
                    if (record == null) {
                        break;
                    }
                    records.add(record);
                    end += record.entries().size();
                    good = in.position();
                }
            }
            if (good < bytes.length && !isLast) {
                throw new DamagedException(
                        "The file " + segment.file() + " is damaged at byte " + good + ", and it is not the last one");
            }
        }
        return records;
    }

    /** The next record, or null when it is not whole or not the one that must come. */
    private static Recovered record(ByteBuffer in, long expected) {
        if (in.remaining() < HEAD_BYTES + FIELD_BYTES) {
            return null;
        }
        int length = in.getInt();
        int crc = in.getInt();
        if (length < FIELD_BYTES || length > in.remaining()) {
            return null;
        }
        ByteBuffer body = in.slice(in.position(), length);
        CRC32C found = new CRC32C();
        found.update(body.duplicate());
        if ((int) found.getValue() != crc) {
            return null;
        }
        in.position(in.position() + length);
        long first = body.getLong();
        int count = body.getInt();
        List<byte[]> entries = new ArrayList<>();
        while (body.remaining() >= Short.BYTES) {
            byte[] entry = new byte[Short.toUnsignedInt(body.getShort())];
            if (entry.length > body.remaining()) {
                return null;
            }
            body.get(entry);
            entries.add(entry);
        }
        return first == expected && count == entries.size() ? new Recovered(first, entries) : null;
    }

    /**
     * Makes it ready for appending, after {@link #recover}: cuts off what is not whole.
     *
     * @param next index of the next entry
     */
    void begin(long next) throws IOException {
        this.next = next;
        if (end < next) {
            // All of it is published, and more.
            for (Segment segment : segments) {
                Files.delete(segment.file());
            }
            segments.clear();
            newSegment();
        } else if (good < MAGIC.length) {
            // Cut short when it was made.
            Files.delete(segments.removeLast().file());
            newSegment();
        } else {
            channel = FileChannel.open(segments.getLast().file(), StandardOpenOption.WRITE);
            isBroken = true;
            repair();
        }
    }

    private void newSegment() throws IOException {
        Path file = directory.resolve("%019d%s".formatted(next, SUFFIX));
        FileChannel opened = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        try {
            Durable.writeAll(opened, ByteBuffer.wrap(MAGIC));
            opened.force(true);
            Durable.syncDirectory(directory);
        } catch (IOException e) {
            opened.close();
            Files.deleteIfExists(file);
            throw e;
        }
        if (channel != null) {
            channel.close();
        }
        channel = opened;
        segments.add(new Segment(file, next));
        good = MAGIC.length;
        isBroken = false;
    }

    /**
     * Writes entries and returns once they are on stable storage.
     *
     * @throws IOException when they are not; then nothing counts of what was written, and it is cut off before anything else
     *     is written
     */
    void append(long first, List<byte[]> entries) throws IOException {
        repair();
        isBroken = true;
        channel.position(good);
        long length = FIELD_BYTES;
        for (byte[] entry : entries) {
            length += Short.BYTES + entry.length;
        }
        buffer = buffer.capacity() >= HEAD_BYTES + length
                ? buffer
                : ByteBuffer.allocateDirect(Math.toIntExact(HEAD_BYTES + length));
        buffer.clear().position(HEAD_BYTES);
        buffer.putLong(first).putInt(entries.size());
        for (byte[] entry : entries) {
            buffer.putShort((short) entry.length).put(entry);
        }
        buffer.flip();
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(HEAD_BYTES, (int) length));
        buffer.putInt(0, (int) length).putInt(Integer.BYTES, (int) crc.getValue());
        Durable.writeAll(channel, buffer);
        channel.force(false);
        good += HEAD_BYTES + length;
        next = first + entries.size();
        isBroken = false;
    }

    /** Cuts off what a failed writing has left. */
    private void repair() throws IOException {
        if (isBroken) {
            if (!channel.isOpen()) {
                channel = FileChannel.open(segments.getLast().file(), StandardOpenOption.WRITE);
            }
            channel.truncate(good);
            channel.force(true);
            isBroken = false;
        }
    }

    /** Begins a new segment when the current one is long enough. */
    void roll() throws IOException {
        repair();
        if (good > SEGMENT_BYTES) {
            newSegment();
        }
    }

    /** Deletes the segments whose entries are all below an index; the one that is written stays. */
    void deleteBelow(long index) throws IOException {
        while (segments.size() > 1 && segments.get(1).first() <= index) {
            Files.deleteIfExists(segments.getFirst().file());
            segments.removeFirst();
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
