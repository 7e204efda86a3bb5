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
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.governance.StaleVersionException;
import io.nifireplay.journal.provenance.ProvenanceCounts;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.processors.rest.ClusterNotReadyException;
import io.nifireplay.processors.rest.NiFiApiException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the plans of jobs over provenance that people have asked a coordinator for, by the same search as for a FlowFile's
 * request. What cannot be planned is drafted again, with the reason.
 */
public final class ProvenancePlans {
    /** So long NiFi may be out of reach: it may be starting, and this component started before its web server. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final EventJournal journal;
    private final ProvenanceCommands.Search search;
    private final InstantSource clock;
    private final Instant started;

    /** What became of the wish for a plan. */
    public sealed interface Result {
        /** It is made. */
        record Planned(JobStatus job) implements Result {}

        /** It cannot be made, and the job is drafted again. */
        record NotPlanned(JobStatus job, String why) implements Result {}

        /** Somebody has changed the job while it was searched for: nothing was done. */
        record Overtaken(JobStatus job) implements Result {}

        /** NiFi is not reached, and is asked again. */
        record Waits(JobStatus job, String why) implements Result {}
    }

    /** @param started since when whoever searches runs */
    public ProvenancePlans(
            EventJournal journal, ProvenanceCommands.Search search, InstantSource clock, Instant started) {
        this.journal = journal;
        this.search = search;
        this.clock = clock;
        this.started = started;
    }

    /**
     * Makes all that are asked for, one after the other.
     *
     * @return what became of each
     * @throws ClusterNotReadyException when this is no time to search; those that were not planned are asked for still
     */
    public List<Result> make() throws ClusterNotReadyException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (JobStatus job : journal.jobs()) {
            if (job.state() == JobState.PLANNING) {
                results.add(make(job));
            }
        }
        return results;
    }

    private Result make(JobStatus job) throws ClusterNotReadyException, InterruptedException {
        try {
            return plan(job);
        } catch (ClusterNotReadyException e) {
            throw e;
        } catch (StaleVersionException | IllegalTransitionException e) {
            return new Result.Overtaken(job);
        } catch (NiFiApiException | IllegalArgumentException e) {
            return notPlanned(job, e.getMessage());
        } catch (IOException e) {
            return later(job, "NiFi's REST API is not reached; is NiFi API URL right? " + e);
        }
    }

    private Result plan(JobStatus job) throws NiFiApiException, IOException, InterruptedException {
        ProvenanceSelection selection = job.request().provenance().orElseThrow().among(search.targets());
        // Before the search, which takes its time; what it finds the journal holds to the policy.
        JobRules.requireProvenanceTargets(selection.processors(), journal.governance());
        ProvenanceFindings findings = search.find(selection);
        return findings.sources().isEmpty()
                ? notPlanned(job, nothing(findings.counts()))
                : new Result.Planned(journal.planned(job.request().job(), job.version(), selection, findings));
    }

    private static String nothing(ProvenanceCounts counts) {
        return "Nothing was found that NiFi can replay: " + counts.events() + " provenance events are selected, "
                + counts.withoutQueue() + " FlowFiles of them came from no queue, of " + counts.elsewhere()
                + " the queue leads elsewhere, and " + counts.conflicts() + " have another content than their event";
    }

    /** Whether it is too late to try again is counted from when the plan could first have been made. */
    private Result later(JobStatus job, String why) {
        Instant since = job.changed().isAfter(started) ? job.changed() : started;
        return clock.instant().isBefore(since.plus(PATIENCE)) ? new Result.Waits(job, why) : notPlanned(job, why);
    }

    private Result notPlanned(JobStatus job, String why) {
        try {
            return new Result.NotPlanned(journal.notPlanned(job.request().job(), job.version(), why), why);
        } catch (StaleVersionException | IllegalTransitionException e) {
            return new Result.Overtaken(job);
        }
    }
}
