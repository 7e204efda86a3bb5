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
package io.nifireplay.processors.missed;

import io.nifireplay.journal.missed.MissedEvent;
import io.nifireplay.journal.missed.MissedReason;
import io.nifireplay.journal.replay.Limits;
import java.util.EnumSet;
import java.util.Set;

/**
 * What may be brought back without a person's word. Events of unknown outcome never are: they may have been delivered.
 *
 * @param deadLetters whether dead letters are
 * @param maxAttempts an event that was admitted so often is left for a person, 1 or more
 * @param maxEvents how many events one job has at most, 1 or more
 * @param limits of the job
 */
public record HealingRules(boolean deadLetters, int maxAttempts, int maxEvents, Limits limits) {
    /** Of what reasons events are brought back. */
    public Set<MissedReason> reasons() {
        EnumSet<MissedReason> reasons = EnumSet.of(MissedReason.LEASE_ENDED, MissedReason.LEFT_BEHIND);
        if (deadLetters) {
            reasons.add(MissedReason.DEAD_LETTER);
        }
        return reasons;
    }

    /** Whether this event is. */
    public boolean heals(MissedEvent event) {
        return reasons().contains(event.reason()) && event.contentInJournal() && event.attempt() < maxAttempts;
    }
}
