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

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was found in provenance.
 *
 * @param events how many events met the selection
 * @param sources one for each FlowFile and queue
 * @param leadTo the JournalEvents to which their queues lead
 * @param withoutQueue left out: the event's FlowFile came from no queue
 * @param elsewhere left out: the queue leads to another component now
 * @param conflicts left out: the FlowFile had another content than the journal's event of its key
 */
public record ProvenanceFindings(
        long events,
        List<ProvenanceSource> sources,
        Set<String> leadTo,
        long withoutQueue,
        long elsewhere,
        long conflicts) {
    public ProvenanceFindings {
        sources = List.copyOf(sources);
        leadTo = Set.copyOf(leadTo);
    }

    /** How many there are of what. */
    public ProvenanceCounts counts() {
        return new ProvenanceCounts(
                events,
                sources.size(),
                withoutQueue,
                elsewhere,
                conflicts,
                sources.stream()
                        .flatMap(source -> source.obstacle().stream())
                        .collect(Collectors.groupingBy(standing -> standing, TreeMap::new, Collectors.counting())));
    }
}
