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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.nifireplay.audit.Appended;
import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.held.CheckpointReceiver;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Trees;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransparencyLogTest {
    private static final SigningKey KEY = Keys.signing(1);

    @TempDir
    private Path folder;

    private Path directory;
    private LogOptions options;

    @BeforeEach
    void byHand() {
        directory = folder.resolve("trail");
        options = LogOptions.defaults(directory, KEY).withCheckpointInterval(Duration.ZERO);
    }

    private VerificationReport verify(SigningKey key) {
        try {
            return LogVerifier.verify(VerificationRequest.of(directory.resolve("log"), key.verifierKey()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireIntact(long size) {
        VerificationReport report = verify(KEY);
        assertThat(report.problems()).isEmpty();
        assertThat(report.head().map(TreeHead::size)).contains(size);
    }

    private List<String> published() {
        return Trees.files(directory.resolve("log"));
    }

    @Test
    void aNewLogHasASignedCheckpointOfNothing() {
        TransparencyLog.open(options).close();

        requireIntact(0);
        assertThat(published()).containsExactly("checkpoint");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 255, 256, 257, 512, 1000, 65_536, 65_537})
    void publishesExactlyTheFilesThatTheSpecificationNames(long size) {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, size));
        }

        Set<String> expected = new TreeSet<>(Set.of("checkpoint"));
        for (int level = -1; level < 8; level++) {
            long hashes = level <= 0 ? size : size >> 8 * level;
            String name = "tile/" + (level < 0 ? "entries" : level) + "/";
            for (long index = 0; index < hashes / 256; index++) {
                expected.add(name + "%03d".formatted(index));
            }
            if (hashes % 256 > 0) {
                expected.add(name + "%03d.p/%d".formatted(hashes / 256, hashes % 256));
            }
        }
        assertThat(new TreeSet<>(published())).isEqualTo(expected);
        requireIntact(size);
    }

    @Test
    void keepsPartialTilesOfEarlierCheckpointsUntilTheFullOneIsThere() {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 10));
            log.checkpoint();
            log.append(Entries.brief(10, 30));
            log.checkpoint();
            assertThat(published())
                    .contains("tile/0/000.p/10", "tile/0/000.p/30", "tile/entries/000.p/10", "tile/entries/000.p/30");
            requireIntact(30);
            log.append(Entries.brief(30, 300));
            log.checkpoint();
        }
        assertThat(published())
                .contains("tile/0/000", "tile/0/001.p/44", "tile/entries/000")
                .doesNotContain("tile/0/000.p/10", "tile/0/000.p/30", "tile/entries/000.p/10");
        requireIntact(300);
    }

    @Test
    void givesConsecutiveIndexesToTheEntriesOfOneCall() {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            assertThat(log.append(Entries.brief(0, 3))).isEqualTo(new Appended(0, 3));
            assertThat(log.append(Entries.brief(3, 5)).index(1)).isEqualTo(4);
            assertThat(log.append(List.of())).isEqualTo(new Appended(5, 0));
        }
    }

    @Test
    void severalThreadsAppendAndEveryEntryStandsAtTheIndexThatWasAnswered() throws Exception {
        int threads = 4;
        Set<Long> given = new ConcurrentSkipListSet<>();
        try (TransparencyLog log = TransparencyLog.open(options.withCheckpointInterval(Duration.ofMillis(5)));
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long base = thread * 1_000_000L;
                running.add(executor.submit(() -> {
                    for (int batch = 0; batch < 20; batch++) {
                        Appended appended = log.append(Entries.brief(base + batch * 30, base + batch * 30 + 30));
                        LongStream.range(0, 30).forEach(i -> given.add(appended.index((int) i)));
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        assertThat(given).hasSize(threads * 20 * 30).contains(0L, threads * 20 * 30 - 1L);
        requireIntact(threads * 20 * 30);
    }

    @Test
    void signsACheckpointWithinTheInterval() {
        try (TransparencyLog log = TransparencyLog.open(options.withCheckpointInterval(Duration.ofMillis(20)))) {
            log.append(Entries.brief(0, 5));
            await().until(() -> log.status().published().head().size() == 5);
            assertThat(log.status().unpublishedBytes()).isZero();
        }
    }

    @Test
    void whatWasAcknowledgedAndNotPublishedIsThereAfterAKill() {
        Path copy = folder.resolve("copy");
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 300));
            log.checkpoint();
            log.append(Entries.brief(300, 700));
            Trees.copy(directory, copy);
        }
        directory = copy;
        try (TransparencyLog log = TransparencyLog.open(options.withDirectory(copy))) {
            assertThat(log.status().acknowledged().size()).isEqualTo(700);
            log.append(Entries.brief(700, 710));
        }
        requireIntact(710);
    }

    @Test
    void aKillAtAnyByteOfTheWriteAheadLogLosesNothingThatWasAcknowledged() throws IOException {
        Path killed = folder.resolve("killed");
        TreeHead acknowledged;
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 4));
            Trees.copy(directory, killed);
            acknowledged = log.status().acknowledged();
            // What was being written at the kill, and nobody was told of.
            log.append(Entries.brief(4, 6));
            Files.copy(directory.resolve("state/wal/0000000000000000000.wal"), killed.resolve("whole.wal"));
        }
        byte[] before = Files.readAllBytes(killed.resolve("state/wal/0000000000000000000.wal"));
        byte[] whole = Files.readAllBytes(killed.resolve("whole.wal"));
        Files.delete(killed.resolve("whole.wal"));
        for (int length = before.length; length <= whole.length; length++) {
            directory = Trees.copy(killed, folder.resolve("at-" + length));
            Files.write(directory.resolve("state/wal/0000000000000000000.wal"), Arrays.copyOf(whole, length));
            try (TransparencyLog log = TransparencyLog.open(options.withDirectory(directory))) {
                assertThat(log.status().acknowledged().size()).isEqualTo(length == whole.length ? 6 : 4);
                log.append(Entries.brief(100, 101));
            }
            requireIntact(length == whole.length ? 7 : 5);
            Trees.delete(directory);
        }
        assertThat(acknowledged.size()).isEqualTo(4);
    }

    @Test
    void refusesToOpenWhenAcknowledgedEntriesWereCutOff() throws IOException {
        Path copy = folder.resolve("copy");
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 4));
            log.append(Entries.brief(4, 8));
            Trees.copy(directory, copy);
        }
        Path wal = copy.resolve("state/wal/0000000000000000000.wal");
        try (RandomAccessFile file = new RandomAccessFile(wal.toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }

        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> TransparencyLog.open(options.withDirectory(copy)))
                .withMessageContaining("has lost entries: it has 4")
                .withMessageContaining("knows of 8");
    }

    @Test
    void refusesToOpenWhenTheCallerKnowsOfMore() {
        TreeHead known;
        Path copy = folder.resolve("copy");
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 4));
            log.checkpoint();
            Trees.copy(directory, copy);
            log.append(Entries.brief(4, 5));
            known = log.status().acknowledged();
        }

        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(
                        () -> TransparencyLog.open(options.withDirectory(copy).withKnownHead(known)))
                .withMessageContaining("has lost entries");
        assertThatNoException()
                .isThrownBy(
                        () -> TransparencyLog.open(options.withKnownHead(known)).close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkpoint", "tile/0/000.p/9", "tile/entries/000.p/9"})
    void refusesToOpenWhenAFileOfTheLastCheckpointWasChanged(String file) throws IOException {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 9));
        }
        Path changed = directory.resolve("log").resolve(file);
        byte[] bytes = Files.readAllBytes(changed);
        bytes[bytes.length / 2] ^= 1;
        Files.write(changed, bytes);

        assertThatExceptionOfType(AuditException.class).isThrownBy(() -> TransparencyLog.open(options));
        assertThat(Files.readAllBytes(changed)).as("left as it is").isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"log/checkpoint", "log/tile/entries/000.p/9", "state/acknowledged", "state/log.format"})
    void refusesToOpenWhenAFileIsMissing(String file) throws IOException {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 9));
        }
        Files.delete(directory.resolve(file));

        assertThatExceptionOfType(AuditException.class).isThrownBy(() -> TransparencyLog.open(options));
    }

    @Test
    void aRestoredBackupDoesNotSignBeforeItAgreesWithWhatWasPublished() {
        CheckpointFolder outside = new CheckpointFolder(folder.resolve("outside"), Clock.systemUTC());
        LogOptions handing = options.withReceivers(List.of(outside));
        Path backup = folder.resolve("backup");
        try (TransparencyLog log = TransparencyLog.open(handing)) {
            log.append(Entries.brief(0, 9));
            log.checkpoint();
            Trees.copy(directory, backup);
            log.append(Entries.brief(9, 12));
        }

        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> TransparencyLog.open(handing.withDirectory(backup)))
                .withMessageContaining("has lost entries: it has 9")
                .withMessageContaining("knows of 12");
        assertThatExceptionOfType(AuditException.class)
                .as("a new log under the same origin would contradict the old one")
                .isThrownBy(() -> TransparencyLog.open(handing.withDirectory(folder.resolve("new"))))
                .withMessageContaining("has lost entries");
        assertThatNoException().isThrownBy(() -> TransparencyLog.open(handing).close());
    }

    @Test
    void handsEachCheckpointOutsideAndTriesAgainWhatFailed() {
        List<SignedCheckpoint> taken = new ArrayList<>();
        boolean[] isFull = {true};
        CheckpointReceiver receiver = new CheckpointReceiver() {
            @Override
            public String description() {
                return "a full disk";
            }

            @Override
            public void receive(SignedCheckpoint checkpoint) throws IOException {
                if (isFull[0]) {
                    throw new IOException("No space left on device");
                }
                taken.add(checkpoint);
            }

            @Override
            public List<SignedCheckpoint> newest() {
                return List.of();
            }
        };
        List<String> told = new ArrayList<>();
        LogListener listener = new LogListener() {
            @Override
            public void notHandedOver(AuditException why) {
                told.add(why.getMessage());
            }

            @Override
            public void recovered() {
                told.add("recovered");
            }
        };
        try (TransparencyLog log = TransparencyLog.open(options.withReceivers(List.of(receiver))
                .withListener(listener)
                .withCheckpointInterval(Duration.ofMillis(10)))) {
            log.append(Entries.brief(0, 2));
            log.checkpoint();
            await().until(() -> !told.isEmpty());
            assertThat(log.status().trouble())
                    .hasValueSatisfying(why -> assertThat(why).contains("a full disk"));
            isFull[0] = false;
            await().until(() -> log.status().trouble().isEmpty());
        }
        assertThat(told.getFirst()).contains("could not be handed to a full disk");
        assertThat(told.getLast()).isEqualTo("recovered");
        assertThat(taken.getLast().head().size()).isEqualTo(2);
    }

    @Test
    void aNewKeyTakesOverByAnEntryUnderTheOldOneAndACheckpointByBoth() {
        SigningKey next = Keys.signing(2);
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 5));
        }
        LogOptions withNext = LogOptions.defaults(directory, next).withCheckpointInterval(Duration.ZERO);
        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> TransparencyLog.open(withNext))
                .withMessageContaining("signed by another key");
        try (TransparencyLog log = TransparencyLog.open(withNext.withPreviousKey(KEY))) {
            assertThat(log.append(Entries.brief(5, 6)).first()).isEqualTo(7);
        }
        try (TransparencyLog log = TransparencyLog.open(withNext)) {
            log.append(Entries.brief(6, 7));
        }

        assertThat(verify(KEY).problems()).as("who trusts the old key").isEmpty();
        assertThat(verify(KEY).notes()).anySatisfy(note -> assertThat(note).contains("handed over"));
        assertThat(verify(next).problems()).as("who trusts the new key").isEmpty();
        assertThat(verify(Keys.signing(3)).isIntact()).as("who trusts neither").isFalse();
        assertThatExceptionOfType(AuditException.class)
                .as("the old key signs no more")
                .isThrownBy(() -> TransparencyLog.open(options));
    }

    @Test
    void tellsWithoutTouchingTheLogWhatAnOpeningMeansForItsKey() {
        SigningKey next = Keys.signing(2);
        LogOptions withNext = LogOptions.defaults(directory, next).withCheckpointInterval(Duration.ZERO);
        assertThat(TransparencyLog.succession(options)).isEqualTo(Succession.NEW_LOG);
        assertThat(directory).doesNotExist();
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 3));
            assertThat(TransparencyLog.succession(options))
                    .as("of a log that is open")
                    .isEqualTo(Succession.SAME_KEY);
        }
        List<String> before = published();

        assertThat(TransparencyLog.succession(withNext.withPreviousKey(KEY))).isEqualTo(Succession.TAKES_OVER);
        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> TransparencyLog.succession(withNext))
                .withMessageContaining("is signed by another key")
                .withMessageContaining("give the one before it as well");
        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> TransparencyLog.succession(
                        LogOptions.defaults(directory, Keys.signing("example.com/other", 1))))
                .withMessageContaining("an origin is for ever");
        assertThat(published()).isEqualTo(before);

        TransparencyLog.open(withNext.withPreviousKey(KEY)).close();
        assertThat(TransparencyLog.succession(withNext)).isEqualTo(Succession.SAME_KEY);
    }

    @Test
    void aHandOverThatWasCutShortIsFinishedByTheNextOpening() {
        SigningKey next = Keys.signing(2);
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(Entries.brief(0, 5));
        }
        Path cut = folder.resolve("cut");
        LogOptions withNext = LogOptions.defaults(directory, next)
                .withCheckpointInterval(Duration.ZERO)
                .withPreviousKey(KEY);
        CheckpointReceiver copying = new CheckpointReceiver() {
            @Override
            public String description() {
                return "a copy at the moment when both have signed";
            }

            @Override
            public void receive(SignedCheckpoint checkpoint) {
                if (checkpoint.note().signatures().size() == 2) {
                    Trees.copy(directory, cut);
                }
            }

            @Override
            public List<SignedCheckpoint> newest() {
                return List.of();
            }
        };
        TransparencyLog.open(withNext.withReceivers(List.of(copying))).close();

        directory = cut;
        assertThat(verify(KEY).problems()).as("both have signed").isEmpty();
        TransparencyLog.open(withNext.withDirectory(cut)).close();
        assertThat(verify(KEY).problems()).isEmpty();
        assertThat(verify(next).problems()).isEmpty();
    }

    @Test
    void callersMayNotSayWhichKeySigns() {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            AuditEntry forged = new AuditEntry.SigningKeyAnnounced(
                    Entries.TIME,
                    new Actor.Unknown(),
                    Keys.signing(2).verifierKey().toString());
            assertThatIllegalArgumentException().isThrownBy(() -> log.append(List.of(forged)));
        }
    }

    @Test
    void refusesAnEntryThatNoBundleCanHold() {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> log.appendEncoded(List.of(new byte[65_536])))
                    .withMessageContaining("65536 bytes");
            assertThat(log.status().acknowledged().size()).isZero();
        }
    }

    @Test
    void whoAppendsFasterThanIsPublishedWaitsForTheCheckpoint() {
        try (TransparencyLog log = TransparencyLog.open(options.withUnpublishedBytes(10_000))) {
            for (int batch = 0; batch < 50; batch++) {
                log.append(Entries.brief(batch * 100L, batch * 100L + 100));
                assertThat(log.status().unpublishedBytes()).isLessThan(30_000);
            }
        }
        requireIntact(5_000);
    }

    @Test
    void closedMeansClosed() {
        TransparencyLog log = TransparencyLog.open(options);
        log.close();
        log.close();

        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> log.append(Entries.brief(0, 1)))
                .withMessageContaining("is closed");
        assertThatExceptionOfType(AuditException.class).isThrownBy(log::checkpoint);
    }

    @Test
    void anInterruptedCallerDoesNotHarmTheLog() throws Exception {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            CountDownLatch ended = new CountDownLatch(1);
            Thread interrupted = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                try {
                    log.append(Entries.brief(0, 10));
                } catch (AuditException e) {
                    ended.countDown();
                }
            });
            interrupted.join();
            assertThat(ended.getCount()).isZero();
            assertThatNoException().isThrownBy(() -> log.append(Entries.brief(10, 20)));
        }
        assertThat(verify(KEY).problems()).isEmpty();
    }

    @Test
    void aDirectoryHasOneWriter() {
        try (TransparencyLog log = TransparencyLog.open(options)) {
            assertThatExceptionOfType(AuditException.class)
                    .isThrownBy(() -> TransparencyLog.open(options))
                    .withMessageContaining("is open in this process already");
            assertThat(log.append(Entries.brief(0, 1)).first()).isZero();
        }
    }

    @Test
    void servicesThatNameOneDirectoryShareOneLog() throws IOException {
        Files.createDirectories(directory);
        Path link = Files.createSymbolicLink(folder.resolve("link"), directory);
        SharedLogs.Lease one = SharedLogs.acquire(options);
        try (SharedLogs.Lease other = SharedLogs.acquire(options.withDirectory(link))) {
            AuditTrail trail = other.trail();
            assertThat(trail).isSameAs(one.trail());
            one.close();
            one.close();
            assertThat(trail.append(Entries.brief(0, 1)).first()).isZero();
            assertThatExceptionOfType(AuditException.class)
                    .isThrownBy(() -> SharedLogs.acquire(
                            LogOptions.defaults(directory, Keys.signing(2)).withCheckpointInterval(Duration.ZERO)))
                    .withMessageContaining("with other settings");
        }
        requireIntact(1);
        SharedLogs.acquire(options).close();
    }

    @Test
    void goesOnWhenAPublicationCouldNotBeMadeAtFirst() throws IOException {
        List<String> told = new ArrayList<>();
        LogListener listener = new LogListener() {
            @Override
            public void notPublished(AuditException why) {
                told.add(why.getMessage());
            }
        };
        try (TransparencyLog log = TransparencyLog.open(options.withListener(listener))) {
            // A file where a directory has to be.
            Files.write(directory.resolve("log/tile"), new byte[0], StandardOpenOption.CREATE_NEW);
            log.append(Entries.brief(0, 3));
            assertThatExceptionOfType(AuditException.class).isThrownBy(log::checkpoint);
            assertThat(log.status().published().head().size()).isZero();
            assertThat(told).hasSize(1).first().asString().contains("could not make its next checkpoint");
            Files.delete(directory.resolve("log/tile"));
            assertThat(log.checkpoint().head().size()).isEqualTo(3);
        }
        requireIntact(3);
    }
}
