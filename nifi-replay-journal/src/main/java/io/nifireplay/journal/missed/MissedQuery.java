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

import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is looked for.
 *
 * @param partitions names; an empty set means all
 * @param reasons what counts as missed, at least one
 * @param retryGrace how long a retry that is due may wait before it counts as left behind, 0 or more
 * @param gapGrace how long a number may be late before it counts as missed, 0 or more
 * @param listed which of the events that are found are listed; all are counted
 * @param maxListed how many events, and how many gaps, are listed at most, 0 or more
 */
public record MissedQuery(
        Set<String> partitions,
        Set<MissedReason> reasons,
        Duration retryGrace,
        Duration gapGrace,
        Predicate<MissedEvent> listed,
        int maxListed) {
    public MissedQuery {
        partitions = Set.copyOf(partitions);
        reasons = Set.copyOf(reasons);
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("A query for what was missed needs at least one reason");
        }
        if (retryGrace.isNegative() || gapGrace.isNegative() || maxListed < 0) {
            throw new IllegalArgumentException("A grace time and a number of listed events are 0 or more");
        }
    }

    /** A query that lists whatever is found. */
    public static MissedQuery of(
            Set<String> partitions, Set<MissedReason> reasons, Duration retryGrace, Duration gapGrace, int maxListed) {
        return new MissedQuery(partitions, reasons, retryGrace, gapGrace, event -> true, maxListed);
    }

    /** The same, of other reasons, of which only some events are listed. */
    public MissedQuery listing(Set<MissedReason> only, Predicate<MissedEvent> which, int max) {
        return new MissedQuery(partitions, only, retryGrace, gapGrace, which, max);
    }
}
