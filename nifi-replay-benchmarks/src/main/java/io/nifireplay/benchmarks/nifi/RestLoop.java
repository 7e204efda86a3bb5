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
package io.nifireplay.benchmarks.nifi;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.Rest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Replay as NiFi itself offers it: one REST request an event, over one connection that is kept alive. */
final class RestLoop {
    private static final long POLL_MILLIS = 20;
    private static final double NANOS = 1e9;

    private RestLoop() {}

    /** Looks the events up in provenance and asks for the replay of each, as a script does. */
    static double run(Rest rest, Processor journalEvent, MissedEvents missed, int events) throws InterruptedException {
        long start = System.nanoTime();
        for (long event : provenanceEvents(rest, journalEvent.id(), events)) {
            rest.post("/provenance-events/replays", Map.of("eventId", event));
        }
        Connection queue = missed.queue();
        Line.awaitCount(queue, events, start);
        double seconds = (System.nanoTime() - start) / NANOS;
        queue.empty();
        return events / seconds;
    }

    /** Asks for the replay of each FlowFile of a window, as a script does that was told which. */
    static void run(Rest rest, ProvenanceWindow window, int events) throws InterruptedException {
        Map<String, Long> byFlowFile = new LinkedHashMap<>();
        for (JsonNode event : window.events(2 * events)) {
            byFlowFile.put(
                    event.path("flowFileUuid").asText(), event.path("eventId").asLong());
        }
        if (byFlowFile.size() != events) {
            throw new IllegalStateException("Provenance found " + byFlowFile.size() + " FlowFiles, not " + events);
        }
        for (long event : byFlowFile.values()) {
            rest.post("/provenance-events/replays", Map.of("eventId", event));
        }
    }

    private static List<Long> provenanceEvents(Rest rest, String processor, int count) throws InterruptedException {
        Map<String, Object> term = Map.of("value", processor, "inverse", false);
        JsonNode query = rest.post(
                        "/provenance",
                        Map.of(
                                "provenance",
                                Map.of(
                                        "request",
                                        Map.of("searchTerms", Map.of("ProcessorID", term), "maxResults", count))))
                .path("provenance");
        String path = "/provenance/" + query.path("id").asText();
        while (!query.path("finished").asBoolean()) {
            Thread.sleep(POLL_MILLIS);
            query = rest.get(path).path("provenance");
        }
        List<Long> ids = new ArrayList<>();
        query.path("results")
                .path("provenanceEvents")
                .forEach(event -> ids.add(event.path("eventId").asLong()));
        rest.delete(path);
        if (ids.size() != count) {
            throw new IllegalStateException("Provenance found " + ids.size() + " events, not " + count);
        }
        return ids;
    }
}
