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

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds provenance events, all of them. NiFi's answer to a query that meets more events than it may return has holes and no
 * order: it cannot be continued. Such an answer is thrown away, and the window of time is split.
 */
public final class ProvenanceSearch {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
    /** NiFi splits no second; what is in one must come at once. */
    private static final int MAX_IN_A_SECOND = 1_000_000;

    private static final int GROWTH = 8;
    private static final long FIRST_POLL_MILLIS = 20;
    private static final long MAX_POLL_MILLIS = 1_000;
    private static final String LINEAGE = "/provenance/lineage";

    private final NiFiApi api;
    private final int maxResults;

    /** @param maxResults how many events an answer may have, 1 or more */
    public ProvenanceSearch(NiFiApi api, int maxResults) {
        this.api = api;
        this.maxResults = maxResults;
    }

    private record Pending(TimeWindow window, int cuts, int maxResults) {}

    /**
     * Hands each event of a component in a window to the visitor, once, in no order.
     *
     * @param type of these events, empty for all
     * @throws NiFiApiException when NiFi does not answer the query
     * @throws IOException when there is no answer
     */
    public void find(String component, Optional<String> type, TimeWindow window, Consumer<FoundEvent> visitor)
            throws NiFiApiException, IOException, InterruptedException {
        Map<String, String> terms = new HashMap<>(Map.of("ProcessorID", component));
        type.ifPresent(name -> terms.put("EventType", name));
        // What happened at the bound of two windows is in both.
        Set<String> seen = new HashSet<>();
        Deque<Pending> pending = new ArrayDeque<>(List.of(new Pending(window, 0, maxResults)));
        while (!pending.isEmpty()) {
            Pending next = pending.pop();
            JsonNode results = query(terms, next.window(), next.maxResults());
            if (results.path("totalCount").asLong() < next.maxResults()) {
                for (JsonNode event : results.path("provenanceEvents")) {
                    FoundEvent found = FoundEvent.of(event);
                    if (seen.add(found.node() + "/" + found.id())) {
                        visitor.accept(found);
                    }
                }
            } else if (!next.window().isOneSecond()) {
                int cuts = next.window().from().isEmpty() ? next.cuts() + 1 : 0;
                next.window().split(next.cuts()).forEach(part -> pending.push(new Pending(part, cuts, maxResults)));
            } else if (next.maxResults() < MAX_IN_A_SECOND) {
                pending.push(new Pending(next.window(), 0, next.maxResults() * GROWTH));
            } else {
                throw new NiFiApiException("Component " + component + " has more than " + MAX_IN_A_SECOND
                        + " provenance events in the second before "
                        + next.window().to() + ": select a narrower window");
            }
        }
    }

    private JsonNode query(Map<String, String> terms, TimeWindow window, int max)
            throws NiFiApiException, IOException, InterruptedException {
        Map<String, Object> searchTerms = new HashMap<>();
        terms.forEach((field, value) -> searchTerms.put(field, Map.of("value", value, "inverse", false)));
        Map<String, Object> request = new HashMap<>();
        request.put("searchTerms", searchTerms);
        request.put("maxResults", max);
        request.put("summarize", false);
        window.from().ifPresent(from -> request.put("startDate", text(from)));
        request.put("endDate", text(window.to()));
        NiFiAnswer created = api.post("/provenance", Map.of("provenance", Map.of("request", request)));
        if (created.status() == 403) {
            throw new MissingPolicyException(List.of(Policy.queryProvenance()));
        }
        return await("/provenance", "provenance", created);
    }

    private static String text(Instant time) {
        return TIME.format(time);
    }

    private JsonNode await(String path, String root, NiFiAnswer created)
            throws NiFiApiException, IOException, InterruptedException {
        String what = "search provenance";
        JsonNode query = api.required(created, what).path(root);
        String own = path + "/" + query.path("id").asText();
        long wait = FIRST_POLL_MILLIS;
        try {
            while (!query.path("finished").asBoolean()) {
                Thread.sleep(wait);
                wait = Math.min(MAX_POLL_MILLIS, wait * 2);
                query = api.required(api.get(own), what).path(root);
            }
        } finally {
            // NiFi keeps no more than ten of a user, and refuses the next.
            api.delete(own);
        }
        JsonNode errors = query.path("results").path("errors");
        if (!errors.isEmpty()) {
            throw new NiFiApiException("NiFi could not search its provenance: " + errors);
        }
        return query.path("results");
    }

    /**
     * The UUIDs of the FlowFiles in the lineage of an event. NiFi stops at 1,000 nodes.
     *
     * @param eventId NiFi's id of the event, on a NiFi without a cluster
     */
    public Set<String> lineage(long eventId) throws NiFiApiException, IOException, InterruptedException {
        Map<String, Object> request = Map.of("lineageRequestType", "FLOWFILE", "eventId", eventId);
        NiFiAnswer created = api.post(LINEAGE, Map.of("lineage", Map.of("request", request)));
        if (created.status() == 403) {
            throw new MissingPolicyException(List.of(Policy.queryProvenance()));
        }
        Set<String> flowFiles = new LinkedHashSet<>();
        for (JsonNode node : await(LINEAGE, "lineage", created).path("nodes")) {
            String uuid = node.path("flowFileUuid").asText("");
            if (!uuid.isEmpty()) {
                flowFiles.add(uuid);
            }
        }
        return flowFiles;
    }
}
