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
package io.nifireplay.journal;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the journal did since it was opened, and what it holds.
 *
 * @param commits durable writes
 * @param diskBytes bytes of the journal's files, as the engine estimates them
 * @param lateOutcomes outcomes that came too late and changed nothing
 * @param backlog events that are not settled, by where they stand; without those of which there are none
 * @param oldest the event that is not settled for the longest time; empty when all are settled
 * @param arrivals what arrived
 * @param outcomes what came of it
 * @param repeated events that were admitted again, and how often, of the latest {@link #MAX_REPEATED}
 */
public record JournalStatistics(
        long commits,
        long diskBytes,
        long lateOutcomes,
        Map<Status, Long> backlog,
        Optional<Unsettled> oldest,
        Arrivals arrivals,
        Outcomes outcomes,
        Map<EventRef, Long> repeated) {
    /** So many types of errors are counted apart; further ones as {@link #OTHER_ERROR_TYPES}. */
    public static final int MAX_ERROR_TYPES = 100;

    public static final String OTHER_ERROR_TYPES = "other";
    public static final int MAX_REPEATED = 1_000;

    public JournalStatistics {
        backlog = Map.copyOf(backlog);
        repeated = Map.copyOf(repeated);
    }

    /** Events admitted, by any admission. */
    public long admitted() {
        return arrivals.accepted();
    }

    /**
     * An event that is not settled.
     *
     * @param event its place
     * @param status where it stands
     * @param admitted its first admission
     */
    public record Unsettled(EventRef event, Status status, Instant admitted) {}

    /**
     * What became of arrivals.
     *
     * @param accepted admitted, in any way
     * @param retried of these, after a failure, when it was due or sent anew
     * @param replayed of these, brought by a job
     * @param duplicates of a completed event: turned away
     * @param inFlight turned away, since another FlowFile has the event, or its outcome is unknown
     * @param conflicts the key with other content
     * @param deadLetters of an event that was given up
     * @param rejected what did not fit the journal
     * @param outsideOfJobs FlowFiles that NiFi marked as replayed from its provenance, and that no job had it replay,
     *     whatever became of them. While a job over provenance has FlowFiles that the journal knew no event of, it cannot
     *     be told which of the others are its own: none is counted then
     */
    public record Arrivals(
            long accepted,
            long retried,
            long replayed,
            long duplicates,
            long inFlight,
            long conflicts,
            long deadLetters,
            long rejected,
            long outsideOfJobs) {}

    /**
     * What came of events.
     *
     * @param completed events completed
     * @param withoutClaim of these, without a claim before the side effect
     * @param givenUp events that became dead letters
     * @param failures failed attempts by the error's type
     */
    public record Outcomes(long completed, long withoutClaim, long givenUp, Map<String, Long> failures) {
        public Outcomes {
            failures = Map.copyOf(failures);
        }
    }
}
