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
import io.nifireplay.systemtest.client.Rest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** NiFi's provenance of a processor since a time, by NiFi's REST API. */
final class ProvenanceWindow {
    private static final long POLL_MILLIS = 20;
    private static final long INDEX_POLL_MILLIS = 200;
    private static final int MAX_POLLS = 600;
    private static final DateTimeFormatter QUERY =
            DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
    /** As NiFi writes it, in its own zone, which is this machine's. */
    private static final DateTimeFormatter EVENT = DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm:ss.SSS");

    private static final int EVENT_LENGTH = "11/23/2026 18:20:44.123".length();

    private final Rest rest;
    private final String processor;
    private final Instant from;

    ProvenanceWindow(Rest rest, String processor, Instant from) {
        this.rest = rest;
        this.processor = processor;
        this.from = from;
    }

    /** The events in whole, as a script asks for them. */
    JsonNode events(int max) throws InterruptedException {
        return query(Map.of("ProcessorID", processor), max, false);
    }

    /** When each replay happened, milliseconds since the epoch, in order, once so many are found. */
    long[] replays(int count) throws InterruptedException {
        for (int i = 0; i < MAX_POLLS; i++) {
            JsonNode found = query(Map.of("ProcessorID", processor, "EventType", "REPLAY"), count + 1, true);
            if (found.size() == count) {
                long[] times = new long[count];
                for (int k = 0; k < count; k++) {
                    times[k] = millis(found.get(k).path("eventTime").asText());
                }
                Arrays.sort(times);
                return times;
            }
            if (found.size() > count) {
                throw new IllegalStateException("More than " + count + " replays");
            }
            Thread.sleep(INDEX_POLL_MILLIS);
        }
        throw new IllegalStateException("NiFi's provenance does not show " + count + " replays");
    }

    private static long millis(String time) {
        return LocalDateTime.parse(time.substring(0, EVENT_LENGTH), EVENT)
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli();
    }

    private JsonNode query(Map<String, String> terms, int max, boolean summarize) throws InterruptedException {
        Map<String, Object> searchTerms = new HashMap<>();
        terms.forEach((field, value) -> searchTerms.put(field, Map.of("value", value, "inverse", false)));
        Map<String, Object> request = Map.of(
                "searchTerms", searchTerms, "startDate", QUERY.format(from), "maxResults", max, "summarize", summarize);
        JsonNode query = rest.post("/provenance", Map.of("provenance", Map.of("request", request)))
                .path("provenance");
        String path = "/provenance/" + query.path("id").asText();
        while (!query.path("finished").asBoolean()) {
            Thread.sleep(POLL_MILLIS);
            query = rest.get(path + "?summarize=" + summarize).path("provenance");
        }
        rest.delete(path);
        return query.path("results").path("provenanceEvents");
    }
}
