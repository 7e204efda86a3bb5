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
package io.nifireplay.systemtest.demo;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The flow of {@code templates/recoverable-http-intake.json}, which the other templates have too, in a NiFi, in
 * the words of a person before the canvas.
 * Stays valid over a restart of that NiFi. For one thread.
 */
public final class RecoverableIntake {
    private static final String COUNT_BOX = "Ask: what is missing?";
    private static final String REPLAY_BOX = "Ask: replay what is missing";
    private static final Set<String> REPLAYERS = Set.of("Replay from the journal", "Replay from provenance");
    private static final String REQUEST = "Custom Text";
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private final ProcessGroup group;
    private final Connection reports;
    private final Connection deadLetters;
    private final Connection withoutAnswer;
    private final Map<String, JsonNode> read = new HashMap<>();
    private int requests;

    private RecoverableIntake(ProcessGroup group) {
        this.group = group;
        this.reports = group.connectionFrom(replayer(group), "report");
        this.deadLetters = group.connectionFrom(group.processorNamed("Record: failed"), "dead letter");
        this.withoutAnswer = group.connectionFrom(group.processorNamed("May it be sent again?"), "unmatched");
    }

    private static Processor replayer(ProcessGroup group) {
        return group.processors().stream()
                .filter(processor -> REPLAYERS.contains(processor.name()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The flow has none of " + REPLAYERS));
    }

    /** Imports the template into a group, sets parameters, and enables its services. */
    public static RecoverableIntake install(ProcessGroup canvas, Path template, Map<String, String> parameters) {
        ProcessGroup group = canvas.importFlow(template, "Recoverable HTTP intake");
        group.parameterContext().orElseThrow().set(parameters);
        group.enableServices();
        return new RecoverableIntake(group);
    }

    /** The process group. */
    public ProcessGroup group() {
        return group;
    }

    /** Starts the flow and waits until it listens. */
    public RecoverableIntake start() {
        group.start();
        await("the intake at " + address())
                .pollInterval(Duration.ofMillis(50))
                .atMost(ANSWER_TIMEOUT)
                .until(this::listens);
        return this;
    }

    /** Where events are sent to. */
    public URI address() {
        Map<String, String> parameters = group.parameterContext().orElseThrow().values();
        return URI.create("http://" + parameters.get("Listening Address") + ":" + parameters.get("Listening Port")
                + parameters.get("Listening Path"));
    }

    /** The queue of events that were given up. */
    public Connection deadLetters() {
        return deadLetters;
    }

    /** The queue of calls that left and got no answer. */
    public Connection withoutAnswer() {
        return withoutAnswer;
    }

    /**
     * What the journal holds of the events that are selected, by a dry run.
     *
     * @param select as in a replay request
     * @return the plan of the report
     */
    public JsonNode count(JsonNode select) {
        String job = "count-" + ++requests;
        ObjectNode request = JSON.createObjectNode();
        request.put("action", "replay").put("mode", "dry run").put("job", job);
        request.set("select", select);
        request.put("reason", "How do the events stand?").put("requester", "the demo");
        ask(COUNT_BOX, request);
        return awaitReport(report -> report.at("/request/job").asText().equals(job))
                .path("plan");
    }

    /** What the journal holds of all events. */
    public JsonNode countAll() {
        return count(JSON.createObjectNode());
    }

    /** Asks for a replay of all that is missed. */
    public void replayMissed(String job, int ratePerSecond, String reason) {
        ObjectNode request = JSON.createObjectNode();
        request.put("action", "replay").put("mode", "missed only").put("job", job);
        request.putObject("select");
        request.putObject("limits").put("ratePerSecond", ratePerSecond);
        request.put("reason", reason).put("requester", "the demo");
        ask(REPLAY_BOX, request);
    }

    /** What the last report says of a job, empty before the first. */
    public Optional<JsonNode> job(String job) {
        return find(report -> report.at("/job/id").asText().equals(job)).map(report -> report.path("job"));
    }

    private boolean listens() {
        URI address = address();
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes a request into the box, runs it once, and leaves the box as it was. */
    private void ask(String boxName, ObjectNode request) {
        Processor box = group.processorNamed(boxName);
        String text = box.properties().get("generate-ff-custom-text");
        box.enable();
        box.set(REQUEST, request.toPrettyString());
        box.runOnce();
        box.set(REQUEST, text);
        box.disable();
    }

    private JsonNode awaitReport(Predicate<JsonNode> wanted) {
        return await().pollInterval(Duration.ofMillis(100))
                .atMost(ANSWER_TIMEOUT)
                .until(() -> find(wanted), Optional::isPresent)
                .orElseThrow();
    }

    /** The newest report that is wanted. */
    private Optional<JsonNode> find(Predicate<JsonNode> wanted) {
        for (FlowFile flowFile : reports.flowFiles()) {
            read.computeIfAbsent(flowFile.uuid(), uuid -> report(flowFile));
        }
        return read.values().stream()
                .filter(wanted)
                .max(Comparator.comparing(
                        report -> Instant.parse(report.path("time").asText())));
    }

    private JsonNode report(FlowFile flowFile) {
        String reason = flowFile.attributes().get("replay.reason");
        if (reason != null) {
            throw new IllegalStateException("A replay request was refused: " + reason);
        }
        try {
            return JSON.readTree(reports.text(flowFile));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("A report is no JSON", e);
        }
    }
}
