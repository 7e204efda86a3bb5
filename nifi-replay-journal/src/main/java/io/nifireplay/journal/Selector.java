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
package io.nifireplay.journal;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which events: all that meet every condition that is set. An empty set or absent value sets no condition.
 *
 * @param partitions the partitions' names
 * @param positions within each partition
 * @param sequences the producer's numbers
 * @param admitted when the journal first admitted them
 * @param time when they happened, as the producer says
 * @param keys idempotency keys
 * @param statuses where they stand
 * @param errorType a regular expression that the last failure's type must match as a whole
 * @param attributes FlowFile attributes at admission, with their exact values
 * @param sinceRecoveryPoint events that were not settled at this recovery point, or came after it
 */
public record Selector(
        Set<String> partitions,
        LongRange positions,
        LongRange sequences,
        TimeRange admitted,
        TimeRange time,
        List<String> keys,
        Set<Status> statuses,
        Optional<Pattern> errorType,
        Map<String, String> attributes,
        Optional<String> sinceRecoveryPoint) {
    /** Everything. */
    public static final Selector ALL = new Selector(
            Set.of(),
            LongRange.ALL,
            LongRange.ALL,
            TimeRange.ALL,
            TimeRange.ALL,
            List.of(),
            Set.of(),
            Optional.empty(),
            Map.of(),
            Optional.empty());

    public Selector {
        // Sorted, so that equal selectors are written alike.
        partitions = Collections.unmodifiableSet(new TreeSet<>(partitions));
        keys = List.copyOf(keys);
        statuses = Collections.unmodifiableSet(new TreeSet<>(statuses));
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    public Selector withPartitions(Set<String> value) {
        return new Selector(
                value, positions, sequences, admitted, time, keys, statuses, errorType, attributes, sinceRecoveryPoint);
    }

    public Selector withPositions(LongRange value) {
        return new Selector(
                partitions,
                value,
                sequences,
                admitted,
                time,
                keys,
                statuses,
                errorType,
                attributes,
                sinceRecoveryPoint);
    }

    public Selector withSequences(LongRange value) {
        return new Selector(
                partitions,
                positions,
                value,
                admitted,
                time,
                keys,
                statuses,
                errorType,
                attributes,
                sinceRecoveryPoint);
    }

    public Selector withAdmitted(TimeRange value) {
        return new Selector(
                partitions,
                positions,
                sequences,
                value,
                time,
                keys,
                statuses,
                errorType,
                attributes,
                sinceRecoveryPoint);
    }

    public Selector withTime(TimeRange value) {
        return new Selector(
                partitions,
                positions,
                sequences,
                admitted,
                value,
                keys,
                statuses,
                errorType,
                attributes,
                sinceRecoveryPoint);
    }

    public Selector withKeys(List<String> value) {
        return new Selector(
                partitions,
                positions,
                sequences,
                admitted,
                time,
                value,
                statuses,
                errorType,
                attributes,
                sinceRecoveryPoint);
    }

    public Selector withStatuses(Set<Status> value) {
        return new Selector(
                partitions,
                positions,
                sequences,
                admitted,
                time,
                keys,
                value,
                errorType,
                attributes,
                sinceRecoveryPoint);
    }

    public Selector withErrorType(Pattern value) {
        return new Selector(
                partitions,
                positions,
                sequences,
                admitted,
                time,
                keys,
                statuses,
                Optional.of(value),
                attributes,
                sinceRecoveryPoint);
    }

    public Selector withAttributes(Map<String, String> value) {
        return new Selector(
                partitions, positions, sequences, admitted, time, keys, statuses, errorType, value, sinceRecoveryPoint);
    }

    public Selector withSinceRecoveryPoint(String value) {
        return new Selector(
                partitions,
                positions,
                sequences,
                admitted,
                time,
                keys,
                statuses,
                errorType,
                attributes,
                Optional.of(value));
    }

    /**
     * Numbers from one bound to the other, both inclusive.
     *
     * @param from absent for no lower bound
     * @param to absent for no upper bound
     */
    public record LongRange(OptionalLong from, OptionalLong to) {
        public static final LongRange ALL = new LongRange(OptionalLong.empty(), OptionalLong.empty());

        public static LongRange of(long from, long to) {
            return new LongRange(OptionalLong.of(from), OptionalLong.of(to));
        }

        public boolean isAll() {
            return from.isEmpty() && to.isEmpty();
        }

        public boolean contains(long value) {
            return value >= from.orElse(Long.MIN_VALUE) && value <= to.orElse(Long.MAX_VALUE);
        }

        /** Whether any number of another range, both bounds inclusive, is in this one. */
        public boolean meets(long low, long high) {
            return high >= from.orElse(Long.MIN_VALUE) && low <= to.orElse(Long.MAX_VALUE);
        }
    }

    /**
     * Times from one bound, inclusive, to the other, exclusive.
     *
     * @param from absent for no lower bound
     * @param to absent for no upper bound
     */
    public record TimeRange(Optional<Instant> from, Optional<Instant> to) {
        public static final TimeRange ALL = new TimeRange(Optional.empty(), Optional.empty());

        public static TimeRange of(Instant from, Instant to) {
            return new TimeRange(Optional.of(from), Optional.of(to));
        }

        public boolean isAll() {
            return from.isEmpty() && to.isEmpty();
        }

        /** The same in milliseconds since the epoch, both bounds inclusive. */
        public LongRange millis() {
            return new LongRange(
                    from.map(time -> OptionalLong.of(ceilingMillis(time))).orElse(OptionalLong.empty()),
                    to.map(time -> OptionalLong.of(ceilingMillis(time) - 1)).orElse(OptionalLong.empty()));
        }

        private static long ceilingMillis(Instant time) {
            return time.getNano() % 1_000_000 == 0 ? time.toEpochMilli() : time.toEpochMilli() + 1;
        }
    }
}
