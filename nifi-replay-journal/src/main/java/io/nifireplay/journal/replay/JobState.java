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

import java.util.Locale;
import java.util.Set;

/** Where a job stands, and where it may go from there: the one place that says so. */
public enum JobState {
    /** Asked for; nothing is known of what it would do. */
    DRAFTED,
    /** Somebody has asked for its plan, which a search of NiFi's provenance has yet to make. */
    PLANNING,
    /** Its events are found and frozen. */
    PLANNED,
    /** A second identity has to agree before it may start. */
    AWAITING_APPROVAL,
    /** It may start: somebody has agreed, or nobody needs to. */
    APPROVED,
    RUNNING,
    /** Nothing of it is emitted; when nothing is left to do, it is over all the same. */
    PAUSED,
    /** All its events are settled. */
    FINISHED,
    /** Ended by a person, by its end time or by the policy. */
    ABORTED,
    /** It cannot be gone on with. */
    FAILED;

    /** The states that may follow. */
    public Set<JobState> next() {
        return switch (this) {
            case DRAFTED -> Set.of(DRAFTED, PLANNING, PLANNED, ABORTED, FAILED);
            case PLANNING -> Set.of(DRAFTED, PLANNED, ABORTED, FAILED);
            case PLANNED -> Set.of(DRAFTED, PLANNING, PLANNED, AWAITING_APPROVAL, APPROVED, ABORTED, FAILED);
            case AWAITING_APPROVAL -> Set.of(DRAFTED, PLANNING, PLANNED, APPROVED, ABORTED, FAILED);
            case APPROVED -> Set.of(DRAFTED, PLANNING, PLANNED, AWAITING_APPROVAL, RUNNING, ABORTED, FAILED);
            case RUNNING -> Set.of(PAUSED, FINISHED, ABORTED, FAILED);
            case PAUSED -> Set.of(RUNNING, FINISHED, ABORTED, FAILED);
            case FINISHED, ABORTED, FAILED -> Set.of();
        };
    }

    /** As people and reports write it. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    public boolean isOver() {
        return next().isEmpty();
    }

    /** Whether it was started and is not over. */
    public boolean isUnderWay() {
        return !isBeforeStart() && !isOver();
    }

    /** Whether it has not been started: nothing of it is on its way, and it may still be changed. */
    public boolean isBeforeStart() {
        return switch (this) {
            case DRAFTED, PLANNING, PLANNED, AWAITING_APPROVAL, APPROVED -> true;
            case RUNNING, PAUSED, FINISHED, ABORTED, FAILED -> false;
        };
    }
}
