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
package io.nifireplay.journal.provenance;

import java.util.Map;

/**
 * How many there are of what was found in provenance.
 *
 * @param events how many events met the selection
 * @param flowFiles how many FlowFiles these are of, one for each queue
 * @param withoutQueue left out: the event's FlowFile came from no queue
 * @param elsewhere left out: the queue leads to another component now
 * @param conflicts left out: the FlowFile had another content than the journal's event of its key
 * @param notReplayable of the FlowFiles, how many NiFi will not replay, by reason
 */
public record ProvenanceCounts(
        long events,
        long flowFiles,
        long withoutQueue,
        long elsewhere,
        long conflicts,
        Map<ItemStanding, Long> notReplayable) {
    public ProvenanceCounts {
        notReplayable = Map.copyOf(notReplayable);
    }
}
