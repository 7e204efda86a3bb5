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

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a journal, held by this process alone:
 *
 * <pre>
 *   journal.format   one line: "nifi-replay-journal", the format's version, the journal's id, "sealed" if it is
 *   journal.seal     of a sealed journal: the header of the latest epoch, so that a wrong key shows without opening
 *   journal.creating there while the journal is being made for the first time
 *   journal.lock     locked while the journal is open
 *   acknowledged     8 bytes, big-endian: the storage's sequence number up to which changes were acknowledged
 *   db/              RocksDB's files
 * </pre>
 *
 * {@code acknowledged} is mapped memory, written after each durable write and not synced itself: it survives a killed
 * process, and after a power cut it can only lag. A storage that is behind it has lost changes.
 */
final class JournalDirectory implements AutoCloseable {
    static final int FORMAT_VERSION = 6;
    /**
     * It lacks the tables of the outbox, of grants and of governance, which the opening makes; version 3 lacks the last two,
     * version 4 the last. What versions 5 and 6 add to rows is absent in older ones, and an older reader would not understand
     * it.
     */
    private static final int OLDEST_VERSION = 2;

    private static final String FORMAT_FILE = "journal.format";
    private static final String SEAL_FILE = "journal.seal";
    private static final String CREATING = "journal.creating";
    private static final Pattern FORMAT =
            Pattern.compile("nifi-replay-journal (\\d{1,9}) ([0-9a-f-]{36})( sealed)?\n?");
    private static final int MAX_FORMAT_BYTES = 200;
    private static final int MAX_SEAL_BYTES = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(JournalDirectory.class);

    private final Path directory;
    private final DirectoryLock lock;
    private final boolean sealed;
    private UUID id;
    private boolean isNew;
    private boolean isOlder;
    private MappedByteBuffer acknowledged;

    private JournalDirectory(Path directory, boolean sealed, DirectoryLock lock) {
        this.directory = directory;
        this.sealed = sealed;
        this.lock = lock;
    }

