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
package io.nifireplay.systemtest.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What NiFi recorded. An event is found some 0.1 s after it happened, so a test waits for it; an attribute that is not
 * indexed finds nothing and gives no error.
 */
public final class Provenance {
    /** More than a test should make; an answer cut short has holes, so it is an error here. */
    private static final int MAX_RESULTS = 20_000;

    private final Rest rest;

    Provenance(Rest rest) {
        this.rest = rest;
    }

    /** The events of a component, oldest first. */
    public List<ProvenanceEvent> ofComponent(String componentId) {
        return query(Map.of("ProcessorID", componentId));
    }

    /** The events of a component of one type, such as REPLAY, oldest first. */
    public List<ProvenanceEvent> ofComponent(String componentId, String type) {
        return query(Map.of("ProcessorID", componentId, "EventType", type));
    }

    /** The events of a FlowFile, oldest first. */
    public List<ProvenanceEvent> ofFlowFile(String uuid) {
        return query(Map.of("FlowFileUUID", uuid));
    }

    /**
     * The events that match all terms, oldest first.
     *
     * @param terms NiFi's search fields (EventType, FlowFileUUID, Filename, ProcessorID, Relationship)
     * @throws IllegalStateException if there are more than can be had whole
     */
    public List<ProvenanceEvent> query(Map<String, String> terms) {
        Map<String, Object> searchTerms = new HashMap<>();
        terms.forEach((field, value) -> searchTerms.put(field, Map.of("value", value, "inverse", false)));
        JsonNode created = rest.post(
                "/provenance",
                Map.of("provenance", Map.of("request", Map.of("searchTerms", searchTerms, "maxResults", MAX_RESULTS))));
        return AsynchronousRequest.run(rest, "/provenance", created, "provenance", query -> {
            JsonNode results = query.path("results");
            if (results.path("totalCount").asLong() >= MAX_RESULTS) {
                throw new IllegalStateException("More than " + MAX_RESULTS + " events match " + terms);
            }
            List<ProvenanceEvent> events = new ArrayList<>();
            results.path("provenanceEvents").forEach(event -> events.add(ProvenanceEvent.of(event)));
            events.sort(Comparator.comparingLong(ProvenanceEvent::id));
            return events;
        });
    }

    /** Why NiFi would refuse to replay this event; empty if it would not. */
    public String replayRefusal(ProvenanceEvent event) {
        JsonNode details = rest.get("/provenance-events/" + event.id()).path("provenanceEvent");
        return details.path("replayAvailable").asBoolean()
                ? ""
                : details.path("replayExplanation").asText();
    }

    /** Presses "Replay": NiFi puts a new FlowFile into the event's source queue. The UUIDs of what it made. */
    public List<String> replay(ProvenanceEvent event) {
        JsonNode answer = rest.post("/provenance-events/replays", Map.of("eventId", event.id()));
        return Component.texts(answer.path("provenanceEvent").path("childUuids"));
    }

    /**
     * Presses "Replay last event" of a component: NiFi takes its newest event that can be replayed. The ids of the events
     * that it replayed.
     *
     * @throws IllegalStateException when NiFi replayed none, with its words
     */
    public List<Long> replayLast(String componentId) {
        JsonNode answer = rest.post(
                        "/provenance-events/latest/replays", Map.of("componentId", componentId, "nodes", "ALL"))
                .path("aggregateSnapshot");
        List<Long> replayed = new ArrayList<>();
        answer.path("eventsReplayed").forEach(id -> replayed.add(id.asLong()));
        if (replayed.isEmpty()) {
            throw new IllegalStateException("NiFi replayed nothing: "
                    + answer.path("failureExplanation").asText());
        }
        return replayed;
    }

    /** The content that the event's FlowFile had after it. */
    public byte[] outputContent(ProvenanceEvent event) {
        return rest.bytes("/provenance-events/" + event.id() + "/content/output");
    }

    /** The content that the event's FlowFile had before it. */
    public byte[] inputContent(ProvenanceEvent event) {
        return rest.bytes("/provenance-events/" + event.id() + "/content/input");
    }
}
