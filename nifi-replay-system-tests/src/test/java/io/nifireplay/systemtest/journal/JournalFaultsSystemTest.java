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
package io.nifireplay.systemtest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.journal.rocksdb.SharedJournals;
import io.nifireplay.systemtest.client.Bulletin;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.VerificationResult;
import io.nifireplay.systemtest.disk.SmallDisk;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees when the journal cannot be used, and that nothing passes without it. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class JournalFaultsSystemTest {
    private static final int MIB = 1 << 20;

    @Test
    void namesADirectoryThatCannotBeMadeAndGoesOnOnceItCan(ProcessGroup group, @TempDir Path folder)
            throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("in-the-way"), "no folder");
        JournalFlow flow = new JournalFlow(group, inTheWay.resolve("journal"), "10 min");
        Processor journalEvent = flow.journalEvent();
        Source source = flow.source(journalEvent).send(3);

        assertThat(flow.journal().verify())
                .filteredOn(result -> !result.outcome().equals("SUCCESSFUL"))
                .extracting(VerificationResult::explanation)
                .anySatisfy(words -> assertThat(words).contains("in-the-way"));
        flow.journal().enableWithoutWaiting();
        awaitBulletin(flow.journal(), "cannot be made");
        assertThat(flow.journal().state()).isEqualTo("ENABLING");
        source.queue().awaitCount(3);

        Files.delete(inTheWay);
        await().atMost(Timeouts.FLOW).until(() -> flow.journal().state().equals("ENABLED"));
        flow.start();
        flow.awaitCounts(journalEvent, Map.of("accepted", 3L));
    }

    @Test
    void refusesAJournalThatItCannotRead(ProcessGroup group, @TempDir Path folder) throws IOException {
        Path newer = Files.createDirectories(folder.resolve("newer"));
        Files.writeString(
                newer.resolve("journal.format"), "nifi-replay-journal 999 00000000-0000-0000-0000-000000000000\n");
        Path damaged = Files.createDirectories(folder.resolve("damaged"));
        Files.writeString(damaged.resolve("journal.format"), "what is this?");

        ControllerService ofNewer =
                new JournalFlow(group, newer, "10 min").journal().enableWithoutWaiting();
        ControllerService ofDamaged =
                new JournalFlow(group, damaged, "10 min").journal().enableWithoutWaiting();
        awaitBulletin(ofNewer, "of format version 999");
        awaitBulletin(ofDamaged, "is damaged");
        assertThat(ofNewer.state()).isEqualTo("ENABLING");
        assertThat(ofDamaged.state()).isEqualTo("ENABLING");
    }

    @Test
    void waitsForAJournalThatAnotherProcessHolds(NiFiInstance nifi, ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", complete);
        Source source = flow.source(journalEvent);
        flow.start();
        source.send("order-1", "two apples");
        flow.awaitCounts(complete, Map.of("success", 1L));

        nifi.stop();
        try (SharedJournals.Lease held = SharedJournals.acquire(RocksDBOptions.defaults(flow.directory()))) {
            assertThat(held.journal().findByKey("order-1")).isPresent();
            nifi.start();
            awaitBulletin(flow.journal(), "held by another process");
            source.send("order-1", "two apples").send("order-2", "nine apples");
            source.queue().awaitCount(2);
            assertThat(flow.counts(journalEvent)).isEmpty();
        }
        // Nobody touches the flow: NiFi enables the service by itself, and the processors go on.
        flow.awaitCounts(journalEvent, Map.of("duplicate", 1L));
        flow.awaitCounts(complete, Map.of("success", 2L));
    }

    @Test
    void admitsNothingWhileTheDiskIsFullAndGoesOnOnceThereIsSpace(ProcessGroup group) {
        Optional<SmallDisk> mounted = SmallDisk.mount(Homes.fresh("small-disk"), 320);
        assumeThat(mounted).as("a small disk can be mounted here").isPresent();
        try (SmallDisk disk = mounted.orElseThrow()) {
            // More than the journal has reserved for its log while there was space.
            int events = 30;
            JournalFlow flow = new JournalFlow(group, disk.path().resolve("journal"), "10 min");
            Processor journalEvent = flow.journalEvent().set("Batch Size", "4");
            Processor generate = group.createProcessor("GenerateFlowFile")
                    .set(Map.of(
                            "File Size", "4 MB",
                            "Unique FlowFiles", "true",
                            "Data Format", "Binary",
                            "Batch Size", String.valueOf(events)));
            Connection arriving = generate.to(journalEvent, "success");
            generate.runOnce();
            flow.prepare();
            disk.fill(10 * MIB);

            journalEvent.start();
            await().atMost(Timeouts.FLOW)
                    .untilAsserted(() -> assertThat(journalEvent.bulletins())
                            .extracting(Bulletin::message)
                            .anySatisfy(words -> assertThat(words)
                                    .contains("did not take")
                                    .contains("back in their queue")
                                    .containsIgnoringCase("space")));
            await().atMost(Timeouts.FLOW).until(() -> arriving.count() + acceptedBy(flow, journalEvent) == events);
            assertThat(acceptedBy(flow, journalEvent)).isLessThan(events);
            assertThat(flow.counts(journalEvent).keySet()).isSubsetOf("accepted");

            disk.free();
            flow.awaitCounts(journalEvent, Map.of("accepted", (long) events));
            assertThat(flow.queue(journalEvent, "accepted").flowFiles())
                    .extracting(flowFile -> flowFile.attribute("replay.event.id"))
                    .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, events)
                            .mapToObj(position -> "default/" + position)
                            .toList());
            assertThat(flow.readEvents()).hasSize(events).allSatisfy(event -> {
                assertThat(event.contentInJournal()).isTrue();
                assertThat(event.contentSize()).isEqualTo(4L * MIB);
            });
            group.stop();
            group.disableServices();
        }
    }

    private static long acceptedBy(JournalFlow flow, Processor journalEvent) {
        return flow.queue(journalEvent, "accepted").count();
    }

    private static void awaitBulletin(ControllerService service, String words) {
        await().atMost(Timeouts.FLOW)
                .untilAsserted(() -> assertThat(service.bulletins())
                        .extracting(Bulletin::message)
                        .anySatisfy(message -> assertThat(message).contains(words)));
    }
}
