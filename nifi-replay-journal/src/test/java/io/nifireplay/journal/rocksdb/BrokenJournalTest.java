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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.testing.ChildJvm;
import io.nifireplay.journal.testing.Directories;
import io.nifireplay.journal.testing.GeneratedContent;
import io.nifireplay.journal.testing.Hashes;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A journal that cannot be had, or is damaged: refused in words that tell what to do, never opened with less in it. */
class BrokenJournalTest {
    @TempDir
    Path base;

    private Path directory;

    @BeforeEach
    void nameTheDirectory() {
        directory = base.resolve("journal");
    }

    @Test
    void isRefusedWhileAnotherProcessHoldsIt() throws Exception {
        try (ChildJvm child = ChildJvm.start(
                base.resolve("scratch"), List.of("-Xmx160m"), KilledWriter.class, directory.toString())) {
            assertThat(child.line()).isEqualTo("open");

            assertThatThrownBy(() -> KilledWriter.open(directory))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("another process");
            child.kill();
        }
        KilledWriter.open(directory).close();
    }

    @Test
    void isRefusedWhileAnotherClassLoaderHoldsIt() throws Exception {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> url(new File(entry)))
                .toArray(URL[]::new);
        try (RocksDBJournal held = open();
                URLClassLoader other = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> optionsClass = other.loadClass(RocksDBOptions.class.getName());
            Object options = optionsClass.getMethod("defaults", Path.class).invoke(null, directory);
            Throwable failure = catchThrowable(() -> other.loadClass(RocksDBJournal.class.getName())
                    .getMethod("open", optionsClass)
                    .invoke(null, options));

            assertThat(failure.getCause().getClass().getName()).isEqualTo(JournalException.class.getName());
            assertThat(failure.getCause().getClass()).isNotEqualTo(JournalException.class);
            assertThat(failure.getCause())
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("open in this NiFi already");
            assertThat(held.checkpoints()).as("the holder is not hurt").isEmpty();
            admit(held, "a", 10);
        }
        open().close();
    }

    @Test
    void isRefusedTwiceInOneProcessAndSharedOnlyByLeases() {
        try (RocksDBJournal held = open()) {
            assertThatThrownBy(this::open).isInstanceOf(JournalException.class);
            admit(held, "a", 10);
        }
        RocksDBOptions options = options();
        try (SharedJournals.Lease one = SharedJournals.acquire(options)) {
            try (SharedJournals.Lease two = SharedJournals.acquire(options)) {
                assertThat(two.journal()).isSameAs(one.journal());
            }
            assertThat(one.journal().findByKey("a")).as("one still holds it").isPresent();
            assertThatThrownBy(() -> SharedJournals.acquire(options.withMaxResultBytes(7)))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("other settings");
        }
        open().close();
    }

    @Test
    void twoNamesOfOneDirectoryAreOneJournal() throws IOException {
        Files.createDirectories(directory);
        Path link = Files.createSymbolicLink(base.resolve("link"), directory);
        try (SharedJournals.Lease one = SharedJournals.acquire(RocksDBOptions.defaults(directory));
                SharedJournals.Lease two = SharedJournals.acquire(RocksDBOptions.defaults(link));
                SharedJournals.Lease three = SharedJournals.acquire(
                        RocksDBOptions.defaults(base.resolve("x/../journal").normalize()))) {
            assertThat(two.journal()).isSameAs(one.journal());
            assertThat(three.journal()).isSameAs(one.journal());
        }
    }

    @Test
    void isRefusedWhereAFileStandsInItsPlace() throws IOException {
        Files.writeString(directory, "a file");

        assertRefused(directory);
        assertThatThrownBy(() -> SharedJournals.acquire(RocksDBOptions.defaults(directory)))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(directory.toString());
        assertThat(directory).hasContent("a file");
    }

    @Test
    void isRefusedWhereNothingCanBeWritten() {
        Path unwritable = Path.of("/proc/nifi-replay");
        assumeThat(Files.isDirectory(Path.of("/proc"))).isTrue();

        assertRefused(unwritable);
    }

    @Test
    void isRefusedInADirectoryThatIsSomebodyElses() throws Exception {
        Files.createDirectories(directory.resolve("db"));
        Files.writeString(directory.resolve("db/CURRENT"), "MANIFEST-000001\n");

        assertRefused(directory);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void anotherFormatIsRefusedInWords(String version, String word) throws IOException {
        fill();
        Path format = directory.resolve("journal.format");
        Files.writeString(format, Files.readString(format).replaceFirst(" 6 ", " " + version + " "));

        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("version " + version)
                .hasMessageContaining(word);

        Files.writeString(format, Files.readString(format).replaceFirst(" " + version + " ", " 6 "));
        open().close();
    }

    @ParameterizedTest
    @MethodSource("olderFormats")
    void aJournalOfAnOlderFormatIsMigrated(int version, List<Table> lacking) throws IOException {
        fill();
        try (RawRows rows = new RawRows(directory)) {
            lacking.forEach(rows::drop);
        }
        Path format = directory.resolve("journal.format");
        Files.writeString(format, Files.readString(format).replaceFirst(" 6 ", " " + version + " "));

        try (RocksDBJournal journal =
                RocksDBJournal.open(RocksDBOptions.defaults(directory).withOutbox(true))) {
            assertThat(journal.outbox().orElseThrow().last())
                    .as("that it had no outbox until now")
                    .isEqualTo(1);
            assertThat(journal.checkpoints()).isNotEmpty();
        }
        assertThat(format).content().contains(" 6 ");
        open().close();
    }

    static Stream<Arguments> olderFormats() {
        return Stream.of(
                Arguments.of(2, List.of(Table.NOTICES, Table.TOLD, Table.GRANTS, Table.PROVENANCE, Table.GOVERNANCE)),
                Arguments.of(3, List.of(Table.GRANTS, Table.PROVENANCE, Table.GOVERNANCE)),
                Arguments.of(4, List.of(Table.GOVERNANCE)),
                Arguments.of(5, List.of()));
    }

    @Test
    void lostTablesOfTheOutboxAreNotMadeAnew() {
        fill();
        try (RawRows rows = new RawRows(directory)) {
            rows.drop(Table.NOTICES);
        }
        assertRefused(directory);
    }

    static Stream<Arguments> formats() {
        return Stream.of(Arguments.of("7", "newer"), Arguments.of("1", "pre-release"));
    }

    @Test
    void theFilesOfTwoJournalsAreNotMixed() throws IOException {
        fill();
        Path other = base.resolve("other");
        RocksDBJournal.open(RocksDBOptions.defaults(other)).close();
        Files.copy(other.resolve("journal.format"), directory.resolve("journal.format"), REPLACE);

        assertRefused(directory);
    }

    @Test
    void anOlderCopyOfTheDatabaseIsRefused() throws IOException {
        fill();
        Directories.copy(directory.resolve("db"), base.resolve("old"));
        try (RocksDBJournal journal = open()) {
            admit(journal, "later", 100);
        }
        Directories.delete(directory.resolve("db"));
        Directories.copy(base.resolve("old"), directory.resolve("db"));

        assertRefused(directory);
    }

    /** What can happen to a file. */
    enum Damage {
        EMPTIED {
            @Override
            void to(Path file) throws IOException {
                Files.write(file, new byte[0]);
            }
        },
        CUT {
            @Override
            void to(Path file) throws IOException {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() / 2);
                }
            }
        },
        FLIPPED {
            @Override
            void to(Path file) throws IOException {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    long at = channel.size() / 3;
                    channel.read(one, at);
                    one.put(0, (byte) (one.get(0) ^ 0x55)).flip();
                    channel.write(one, at);
                }
            }
        },
        GONE {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
            }
        };

        abstract void to(Path file) throws IOException;
    }

    static Stream<Arguments> damages() {
        List<Arguments> cases = new ArrayList<>();
        for (String file : List.of("CURRENT", "MANIFEST-.*", ".*\\.log", ".*\\.sst", ".*\\.blob", "journal\\.format")) {
            for (Damage damage : Damage.values()) {
                cases.add(Arguments.of(file, damage));
            }
        }
        cases.add(Arguments.of("acknowledged", Damage.GONE));
        cases.add(Arguments.of("acknowledged", Damage.EMPTIED));
        cases.add(Arguments.of("acknowledged", Damage.CUT));
        return cases.stream();
    }

    /** Each file of a kind in its turn: so that the one that matters is among them. */
    @ParameterizedTest
    @MethodSource("damages")
    void aDamagedFileNeverMakesTheJournalLess(String kind, Damage damage) throws Exception {
        Map<String, String> before = fill();
        Path whole = base.resolve("whole");
        Directories.copy(directory, whole);
        List<Path> files = Directories.files(directory).stream()
                .map(directory::relativize)
                .filter(file -> file.getFileName().toString().matches(kind))
                .toList();
        assertThat(files).as("files of this kind").isNotEmpty();
        int refused = 0;
        for (Path file : files) {
            Directories.delete(directory);
            Directories.copy(whole, directory);
            damage.to(directory.resolve(file));
            Throwable failure = catchThrowable(() -> {
                try (RocksDBJournal journal = open()) {
                    assertThat(readAll(journal)).as("with %s %s", file, damage).isEqualTo(before);
                    admit(journal, "one more", 10);
                }
            });
            if (failure == null) {
                continue; // Nothing that counts was in it.
            }
            refused++;
            assertThat(failure)
                    .as("%s %s", file, damage)
                    .isInstanceOfAny(JournalException.class, UncheckedIOException.class);
            assertThat(failure).hasMessageMatching("(?s).*\\b(journal|event journal)\\b.*");
        }
        assertThat(refused).as("damages that were noticed").isPositive();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void whatCannotBeOpenedSaysWhereItIsAndWhatToDo(Damage damage) throws IOException {
        fill();
        damage.to(directory.resolve("db/CURRENT"));

        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContainingAll("restore");
    }

    @Test
    void aTornLastRecordThatNobodyWasToldOfIsNoDamage() throws IOException {
        Map<String, String> before = fill();
        Path log = Directories.files(directory).stream()
                .filter(file -> file.toString().endsWith(".log"))
                .reduce((first, second) -> second)
                .orElseThrow();
        // As a kill in the middle of a write leaves it: the beginning of a record.
        Files.write(log, new byte[] {1, 2, 3, 4, 100, 0, 1, 9, 9, 9}, StandardOpenOption.APPEND);

        try (RocksDBJournal journal = open()) {
            assertThat(readAll(journal)).isEqualTo(before);
        }
    }

    @Test
    void aMakingThatWasCutShortBeginsAnew() throws IOException {
        Files.createDirectories(directory);
        Files.createFile(directory.resolve("journal.lock"));
        Files.write(directory.resolve("acknowledged"), new byte[8]);

        try (RocksDBJournal journal = open()) {
            admit(journal, "a", 10);
        }
        open().close();
    }

    @Test
    void aFullDiskAdmitsNothingLosesNothingAndGoesOnWhenThereIsSpace() throws Exception {
        Path mount = Files.createDirectories(base.resolve("small"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", mount.toString()))
                .as("may mount")
                .isZero();
        try {
            Map<String, Content> admitted = new TreeMap<>();
            Refusal refusal;
            try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(mount.resolve("journal")))) {
                refusal = fillUp(journal, admitted);
                assertThat(refusal.failure())
                        .hasMessageContaining(mount.toString())
                        .hasMessageMatching("(?s).*(disk is full|[Nn]o space left).*");
                assertThat(admitted).isNotEmpty();
                assertThatThrownBy(() -> admit(journal, "larger than the disk", 60_000_000))
                        .isInstanceOf(JournalException.class);

                assertThat(run("mount", "-o", "remount,size=256m", mount.toString()))
                        .isZero();
                for (int i = 0; i < 30; i++) {
                    String key = "afterwards " + i;
                    admitted.put(key, admit(journal, key, 100_000));
                }
                assertHolds(journal, admitted);
            }
            try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(mount.resolve("journal")))) {
                assertHolds(journal, admitted);
                // Its admission may have been the last thing that had room, and its completion the first that had none.
                int refused = journal.findByKey(refusal.key()).isPresent() ? 1 : 0;
                assertThat(journal.checkpoints().get(0).head()).isEqualTo(admitted.size() + refused);
            }
        } finally {
            // Lazily: memory that was mapped to its files goes when the collector comes by.
            run("umount", "-l", mount.toString());
        }
    }

    /** What the journal refused first. */
    private record Refusal(String key, JournalException failure) {}

    private static Refusal fillUp(RocksDBJournal journal, Map<String, Content> admitted) {
        for (int i = 0; i < 2_000; i++) {
            String key = "key " + i;
            try {
                admitted.put(key, admit(journal, key, i % 5 == 0 ? 300_000 : 20_000));
            } catch (JournalException e) {
                return new Refusal(key, e);
            }
        }
        throw new AssertionError("The disk did not fill up");
    }

    private static void assertHolds(RocksDBJournal journal, Map<String, Content> admitted) {
        admitted.forEach((key, content) -> {
            EventView view = journal.findByKey(key).orElseThrow(() -> new AssertionError(key + " is lost"));
            assertThat(Hashes.sha256(journal.content(view.ref()).orElseThrow())).isEqualTo(Hashes.sha256(content));
        });
    }

    private static final CopyOption REPLACE = StandardCopyOption.REPLACE_EXISTING;

    private RocksDBOptions options() {
        return RocksDBOptions.defaults(directory);
    }

    private RocksDBJournal open() {
        return RocksDBJournal.open(options());
    }

    private static void assertRefused(Path path) {
        assertThatThrownBy(() -> RocksDBJournal.open(RocksDBOptions.defaults(path)))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(path.toString())
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeGreaterThan(40));
    }

    /** A journal with files of every kind: table files, blob files, and a log with what came last. */
    private Map<String, String> fill() {
        try (RocksDBJournal journal = open()) {
            for (int i = 0; i < 40; i++) {
                admit(journal, "flushed " + i, i % 8 == 0 ? 400_000 : 500);
            }
        }
        try (RawRows rows = new RawRows(directory)) {
            rows.flush();
        }
        try (RocksDBJournal journal = open()) {
            for (int i = 0; i < 40; i++) {
                admit(journal, "logged " + i, i % 8 == 0 ? 400_000 : 500);
            }
            return readAll(journal);
        }
    }

    /** Every event with its status and its content's hash, read by every way to it. */
    private static Map<String, String> readAll(RocksDBJournal journal) {
        Map<String, String> all = new TreeMap<>();
        journal.scan(
                Selector.ALL,
                view -> all.put(
                        view.envelope().key(), view.ref() + " " + view.state().status() + " " + view.contentHash()));
        for (String key : all.keySet()) {
            EventView view = journal.findByKey(key).orElseThrow(() -> new AssertionError(key + " is not found"));
            Content content =
                    journal.content(view.ref()).orElseThrow(() -> new AssertionError(key + " has no content"));
            assertThat(Hashes.sha256(content)).isEqualTo(view.contentHash());
        }
        all.put("checkpoints", journal.checkpoints().toString());
        return all;
    }

    private static Content admit(RocksDBJournal journal, String key, int size) {
        Content content = new GeneratedContent(key.hashCode(), size);
        Arrival arrival = new Arrival.Fresh("flowfile of " + key, Envelope.of(key, "p"), content, List.of("call"));
        Admission.Accepted accepted =
                (Admission.Accepted) journal.admit(List.of(arrival)).get(0);
        if (key.hashCode() % 2 == 0) {
            journal.record(List.of(new Outcome.Completed(
                    accepted.token(), "flowfile of " + key, "call", Fragment.WHOLE, Optional.empty())));
        }
        return content;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return -1;
        }
        process.getInputStream().readAllBytes();
        return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    private static URL url(File file) {
        try {
            return file.toURI().toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
