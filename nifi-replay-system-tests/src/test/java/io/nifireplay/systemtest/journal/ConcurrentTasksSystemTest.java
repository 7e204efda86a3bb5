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

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Four tasks of each processor at once. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ConcurrentTasksSystemTest {
    private static final int TASKS = 4;
    private static final int EVENTS = 20_000;

    @Test
    void completeEveryEventOnceAndTheJournalKeepsThat(NiFiInstance nifi, ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent().set("Batch Size", "200");
        Processor guard = flow.guardDelivery().set("Batch Size", "200");
        // Every tenth event fails at its first attempt.
        Processor outage = flow.add(
                "RouteOnAttribute",
                Map.of(
                        "out",
                        "${replay.event.id:substringAfterLast('/'):endsWith('0'):and(${replay.attempt:equals('1')})}"));
        Processor fail = flow.failEvent().set("Batch Size", "200");
        Processor complete = flow.completeEvent().set("Batch Size", "200");
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", outage);
        flow.connect(outage, "out", fail);
        flow.connect(outage, "unmatched", complete);
        Replays replays = new Replays(flow, journalEvent);
        replays.processor().set("Batch Size", "200");
        for (Processor processor : List.of(journalEvent, guard, outage, fail, complete, replays.processor())) {
            processor.concurrentTasks(TASKS);
        }
        Source source = flow.source(journalEvent);
        flow.prepare();
        flow.queue(complete, "success").backPressure(0);
        source.send(EVENTS);
        flow.start();

        flow.queue(complete, "success")
                .awaitCount("all events", count -> count >= EVENTS, Timeouts.FLOW.multipliedBy(2));
        flow.awaitCounts(fail, Map.of("failed", EVENTS / 10L));
        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        assertThat(flow.counts(guard)).isEmpty();
        assertThat(flow.counts(journalEvent)).isEmpty();

        nifi.restart();
        JsonNode checkpoint = replays.status().path("checkpoints").path(0);
        assertThat(checkpoint.path("lowWatermark").asInt()).isEqualTo(EVENTS);
        assertThat(checkpoint.path("head").asInt()).isEqualTo(EVENTS);
        assertThat(checkpoint.path("open").asInt()).isZero();
        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        assertThat(flow.readEvents()).hasSize(EVENTS).allSatisfy(event -> {
            assertThat(event.state().status()).isEqualTo(Status.COMPLETED);
            assertThat(event.state().attempt()).isEqualTo(event.ref().position() % 10 == 0 ? 2 : 1);
            assertThat(event.state().lateOutcomes()).isZero();
        });
    }
}
