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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.AuditEntry.RefusalGap;
import io.nifireplay.audit.entry.AuditEntry.ReplayRefused;
import io.nifireplay.audit.spool.Refusals.Heard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalSpoolTest {
    @TempDir
    private Path folder;

    private final Heard heard = new Heard();
    private Path directory;
    private WatchedTrail trail;

    @BeforeEach
    void open() {
        directory = folder.resolve("spool");
        trail = new WatchedTrail(folder.resolve("trail"));
    }

    @AfterEach
    void close() {
        trail.close();
    }

    @Test
    void aRefusalCanBeDrainedASecondLaterWhileTheSpoolIsOpen() {
        try (RefusalSpool spool = RefusalSpool.start(Refusals.options(directory), heard)) {
            spool.record(Refusals.of("CN=auditor"));
            await().until(() -> Files.isDirectory(directory)
                    && Refusals.drain(directory, trail).refusals() == 1);
            spool.record(Refusals.of("CN=auditor"));
            await().until(() -> Refusals.drain(directory, trail).refusals() == 1);
        }
        assertThat(trail.entries).hasSize(2);
        assertThat(heard.failures).isEmpty();
    }

    @Test
    void belongsToItsOwnerAlone() throws IOException {
        Refusals.spool(directory, Refusals.of("CN=auditor"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(new SpoolDirectory(directory).complete())
                .singleElement()
                .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void countsEqualRefusalsTogether() {
        try (RefusalSpool spool = RefusalSpool.start(
                new SpoolOptions(
                        directory,
                        SpoolOptions.DEFAULT_MAX_BYTES,
                        10_000,
                        Duration.ofHours(1),
                        Refusals.options(directory).clock()),
                heard)) {
            IntStream.range(0, 5_000).forEach(i -> spool.record(Refusals.of("CN=auditor")));
            spool.record(Refusals.of("CN=other"));
        }
        assertThat(Refusals.drain(directory, trail)).isEqualTo(new DrainReport(5_001, 0, List.of()));
        assertThat(trail.entries)
                .extracting(
                        entry -> ((ReplayRefused) entry).refused().orElseThrow().times())
                .containsExactlyInAnyOrder(1L, 1L, 4_999L);
    }

    @Test
    void manyFilesDoNotGatherWhileNobodyDrains() throws IOException {
        SpoolDirectory files = new SpoolDirectory(directory);
        try (RefusalSpool spool = RefusalSpool.start(Refusals.options(directory), heard)) {
            for (int i = 0; i < 5; i++) {
                long before = Files.isDirectory(directory) ? files.waitingBytes() : 0;
                spool.record(Refusals.of("CN=" + i));
                await().until(() -> Files.isDirectory(directory) && files.waitingBytes() > before);
                // Longer than a file stays open.
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            }
        }
        assertThat(files.complete()).hasSize(2);
        assertThat(Refusals.drain(directory, trail).refusals()).isEqualTo(5);
    }

    @Test
    void aFloodNeitherBlocksNorGrowsBeyondTheBound() throws Exception {
        int threads = 8;
        SpoolOptions options = Refusals.options(directory).withMaxBytes(SpoolOptions.MIN_BYTES);
        LongAdder refused = new LongAdder();
        LongAdder nanosInside = new LongAdder();
        long highest = 0;
        double perSecond;
        try (RefusalSpool spool = RefusalSpool.start(options, heard);
                ExecutorService attackers = Executors.newFixedThreadPool(threads)) {
            long began = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                running.add(attackers.submit(() -> {
                    // Until the spool is full; no two alike, so that counting them together does not help.
                    for (int i = 0; i < 20_000 || heard.failures.isEmpty(); i++) {
                        Refusal refusal = Refusals.of("CN=attacker " + thread + "/" + i);
                        long before = System.nanoTime();
                        spool.record(refusal);
                        nanosInside.add(System.nanoTime() - before);
                        refused.increment();
                    }
                }));
            }
            while (running.stream().anyMatch(attacker -> !attacker.isDone())) {
                highest = Math.max(highest, bytes());
                assertThat(System.nanoTime() - began).as("it gets full").isLessThan(60_000_000_000L);
            }
            for (Future<?> attacker : running) {
                attacker.get();
            }
            perSecond = refused.sum() / ((System.nanoTime() - began) / 1e9);
            highest = Math.max(highest, bytes());
        }
        assertThat(perSecond).as("refused requests a second").isGreaterThan(100_000);
        assertThat(nanosInside.sum() / refused.sum())
                .as("nanoseconds that one took, on average")
                .isLessThan(100_000);
        assertThat(Math.max(highest, bytes())).isBetween(SpoolOptions.MIN_BYTES / 2, SpoolOptions.MIN_BYTES + 4_096L);
        assertThat(heard.failures).singleElement().asString().contains("is full", "AccessAuditReportingTask");

        // The count of what was omitted is given to the drain by the next who writes.
        Refusals.drain(directory, trail);
        Refusals.spool(directory, Refusals.of("CN=operator"));
        Refusals.drain(directory, trail);
        long single = trail.entries.stream()
                .filter(ReplayRefused.class::isInstance)
                .mapToLong(
                        entry -> ((ReplayRefused) entry).refused().orElseThrow().times())
                .sum();
        long counted = trail.entries.stream()
                .filter(RefusalGap.class::isInstance)
                .mapToLong(entry -> ((RefusalGap) entry).count())
                .sum();
        assertThat(single).isGreaterThan(1_000);
        assertThat(counted).isPositive();
        assertThat(single + counted).as("all are accounted for").isEqualTo(refused.sum() + 1);
    }

    @Test
    void goesOnWhenAFullSpoolWasDrained() {
        SpoolOptions options = Refusals.options(directory).withMaxBytes(SpoolOptions.MIN_BYTES);
        try (RefusalSpool spool = RefusalSpool.start(options, heard)) {
            String long1 = "x".repeat(4_000);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                IntStream.range(0, 500).forEach(i -> spool.record(Refusals.of(i + long1)));
                return !heard.failures.isEmpty();
            });
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                Refusals.drain(directory, trail);
                return !heard.recoveries.isEmpty();
            });
            spool.record(Refusals.of("CN=auditor"));
        }
        Refusals.drain(directory, trail);
        assertThat(trail.entries).anyMatch(RefusalGap.class::isInstance);
        assertThat(trail.entries.stream()
                        .filter(ReplayRefused.class::isInstance)
                        .map(AuditEntry::actor))
                .anyMatch(actor -> actor.toString().contains("CN=auditor"));
    }

    @Test
    void aDirectoryThatCannotBeMadeIsToldAndWaitedFor() throws IOException {
        Files.writeString(directory, "a file in the way");
        try (RefusalSpool spool = RefusalSpool.start(Refusals.options(directory), heard)) {
            await().until(() -> !heard.failures.isEmpty());
            assertThat(heard.failures)
                    .singleElement()
                    .asString()
                    .contains("cannot be written", directory.toString(), "is decided as ever", "Look at the disk");
            spool.record(Refusals.of("CN=auditor"));
            Files.delete(directory);
            await().until(() -> !heard.recoveries.isEmpty());
        }
        assertThat(Refusals.drain(directory, trail).refusals()).isOne();
    }

    @Test
    void whatIsTooMuchWhileTheDiskIsBrokenIsCounted() throws IOException {
        Files.writeString(directory, "a file in the way");
        try (RefusalSpool spool = RefusalSpool.start(Refusals.options(directory), heard)) {
            await().until(() -> !heard.failures.isEmpty());
            IntStream.range(0, 50_000).forEach(i -> spool.record(Refusals.of("CN=" + i)));
            Files.delete(directory);
            await().until(() -> !heard.recoveries.isEmpty());
        }
        DrainReport report = Refusals.drain(directory, trail);
        assertThat(report.refusals()).isBetween(1_000L, 4_000L);
        assertThat(report.refusals() + report.missing()).isEqualTo(50_000);
    }

    @Test
    void twoThatWriteToOneDirectoryAreToldApart() {
        try (RefusalSpool first = RefusalSpool.start(Refusals.options(directory), heard)) {
            first.record(Refusals.of("CN=auditor"));
            await().until(() -> Files.exists(directory.resolve("writer.lock")));
            Heard second = new Heard();
            try (RefusalSpool spool = RefusalSpool.start(Refusals.options(directory), second)) {
                spool.record(Refusals.of("CN=auditor"));
                await().until(() -> !second.failures.isEmpty());
                assertThat(second.failures.getFirst()).contains("open in this process already");
            }
        }
        assertThat(heard.failures).isEmpty();
        assertThat(Refusals.drain(directory, trail).refusals()).isOne();
    }

    private long bytes() throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                try {
                    bytes += Files.size(file);
                } catch (NoSuchFileException e) {
                    // It was completed meanwhile.
                }
            }
        }
        return bytes;
    }
}
