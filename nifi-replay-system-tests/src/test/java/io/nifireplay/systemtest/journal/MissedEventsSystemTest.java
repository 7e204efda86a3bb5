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
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was missed comes back by itself, or is told. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class MissedEventsSystemTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LOST = 60;
    private static final int REFUSED = 20;
    private static final double RATE = 10;
    private static final int MANY_REPORTS = 50;

    @Test
    void healsAfterAnOutageWithoutAHandAtItsRateAndThroughAKillOfNiFi() {
        try (DownstreamService downstream = DownstreamService.start();
                NiFiInstance nifi = NiFiInstance.in(Homes.fresh("outage")).build()) {
            nifi.start();
            JournalFlow flow = new JournalFlow(nifi.client().root().createGroup("outage"), "8 sec");
            Processor journalEvent = flow.journalEvent();
            Processor guard = flow.guardDelivery().set("Downstream Honours Idempotency Key", "true");
            Processor deliver = deliver(flow, downstream);
            Processor complete = flow.completeEvent();
            Processor retry = flow.failEvent()
                    .set(Map.of(
                            "Maximum Attempts",
                            "1000",
                            "Initial Retry Delay",
                            "500 ms",
                            "Maximum Retry Delay",
                            "2 sec"));
            Processor giveUp = flow.completeEvent().set(Map.of("Outcome", "dead letter", "Error Type", "422"));
            flow.connect(journalEvent, "accepted", guard);
            flow.connect(guard, "deliver", deliver);
            flow.connect(deliver, "Original", complete);
            deliver.to(retry, "Retry", "Failure");
            deliver.to(giveUp, "No Retry");
            deliver.autoTerminate("Response");
            Replays replays = new Replays(flow, journalEvent);
            Processor detect = detect(flow)
                    .set(Map.of(
                            "When Events Are Missed",
                            "replay",
                            "Maximum Rate",
                            String.valueOf(RATE),
                            "Tell Again",
                            "true"));
            Source source = flow.source(journalEvent);
            flow.startWithout(guard);
            nifi.awaitFlowSaved();

            // The downstream is out. Somebody empties the queue that grows before it.
            downstream.unavailable(true);
            downstream.fail("hopeless", 422);
            source.send(LOST);
            flow.queue(journalEvent, "accepted").awaitCount(LOST).empty();
            guard.start();
            source.send(REFUSED);
            source.send("hopeless", "it will never do");
            await().atMost(Timeouts.FLOW).until(() -> downstream.refused() > REFUSED);

            // It is back; from here on nobody does anything, but NiFi is killed while the replay runs.
            downstream.unavailable(false);
            await().atMost(Timeouts.FLOW).until(() -> downstream.acceptedKeys() >= REFUSED + LOST / 4);
            nifi.killNow();
            nifi.start();
            await().atMost(Timeouts.FLOW.multipliedBy(2)).until(() -> downstream.acceptedKeys() == REFUSED + LOST);
            await().atMost(Timeouts.FLOW)
                    .until(() -> latestReport(flow, detect)
                            .filter(report ->
                                    report.path("missed").path("dead letter").asInt() == 1)
                            .filter(report -> report.path("events").asInt() == 1)
                            .isPresent());

            assertThat(downstream.accepted()).isEqualTo(REFUSED + LOST);
            assertThat(downstream.acceptedMoreThanOnce()).isZero();
            assertThat(downstream.of("hopeless").accepted()).isZero();
            replays.status().path("jobs").forEach(MissedEventsSystemTest::assertKeptItsRate);
            assertThat(replays.status().path("jobs").size()).as("jobs").isPositive();
            assertThat(flow.readEvents())
                    .hasSize(REFUSED + LOST + 1)
                    .allSatisfy(event -> assertThat(event.state().status())
                            .isEqualTo(
                                    event.envelope().key().equals("hopeless") ? Status.DEAD_LETTER : Status.COMPLETED));
        }
    }

    @Test
    void tellsOfANumberThatNeverCameUntilItComes(ProcessGroup group) throws IOException {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        ControllerService writer = group.createService("JsonRecordSetWriter");
        Processor detect = detect(flow).set("Gap Grace Time", "2 sec").set("Record Writer", writer);
        Source source = flow.source(journalEvent);
        writer.enable();
        flow.start();

        source.send(1, "the first", Map.of(JournalFlow.KEY, "n1", "ce-sequence", "1"));
        source.send(1, "the fourth", Map.of(JournalFlow.KEY, "n4", "ce-sequence", "4"));

        Connection missed = flow.queue(detect, "missed").awaitCount(1);
        FlowFile told = missed.onlyFlowFile();
        assertThat(told.attribute("replay.missed.numbers")).isEqualTo("2");
        assertThat(told.attribute("record.count")).isEqualTo("1");
        JsonNode gap = JSON.readTree(missed.text(told)).path(0);
        assertThat(gap.path("partition").asText()).isEqualTo("default");
        assertThat(gap.path("reason").asText()).isEqualTo("sequence gap");
        assertThat(gap.path("sequence").asLong()).isEqualTo(2);
        assertThat(gap.path("sequenceEnd").asLong()).isEqualTo(3);

        source.send(1, "the second", Map.of(JournalFlow.KEY, "n2", "ce-sequence", "2"));
        source.send(1, "the third", Map.of(JournalFlow.KEY, "n3", "ce-sequence", "3"));
        await().atMost(Timeouts.FLOW)
                .until(() -> latestReport(flow, detect)
                        .filter(report ->
                                report.path("missed").path("sequence gap").asInt() == 0)
                        .isPresent());
    }

    /** What was completed without the job, by its own FlowFile after all, is none of its rate. */
    private static void assertKeptItsRate(JsonNode job) {
        double seconds = job.at("/progress/settled").asDouble()
                / job.path("ratePerSecond").asDouble();
        // A quarter of a second's events may come at once, after a start of NiFi again.
        assertThat(job.at("/progress/emitted").asDouble())
                .as("events in %s s of %s", seconds, job)
                .isLessThanOrEqualTo(RATE * (seconds * 1.05 + 0.5));
    }

    private static Processor deliver(JournalFlow flow, DownstreamService downstream) {
        return flow.add(
                "InvokeHTTP",
                Map.of(
                        "HTTP Method",
                        "POST",
                        "HTTP URL",
                        downstream.uri().toString(),
                        DownstreamService.KEY_HEADER,
                        "${replay.idempotency.key}"));
    }

    private static Processor detect(JournalFlow flow) {
        return flow.add(
                        "DetectMissedEvents",
                        Map.of("Event Journal", flow.journal().id()))
                .every("1 sec");
    }

    private static Optional<JsonNode> latestReport(JournalFlow flow, Processor detect) {
        Connection reports = flow.queue(detect, "report");
        if (reports.count() > MANY_REPORTS) {
            // Only so many can be listed; with Tell Again there is a new one soon.
            reports.empty();
        }
        return reports.flowFiles().stream().reduce((earlier, later) -> later).map(report -> json(reports.text(report)));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("The report is no JSON: " + text, e);
        }
    }
}
