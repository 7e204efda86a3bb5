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
package io.nifireplay.journal.governance;

import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.JobWait;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A replay job as a coordinator shows it.
 *
 * @param version rises by one with each change of the request or the state; to be named by whoever changes the job
 * @param request what is asked; its requester is the identity that drafted it, or what a FlowFile claims
 * @param state where the job stands
 * @param stateReason why it stands there, for people
 * @param waitsFor the job before it that has one of its partitions; empty when it waits for none
 * @param plan absent until it is planned, and after an edit
 * @param progress how far it has come
 * @param coordinator the coordinator's id; absent for a job that a FlowFile asked for
 * @param editors the identities that drafted or edited it; empty for a job that a FlowFile asked for
 * @param approvalNeeded whether a second identity has to agree, as far as is known: certain from the plan on
 * @param approval the last one that still counts, or was used
 * @param drafted when it was made
 * @param changed its last change
 * @param ratePerSecond settled per second, over the time that it ran
 * @param timeLeft at the rate so far; absent while nothing is settled and once it is over
 * @param provenance of a job over NiFi's provenance, what was selected there, as text: once it is planned, with the
 *     JournalEvents named; empty for a job over the journal's own events
 */
public record GovernedJob(
        long version,
        ReplayRequest request,
        JobState state,
        String stateReason,
        Optional<JobWait> waitsFor,
        Optional<FrozenPlan> plan,
        Progress progress,
        Optional<String> coordinator,
        List<String> editors,
        boolean approvalNeeded,
        Optional<Approval> approval,
        Instant drafted,
        Instant changed,
        double ratePerSecond,
        Optional<Duration> timeLeft,
        Optional<String> provenance) {
    public GovernedJob {
        editors = List.copyOf(editors);
    }

    /** A job of the journal, as a coordinator shows it. */
    public static GovernedJob of(JobStatus job) {
        Optional<Governing> governing = job.governing();
        return new GovernedJob(
                job.version(),
                job.request(),
                job.state(),
                job.stateReason(),
                job.waitsFor(),
                governing.flatMap(Governing::plan),
                job.progress(),
                governing.map(Governing::coordinator),
                governing.map(Governing::editors).orElse(List.of()),
                governing.map(Governing::approvalNeeded).orElse(false),
                governing.flatMap(Governing::approval),
                job.started(),
                job.changed(),
                job.ratePerSecond(),
                job.timeLeft(),
                job.provenance());
    }

    public String id() {
        return request.job();
    }
}
