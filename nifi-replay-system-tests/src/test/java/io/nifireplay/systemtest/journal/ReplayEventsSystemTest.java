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
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What comes back from the journal, and what does not. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ReplayEventsSystemTest {
    @Test
    void bringsAFailedEventBackByItself(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor outage = flow.add("RouteOnAttribute", Map.of("out", "${replay.attempt:lt(3)}"));
        Processor fail = flow.failEvent();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", outage);
        flow.connect(outage, "out", fail);
        flow.connect(outage, "unmatched", complete);
        new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.start();

        source.send("order-1", "two apples");
        Result done = flow.take(complete, "success");
        assertThat(done.text()).isEqualTo("two apples");
        assertThat(done.attribute("replay.attempt")).isEqualTo("3");
        assertThat(done.attribute(JournalFlow.KEY)).isEqualTo("order-1");
        flow.awaitCounts(fail, Map.of("failed", 2L));
        assertThat(flow.readEvents()).singleElement().satisfies(event -> {
            assertThat(event.state().status()).isEqualTo(Status.COMPLETED);
            assertThat(event.state().failures()).isEqualTo(2);
        });
    }

    @Test
    void givesAnEventUpWhenItsBudgetIsUsedAndReplaysItWhenToldTo(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor outage = flow.add("RouteOnAttribute", Map.of("out", "${replay.attempt:lt(3)}"));
        Processor fail = flow.failEvent().set("Maximum Attempts", "2");
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", outage);
        flow.connect(outage, "out", fail);
        flow.connect(outage, "unmatched", complete);
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.start();

        source.send("order-1", "two apples");
        flow.awaitCounts(fail, Map.of("failed", 1L, "dead letter", 1L));
        source.send("order-1", "two apples");
        assertThat(flow.take(journalEvent, "dead letter").reason()).contains("outage");

        replays.replayMissed("fixed-it");
        assertThat(flow.take(complete, "success").attribute("replay.job.id")).isEqualTo("fixed-it");
        JsonNode job = replays.awaitReport("fixed-it", "finished");
        assertThat(job.path("progress").path("completed").asInt()).isEqualTo(1);
    }

    @Test
    void replaysWhatWasMissedAndNothingElse(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, "2 sec");
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", complete);
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.start();
        source.send("done", "one").send("done as well", "two");
        flow.awaitCounts(complete, Map.of("success", 2L));
        guard.stop();
        source.send("lost", "three").send("lost as well", "four");
        flow.queue(journalEvent, "accepted").awaitCount(2).empty();
        flow.queue(complete, "success").empty();
        guard.start();
        replays.awaitEndOfLeases();

        JsonNode plan = replays.plan("{}");
        assertThat(plan.path("selected").asInt()).isEqualTo(4);
        assertThat(plan.path("byState").path("completed").asInt()).isEqualTo(2);
        JsonNode opened = replays.replayMissed("outage-of-monday");
        assertThat(opened.path("plan").path("emitted").asInt()).isEqualTo(2);
        assertThat(opened.path("requester").asText()).isEqualTo("operator");
        flow.awaitCounts(complete, Map.of("success", 2L));
        Connection completed = flow.queue(complete, "success");
        assertThat(completed.flowFiles())
                .allSatisfy(flowFile -> assertThat(flowFile.attributes())
                        .containsEntry("replay.job.id", "outage-of-monday")
                        .containsEntry("replay.attempt", "2"));
        assertThat(completed.flowFiles())
                .extracting(flowFile -> flowFile.attribute(JournalFlow.KEY) + ": " + completed.text(flowFile))
                .containsExactlyInAnyOrder("lost: three", "lost as well: four");

        JsonNode report = replays.awaitReport("outage-of-monday", "finished");
        assertThat(report.path("reason").asText()).isEqualTo("FlowFiles were lost");
        JsonNode progress = report.path("progress");
        assertThat(progress.path("total").asInt()).isEqualTo(2);
        assertThat(progress.path("settled").asInt()).isEqualTo(2);
        assertThat(progress.path("completed").asInt()).isEqualTo(2);
        assertThat(progress.path("left").asInt()).isZero();
        assertThat(replays.status()
                        .path("checkpoints")
                        .path(0)
                        .path("lowWatermark")
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void changesNothingInADryRun(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, "2 sec");
        Processor journalEvent = flow.journalEvent();
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.start();
        source.send("lost", "one").send("lost", "other content");
        flow.awaitCounts(journalEvent, Map.of("accepted", 1L, "conflict", 1L));
        replays.awaitEndOfLeases();

        JsonNode plan = replays.plan("""
                {"keys": ["lost"]}
                """);
        assertThat(plan.path("selected").asInt()).isEqualTo(1);
        assertThat(plan.path("emitted").asInt()).isEqualTo(1);
        assertThat(plan.path("conflicts").asInt()).isEqualTo(1);
        assertThat(plan.path("byState").path("in flight").asInt()).isEqualTo(1);
        JsonNode status = replays.status();
        assertThat(status.path("jobs")).isEmpty();
        assertThat(status.path("checkpoints").path(0).path("open").asInt()).isEqualTo(1);
        flow.awaitCounts(journalEvent, Map.of("accepted", 1L, "conflict", 1L));
        assertThat(flow.readEvents())
                .singleElement()
                .satisfies(event -> assertThat(event.state().attempt()).isEqualTo(1));
    }

    @Test
    void makesCopiesForADrillThatNoDoorLetsThrough(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, "2 sec");
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        Replays replays = new Replays(flow, journalEvent);
        flow.connect(replays.processor(), "drill", journalEvent);
        flow.connectAlso(replays.processor(), "drill", guard);
        flow.connectAlso(replays.processor(), "drill", complete);
        Source source = flow.source(journalEvent);
        flow.startWithout(guard);
        source.send("order-1", "two apples");
        flow.awaitCounts(journalEvent, Map.of("accepted", 1L));
        replays.awaitEndOfLeases();

        JsonNode opened = replays.ask("""
                {"action": "replay", "job": "drill-1", "mode": "drill", "select": {}, "reason": "practice"}
                """).path("job");
        assertThat(opened.path("mode").asText()).isEqualTo("drill");
        guard.start();
        for (Processor door : List.of(journalEvent, guard, complete)) {
            Result rejected = flow.take(door, "rejected");
            assertThat(rejected.reason()).contains("drill");
            assertThat(rejected.text()).isEqualTo("two apples");
            assertThat(rejected.flowFile().attributes()).doesNotContainKey("replay.token");
        }
        replays.awaitState("drill-1", "finished");
        assertThat(flow.readEvents()).singleElement().satisfies(event -> {
            assertThat(event.state().attempt()).isEqualTo(1);
            assertThat(event.state().status()).isEqualTo(Status.IN_FLIGHT);
        });
    }

    @Test
    void emitsAgainWhatIsLostOnItsWayAndAdmitsItOnce(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, "2 sec");
        flow.journal().set("Re-emission Time", "1 sec");
        Processor journalEvent = flow.journalEvent();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", complete);
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.startWithout(complete);
        source.send("order-1", "two apples");
        flow.queue(journalEvent, "accepted").awaitCount(1).empty();
        replays.awaitEndOfLeases();
        journalEvent.stop();

        replays.replayMissed("lossy");
        replays.queue().awaitAtLeast(1).empty();
        // Nothing is left: what comes now was emitted again, and again while nobody admits it.
        replays.queue().awaitAtLeast(3);
        replays.processor().stop();
        long emitted = replays.queue().count();
        journalEvent.start();
        replays.queue().awaitEmpty();
        flow.awaitCounts(journalEvent, Map.of("accepted", 1L, "in flight", emitted - 1));
        complete.start();
        flow.awaitCounts(complete, Map.of("success", 1L));
    }

    @Test
    void releasesTheNextEventOfAStrictOrderWhenTheOneBeforeIsSettled(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, "2 sec");
        Processor journalEvent = flow.journalEvent();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", complete);
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.startWithout(complete);
        source.send("first", "1").send("second", "2").send("third", "3");
        flow.queue(journalEvent, "accepted").awaitCount(3).empty();
        replays.awaitEndOfLeases();

        JsonNode opened = replays.ask("""
                {"action": "replay", "job": "in-order", "select": {}, "reason": "order matters",
                 "limits": {"strictOrder": true}}
                """);
        assertThat(opened.path("job").path("progress").path("total").asInt()).isEqualTo(3);
        for (String key : List.of("first", "second", "third")) {
            FlowFile next = flow.queue(journalEvent, "accepted").awaitCount(1).onlyFlowFile();
            assertThat(next.attribute(JournalFlow.KEY)).isEqualTo(key);
            complete.runOnce();
        }
        replays.awaitState("in-order", "finished");
        flow.awaitCounts(complete, Map.of("success", 3L));
    }

    @Test
    void refusesRequestsThatItCannotTrust(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.start();
        source.send("order-1", "two apples");
        flow.awaitCounts(journalEvent, Map.of("accepted", 1L));

        assertThat(replays.refusal("""
                {"action": "replay", "job": "again", "mode": "forced", "select": {}, "reason": "once more"}
                """)).contains("forced").contains("approval");
        assertThat(replays.refusal("""
                {"action": "replay", "job": "typo", "select": {"key": ["order-1"]}, "reason": "once more"}
                """)).contains("$.select.key").contains("not known");
        assertThat(replays.refusal("""
                {"action": "replay", "job": "no-reason", "select": {}}
                """)).contains("$.reason").contains("missing");
        assertThat(replays.refusal("once more, please")).contains("no JSON");
        assertThat(replays.status().path("jobs")).isEmpty();
    }

    @Test
    void opensTheJobOfItsOwnPropertiesOnce(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, "2 sec");
        Processor journalEvent = flow.journalEvent();
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.start();
        source.send("order-1", "two apples");
        flow.queue(journalEvent, "accepted").awaitCount(1).empty();
        replays.awaitEndOfLeases();

        replays.processor()
                .stop()
                .set(Map.of("Job ID", "by-properties", "Reason", "it was lost", "States", "in flight"))
                .start();
        FlowFile again = flow.queue(journalEvent, "accepted").awaitCount(1).onlyFlowFile();
        assertThat(again.attributes())
                .containsEntry("replay.job.id", "by-properties")
                .containsEntry("replay.attempt", "2");
        replays.processor().stop().start();
        assertThat(replays.status().path("jobs")).hasSize(1);
        flow.awaitCounts(journalEvent, Map.of("accepted", 1L));
        List<EventView> events = flow.readEvents();
        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(event.state().attempt()).isEqualTo(2));
    }
}
