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
package io.nifireplay.processors.delivery;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.services.breaker.BreakerStanding;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A queue that a circuit breaker holds: the leases of what waits there, and a word for people, once for each opening. */
public final class HeldQueue {
    /** Said again with each look at the queue; long enough for a processor that yields for a minute. */
    static final Duration HOLD = Duration.ofMinutes(2);

    private static final long NOTHING_TOLD = -1;

    private final AtomicBoolean holds = new AtomicBoolean();
    private final AtomicLong told = new AtomicLong(NOTHING_TOLD);

    /**
     * Holds the leases while the breaker is not closed, and lets go when it is.
     *
     * @return whether people should be told: this opening is news
     */
    public boolean follow(BreakerStanding breaker, EventJournal journal) {
        if (breaker.isClosed()) {
            told.set(NOTHING_TOLD);
            if (holds.compareAndSet(true, false)) {
                journal.holdLeases(Duration.ZERO);
            }
            return false;
        }
        journal.holdLeases(HOLD);
        holds.set(true);
        return told.getAndSet(breaker.openings()) != breaker.openings();
    }
}
