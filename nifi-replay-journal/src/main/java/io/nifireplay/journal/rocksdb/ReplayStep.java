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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.EventState;

/** What is to be done about an item that its job is not done with: a total function of where the event stands. */
enum ReplayStep {
    /** It goes into the flow (again). */
    EMIT,
    /** A FlowFile has it, or a retry is scheduled. */
    WAIT,
    /** It is done: completed under the job. */
    COMPLETED,
    /** It is done: given up under the job. */
    DEAD_LETTER,
    /** It is done: settled by another meanwhile. */
    ELSEWHERE,
    /** It is done: a person decides. */
    UNKNOWN;

    /**
     * @param admitted whether the event was admitted under the job
     * @param forced the completed generation that the job repeats, 0 when it repeats none
     * @param leaseClock the journal's lease clock, milliseconds
     * @param includesUnknown whether the job was told to include events whose outcome is unknown
     */
    static ReplayStep of(EventState state, boolean admitted, int forced, long leaseClock, boolean includesUnknown) {
        boolean leaseRuns = state.leaseRuns(leaseClock);
        return switch (state.status()) {
            case COMPLETED -> {
                if (admitted) {
                    yield COMPLETED;
                }
                yield state.generation() == forced ? EMIT : ELSEWHERE;
            }
            case DEAD_LETTER -> {
                if (admitted) {
                    yield DEAD_LETTER;
                }
                yield state.acknowledged() ? ELSEWHERE : EMIT;
            }
            case FAILED -> admitted ? WAIT : EMIT;
            case IN_FLIGHT -> leaseRuns ? WAIT : EMIT;
            case DELIVERING -> {
                if (leaseRuns) {
                    yield WAIT;
                }
                yield state.downstreamIsIdempotent() || includesUnknown ? EMIT : UNKNOWN;
            }
        };
    }
}
