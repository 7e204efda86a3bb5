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
package io.nifireplay.journal.missed;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was missed, at one time.
 *
 * @param counts events by reason and, for {@link MissedReason#SEQUENCE_GAP}, missing numbers; without those of which there
 *     are none
 * @param events by partition and position, the first of them
 * @param gaps by partition and number, the first of them
 * @param oldest since when the longest missed one is missed, empty when nothing is
 */
public record Missed(
        Map<MissedReason, Long> counts, List<MissedEvent> events, List<SequenceGap> gaps, Optional<Instant> oldest) {
    /** Nothing. */
    public static final Missed NOTHING = new Missed(Map.of(), List.of(), List.of(), Optional.empty());

    public Missed {
        EnumMap<MissedReason, Long> ordered = new EnumMap<>(MissedReason.class);
        ordered.putAll(counts);
        counts = Collections.unmodifiableMap(ordered);
        events = List.copyOf(events);
        gaps = List.copyOf(gaps);
    }

    public long count(MissedReason reason) {
        return counts.getOrDefault(reason, 0L);
    }

    /** Events of the journal that were missed; numbers that never came are none. */
    public long eventCount() {
        return Arrays.stream(MissedReason.values())
                .filter(reason -> reason != MissedReason.SEQUENCE_GAP)
                .mapToLong(this::count)
                .sum();
    }

    public boolean isEmpty() {
        return counts.isEmpty();
    }

    /** Whether there is more than is listed. */
    public boolean isCut() {
        long numbers = gaps.stream().mapToLong(SequenceGap::count).reduce(0, Missed::sum);
        return events.size() < eventCount() || numbers < count(MissedReason.SEQUENCE_GAP);
    }

    /** Adds counts, and stays at the highest when there is no higher. */
    public static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
