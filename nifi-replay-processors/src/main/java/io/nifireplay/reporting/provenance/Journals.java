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

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.processors.ReplayAttributes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/**
 * The journals whose events are looked for, for one trigger. Every method throws {@link
 * io.nifireplay.journal.JournalException} when a journal cannot be read.
 */
public final class Journals {
    private final List<EventJournal> journals;

    public Journals(List<EventJournal> journals) {
        this.journals = List.copyOf(journals);
    }

    /** What the FlowFile's token says at a provenance event, empty when it has none of these journals. */
    Optional<JournalToken> token(ProvenanceEventRecord event) {
        String text = event.getAttribute(ReplayAttributes.TOKEN);
        if (text == null) {
            return Optional.empty();
        }
        for (EventJournal journal : journals) {
            Optional<JournalToken> token =
                    journal.tokens().read(text).map(read -> new JournalToken(journal.id(), read));
            if (token.isPresent()) {
                return token;
            }
        }
        return Optional.empty();
    }

    /**
     * The event that a FlowFile without a token says it is of, empty when no journal has it under that place and key. An
     * attribute proves nothing: to be asked about what JournalEvent wrote, and never more than an inference.
     */
    Optional<Subject> named(ProvenanceEventRecord event) {
        String key = event.getAttribute(ReplayAttributes.IDEMPOTENCY_KEY);
        Optional<EventRef> written = Optional.ofNullable(event.getAttribute(ReplayAttributes.EVENT_ID))
                .flatMap(EventRef::parse);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        EventRef place = written.get();
        for (EventJournal journal : journals) {
            Optional<Subject> named = journal.find(place)
                    .filter(view -> view.envelope().key().equals(key))
                    .map(view -> new Subject(journal.id(), place, view.state().generation()));
            if (named.isPresent()) {
                return named;
            }
        }
        return Optional.empty();
    }

    /** All that changes about the event of a token, as it is now; empty when its journal has it no more. */
    Optional<EventState> state(JournalToken token) {
        return find(token.journal(), token.token().event()).map(EventView::state);
    }

    /** The idempotency key of an event, empty when its journal has it no more. */
    Optional<String> key(Subject subject) {
        return find(subject.journal(), subject.event())
                .map(view -> view.envelope().key());
    }

    private Optional<EventView> find(UUID id, EventRef event) {
        return journals.stream()
                .filter(journal -> journal.id().equals(id))
                .findFirst()
                .flatMap(journal -> journal.find(event));
    }
}
