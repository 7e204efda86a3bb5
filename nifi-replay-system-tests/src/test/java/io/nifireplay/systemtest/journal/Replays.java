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

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.systemtest.client.Connectable;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.Processor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** ReplayEvents of a flow, and a person who sends it requests. */
public final class Replays {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int MANY_REPORTS = 50;

    private final JournalFlow flow;
    private final Processor replayEvents;
    private final Optional<Connection> replayed;
    private final Source requests;
    private int asked;

    /** @param journalEvent where replayed events go */
    public Replays(JournalFlow flow, Connectable journalEvent) {
        this(
                flow,
                flow.add("ReplayEvents", Map.of("Event Journal", flow.journal().id())),
                journalEvent);
    }

    private Replays(JournalFlow flow, Processor replayEvents, Connectable journalEvent) {
        this.flow = flow;
        this.replayEvents = replayEvents;
        replayed =
                Optional.of(flow.connect(replayEvents, "replayed", journalEvent).backPressure(0));
        requests = flow.source(replayEvents);
    }

    private Replays(JournalFlow flow, Processor replayProvenance) {
        this.flow = flow;
        replayEvents = replayProvenance;
        replayed = Optional.empty();
        requests = flow.source(replayProvenance);
    }

    /** Requests to a ReplayProvenance, whose replays go where NiFi puts them. */
    public static Replays fromProvenance(JournalFlow flow, Map<String, String> properties) {
        return new Replays(flow, flow.add("ReplayProvenance", properties).set("Event Journal", flow.journal()));
    }

    public Processor processor() {
        return replayEvents;
    }

    /** The queue of replayed events before JournalEvent. */
    public Connection queue() {
        return replayed.orElseThrow();
    }

    /** Sends a request and waits for its report. */
    public JsonNode ask(String request) {
        Connection reports = flow.queue(replayEvents, "report");
        if (reports.count() > MANY_REPORTS) {
            reports.empty();
        }
        FlowFile answer = awaitAnswer(reports, send(request));
        return json(reports.text(answer));
    }

    /** Sends a request that is refused, and says why it was. */
    public String refusal(String request) {
        return awaitAnswer(flow.queue(replayEvents, "failure"), send(request)).attribute("replay.reason");
    }

    /** What a job would do, by a dry run. */
    public JsonNode plan(String select) {
        return ask("""
                {"action": "replay", "job": "look", "mode": "dry run", "select": %s, "reason": "a look"}
                """.formatted(select)).path("plan");
    }

    /** Opens a job that replays what was missed; the job as it was opened. */
    public JsonNode replayMissed(String job) {
        return ask("""
                {"action": "replay", "job": "%s", "mode": "missed only", "select": {}, "reason": "FlowFiles were lost",
                 "requester": "operator"}
                """.formatted(job)).path("job");
    }

    /** Pauses, resumes or aborts a job; the job after that. */
    public JsonNode change(String action, String job) {
        return ask("""
                {"action": "%s", "job": "%s", "reason": "a test"}
                """.formatted(action, job)).path("job");
    }

    public JsonNode status(String job) {
        return ask("""
                {"action": "status", "job": "%s"}
                """.formatted(job)).path("job");
    }

    public JsonNode status() {
        return ask("""
                {"action": "status"}
                """);
    }

    /** Waits until no event is in flight under a lease that runs. */
    public void awaitEndOfLeases() {
        await().pollInterval(Duration.ofMillis(250))
                .atMost(TIMEOUT)
                .until(() -> plan("{}").path("inFlight").asInt() == 0);
    }

    /** Waits until a job is over; how it stands then. */
    public JsonNode awaitState(String job, String state) {
        return await().pollInterval(Duration.ofMillis(250))
                .atMost(TIMEOUT)
                .until(() -> status(job), found -> found.path("state").asText().equals(state));
    }

    /** Waits for the report that ReplayEvents makes by itself when a job reaches a state. */
    public JsonNode awaitReport(String job, String state) {
        Connection reports = flow.queue(replayEvents, "report");
        FlowFile report = await().pollInterval(Duration.ofMillis(200))
                .atMost(TIMEOUT)
                .until(
                        () -> reports.flowFiles().stream()
                                .filter(flowFile -> !flowFile.attributes().containsKey("request"))
                                .filter(flowFile ->
                                        job.equals(flowFile.attributes().get("replay.job.id")))
                                .filter(flowFile ->
                                        state.equals(flowFile.attributes().get("replay.job.state")))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        return json(reports.text(report)).path("job");
    }

    private String send(String request) {
        String number = String.valueOf(++asked);
        requests.send(1, request, Map.of("request", number));
        return number;
    }

    /** A request's FlowFile becomes its report, and keeps its attributes. */
    private static FlowFile awaitAnswer(Connection queue, String number) {
        return await().alias("answer to request " + number)
                .pollInterval(Duration.ofMillis(100))
                .atMost(TIMEOUT)
                .until(
                        () -> queue.flowFiles().stream()
                                .filter(flowFile ->
                                        number.equals(flowFile.attributes().get("request")))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("The report is no JSON: " + text, e);
        }
    }
}
