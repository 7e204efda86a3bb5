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

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.ReplayMode;
import java.time.InstantSource;

/**
 * Does what is asked, and reports. A command may come again after a crash: doing it twice is the same as once.
 */
public final class Commands {
    private final EventJournal journal;
    private final Reports reports;

    public Commands(EventJournal journal, InstantSource clock) {
        this.journal = journal;
        this.reports = new Reports(journal.id(), clock);
    }

    /** @throws IllegalArgumentException when the journal refuses it, with words for people */
    public Report execute(Command command) {
        return switch (command) {
            case Command.Replay replay -> {
                if (replay.request().mode() == ReplayMode.DRY_RUN) {
                    yield Report.of(
                            replay.request().job() + "-dry run",
                            reports.dryRun(replay.request(), journal.plan(replay.request())));
                }
                yield of(journal.open(replay.request()));
            }
            case Command.Change change -> {
                JobStatus job = job(change.job());
                // A pause that is asked for twice is a pause.
                yield of(
                        job.state() == change.action().leadsTo()
                                ? job
                                : journal.change(change.job(), change.action(), change.cause()));
            }
            case Command.Status status ->
                status.job().isPresent()
                        ? of(job(status.job().get()))
                        : Report.of(
                                "status",
                                reports.status(
                                        journal.statistics(),
                                        journal.jobs(),
                                        journal.checkpoints(),
                                        journal.recoveryPoints()));
            case Command.Acknowledge acknowledge ->
                Report.of(
                        "acknowledged",
                        reports.acknowledged(
                                journal.acknowledge(acknowledge.selector(), acknowledge.cause()),
                                acknowledge.cause().toString()));
            case Command.TakeRecoveryPoint take ->
                Report.of("recovery-point", reports.recoveryPoint(journal.takeRecoveryPoint(take.name())));
        };
    }

    /** The report on a job. */
    public Report of(JobStatus job) {
        return Report.ofJob(reports, job);
    }

    private JobStatus job(String id) {
        return journal.job(id)
                .orElseThrow(() -> new IllegalArgumentException("There is no replay job '" + id
                        + "' in this journal; action 'status' lists those that there are"));
    }
}
