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
package io.nifireplay.processors.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Requests that came to any node of a cluster, for all nodes, in one order. They lie in a place that the nodes share, for a
 * day: a node that was away longer does not meet them any more. Each node remembers how far it has read.
 */
public final class SharedRequests {
    /** Of a request; ZooKeeper holds no more than a megabyte for a component. */
    public static final int MAX_BYTES = 64 * 1024;

    static final Duration LIFE = Duration.ofDays(1);
    static final int MAX_REQUESTS = 100;
    static final int MAX_TOTAL = 512 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    private final Board board;
    private final InstantSource clock;

    /** What the nodes share: texts by name. */
    public interface Board {
        Map<String, String> read() throws IOException;

        /**
         * Changes it, as if no other node did at the same time.
         *
         * @param change what is to be there, of what is there; may be asked several times
         */
        void change(UnaryOperator<Map<String, String>> change) throws IOException;
    }

    /**
     * A request that was shared.
     *
     * @param number rises from request to request
     * @param id of the FlowFile with which it came
     * @param json the request
     */
    public record Shared(long number, String id, String json) {}

    record Row(String id, String json) {}

    public SharedRequests(Board board, InstantSource clock) {
        this.board = board;
        this.clock = clock;
    }

    /**
     * Hands a request to all nodes, once for an id.
     *
     * @throws IllegalArgumentException when it is larger than {@link #MAX_BYTES}
     */
    public void share(String id, String json) throws IOException {
        if (json.length() > MAX_BYTES) {
            throw new IllegalArgumentException("On a cluster a request has at most " + MAX_BYTES + " characters");
        }
        board.change(rows -> with(new TreeMap<>(rows), id, json));
    }

    private Map<String, String> with(TreeMap<String, String> rows, String id, String json) {
        if (rows.values().stream().anyMatch(row -> parse(row).id().equals(id))) {
            return rows;
        }
        // By the clock, so that numbers rise even after somebody has cleared the state.
        long now = clock.millis();
        long number = rows.isEmpty() ? now : Math.max(now, number(rows.lastKey()) + 1);
        rows.put(key(number), write(new Row(id, json)));
        while (isTooMuch(rows, now)) {
            rows.pollFirstEntry();
        }
        return rows;
    }

    private static boolean isTooMuch(TreeMap<String, String> rows, long now) {
        int total = rows.values().stream().mapToInt(String::length).sum();
        return rows.size() > 1
                && (rows.size() > MAX_REQUESTS || total > MAX_TOTAL || number(rows.firstKey()) < now - LIFE.toMillis());
    }

    /** Those behind a number, in their order, that are not older than a day. */
    public List<Shared> after(long number) throws IOException {
        long first = Math.max(number + 1, clock.millis() - LIFE.toMillis());
        return new TreeMap<>(board.read())
                .tailMap(key(first)).entrySet().stream()
                        .map(entry -> {
                            Row row = parse(entry.getValue());
                            return new Shared(number(entry.getKey()), row.id(), row.json());
                        })
                        .toList();
    }

    private static String key(long number) {
        return "%019d".formatted(number);
    }

    private static long number(String key) {
        return Long.parseLong(key);
    }

    private static String write(Row row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Two texts cannot be written as JSON", e);
        }
    }

    private static Row parse(String text) {
        try {
            return JSON.readValue(text, Row.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The cluster's state holds what no ReplayProvenance has written", e);
        }
    }
}