    /**
     * @param sealed whether the journal is, or is to be made, sealed
     * @throws JournalException when it cannot be written, is held by another, is of another format, or is sealed and should
     *     not be, or the other way round
     */
    static JournalDirectory open(Path directory, boolean sealed) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new JournalException(
                    "The event journal's directory " + directory + " cannot be made: " + reason(e)
                            + ". Choose a directory that NiFi's user may write",
                    e);
        }
        DirectoryLock lock;
        try {
            lock = DirectoryLock.take(directory);
        } catch (IOException e) {
            throw new JournalException(
                    "The event journal's directory " + directory + " cannot be written: " + reason(e)
                            + ". Give NiFi's user the right to write there",
                    e);
        }
        JournalDirectory opened = new JournalDirectory(directory, sealed, lock);
        try {
            opened.identify();
            opened.mapAcknowledged();
            return opened;
        } catch (IOException e) {
            throw new JournalException(
                    "The event journal's directory " + directory + " cannot be used: " + reason(e), e);
        } finally {
            if (opened.acknowledged == null) {
                lock.close();
            }
        }
    }

    private void identify() throws IOException {
        Path format = directory.resolve(FORMAT_FILE);
        if (Files.exists(format)) {
            String text = Files.size(format) > MAX_FORMAT_BYTES ? "" : Files.readString(format);
            Matcher matcher = FORMAT.matcher(text);
            if (!matcher.matches()) {
                throw new JournalException("The file " + format
                        + " is damaged: it does not name the journal's format. Restore it from a backup");
            }
            int version = Integer.parseInt(matcher.group(1));
            if (!isReadable(version)) {
                throw new JournalException("The event journal " + directory + " is of format version " + version
                        + ", this NiFi Replay reads version " + FORMAT_VERSION + ": "
                        + (version > FORMAT_VERSION
                                ? "use the NiFi Replay that wrote it, or a newer one"
                                : "it was written by a pre-release and cannot be migrated; choose another directory"));
            }
            try {
                id = UUID.fromString(matcher.group(2));
            } catch (IllegalArgumentException e) {
                throw new JournalException("The file " + format + " is damaged: the journal's id is none", e);
            }
            requireSealed(directory, matcher.group(3) != null, sealed);
            isOlder = version < FORMAT_VERSION;
            return;
        }
        Path creating = directory.resolve(CREATING);
        if (Files.exists(creating)) {
            // Its making was cut short, before anybody used it.
            deleteAll(database());
        } else if (Files.exists(database()) && !isEmpty(database())) {
            throw new JournalException("The directory " + directory + " holds a database but no file journal.format:"
                    + " it is not an event journal, or a damaged one. Choose another directory, or restore the file");
        }
        writeSynced(creating, "");
        id = UUID.randomUUID();
        isNew = true;
    }

    private static boolean isReadable(int version) {
        return version >= OLDEST_VERSION && version <= FORMAT_VERSION;
    }

    /** @throws JournalException when the journal of a directory, if there is one, does not open with this keyring */
    static void requireKeyring(Path directory, Optional<Keyring> keyring) {
        try {
            Path format = directory.resolve(FORMAT_FILE);
            if (!Files.exists(format) || Files.size(format) > MAX_FORMAT_BYTES) {
                return;
            }
            Matcher matcher = FORMAT.matcher(Files.readString(format));
            if (!matcher.matches() || !isReadable(Integer.parseInt(matcher.group(1)))) {
                // What is wrong with it the opening says.
                return;
            }
            requireSealed(directory, matcher.group(3) != null, keyring.isPresent());
            Path seal = directory.resolve(SEAL_FILE);
            if (keyring.isPresent() && Files.exists(seal) && Files.size(seal) <= MAX_SEAL_BYTES) {
                UUID id = UUID.fromString(matcher.group(2));
                SealedRows.opener(directory, id, keyring.get(), List.of(Files.readAllBytes(seal)));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new JournalException("The event journal " + directory + " cannot be looked at: " + e.getMessage(), e);
        }
    }

    private static void requireSealed(Path directory, boolean isSealed, boolean sealed) {
        if (isSealed && !sealed) {
            throw new JournalException(
                    "The event journal " + directory + " is sealed: give it the keyring with which it was made");
        }
        if (!isSealed && sealed) {
            throw new JournalException(
                    "The event journal " + directory + " was made without a keyring, and its files can"
                            + " be read by whoever may read the directory: open it without one, or choose another directory for"
                            + " a sealed journal");
        }
    }

    /** Notes the header of the latest epoch, for {@link #requireKeyring} only: what is true is in the storage. */
    void noteSeal(byte[] header) {
        try {
            Path temporary = directory.resolve(SEAL_FILE + ".new");
            Files.write(temporary, header);
            Files.move(temporary, directory.resolve(SEAL_FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.debug("The file {} was not written in {}", SEAL_FILE, directory, e);
        }
    }

    /**
     * Names the format, once the storage is made or migrated: a directory whose making was cut short is made anew, one whose
     * migration was is migrated again.
     */
    void complete() {
        if (!isNew && !isOlder) {
            return;
        }
        Path temporary = directory.resolve("journal.format.new");
        try {
            writeSynced(
                    temporary, "nifi-replay-journal " + FORMAT_VERSION + " " + id + (sealed ? " sealed" : "") + "\n");
            Files.move(temporary, directory.resolve(FORMAT_FILE), StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
            Files.deleteIfExists(directory.resolve(CREATING));
            isNew = false;
            isOlder = false;
        } catch (IOException e) {
            throw new JournalException(
                    "The file journal.format cannot be written in " + directory + ": " + reason(e), e);
        }
    }

    private void writeSynced(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(StandardCharsets.US_ASCII.encode(text));
            channel.force(true);
        }
        syncDirectory();
    }

    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void deleteAll(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    private void mapAcknowledged() throws IOException {
        try (FileChannel channel = FileChannel.open(
                directory.resolve("acknowledged"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            if (isNew || channel.size() < Long.BYTES) {
                if (!isNew) {
                    throw new JournalException(
                            "The file " + directory.resolve("acknowledged")
                                    + " is missing or cut: without it a loss of events would not show. Restore it from a backup");
                }
                // Written, not only mapped: a full disk shows here, and not as a fault on memory.
                channel.write(ByteBuffer.allocate(Long.BYTES), 0);
                channel.force(true);
            }
            acknowledged = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        }
    }

    Path path() {
        return directory;
    }

    Path database() {
        return directory.resolve("db");
    }

    /** The journal's identity. */
    UUID id() {
        return id;
    }

    /** Whether the journal is made just now. */
    boolean isNew() {
        return isNew;
    }

    /** Whether tables may be missing, because the journal is new or of an older format. */
    boolean lacksTables() {
        return isNew || isOlder;
    }

    long acknowledged() {
        return acknowledged.getLong(0);
    }

    void acknowledge(long sequenceNumber) {
        acknowledged.putLong(0, sequenceNumber);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    @Override
    public void close() {
        lock.close();
    }
}
