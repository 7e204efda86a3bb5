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

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What goes wrong with which event, by idempotency key. No event is in two of these sets, so that each has one right end.
 *
 * @param twiceAtOnce sent twice, at the same instant on two connections
 * @param twice sent again later, as it was
 * @param conflicting sent again later, with other content
 * @param refused refused by the downstream for good, with this status
 * @param failing refused by the downstream at first: how often
 * @param unanswered the downstream acts on the first call, and its answer is lost
 */
record Plan(
        Set<String> twiceAtOnce,
        Set<String> twice,
        Set<String> conflicting,
        Map<String, Integer> refused,
        Map<String, Integer> failing,
        Set<String> unanswered) {
    private static final double SENT_TWICE = 0.05;
    private static final double REFUSED = 0.01;
    private static final double FAILING = 0.02;
    private static final double UNANSWERED = 0.005;
    private static final List<Integer> REFUSALS = List.of(400, 404, 413, 422);

    /** A plan for these events; the same one for the same seed. */
    static Plan of(List<SourceEvent> events, long seed) {
        Random random = new Random(seed);
        List<String> keys =
                new ArrayList<>(events.stream().map(SourceEvent::key).toList());
        Collections.shuffle(keys, random);
        int twice = share(events, SENT_TWICE);
        int conflicting = twice / 3;
        int atOnce = twice / 3;

        List<String> left = keys;
        Set<String> conflictingKeys = Set.copyOf(left.subList(0, conflicting));
        left = left.subList(conflicting, left.size());
        Set<String> atOnceKeys = Set.copyOf(left.subList(0, atOnce));
        left = left.subList(atOnce, left.size());
        Set<String> twiceKeys = Set.copyOf(left.subList(0, twice - conflicting - atOnce));
        left = left.subList(twiceKeys.size(), left.size());

        Map<String, Integer> refused = new HashMap<>();
        left.subList(0, share(events, REFUSED))
                .forEach(key -> refused.put(key, REFUSALS.get(random.nextInt(REFUSALS.size()))));
        left = left.subList(refused.size(), left.size());
        Map<String, Integer> failing = new HashMap<>();
        left.subList(0, share(events, FAILING)).forEach(key -> failing.put(key, 1 + random.nextInt(2)));
        left = left.subList(failing.size(), left.size());
        Set<String> unanswered = new HashSet<>(left.subList(0, share(events, UNANSWERED)));
        return new Plan(atOnceKeys, twiceKeys, conflictingKeys, refused, failing, unanswered);
    }

    /** How many events are sent twice, in whatever way. */
    int sentTwice() {
        return twiceAtOnce.size() + twice.size() + conflicting.size();
    }

    /** In words, a line each. */
    List<String> words() {
        String statuses = refused.values().stream()
                .collect(Collectors.groupingBy(status -> status, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue() + " with " + entry.getKey())
                .collect(Collectors.joining(", "));
        return List.of(
                "%d events are sent twice: %d at the same instant, %d later, %d with other content"
                        .formatted(sentTwice(), twiceAtOnce.size(), twice.size(), conflicting.size()),
                "the downstream refuses %d for good (%s) and %d at first, and loses %d answers"
                        .formatted(refused.size(), statuses, failing.size(), unanswered.size()));
    }

    private static int share(List<SourceEvent> events, double share) {
        return (int) Math.max(1, Math.round(events.size() * share));
    }
}
