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

    /** NiFi takes no more events into a lineage, the newest of each of its indexes, and does not say so. */
    private static final int MAX_LINEAGE = 1_000;

    private static final int GROWTH = 8;
    private static final long FIRST_POLL_MILLIS = 20;
    private static final long MAX_POLL_MILLIS = 1_000;
    private static final String LINEAGE = "/provenance/lineage";

    private final NiFiApi api;
    private final String node;
    private final int maxResults;

    /**
     * @param node the id of the cluster's node of whose events are searched, empty without a cluster
     * @param maxResults how many events an answer may have, 1 or more
     */
    public ProvenanceSearch(NiFiApi api, String node, int maxResults) {
        this.api = api;
        this.node = node;
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
        Set<Long> seen = new HashSet<>();
        Deque<Pending> pending = new ArrayDeque<>(List.of(new Pending(window, 0, maxResults)));
        while (!pending.isEmpty()) {
            Pending next = pending.pop();
            if (query(terms, next, event -> {
                if (seen.add(event.id())) {
                    visitor.accept(event);
                }
            })) {
                continue;
            }
            if (!next.window().isOneSecond()) {
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

    /** Whether the answer has all; if not, the visitor is given nothing. */
    private boolean query(Map<String, String> terms, Pending next, Consumer<FoundEvent> visitor)
            throws NiFiApiException, IOException, InterruptedException {
        Map<String, Object> searchTerms = new HashMap<>();
        terms.forEach((field, value) -> searchTerms.put(field, Map.of("value", value, "inverse", false)));
        Map<String, Object> request = new HashMap<>();
        request.put("searchTerms", searchTerms);
        request.put("maxResults", next.maxResults());
        // Events are written out once, at the end and if none is missing: that costs NiFi more than the search.
        request.put("summarize", true);
        request.put("incrementalResults", false);
        next.window().from().ifPresent(from -> request.put("startDate", text(from)));
        request.put("endDate", text(next.window().to()));
        if (!node.isEmpty()) {
            request.put("clusterNodeId", node);
        }
        NiFiAnswer created = api.post("/provenance", Map.of("provenance", Map.of("request", request)));
        Query query = new Query("/provenance", "provenance", created);
        try {
            JsonNode results = query.await("summarize=true&incrementalResults=false");
            boolean complete = results.path("totalCount").asLong() < next.maxResults();
            if (complete) {
                query.last("summarize=false&incrementalResults=false")
                        .forEach("provenanceEvents", event -> visitor.accept(FoundEvent.of(node, event)));
            }
            return complete;
        } finally {
            query.delete();
        }
    }

    private static String text(Instant time) {
        return TIME.format(time);
    }

    /** A query that NiFi works on, from its making until it is deleted. */
    private final class Query {
        private static final String WHAT = "search provenance";

        private final String root;
        private final String own;
        private JsonNode state;

        private Query(String path, String root, NiFiAnswer created) throws NiFiApiException {
            if (created.status() == 403) {
                throw new MissingPolicyException(List.of(Policy.queryProvenance()));
            }
            this.root = root;
            state = required(created).json().path(root);
            own = path + "/" + state.path("id").asText() + (node.isEmpty() ? "?" : "?clusterNodeId=" + node + "&");
        }

        /** Its results once they are there. */
        private JsonNode await(String how) throws NiFiApiException, IOException, InterruptedException {
            long wait = FIRST_POLL_MILLIS;
            while (!state.path("finished").asBoolean()) {
                Thread.sleep(wait);
                wait = Math.min(MAX_POLL_MILLIS, wait * 2);
                state = last(how).json().path(root);
            }
            JsonNode errors = state.path("results").path("errors");
            if (!errors.isEmpty()) {
                throw new NiFiApiException("NiFi could not search its provenance: " + errors);
            }
            return state.path("results");
        }

        private NiFiAnswer last(String how) throws NiFiApiException, IOException, InterruptedException {
            return required(api.get(own + how));
        }

        private NiFiAnswer required(NiFiAnswer answer) throws NiFiApiException {
            if (!node.isEmpty() && answer.status() == 409) {
                throw new ClusterNotReadyException("The cluster does not " + WHAT + " now: " + answer.text());
            }
            return api.successful(answer, WHAT);
        }

        /** NiFi keeps no more than ten of a user, and refuses the next. */
        private void delete() throws IOException, InterruptedException {
            api.delete(own);
        }
    }

    /**
     * The UUIDs of the FlowFiles in the lineage of an event, all of them.
     *
     * @param eventId NiFi's id of the event, on the node that is asked
     * @throws NiFiApiException when NiFi does not answer, or may have left out a part of the lineage
     */
    public Set<String> lineage(long eventId) throws NiFiApiException, IOException, InterruptedException {
        Map<String, Object> request = new HashMap<>(Map.of("lineageRequestType", "FLOWFILE", "eventId", eventId));
        if (!node.isEmpty()) {
            request.put("clusterNodeId", node);
        }
        NiFiAnswer created = api.post(LINEAGE, Map.of("lineage", Map.of("request", request)));
        Set<String> flowFiles = new LinkedHashSet<>();
        int events = 0;
        Query query = new Query(LINEAGE, "lineage", created);
        try {
            for (JsonNode found : query.await("").path("nodes")) {
                if (found.path("type").asText().equals("EVENT")) {
                    events++;
                }
                String uuid = found.path("flowFileUuid").asText("");
                if (!uuid.isEmpty()) {
                    flowFiles.add(uuid);
                }
            }
        } finally {
            query.delete();
        }
        if (events >= MAX_LINEAGE) {
            throw new NiFiApiException("The lineage of event " + eventId + " has " + MAX_LINEAGE
                    + " events or more, and NiFi shows no more of one: what it left out would be missed. Select by"
                    + " FlowFiles, attributes or time instead of lineageOf");
        }
        return flowFiles;
    }
}
