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

import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.ReplayRequest;

/** What came of the wish to bring events back. */
public sealed interface Healing {
    /** Only a report was asked for. */
    record NotAsked() implements Healing {}

    /** There is nothing that may be brought back without a person's word. */
    record NothingToReplay() implements Healing {}

    /** Somebody may send this request. */
    record Proposed(ReplayRequest request) implements Healing {}

    /** The same, with what it would do. */
    record Planned(ReplayRequest request, Plan plan) implements Healing {}

    /**
     * The journal's replay policy asks a person first.
     *
     * @param request for a job at the coordinator
     * @param why for people
     */
    record Refused(ReplayRequest request, String why) implements Healing {}

    /** A job was opened. */
    record Opened(JobStatus job) implements Healing {}

    /** A job over the same partitions is not over: two would get into each other's way. */
    record Waits(JobStatus job) implements Healing {}

    /** Just these events, as they stand, were in a job that is over: replaying them once more would change nothing. */
    record TriedBefore(JobStatus job) implements Healing {}
}
