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
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.downstream.Delivery;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Strict order as the downstream sees it, with two ReplayEvents, two concurrent tasks at every processor, and SIGKILL on the
 * way.
 */
@ExtendWith(KeepLogs.class)
class StrictOrderSystemTest {
    private static final int EVENTS = 24;
    private static final List<Integer> KILLED_AFTER = List.of(4, 11);
    private static final Duration ALL = Duration.ofMinutes(5);

    @Test
    void holdsThroughConcurrentTasksAndKills() {
        try (DownstreamService downstream = DownstreamService.start();
                NiFiInstance nifi = NiFiInstance.in(Homes.fresh("strict-order")).build()) {
            nifi.start();
            JournalFlow flow = new JournalFlow(nifi.client().root().createGroup("strict order"));
            Processor journalEvent = flow.journalEvent().concurrentTasks(2);
            Processor outage = flow.add("RouteOnAttribute", Map.of("out", "${replay.attempt:equals('1')}"));
            Processor giveUp = flow.completeEvent().set(Map.of("Outcome", "dead letter", "Error Type", "outage"));
            Processor guard = flow.guardDelivery()
                    .set("Downstream Honours Idempotency Key", "true")
                    .concurrentTasks(2)
                    .penaltyAndYield("500 ms", "500 ms");
            Processor call = flow.add(
                            "InvokeHTTP",
                            Map.of(
                                    "HTTP Method",
                                    "POST",
                                    "HTTP URL",
                                    downstream.uri().toString(),
                                    "Response Header Request Attributes Enabled",
                                    "true",
                                    DownstreamService.KEY_HEADER,
                                    "${replay.idempotency.key}"))
                    .concurrentTasks(2)
                    .autoTerminate("Response")
                    .penaltyAndYield("0 sec", "1 sec");
            Processor complete = flow.completeEvent().concurrentTasks(2);
            Processor fail = flow.failEvent().set("Maximum Attempts", "100");
            flow.connect(journalEvent, "accepted", outage);
            flow.connect(outage, "out", giveUp);
            flow.connect(outage, "unmatched", guard);
            flow.connect(guard, "deliver", call);
            flow.connect(call, "Original", complete);
            for (String failure : List.of("Failure", "Retry", "No Retry")) {
                flow.connect(call, failure, fail);
            }
            Replays replays = new Replays(flow, journalEvent);
            replays.processor().concurrentTasks(2);
            new Replays(flow, journalEvent).processor().concurrentTasks(2);
            Source source = flow.source(journalEvent);
            flow.start();
            nifi.awaitFlowSaved();
            source.send(EVENTS);
            flow.awaitCounts(giveUp, Map.of("dead letter", (long) EVENTS));

            replays.ask("""
                    {"action": "replay", "job": "in-order", "select": {}, "limits": {"strictOrder": true},
                     "reason": "the outage is over"}
                    """);
            for (int delivered : KILLED_AFTER) {
                awaitAccepted(downstream, delivered);
                nifi.kill();
                nifi.start();
            }
            awaitAccepted(downstream, EVENTS);
            JsonNode job = replays.awaitState("in-order", "finished");
            assertThat(job.at("/progress/completed").asInt()).isEqualTo(EVENTS);

            Connection done = flow.queue(complete, "success");
            done.awaitAtLeast(EVENTS);
            List<EventView> events = flow.readEvents();
            assertThat(events)
                    .hasSize(EVENTS)
                    .allSatisfy(event -> assertThat(event.state().status()).isEqualTo(Status.COMPLETED));
            assertThat(downstream.deliveries().stream()
                            .filter(delivery -> delivery.outcome() == Delivery.Outcome.ACCEPTED)
                            .map(Delivery::key))
                    .as("the order in which the downstream did the work is that of positions")
                    .containsExactlyElementsOf(events.stream()
                            .sorted(Comparator.comparing(event -> event.ref().position()))
                            .map(event -> event.envelope().key())
                            .toList());
        }
    }

    private static void awaitAccepted(DownstreamService downstream, int events) {
        await().pollInterval(Duration.ofMillis(50)).atMost(ALL).until(() -> downstream.acceptedKeys() >= events);
    }
}
