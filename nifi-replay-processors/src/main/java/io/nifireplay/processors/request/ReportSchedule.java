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
package io.nifireplay.processors.request;

import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which jobs are to be reported on: each when its state has changed, and while it runs, every so often. What was reported
 * is kept as text, so that after a restart only news is told; when the text is lost, the last state is told again.
 */
public final class ReportSchedule {
    private final Duration interval;
    private final InstantSource clock;
    private final Map<String, Told> told = new HashMap<>();

    private record Told(JobState state, Instant time) {}

    /** @param interval time between two reports on a job that runs */
    public ReportSchedule(Duration interval, InstantSource clock) {
        this.interval = interval;
        this.clock = clock;
    }

    /** Takes up what was told before, as {@link #memory} gave it; texts that mean nothing are left out. */
    public synchronized void recall(Map<String, String> memory) {
        for (JobState state : JobState.values()) {
            memory.forEach((job, word) -> {
                if (word.equals(Words.of(state))) {
                    told.put(job, new Told(state, clock.instant()));
                }
            });
        }
    }

    /** Those of the journal's jobs that are to be reported on now; they count as told. */
    public synchronized List<JobStatus> due(List<JobStatus> jobs) {
        Instant now = clock.instant();
        told.keySet().retainAll(jobs.stream().map(ReportSchedule::id).collect(Collectors.toSet()));
        List<JobStatus> due = new ArrayList<>();
        for (JobStatus job : jobs) {
            Told before = told.get(id(job));
            if (job.state().isBeforeStart()) {
                // The coordinator tells of it; here it is told of once it runs.
                continue;
            }
            if (before == null && job.state() == JobState.RUNNING) {
                // Whoever opened it was told just now.
                tell(job);
            } else if (before == null
                    || before.state() != job.state()
                    || (job.state() == JobState.RUNNING
                            && !before.time().plus(interval).isAfter(now))) {
                tell(job);
                due.add(job);
            }
        }
        return due;
    }

    /** Notes that a job was reported on otherwise. */
    public synchronized void tell(JobStatus job) {
        told.put(id(job), new Told(job.state(), clock.instant()));
    }

    /** Notes that a report did not get through: it is due again. */
    public synchronized void untell(JobStatus job) {
        told.remove(id(job));
    }

    /** What was told, as text: job to state. */
    public synchronized Map<String, String> memory() {
        Map<String, String> memory = new HashMap<>();
        told.forEach((job, state) -> memory.put(job, Words.of(state.state())));
        return memory;
    }

    private static String id(JobStatus job) {
        return job.request().job();
    }
}
