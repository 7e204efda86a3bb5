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
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Jobs over provenance, of events whose content NiFi has and the journal has not. */
@ExtendWith(KeepLogs.class)
class ReplayProvenanceSystemTest {
    private static final String LEASE = "2 sec";

    @Test
    void replaysEachMissedEventOnce() {
        try (NiFiInstance nifi =
                NiFiInstance.in(Homes.fresh("replay-provenance")).build()) {
            nifi.start();
            Missed missed = new Missed(nifi);
            missed.complete(100);
            missed.lose(3_000);

            JsonNode plan = missed.replays.ask(request("look", "dry run"));
            assertThat(plan.path("plan").path("emitted").asInt()).isEqualTo(3_000);
            assertThat(plan.path("plan").path("byState").path("completed").asInt())
                    .isEqualTo(100);
            assertThat(plan.path("provenance").path("flowFiles").asInt()).isEqualTo(3_100);
            assertThat(missed.replayEvents()).isEmpty();

            assertThat(missed.replays
                            .ask(request("bulk", "missed only"))
                            .path("job")
                            .path("progress")
                            .path("total")
                            .asInt())
                    .isEqualTo(3_000);
            JsonNode job = missed.replays.awaitReport("bulk", "finished");

            assertThat(job.path("progress").path("completed").asInt()).isEqualTo(3_000);
            assertThat(job.path("provenance").path("items").path("replayed").asInt())
                    .isEqualTo(3_000);
            assertThat(missed.replayEvents())
                    .hasSize(3_000)
                    .extracting(ProvenanceEvent::flowFileUuid)
                    .doesNotHaveDuplicates();
            missed.everyEventIsCompleted(3_100);
        }
    }

    @Test
    void goesOnWhenNiFiIsRestartedAndKilled() {
        Path home = Homes.fresh("replay-provenance-kill");
        try (NiFiInstance nifi = NiFiInstance.in(home).build()) {
            nifi.start();
            Missed missed = new Missed(nifi);
            missed.lose(2_000);
            missed.replays.ask("""
                    {"action": "replay", "job": "bulk", "select": {}, "reason": "FlowFiles were lost",
                     "limits": {"ratePerSecond": 40}}
                    """);
            missed.awaitCompleted(100);
            nifi.awaitFlowSaved();
            nifi.restart();
            missed.awaitCompleted(500);
            nifi.killNow();
            nifi.start();
            missed.awaitCompleted(900);
            nifi.killNow();
            nifi.start();

            JsonNode job = missed.replays.awaitReport("bulk", "finished");

            assertThat(job.path("progress").path("completed").asInt()
                            + job.path("progress").path("completedElsewhere").asInt())
                    .isEqualTo(2_000);
            missed.everyEventIsCompleted(2_000);
        }
    }

    private static String request(String job, String mode) {
        return """
                {"action": "replay", "job": "%s", "mode": "%s", "select": {}, "reason": "FlowFiles were lost"}
                """.formatted(job, mode);
    }

    /** A flow whose journal has no content, and that loses FlowFiles behind JournalEvent when it is told to. */
    private static final class Missed {
        private final NiFiInstance nifi;
        private final JournalFlow flow;
        private final Processor journalEvent;
        private final Processor guard;
        private final Processor complete;
        private final Source source;
        private final Connection accepted;
        private final Replays replays;

        private Missed(NiFiInstance nifi) {
            this.nifi = nifi;
            flow = new JournalFlow(nifi.client().root().createGroup("provenance"), LEASE);
            flow.journal().set("Content In Journal", "none");
            Processor key = flow.add("UpdateAttribute", Map.of(JournalFlow.KEY, "${UUID()}"));
            journalEvent = flow.journalEvent();
            guard = flow.guardDelivery();
            complete = flow.completeEvent();
            flow.connect(key, "success", journalEvent).backPressure(0);
            accepted = flow.connect(journalEvent, "accepted", guard).backPressure(0);
            flow.connect(guard, "deliver", complete).backPressure(0);
            replays = Replays.fromProvenance(
                    flow,
                    Map.of(
                            "NiFi API URL",
                            nifi.canvas().resolve("/nifi-api").toString(),
                            "JournalEvent Processors",
                            journalEvent.id()));
            source = flow.source(key);
            flow.prepare();
            flow.queue(complete, "success").backPressure(0);
            flow.start();
        }

        private void complete(int events) {
            source.send(events);
            awaitCompleted(events);
        }

        private void lose(int events) {
            guard.stop();
            source.send(events);
            accepted.awaitCount("all", count -> count == events, Timeouts.FLOW);
            accepted.empty();
            guard.start();
            replays.awaitEndOfLeases();
        }

        private void awaitCompleted(int events) {
            flow.queue(complete, "success").awaitCount("so many", count -> count >= events, Timeouts.FLOW);
        }

        private List<ProvenanceEvent> replayEvents() {
            return nifi.client().provenance().ofComponent(journalEvent.id(), "REPLAY");
        }

        private void everyEventIsCompleted(int events) {
            assertThat(flow.counts(complete)).isEqualTo(Map.of("success", (long) events));
            List<EventView> all = flow.readEvents();
            assertThat(all)
                    .hasSize(events)
                    .allSatisfy(event -> assertThat(event.state().status()).isEqualTo(Status.COMPLETED));
        }
    }
}
