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

import java.util.Set;

/** Where a job stands, and where it may go from there. */
public enum JobState {
    RUNNING,
    PAUSED,
    FINISHED,
    ABORTED;

    /** The states that may follow. */
    public Set<JobState> next() {
        return switch (this) {
            case RUNNING -> Set.of(PAUSED, FINISHED, ABORTED);
            case PAUSED -> Set.of(RUNNING, ABORTED);
            case FINISHED, ABORTED -> Set.of();
        };
    }

    public boolean isOver() {
        return next().isEmpty();
    }

    /** Whether a job that stands here has its partitions to itself, or waits for those that it wants. */
    public boolean wantsPartitions() {
        return switch (this) {
            case RUNNING, PAUSED -> true;
            case FINISHED, ABORTED -> false;
        };
    }
}
