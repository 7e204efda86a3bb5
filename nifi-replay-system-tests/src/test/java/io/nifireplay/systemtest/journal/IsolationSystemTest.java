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
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What replay jobs have to do with each other, and with new events. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class IsolationSystemTest {
    private static final String PARTITION = "partition";
    private static final int LOST = 3;

    private JournalFlow flow;
    private Processor journalEvent;
    private Processor guard;
    private Processor complete;
    private Connection beforeTheGuard;
    private Replays replays;
    private Source source;

    /** Events of two partitions whose first attempt was given up; what is delivered waits before CompleteEvent. */
    @BeforeEach
    void giveUpEventsOfTwoPartitions(ProcessGroup group) {
        flow = new JournalFlow(group);
        journalEvent = flow.journalEvent().set("Partition", "${" + PARTITION + ":replaceEmpty('default')}");
        Processor outage = flow.add(
                "RouteOnAttribute", Map.of("out", "${lost:equals('true'):and(${replay.attempt:equals('1')})}"));
        Processor giveUp = flow.completeEvent().set(Map.of("Outcome", "dead letter", "Error Type", "outage"));
        guard = flow.guardDelivery().penaltyAndYield("500 ms", "500 ms");
        complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", outage);
        flow.connect(outage, "out", giveUp);
        beforeTheGuard = flow.connect(outage, "unmatched", guard);
        flow.connect(guard, "deliver", complete);
        replays = new Replays(flow, journalEvent);
        source = flow.source(journalEvent);
        flow.startWithout(complete);
        source.send(LOST, "a lost event", Map.of(PARTITION, "orders", "lost", "true"));
        source.send(LOST, "a lost event", Map.of(PARTITION, "payments", "lost", "true"));
        flow.awaitCounts(giveUp, Map.of("dead letter", 2L * LOST));
    }

    @Test
    void jobsOverOnePartitionTakeTurnsAndOthersDoNotWait() {
        // What has not been admitted under the first job is there for the second.
        journalEvent.stop();
        JsonNode first = replay("first", "orders", "{}");
        JsonNode second = replay("second", "orders", "{}");
        JsonNode elsewhere = replay("elsewhere", "payments", "{}");

        assertThat(first.has("waitsFor")).isFalse();
        assertThat(second.path("state").asText()).isEqualTo("running");
        assertThat(second.at("/waitsFor/job").asText()).isEqualTo("first");
        assertThat(second.at("/waitsFor/partition").asText()).isEqualTo("orders");
        assertThat(second.path("stateReason").asText()).contains("Waits for replay job first");
        assertThat(elsewhere.has("waitsFor")).isFalse();
        journalEvent.start();
        delivered().awaitCount(2L * LOST);
        assertThat(delivered().flowFiles())
                .extracting(flowFile -> flowFile.attribute("replay.job.id"))
                .containsOnly("first", "elsewhere");

        replays.change("pause", "first");
        assertThat(replays.status("second").at("/waitsFor/job").asText()).isEqualTo("first");
        replays.change("resume", "first");
        complete.start();
        replays.awaitState("first", "finished");
        replays.awaitState("elsewhere", "finished");
        JsonNode after = replays.awaitState("second", "finished");
        assertThat(after.has("waitsFor")).isFalse();
        assertThat(after.at("/progress/completedElsewhere").asInt()).isEqualTo(LOST);
    }

    @Test
    void heldNewEventsComeAfterTheReplayAndThoseOfOtherPartitionsDoNotWait() {
        JsonNode job = replay("hold", "orders", "{\"newEvents\": \"hold\"}");
        assertThat(job.path("newEvents").asText()).isEqualTo("hold");
        delivered().awaitCount(LOST);
        source.send(2, "a new event", Map.of(PARTITION, "orders"));
        awaitHeld(2);
        source.send(2, "a new event elsewhere", Map.of(PARTITION, "stock"));

        delivered().awaitCount(LOST + 2L);
        assertThat(delivered().flowFiles())
                .extracting(flowFile -> flowFile.attribute(PARTITION))
                .as("what came later and is not held has passed what is")
                .containsOnly("orders", "stock");
        awaitHeld(2);
        assertThat(replays.status("hold").path("state").asText()).isEqualTo("running");

        complete.start();
        replays.awaitState("hold", "finished");
        flow.awaitCounts(complete, Map.of("success", LOST + 4L));
        List<FlowFile> done = flow.queue(complete, "success").flowFiles();
        assertThat(done)
                .filteredOn(flowFile -> flowFile.attribute(PARTITION).equals("orders"))
                .extracting(flowFile -> flowFile.attributes().containsKey("replay.job.id"))
                .as("the replayed ones first")
                .containsExactly(true, true, true, false, false);
    }

    @Test
    void newEventsPassWhenTheJobDoesNotHoldThem() {
        replay("pass", "orders", "{}");
        delivered().awaitCount(LOST);
        source.send(2, "a new event", Map.of(PARTITION, "orders"));
        delivered().awaitCount(LOST + 2L);
        assertThat(replays.status("pass").path("state").asText()).isEqualTo("running");
    }

    private JsonNode replay(String job, String partition, String limits) {
        return replays.ask("""
                {"action": "replay", "job": "%s", "select": {"partitions": ["%s"]}, "limits": %s,
                 "reason": "a test"}
                """.formatted(job, partition, limits)).path("job");
    }

    private Connection delivered() {
        return flow.queue(guard, "deliver");
    }

    /** GuardDelivery has seen them and left them in its queue. */
    private void awaitHeld(int events) {
        await().atMost(Timeouts.FLOW).until(() -> {
            List<FlowFile> queued = beforeTheGuard.flowFiles();
            return queued.size() == events && queued.stream().allMatch(FlowFile::penalized);
        });
    }
}
