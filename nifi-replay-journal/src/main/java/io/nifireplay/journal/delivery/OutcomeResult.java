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
package io.nifireplay.journal.delivery;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Status;
import java.time.Instant;
import java.util.Optional;

/** What the journal answers to an outcome. */
public sealed interface OutcomeResult {
    /** The number of the notice in the journal's outbox that tells of it; 0 when none does. */
    long notice();

    /**
     * It counts.
     *
     * @param status where the event stands now; DEAD_LETTER too when it becomes one as soon as claims of other effects have
     *     their outcome
     * @param retryDue when the journal emits the event again, if it will
     */
    record Recorded(EventRef event, Status status, Optional<Instant> retryDue, long notice) implements OutcomeResult {}

    /** It belongs to an older attempt or generation, or another outcome of the effect came first: noted, not counted. */
    record Superseded(EventRef event, String reason, long notice) implements OutcomeResult {}

    /** It does not fit the journal. */
    record Rejected(String reason, long notice) implements OutcomeResult {}
}
