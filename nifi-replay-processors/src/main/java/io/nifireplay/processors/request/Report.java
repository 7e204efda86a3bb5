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
import java.util.Optional;

/**
 * A report as a file.
 *
 * @param fileName the same for the same news, so that a report that comes twice is known by its name
 * @param json UTF-8
 * @param job the job that it is about, absent when it is about something else
 */
public record Report(String fileName, byte[] json, Optional<JobStatus> job) {
    /** Of one job. */
    static Report ofJob(Reports reports, JobStatus job) {
        return ofJob(job, reports.job(job));
    }

    /**
     * Of one job.
     *
     * @param json what is said of it
     */
    static Report ofJob(JobStatus job, byte[] json) {
        String stage =
                job.state() == JobState.RUNNING ? "running-" + job.progress().settled() : Words.of(job.state());
        return new Report("replay-" + job.request().job() + "-" + stage + ".json", json, Optional.of(job));
    }

    /** Of something else than a job. */
    static Report of(String name, byte[] json) {
        return new Report("replay-" + name + ".json", json, Optional.empty());
    }

    /** As reports write the state of the job. */
    public Optional<String> jobState() {
        return job.map(status -> Words.of(status.state()));
    }
}
