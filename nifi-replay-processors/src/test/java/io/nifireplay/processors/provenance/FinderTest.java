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
package io.nifireplay.processors.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.processors.rest.MissingPolicyException;
import io.nifireplay.processors.rest.NiFiApi;
import io.nifireplay.processors.rest.ProvenanceSearch;
import io.nifireplay.processors.rest.StubNiFi;
import io.nifireplay.processors.rest.StubNiFi.Answer;
import io.nifireplay.processors.rest.Targets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Of the events that an HTTP server in NiFi's place has. */
class FinderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm:ss 'UTC'");
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Instant EARLIER = NOW.minusSeconds(3_600);
    private static final Map<String, String> UNSEEN = Map.of("filename", "a");
    private static final Map<String, String> ACCEPTED = Map.of(
            "replay.token", "t",
            "replay.event.id", "orders/5",
            "replay.idempotency.key", "order-5");
    private static final Map<String, String> CONFLICT = Map.of(
            "replay.outcome", "conflict",
            "replay.event.id", "orders/5",
            "replay.idempotency.key", "order-5");

    private final List<Event> events = new ArrayList<>();
    private final Map<String, String> queues = Map.of("q1", "j1", "q2", "j2", "q-sql", "put-sql");
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile JsonNode asked = JSON.createObjectNode();

    private record Event(
            long id,
            String type,
            String flowFile,
            String component,
            String queue,
            Instant time,
            Map<String, String> attributes,
            String obstacle) {
        private static final String NONE = "";

        static Event of(long id, String type, String flowFile, String queue) {
            return new Event(id, type, flowFile, "j1", queue, EARLIER, UNSEEN, NONE);
        }

        Event at(Instant other) {
            return new Event(id, type, flowFile, component, queue, other, attributes, obstacle);
        }

        Event with(Map<String, String> others) {
            return new Event(id, type, flowFile, component, queue, time, others, obstacle);
        }

        Event ofComponent(String other) {
            return new Event(id, type, flowFile, other, queue, time, attributes, obstacle);
        }

        Event notReplayable(String why) {
            return new Event(id, type, flowFile, component, queue, time, attributes, why);
        }

        void writeTo(ObjectNode node) {
            node.put("eventId", id)
                    .put("eventType", type)
                    .put("flowFileUuid", flowFile)
                    .put("componentId", component)
                    .put("sourceConnectionIdentifier", queue)
                    .put("replayAvailable", obstacle.equals(NONE))
                    .put("replayExplanation", obstacle);
            attributes.forEach((name, value) ->
                    node.withArray("attributes").addObject().put("name", name).put("value", value));
        }
    }

    @Test
    void selectsByTheTypeOfTheEventAndNeverWhatIsAReplayItself() throws Exception {
        events.add(Event.of(1, "ROUTE", "f1", "q1"));
        events.add(Event.of(2, "DROP", "f2", "q1"));
        events.add(Event.of(3, "ATTRIBUTES_MODIFIED", "f3", "q1"));
        events.add(Event.of(4, "REPLAY", "f4", "q1"));

        assertThat(ids(find(ofTypes("ROUTE")))).containsExactly(1L);
        assertThat(ids(find(ofTypes("ROUTE", "DROP")))).containsExactly(1L, 2L);
        assertThat(ids(find(ofTypes()))).containsExactly(1L, 2L, 3L);
        assertThat(ids(find(ofTypes("REPLAY")))).isEmpty();
    }

    @Test
    void selectsByTimeUpToNowWhereNoEndIsSet() throws Exception {
        for (int i = 0; i < 10; i++) {
            events.add(Event.of(i, "ROUTE", "f" + i, "q1")
                    .at(EARLIER.plusSeconds(i).plusMillis(500)));
        }
        events.add(Event.of(10, "ROUTE", "later", "q1").at(NOW.plusSeconds(1)));

        assertThat(ids(find(within(Optional.of(EARLIER.plusSeconds(2)), Optional.of(EARLIER.plusSeconds(5))))))
                .containsExactly(2L, 3L, 4L);
        assertThat(ids(find(within(Optional.of(EARLIER.plusSeconds(7)), Optional.empty()))))
                .containsExactly(7L, 8L, 9L);
    }

    @Test
    void takesOneEventForEachFlowFileAndQueueTheOldestOrTheOldestThatTellsOfTheJournal() throws Exception {
        events.add(Event.of(9, "ROUTE", "f1", "q1"));
        events.add(Event.of(8, "ATTRIBUTES_MODIFIED", "f1", "q1"));
        events.add(Event.of(3, "ATTRIBUTES_MODIFIED", "f2", "q1"));
        events.add(Event.of(7, "ROUTE", "f2", "q1").with(ACCEPTED));
        events.add(Event.of(6, "DROP", "f2", "q1").with(ACCEPTED));
        events.add(Event.of(4, "ROUTE", "f2", "q2"));

        ProvenanceFindings found = find(ofTypes());

        assertThat(found.events()).isEqualTo(6);
        assertThat(ids(found)).containsExactly(4L, 6L, 8L);
        assertThat(found.sources())
                .extracting(ProvenanceSource::key)
                .containsExactly(Optional.empty(), Optional.of("order-5"), Optional.empty());
        assertThat(found.leadTo()).containsExactlyInAnyOrder("j1", "j2");
        assertThat(calls.stream().filter(call -> call.startsWith("GET /connections/")))
                .as("once for each queue")
                .containsExactlyInAnyOrder("GET /connections/q1", "GET /connections/q2");
    }

    @Test
    void countsWhatItLeavesOut() throws Exception {
        events.add(Event.of(1, "ROUTE", "f1", "q1"));
        events.add(Event.of(2, "ROUTE", "f2", "q-sql"));
        events.add(Event.of(3, "ROUTE", "f3", "q-sql"));
        events.add(Event.of(4, "ROUTE", "f4", "q1").with(CONFLICT));
        events.add(Event.of(5, "CREATE", "f5", ""));
        // A conflict in a queue that leads elsewhere is counted once.
        events.add(Event.of(6, "ROUTE", "f6", "q-sql").with(CONFLICT));

        ProvenanceFindings found = find(ofTypes());

        assertThat(ids(found)).containsExactly(1L);
        assertThat(found.elsewhere()).isEqualTo(3);
        assertThat(found.conflicts()).isEqualTo(1);
        assertThat(found.withoutQueue()).isEqualTo(1);
        assertThat(found.leadTo()).containsExactly("j1");
    }

    @Test
    void saysWhatNiFiWillNotReplay() throws Exception {
        events.add(Event.of(1, "JOIN", "f1", "q1")
                .notReplayable("Cannot replay events that are associated with multiple parents."));
        events.add(
                Event.of(2, "ROUTE", "f2", "q1").notReplayable("Content is no longer available in Content Repository"));
        events.add(Event.of(3, "ROUTE", "f3", "gone"));
        events.add(Event.of(4, "ROUTE", "f4", "q1"));

        ProvenanceFindings found = find(ofTypes());

        assertThat(found.sources())
                .extracting(ProvenanceSource::obstacle)
                .containsExactly(
                        Optional.of(ItemStanding.JOIN),
                        Optional.of(ItemStanding.CONTENT_EXPIRED),
                        Optional.of(ItemStanding.QUEUE_GONE),
                        Optional.empty());
        assertThat(found.counts().notReplayable())
                .isEqualTo(
                        Map.of(ItemStanding.JOIN, 1L, ItemStanding.CONTENT_EXPIRED, 1L, ItemStanding.QUEUE_GONE, 1L));
    }

    @Test
    void namesThePoliciesThatAreMissing() {
        events.add(Event.of(1, "ROUTE", "f1", "q1").with(Map.of()));
        events.add(Event.of(2, "ROUTE", "f2", "q2").ofComponent("j2").notReplayable("Insufficient rights"));

        assertThatThrownBy(() -> find(ofTypes()))
                .isInstanceOf(MissingPolicyException.class)
                .hasMessageContaining("read on /data/processors/j1")
                .hasMessageContaining("write on /data/processors/j2");
    }

    @Test
    void selectsByFlowFileByLineageAndByAttributesAndOnlyWhatMeetsAll() throws Exception {
        events.add(Event.of(1, "ROUTE", "f1", "q1").with(Map.of("shop", "a", "x", "y")));
        events.add(Event.of(2, "ROUTE", "in lineage", "q1").with(Map.of("shop", "b")));
        events.add(Event.of(3, "ROUTE", "f3", "q1").with(Map.of("shop", "a")));

        assertThat(ids(find(selection(Map.of("shop", "a"), Set.of(), OptionalLong.empty()))))
                .containsExactly(1L, 3L);
        assertThat(ids(find(selection(Map.of(), Set.of("f3", "in lineage"), OptionalLong.empty()))))
                .containsExactly(2L, 3L);
        assertThat(ids(find(selection(Map.of(), Set.of(), OptionalLong.of(2))))).containsExactly(2L);
        assertThat(ids(find(selection(Map.of(), Set.of("f3", "in lineage"), OptionalLong.of(2)))))
                .containsExactly(2L);
        assertThat(ids(find(selection(Map.of("shop", "a"), Set.of(), OptionalLong.of(2)))))
                .isEmpty();
        assertThat(ids(find(selection(Map.of(), Set.of("f3"), OptionalLong.of(2)))))
                .as("a FlowFile that is not in the lineage")
                .isEmpty();
    }

    private static List<Long> ids(ProvenanceFindings found) {
        return found.sources().stream().map(ProvenanceSource::eventId).toList();
    }

    private static ProvenanceSelection ofTypes(String... types) {
        return new ProvenanceSelection(
                Set.of("j1", "j2"),
                Optional.empty(),
                Optional.empty(),
                Set.of(types),
                Map.of(),
                Set.of(),
                OptionalLong.empty());
    }

    private static ProvenanceSelection within(Optional<Instant> from, Optional<Instant> to) {
        return new ProvenanceSelection(Set.of("j1"), from, to, Set.of(), Map.of(), Set.of(), OptionalLong.empty());
    }

    private static ProvenanceSelection selection(
            Map<String, String> attributes, Set<String> flowFiles, OptionalLong lineageOf) {
        return new ProvenanceSelection(
                Set.of("j1"), Optional.empty(), Optional.empty(), Set.of(), attributes, flowFiles, lineageOf);
    }

    private ProvenanceFindings find(ProvenanceSelection selection) throws Exception {
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            return new Finder(new ProvenanceSearch(api, "", 1_000), new Targets(api, "", "JournalEvent"), "")
                    .find(selection, NOW, Set.of("j1", "j2"));
        }
    }

    private Answer answer(String method, String path, Optional<JsonNode> body) {
        calls.add(method + " " + path);
        if (path.startsWith("/connections/")) {
            String queue = path.substring("/connections/".length());
            return queues.containsKey(queue)
                    ? Answer.of(200, "{\"destinationId\": \"" + queues.get(queue) + "\"}")
                    : Answer.of(404, "No such queue.");
        }
        if (path.startsWith("/provenance/lineage")) {
            return Answer.of(200, """
                    {"lineage": {"id": "l", "finished": true, "results": {"errors": [], "nodes": [
                      {"type": "EVENT", "flowFileUuid": "in lineage"}, {"type": "FLOWFILE", "flowFileUuid": "in lineage"}
                    ]}}}
                    """);
        }
        if (method.equals("POST")) {
            asked = body.orElseThrow().path("provenance").path("request");
        }
        return Answer.of(200, found(asked).toString());
    }

    private ObjectNode found(JsonNode request) {
        List<Event> matching = events.stream()
                .filter(event -> event.component().equals(term(request, "ProcessorID")))
                .filter(event ->
                        term(request, "EventType").isEmpty() || event.type().equals(term(request, "EventType")))
                .filter(event -> !request.has("startDate") || !event.time().isBefore(time(request.path("startDate"))))
                .filter(event -> !event.time().isAfter(time(request.path("endDate"))))
                .toList();
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode results = answer.putObject("provenance")
                .put("id", "q")
                .put("finished", true)
                .putObject("results")
                .put("totalCount", matching.size());
        results.putArray("errors");
        results.putArray("provenanceEvents");
        matching.forEach(
                event -> event.writeTo(results.withArray("provenanceEvents").addObject()));
        return answer;
    }

    private static String term(JsonNode request, String field) {
        return request.path("searchTerms").path(field).path("value").asText("");
    }

    private static Instant time(JsonNode text) {
        return LocalDateTime.parse(text.asText(), TIME).toInstant(ZoneOffset.UTC);
    }
}
