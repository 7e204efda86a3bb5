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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.JournalStatistics.Arrivals;
import io.nifireplay.journal.JournalStatistics.Outcomes;
import io.nifireplay.journal.JournalStatistics.Unsettled;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A journal's counts in the making; each reading is a minute after the one before. */
final class Readings {
    static final Instant START = Instant.parse("2026-11-25T10:00:00Z");

    Instant time = START;
    long retried;
    long replayed;
    long outsideOfJobs;
    long completed;
    long withoutClaim;
    final Map<String, Long> failures = new HashMap<>();
    final Map<Status, Long> backlog = new HashMap<>();
    final Map<EventRef, Long> repeated = new HashMap<>();
    final List<JobStatus> jobs = new ArrayList<>();
    Optional<Unsettled> oldest = Optional.empty();

    Reading next() {
        time = time.plus(Duration.ofMinutes(1));
        return new Reading(
                time,
                new JournalStatistics(
                        0,
                        0,
                        0,
                        backlog,
                        oldest,
                        new Arrivals(retried + replayed, retried, replayed, 0, 0, 0, 0, 0, outsideOfJobs),
                        new Outcomes(completed, withoutClaim, 0, failures),
                        repeated),
                jobs);
    }

    void job(String requester, long events, JobState state) {
        int number = jobs.size() + 1;
        jobs.add(new JobStatus(
                number,
                new ReplayRequest(
                        "job-" + number,
                        Selector.ALL,
                        ReplayMode.MISSED_ONLY,
                        false,
                        Limits.NONE,
                        "a reason",
                        requester),
                state,
                "",
                new Plan(events, events, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0),
                new Progress(events, events, events / 2, 0, 0, 0, 0),
                START,
                START,
                10));
    }
}
