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
package io.nifireplay.journal.replay;

import io.nifireplay.journal.Status;
import java.util.Map;

/**
 * What a job would do: the answer of a dry run.
 *
 * @param selected events that the selector meets; of a replay of missed events that names no states, those that are not
 *     settled
 * @param emitted of these, how many the mode would emit
 * @param byStatus of the selected, how many stand where
 * @param byPartition of the selected, how many per partition; at most {@link #MAX_PARTITIONS} partitions are listed
 * @param inFlight left out because a FlowFile has them and its lease runs
 * @param unknown left out because their outcome is unknown
 * @param withoutContent left out because the journal does not hold their content
 * @param conflicts selected events whose key has arrived with other content as well
 * @param oldestMillis first admission of the oldest selected event, milliseconds since the epoch, 0 when none
 * @param newestMillis first admission of the newest selected event
 */
public record Plan(
        long selected,
        long emitted,
        Map<Status, Long> byStatus,
        Map<String, Long> byPartition,
        long inFlight,
        long unknown,
        long withoutContent,
        long conflicts,
        long oldestMillis,
        long newestMillis) {
    public static final int MAX_PARTITIONS = 1_000;
    /** Nothing was looked for yet. */
    public static final Plan NONE = new Plan(0, 0, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0);

    public Plan {
        byStatus = Map.copyOf(byStatus);
        byPartition = Map.copyOf(byPartition);
    }
}
