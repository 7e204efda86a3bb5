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
package io.nifireplay.journal.admission;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.delivery.StoredResult;
import java.util.Optional;

/** What the journal answers to an arrival. */
public sealed interface Admission {
    /** The number of the notice in the journal's outbox that tells of it; 0 when none does. */
    default long notice() {
        return 0;
    }

    /**
     * The FlowFile owns the event now.
     *
     * @param token the right to act for this attempt; the journal's {@link io.nifireplay.journal.TokenMint} writes it
     * @param job the id of the replay job that brought it, if one did
     * @param reason how it came to be accepted, for people
     */
    record Accepted(Token token, Optional<String> job, AcceptReason reason, long notice) implements Admission {
        public EventRef event() {
            return token.event();
        }

        public int generation() {
            return token.generation();
        }

        public int attempt() {
            return token.attempt();
        }
    }

    /** The event is completed; the result is there when its completion stored one. */
    record Duplicate(EventRef event, Optional<StoredResult> result) implements Admission {}

    /** Another FlowFile has the event, or its outcome is unknown. */
    record InFlight(EventRef event, String reason) implements Admission {}

    /** The key is known with other content. */
    record Conflict(EventRef event, String reason, long notice) implements Admission {}

    /** The event was given up, and only a replay brings it back. */
    record DeadLetter(EventRef event, String reason) implements Admission {}

    /** The arrival does not fit the journal. */
    record Rejected(String reason, long notice) implements Admission {}

    /** The arrival's job is paused, or holds new events and holds so many already: the FlowFile stays in its queue. */
    record Held(String job) implements Admission {}

    /** The arrival's content cannot be read: nothing was decided and nothing written about it. */
    record Unreadable(String reason) implements Admission {}

    /** How an accepted arrival came to be accepted. */
    enum AcceptReason {
        FIRST("first admission"),
        SAME_FLOWFILE("handed over again by NiFi"),
        TAKEOVER("the lease of the FlowFile before it had ended"),
        RETRY("next attempt after a failure"),
        REPLAY("replayed by a job"),
        FORCED("forced by an approved job");

        private final String text;

        AcceptReason(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }
}
