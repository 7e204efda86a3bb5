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
package io.nifireplay.processors.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.processors.rest.StubNiFi.Answer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of answers that are cut as NiFi cuts them nothing is missed, and nothing is taken twice. */
class ProvenanceSearchTest {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm:ss 'UTC'");
    private static final Instant END = Instant.parse("2026-11-25T12:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, Instant> events = new TreeMap<>();
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicInteger deleted = new AtomicInteger();
    private volatile String whole = "";

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100})
    void findsEachEventOnceHoweverFewAnAnswerMayHave(int maxResults) throws Exception {
        Random random = new Random(maxResults);
        for (int i = 0; i < 300; i++) {
            // Bursts within a second, and gaps of days.
            long back = random.nextInt(4) == 0 ? random.nextInt(1_000_000) : random.nextInt(10);
            events.put(i, END.minusSeconds(back).minusMillis(random.nextInt(2) * random.nextInt(1_000)));
        }

        assertThat(find(maxResults, new TimeWindow(Optional.empty(), END)))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 300).boxed().toList());
        assertThat(deleted).hasValue(queries.get());
    }

    @Test
    void keepsToItsWindow() throws Exception {
        for (int i = 0; i < 100; i++) {
            events.put(i, END.minusSeconds(i).minusMillis(500));
        }

        assertThat(find(7, new TimeWindow(Optional.of(END.minusSeconds(20)), END.minusSeconds(10))))
                .containsExactlyInAnyOrder(10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
    }

    @Test
    void namesThePolicyThatIsMissing() {
        try (StubNiFi nifi = new StubNiFi((method, path, body) -> Answer.of(403, "No."));
                NiFiApi api = nifi.api()) {
            assertThatThrownBy(() -> new ProvenanceSearch(api, "", 10)
                            .find("c", Optional.empty(), new TimeWindow(Optional.empty(), END), event -> {}))
                    .isInstanceOf(MissingPolicyException.class)
                    .hasMessageContaining("'query provenance' (read on /provenance)");
        }
    }

    @Test
    void takesALineageThatIsWhole() throws Exception {
        assertThat(lineage(999, 500)).hasSize(1_499);
        assertThat(deleted).hasValue(1);
    }

    @Test
    void refusesALineageOfWhichNiFiMayHaveLeftOutAPart() {
        assertThatThrownBy(() -> lineage(1_000, 0))
                .isInstanceOf(NiFiApiException.class)
                .hasMessageContaining("The lineage of event 7 has 1000 events or more")
                .hasMessageContaining("instead of lineageOf");
        assertThat(deleted).hasValue(1);
    }

    private Set<String> lineage(int events, int flowFiles) throws Exception {
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode results =
                answer.putObject("lineage").put("id", "l").put("finished", true).putObject("results");
        results.putArray("errors");
        for (int i = 0; i < events + flowFiles; i++) {
            results.withArray("nodes")
                    .addObject()
                    .put("type", i < events ? "EVENT" : "FLOWFILE")
                    .put("flowFileUuid", "f" + i);
        }
        try (StubNiFi nifi = new StubNiFi((method, path, body) -> {
                    if (method.equals("DELETE")) {
                        deleted.incrementAndGet();
                    }
                    return Answer.of(200, answer.toString());
                });
                NiFiApi api = nifi.api()) {
            return new ProvenanceSearch(api, "", 10).lineage(7);
        }
    }

    private List<Integer> find(int maxResults, TimeWindow window) throws Exception {
        List<Integer> found = new ArrayList<>();
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            new ProvenanceSearch(api, "", maxResults)
                    .find("c", Optional.empty(), window, event -> found.add((int) event.id()));
        }
        return found;
    }

    private Answer answer(String method, String path, Optional<JsonNode> body) {
        if (method.equals("DELETE")) {
            deleted.incrementAndGet();
            return Answer.of(200, "{}");
        }
        if (method.equals("GET")) {
            assertThat(path).isEqualTo("/provenance/q?summarize=false&incrementalResults=false");
            return Answer.of(200, whole);
        }
        queries.incrementAndGet();
        JsonNode request = body.orElseThrow().path("provenance").path("request");
        assertThat(request.path("searchTerms").path("ProcessorID").path("value").asText())
                .isEqualTo("c");
        Instant from = request.has("startDate") ? time(request.path("startDate")) : Instant.MIN;
        Instant to = time(request.path("endDate"));
        List<Integer> matching = new ArrayList<>(events.entrySet().stream()
                .filter(event ->
                        !event.getValue().isBefore(from) && !event.getValue().isAfter(to))
                .map(Map.Entry::getKey)
                .toList());
        int max = request.path("maxResults").asInt();
        // Which events a cut answer has is anybody's guess, and the total is not counted further.
        Collections.shuffle(matching, new Random(queries.get()));
        List<Integer> returned = matching.subList(0, Math.min(max, matching.size()));
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode provenance = answer.putObject("provenance").put("id", "q").put("finished", true);
        ObjectNode results = provenance.putObject("results").put("totalCount", returned.size());
        results.putArray("errors");
        returned.forEach(id -> results.withArray("provenanceEvents")
                .addObject()
                .put("eventId", id)
                .put("eventType", "ROUTE"));
        whole = answer.toString();
        results.remove("provenanceEvents");
        return Answer.of(201, answer.toString());
    }

    private static Instant time(JsonNode text) {
        return LocalDateTime.parse(text.asText(), TIME).toInstant(ZoneOffset.UTC);
    }
}
