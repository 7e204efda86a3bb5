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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which provenance events: all that meet every condition that is set. An empty set or absent value sets no condition.
 *
 * @param processors the JournalEvents whose events are meant; none for all that there are
 * @param from when the event happened, in whole seconds
 * @param to the end, in whole seconds
 * @param eventTypes NiFi's names of types, such as ROUTE
 * @param attributes as they were after the event, with their exact values
 * @param flowFiles UUIDs
 * @param lineageOf an event's id, of whose lineage the FlowFiles are to be
 */
public record ProvenanceSelection(
        Set<String> processors,
        Optional<Instant> from,
        Optional<Instant> to,
        Set<String> eventTypes,
        Map<String, String> attributes,
        Set<String> flowFiles,
        OptionalLong lineageOf) {
    public ProvenanceSelection {
        // Sorted, so that equal selections are written alike.
        processors = Collections.unmodifiableSet(new TreeSet<>(processors));
        eventTypes = Collections.unmodifiableSet(new TreeSet<>(eventTypes));
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
        flowFiles = Collections.unmodifiableSet(new TreeSet<>(flowFiles));
    }

    /**
     * The same, of these JournalEvents where none was named.
     *
     * @throws IllegalArgumentException when others were
     */
    public ProvenanceSelection among(Set<String> targets) {
        for (String processor : processors) {
            if (!targets.contains(processor)) {
                throw new IllegalArgumentException(
                        "'" + processor + "' is none of this processor's JournalEvent Processors");
            }
        }
        return new ProvenanceSelection(
                processors.isEmpty() ? targets : processors, from, to, eventTypes, attributes, flowFiles, lineageOf);
    }

    /** The same for equal selections, for people. */
    @Override
    public String toString() {
        List<String> conditions = new ArrayList<>();
        conditions.add(processors.isEmpty() ? "all processors" : "processors " + String.join(" ", processors));
        from.ifPresent(time -> conditions.add("from " + time));
        to.ifPresent(time -> conditions.add("to " + time));
        if (!eventTypes.isEmpty()) {
            conditions.add("event types " + String.join(" ", eventTypes));
        }
        attributes.forEach((name, value) -> conditions.add("attribute " + name + "=" + value));
        if (!flowFiles.isEmpty()) {
            conditions.add("FlowFiles " + String.join(" ", flowFiles));
        }
        lineageOf.ifPresent(event -> conditions.add("lineage of event " + event));
        return String.join("; ", conditions);
    }
}
