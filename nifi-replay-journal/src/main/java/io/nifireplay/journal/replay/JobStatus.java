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
package io.nifireplay.journal.replay;

import io.nifireplay.journal.governance.Governing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A job as the journal holds it.
 *
 * @param number the journal's own number for it, from 1; a job that is planned anew gets another one
 * @param request what was asked
 * @param state where it stands
 * @param stateReason why it stands there: who did it, or what stopped it
 * @param plan what was found when it was opened
 * @param progress how far it has come
 * @param started when it was opened
 * @param changed its last transition
 * @param ratePerSecond settled per second, over the time that it ran
 * @param provenance of a job over NiFi's provenance, what was selected there; empty for a job over the journal's own events
 * @param version rises by one with each change of the request or the state, from 1
 * @param governing what a coordinator knows of it; empty for a job that no coordinator governs
 * @param waitsFor the job before it that has one of its partitions; empty when it waits for none
 */
public record JobStatus(
        long number,
        ReplayRequest request,
        JobState state,
        String stateReason,
        Plan plan,
        Progress progress,
        Instant started,
        Instant changed,
        double ratePerSecond,
        Optional<String> provenance,
        long version,
        Optional<Governing> governing,
        Optional<JobWait> waitsFor) {
    /** Of a job that no coordinator governs, and that waits for no other. */
    public JobStatus(
            long number,
            ReplayRequest request,
            JobState state,
            String stateReason,
            Plan plan,
            Progress progress,
            Instant started,
            Instant changed,
            double ratePerSecond,
            Optional<String> provenance) {
        this(
                number,
                request,
                state,
                stateReason,
                plan,
                progress,
                started,
                changed,
                ratePerSecond,
                provenance,
                1,
                Optional.empty(),
                Optional.empty());
    }

    /** The same, of a job over the journal's own events. */
    public JobStatus(
            long number,
            ReplayRequest request,
            JobState state,
            String stateReason,
            Plan plan,
            Progress progress,
            Instant started,
            Instant changed,
            double ratePerSecond) {
        this(number, request, state, stateReason, plan, progress, started, changed, ratePerSecond, Optional.empty());
    }

    /** How long what is left will take at the rate so far, absent while nothing is settled or once it is over. */
    public Optional<Duration> timeLeft() {
        if (state.isOver() || !(ratePerSecond > 0)) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) (progress.left() / ratePerSecond * 1000)));
    }
}
