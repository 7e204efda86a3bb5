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

import io.nifireplay.journal.EventState;
import java.util.Optional;

/**
 * What becomes of an arrival: a total function of where the event stands, who brings it and whether the content is the
 * same. It looks at nothing else and changes nothing.
 */
public final class AdmissionTable {
    private AdmissionTable() {}

    /** What to do with an arrival. */
    public enum Decision {
        /** Write the event down; attempt 1. */
        ADMIT_FIRST,
        /** The owner again: its lease begins anew, its attempt stays. */
        ADMIT_SAME,
        /** The owner was lost: next attempt, the retry budget untouched. */
        ADMIT_TAKEOVER,
        /** Next attempt. */
        ADMIT_RETRY,
        /** A dead letter comes back: next attempt, with a new retry budget. */
        ADMIT_REVIVED,
        /** A completed event again: next generation. */
        ADMIT_NEXT_GENERATION,
        DUPLICATE,
        IN_FLIGHT,
        OUTCOME_UNKNOWN,
        CONFLICT,
        DEAD_LETTER,
        REJECT_UNSEEN,
        REJECT_OTHER_CONTENT
    }

    /**
     * @param state where the event stands, empty when it is unseen
     * @param kind who brings it
     * @param sameContent whether the content's SHA-256 is the journal's; without meaning for an unseen event
     * @param leaseClock the journal's lease clock, milliseconds
     * @param includeUnknown whether the job was told to include events whose outcome is unknown
     */
    public static Decision decide(
            Optional<EventState> state,
            ArrivalKind kind,
            boolean sameContent,
            long leaseClock,
            boolean includeUnknown) {
        if (state.isEmpty()) {
            return switch (kind) {
                case NEW, SAME_FLOWFILE -> Decision.ADMIT_FIRST;
                case JOB, FORCED -> Decision.REJECT_UNSEEN;
            };
        }
        if (!sameContent) {
            return switch (kind) {
                case NEW, SAME_FLOWFILE -> Decision.CONFLICT;
                case JOB, FORCED -> Decision.REJECT_OTHER_CONTENT;
            };
        }
        EventState event = state.get();
        return switch (event.status()) {
            case IN_FLIGHT -> inFlight(event, kind, leaseClock);
            case DELIVERING -> delivering(event, kind, leaseClock, includeUnknown);
            case FAILED -> Decision.ADMIT_RETRY;
            case COMPLETED ->
                switch (kind) {
                    case NEW, SAME_FLOWFILE, JOB -> Decision.DUPLICATE;
                    case FORCED -> Decision.ADMIT_NEXT_GENERATION;
                };
            case DEAD_LETTER ->
                switch (kind) {
                    case NEW, SAME_FLOWFILE -> Decision.DEAD_LETTER;
                    case JOB, FORCED -> Decision.ADMIT_REVIVED;
                };
        };
    }

    private static Decision inFlight(EventState event, ArrivalKind kind, long leaseClock) {
        if (kind == ArrivalKind.SAME_FLOWFILE) {
            return Decision.ADMIT_SAME;
        }
        return event.leaseRuns(leaseClock) ? Decision.IN_FLIGHT : Decision.ADMIT_TAKEOVER;
    }

    private static Decision delivering(EventState event, ArrivalKind kind, long leaseClock, boolean includeUnknown) {
        if (event.leaseRuns(leaseClock)) {
            return Decision.IN_FLIGHT;
        }
        return switch (kind) {
            // What was given up comes back by a job only.
            case NEW, SAME_FLOWFILE ->
                event.downstreamIsIdempotent() && !event.isGivenUp()
                        ? Decision.ADMIT_TAKEOVER
                        : Decision.OUTCOME_UNKNOWN;
            case JOB, FORCED ->
                event.downstreamIsIdempotent() || includeUnknown ? Decision.ADMIT_TAKEOVER : Decision.OUTCOME_UNKNOWN;
        };
    }
}
