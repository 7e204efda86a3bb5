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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.Origin;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import java.util.Optional;

/** Makes the plans of governed jobs that only a search of NiFi's provenance can make, of what was found there. */
final class ProvenancePlanning {
    private final Engine engine;
    private final JobOpening opening;
    private final JobDrafts drafts;

    ProvenancePlanning(Engine engine, JobOpening opening, JobDrafts drafts) {
        this.engine = engine;
        this.opening = opening;
        this.drafts = drafts;
    }

    /** Freezes what was found, if nobody has changed the job since its plan was asked for. */
    JobStatus planned(
            Origin origin, String id, long version, ProvenanceSelection selection, ProvenanceFindings findings) {
        return opening.oneAtATime(() -> {
            JobStatus asked = engine.commit(origin, 1, (transaction, jobs) -> {
                requirePlannable(jobs, id, version, selection, findings);
                return jobs.status(jobs.governed(id), transaction.runClock());
            });
            long number = opening.nextNumber(origin);
            return opening.orWithoutItems(origin, number, () -> {
                ProvenancePlan found = engine.read(
                        view -> ProvenancePlan.of(view, engine.digests(), asked.request(), findings.sources()));
                opening.write(origin, found, (transaction, item) -> item.freeze(transaction, number));
                String items = engine.read(view -> StoredProvenanceItems.digest(view, id, number))
                        .orElseThrow();
                JobDrafts.Planned plan = new JobDrafts.Planned(
                        found.plan(), items, Optional.of(selection.toString()), Optional.of(findings.counts()));
                return engine.commit(origin, 1, (transaction, jobs) -> {
                    Caller asker = requirePlannable(jobs, id, version, selection, findings);
                    return drafts.planned(transaction, jobs, jobs.governed(id), number, plan, asker);
                });
            });
        });
    }

    /** Who asked for the plan. What NiFi said of the rights then, counts; what the policy says, counts as it says it now. */
    private static Caller requirePlannable(
            Jobs jobs, String id, long version, ProvenanceSelection selection, ProvenanceFindings findings) {
        Job job = jobs.governed(id);
        JobRules.requireVersion(id, version, job.version());
        requirePlanning(job);
        Governing governing = job.governing().orElseThrow();
        Pin pin = JobRules.requirePinned(jobs.pins().governance(), governing.coordinator());
        Caller asker = new Caller(governing.planAskedBy().orElseThrow(), true, Optional.empty());
        JobRules.requireRequester(asker, pin.policy());
        JobRules.requireProvenanceTargets(selection.processors(), jobs.pins().governance());
        JobRules.requireProvenanceTargets(findings.leadTo(), jobs.pins().governance());
        return asker;
    }

    private static void requirePlanning(Job job) {
        if (job.state() != JobState.PLANNING) {
            throw new IllegalTransitionException(
                    "Replay job " + job.id() + " is " + job.state().words() + ": nobody has asked for its plan");
        }
    }

    /** Drafts the job again, with the reason, if nobody has changed it since its plan was asked for. */
    JobStatus notPlanned(Origin origin, String id, long version, String why) {
        return engine.commit(origin, 1, (transaction, jobs) -> {
            Job job = jobs.governed(id);
            JobRules.requireVersion(id, version, job.version());
            requirePlanning(job);
            job.enter(JobState.DRAFTED, job.governing().orElseThrow().notPlanned(), "Not planned: " + why, transaction);
            return jobs.status(job, transaction.runClock());
        });
    }
}
