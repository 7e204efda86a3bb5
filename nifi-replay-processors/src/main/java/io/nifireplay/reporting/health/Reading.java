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
package io.nifireplay.reporting.health;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.replay.JobStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * What a journal says of itself at one time.
 *
 * @param time when it was asked
 * @param statistics its counts
 * @param jobs all jobs that it knows
 */
public record Reading(Instant time, JournalStatistics statistics, List<JobStatus> jobs) {
    public Reading {
        jobs = List.copyOf(jobs);
    }

    /** Asks a journal. */
    public static Reading of(EventJournal journal, InstantSource clock) {
        return new Reading(clock.instant(), journal.statistics(), journal.jobs());
    }
}
