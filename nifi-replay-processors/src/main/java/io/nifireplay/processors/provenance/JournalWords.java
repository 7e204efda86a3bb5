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
package io.nifireplay.processors.provenance;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.processors.rest.FoundEvent;
import io.nifireplay.processors.rest.ReplayOutcome.Reason;
import java.util.Optional;

/** What JournalEvent's own provenance events tell of the journal, and what NiFi's reasons are to a job. */
final class JournalWords {
    private static final String OUTCOME = "replay.outcome";
    private static final String EVENT_ID = "replay.event.id";
    private static final String KEY = "replay.idempotency.key";
    private static final String TOKEN = "replay.token";
    private static final String ACCEPTED = "accepted";
    private static final String CONFLICT = "conflict";

    private JournalWords() {}

    /** The relationship to which JournalEvent sent the FlowFile, empty when the event does not tell. */
    static Optional<String> outcome(FoundEvent event) {
        // One that was accepted has a token in place of an outcome.
        return event.attribute(OUTCOME).or(() -> event.attribute(TOKEN).map(token -> ACCEPTED));
    }

    /** Whether the FlowFile had the key of an event, and other content. */
    static boolean isConflict(FoundEvent event) {
        return outcome(event).filter(CONFLICT::equals).isPresent();
    }

    /** The idempotency key that JournalEvent found, empty when it found none or another content for it. */
    static Optional<String> key(FoundEvent event) {
        return event(event).flatMap(known -> event.attribute(KEY));
    }

    /** The journal's event that JournalEvent took the FlowFile for, empty when it took it for none. */
    static Optional<EventRef> event(FoundEvent event) {
        if (outcome(event).isEmpty() || isConflict(event)) {
            return Optional.empty();
        }
        // What is no event's id is not JournalEvent's: it always writes a place that there can be.
        return event.attribute(EVENT_ID).flatMap(EventRef::parse);
    }

    static ItemStanding standing(Reason reason) {
        return switch (reason) {
            case CONTENT_GONE -> ItemStanding.CONTENT_EXPIRED;
            case QUEUE_GONE -> ItemStanding.QUEUE_GONE;
            case JOIN -> ItemStanding.JOIN;
            case NOT_PERMITTED -> ItemStanding.NOT_PERMITTED;
            case EVENT_GONE -> ItemStanding.EVENT_GONE;
        };
    }
}
