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
package io.nifireplay.processors;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.outbox.Outbox;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the audit trail tells of the events of one batch; many of them share an entry. */
final class AuditIndexes {
    private final Optional<Outbox> outbox;
    private long notice;
    private OptionalLong index = OptionalLong.empty();

    AuditIndexes(EventJournal journal) {
        outbox = journal.outbox();
    }

    /**
     * Adds the attribute, if there is an entry.
     *
     * @param ofNotice as the journal's answer has it
     */
    void addTo(Map<String, String> attributes, long ofNotice) {
        index(ofNotice).ifPresent(found -> attributes.put(ReplayAttributes.AUDIT_INDEX, Long.toString(found)));
    }

    /** The index of the entry that a notice became, empty when there is none. */
    OptionalLong index(long ofNotice) {
        if (ofNotice == 0 || outbox.isEmpty()) {
            return OptionalLong.empty();
        }
        if (ofNotice != notice) {
            index = outbox.get().index(ofNotice);
            notice = ofNotice;
        }
        return index;
    }
}
