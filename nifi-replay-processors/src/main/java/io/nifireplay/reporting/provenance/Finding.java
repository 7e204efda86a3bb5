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
package io.nifireplay.reporting.provenance;

import io.nifireplay.audit.entry.AuditEntry;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/** Something in provenance that is worth an entry in the audit trail. */
sealed interface Finding {
    /**
     * The event that it is about.
     *
     * @param link how it was found
     */
    record About(Subject subject, AuditEntry.Link link) {}

    /**
     * Somebody replayed a FlowFile.
     *
     * @param about empty when no journal knows it
     * @param toldBy ids of later provenance events by which the event was found
     */
    record Replayed(ProvenanceEventRecord event, Optional<About> about, List<Long> toldBy) implements Finding {}

    /** The FlowFile of an event ended that was not completed. */
    record Lost(ProvenanceEventRecord event, About about, Removal removal) implements Finding {}

    /**
     * Somebody downloaded or viewed content.
     *
     * @param about empty when no journal knows the FlowFile
     */
    record Downloaded(ProvenanceEventRecord event, Optional<About> about) implements Finding {}

    /** A step of an attempt that is a replay: what NiFi records while its FlowFile goes through the flow. */
    record StepOfAttempt(ProvenanceEventRecord event, JournalToken token) implements Finding {}

    /** Events that could not be read. */
    record Missing(Gap gap) implements Finding {}
}
