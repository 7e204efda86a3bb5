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
package io.nifireplay.journal.missed;

import io.nifireplay.journal.EventState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether an event was missed, and since when: pure functions of its state, for every engine. */
public final class MissedRules {
    private MissedRules() {}

    /**
     * @param leaseClock milliseconds of the journal's lease clock
     * @param nowMillis milliseconds since the epoch
     * @param retryGrace how long a due retry may wait
     */
    public static Optional<MissedReason> reason(
            EventState state, long leaseClock, long nowMillis, Duration retryGrace) {
        return switch (state.status()) {
            case IN_FLIGHT -> state.leaseRuns(leaseClock) ? Optional.empty() : Optional.of(MissedReason.LEASE_ENDED);
            case DELIVERING -> {
                if (state.leaseRuns(leaseClock)) {
                    yield Optional.empty();
                }
                yield Optional.of(
                        state.downstreamIsIdempotent() ? MissedReason.LEASE_ENDED : MissedReason.OUTCOME_UNKNOWN);
            }
            case FAILED -> {
                boolean waits = state.retryDue() != 0 && nowMillis - state.retryDue() <= retryGrace.toMillis();
                yield waits ? Optional.empty() : Optional.of(MissedReason.LEFT_BEHIND);
            }
            case DEAD_LETTER -> state.acknowledged() ? Optional.empty() : Optional.of(MissedReason.DEAD_LETTER);
            case COMPLETED -> Optional.empty();
        };
    }

    /**
     * Since when it is missed. A lease is measured by the lease clock, so its end on the wall clock is later by the time
     * that the journal was closed since, and not before its last change.
     */
    public static Instant since(EventState state, long leaseClock, long nowMillis) {
        long since = switch (state.status()) {
            case IN_FLIGHT, DELIVERING -> Math.max(state.changedMillis(), nowMillis - (leaseClock - state.leaseEnd()));
            case FAILED -> state.retryDue() == 0 ? state.changedMillis() : state.retryDue();
            case DEAD_LETTER, COMPLETED -> state.changedMillis();
        };
        return Instant.ofEpochMilli(since);
    }
}
