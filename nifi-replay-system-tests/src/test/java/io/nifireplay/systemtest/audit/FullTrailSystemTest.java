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
package io.nifireplay.systemtest.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.Bulletin;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.disk.SmallDisk;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.journal.Source;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The disk of the audit trail is full: nothing passes without it, or all passes and is entered later. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class FullTrailSystemTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int DISK_MIB = 24;
    /** More than the last page of a file has room for. */
    private static final int EVENTS = 60;

    @Test
    void nothingPassesUntilThereIsRoom(ProcessGroup group) {
        Optional<SmallDisk> mounted = SmallDisk.mount(Homes.fresh("full-trail-stop"), DISK_MIB);
        assumeThat(mounted).as("a small disk can be mounted here").isPresent();
        try (SmallDisk disk = mounted.orElseThrow()) {
            JournalFlow flow = flow(group, disk, "stop");
            Processor journalEvent = flow.journalEvent().set("Batch Size", "1");
            Processor complete = flow.completeEvent();
            flow.connect(journalEvent, "accepted", complete);
            Source source = flow.source(journalEvent);
            flow.start();
            source.send("order-1", "two apples");
            flow.awaitCounts(complete, Map.of("success", 1L));

            disk.fill(0);
            source.send(EVENTS);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(journalEvent.bulletins())
                            .extracting(Bulletin::message)
                            .anySatisfy(words -> assertThat(words)
                                    .contains("The audit trail cannot be written, and nothing passes that is not in it")
                                    .contains("back in their queue")));
            assertThat(flow.counts(complete).get("success"))
                    .as("what passed while the trail's file had room, and no more")
                    .isLessThan(EVENTS);

            disk.free();
            flow.awaitCounts(complete, Map.of("success", 1L + EVENTS));
            group.stop();
            group.disableServices();
            assertThat(entered(disk, "events admitted")).isEqualTo(1 + EVENTS);
            assertThat(entered(disk, "events completed")).isEqualTo(1 + EVENTS);
        }
    }

    @Test
    void allPassesAndIsEnteredLaterWhereThatIsWanted(ProcessGroup group) {
        Optional<SmallDisk> mounted = SmallDisk.mount(Homes.fresh("full-trail-pass"), DISK_MIB);
        assumeThat(mounted).as("a small disk can be mounted here").isPresent();
        try (SmallDisk disk = mounted.orElseThrow()) {
            JournalFlow flow = flow(group, disk, "let pass");
            Processor journalEvent = flow.journalEvent().set("Batch Size", "1");
            Processor complete = flow.completeEvent();
            flow.connect(journalEvent, "accepted", complete);
            Source source = flow.source(journalEvent);
            flow.start();
            disk.fill(0);
            source.send(EVENTS);
            flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
            assertThat(flow.queue(complete, "success").flowFiles())
                    .anySatisfy(flowFile -> assertThat(flowFile.attributes()).doesNotContainKey("replay.audit.index"));
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(flow.journal().bulletins())
                            .extracting(Bulletin::message)
                            .anySatisfy(words -> assertThat(words).contains("the flow goes on without it")));

            disk.free();
            await().atMost(TIMEOUT).until(() -> entered(disk, "events completed") == EVENTS);
            assertThat(entered(disk, "events admitted")).isEqualTo(EVENTS);
            group.stop();
            group.disableServices();
        }
    }

    private static JournalFlow flow(ProcessGroup group, SmallDisk disk, String whenFull) {
        Path keys = Homes.fresh("full-trail-keys/" + group.name()).resolve("audit-signing.p12");
        ControllerService trail = group.createService("TransparencyLogAuditTrail")
                .set(Map.of(
                        "Directory",
                        disk.path().resolve("trail").toString(),
                        "Log Name",
                        "example.com/audit/full",
                        "Key Store",
                        SigningKeys.create(keys, "audit").store().toString(),
                        "Key Store Password",
                        SigningKeys.PASSWORD,
                        "Key Alias",
                        "audit",
                        "Personal Ids",
                        "plain",
                        "When The Trail Cannot Be Written",
                        whenFull))
                .enable();
        JournalFlow flow = new JournalFlow(group);
        flow.journal().set("Audit Trail", trail);
        return flow;
    }

    /** Of how many events the trail tells so. */
    private static long entered(SmallDisk disk, String action) {
        return new PublishedTrail(disk.path().resolve("trail"))
                .entries(action).stream()
                        .mapToLong(entry -> entry.at("/events/count").asLong())
                        .sum();
    }
}
