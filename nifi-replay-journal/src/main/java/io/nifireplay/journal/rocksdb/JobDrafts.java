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
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.provenance.ProvenanceCounts;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Instant;
import java.util.Optional;

/** What becomes of a job that a coordinator governs until it is planned: drafted, edited, planned. */
final class JobDrafts {
    private final Engine engine;
    private final JobOpening opening;

    JobDrafts(Engine engine, JobOpening opening) {
        this.engine = engine;
        this.opening = opening;
    }

    /** Makes a job that does nothing yet. */
    JobStatus draft(Origin origin, String coordinator, ReplayRequest request, Caller caller) {
        return engine.commit(origin, 1, (transaction, jobs) -> {
            requireGoverned(jobs, coordinator, request, caller);
            if (jobs.find(request.job()).isPresent()) {
                throw JobOpening.taken(request.job());
            }
            boolean needed = request.mode() == ReplayMode.FORCED;
            return write(
                    transaction,
                    jobs,
                    Optional.empty(),
                    jobs.nextNumber(transaction),
                    request.by(caller.identity()),
                    Plan.NONE,
                    text(request),
                    Governing.drafted(coordinator, caller.identity(), needed),
                    JobState.DRAFTED,
                    caller,
                    request.reason());
        });
    }

    /** Changes what is asked: plan and approval are gone. */
    JobStatus edit(Origin origin, String coordinator, long version, ReplayRequest request, Caller caller) {
        return engine.commit(origin, 1, (transaction, jobs) -> {
            Job job = jobs.governed(request.job());
            requireGoverned(jobs, coordinator, request, caller);
            JobRules.requireVersion(job.id(), version, job.version());
            JobRules.requireTransition(job.id(), job.state(), JobState.DRAFTED);
            boolean needed = request.mode() == ReplayMode.FORCED;
            return write(
                    transaction,
                    jobs,
                    Optional.of(job),
                    job.number(),
                    request.by(job.request().requester()),
                    Plan.NONE,
                    text(request),
                    job.governing().orElseThrow().edited(coordinator, caller.identity(), needed),
                    JobState.DRAFTED,
                    caller,
                    "Edited: " + request.reason());
        });
    }

    /**
     * Plans a job and freezes its events, under a number of its own: what was frozen before is of another number. The plan of
     * a job over provenance is asked for here, and made by a search there.
     */
    JobStatus plan(Origin origin, String coordinator, String id, long version, Caller caller) {
        return opening.oneAtATime(() -> {
            JobStatus status = engine.commit(origin, 1, (transaction, jobs) -> {
                Job job = jobs.governed(id);
                requirePlannable(jobs, coordinator, job, version, caller);
                return job.request().provenance().isPresent()
                        ? askForPlan(transaction, jobs, coordinator, job, caller)
                        : jobs.status(job, transaction.runClock());
            });
            return status.state() == JobState.PLANNING ? status : freeze(origin, coordinator, status, caller);
        });
    }

    private JobStatus freeze(Origin origin, String coordinator, JobStatus seen, Caller caller) {
        String id = seen.request().job();
        long number = opening.nextNumber(origin);
        return opening.orWithoutItems(origin, number, () -> {
            JobOpening.Frozen frozen = opening.freeze(seen.request(), number);
            return engine.commit(origin, 1, (transaction, jobs) -> {
                Job job = jobs.governed(id);
                requirePlannable(jobs, coordinator, job, seen.version(), caller);
                return planned(
                        transaction,
                        jobs,
                        job,
                        number,
                        new Planned(frozen.plan(), frozen.items(), Optional.empty(), Optional.empty()),
                        caller);
            });
        });
    }

    private static void requirePlannable(Jobs jobs, String coordinator, Job job, long version, Caller caller) {
        requireGoverned(jobs, coordinator, job.request(), caller);
        JobRules.requireVersion(job.id(), version, job.version());
        boolean isSearched = job.request().provenance().isPresent();
        JobRules.requireTransition(job.id(), job.state(), isSearched ? JobState.PLANNING : JobState.PLANNED);
    }

    private JobStatus askForPlan(Transaction transaction, Jobs jobs, String coordinator, Job job, Caller caller) {
        return write(
                transaction,
                jobs,
                Optional.of(job),
                job.number(),
                job.request(),
                Plan.NONE,
                text(job.request()),
                job.governing().orElseThrow().planAsked(coordinator, caller.identity()),
                JobState.PLANNING,
                caller,
                "Asked for a plan, for which a ReplayProvenance of this journal that runs searches NiFi's provenance");
    }

    /**
     * What was found and frozen.
     *
     * @param items digest of the frozen set
     * @param selection what was selected in provenance, as text
     * @param provenance what was found there
     */
    record Planned(Plan plan, String items, Optional<String> selection, Optional<ProvenanceCounts> provenance) {}

    /** A job is planned, and awaits an approval or is approved; its items have been written. */
    JobStatus planned(Transaction transaction, Jobs jobs, Job before, long number, Planned frozen, Caller caller) {
        ReplayPolicy policy = jobs.pins().policy().orElseThrow();
        ReplayRequest request = before.request();
        boolean needed = JobRules.needsApproval(request.mode(), frozen.plan().emitted(), policy);
        JobRules.requireKnown(caller, needed);
        before.governing()
                .orElseThrow()
                .editors()
                .forEach(editor -> JobRules.requireKnown(new Caller(editor, true, Optional.empty()), needed));
        FrozenPlan plan = new FrozenPlan(
                frozen.plan(),
                frozen.items(),
                policy.digest(),
                Instant.ofEpochMilli(transaction.nowMillis()),
                JobRules.estimate(request, frozen.plan(), policy),
                frozen.provenance());
        write(
                transaction,
                jobs,
                Optional.of(before),
                number,
                request,
                frozen.plan(),
                frozen.selection(),
                before.governing().orElseThrow().planned(plan, needed),
                JobState.PLANNED,
                caller,
                "Planned: " + frozen.plan().emitted() + " of " + frozen.plan().selected()
                        + " events are to be replayed");
        Job job = jobs.governed(before.id());
        if (needed) {
            job.enter(JobState.AWAITING_APPROVAL, "A second person has to agree to it", transaction);
        } else {
            job.enter(JobState.APPROVED, "The replay policy asks for no approval", transaction);
        }
        return jobs.status(job, transaction.runClock());
    }

    private static void requireGoverned(Jobs jobs, String coordinator, ReplayRequest request, Caller caller) {
        Pin pin = JobRules.requirePinned(jobs.pins().governance(), coordinator);
        JobRules.requireRequester(caller, pin.policy());
        JobRules.requireKnown(caller, request.mode() == ReplayMode.FORCED);
        if (request.mode() == ReplayMode.DRY_RUN) {
            throw new IllegalArgumentException(
                    "A dry run is no job: draft one that is to replay, and plan it, which changes nothing");
        }
        request.provenance().ifPresent(selection -> {
            JobRules.requirePossibleOverProvenance(request);
            JobRules.requireProvenanceTargets(
                    selection.processors(), jobs.pins().governance());
        });
    }

    private static Optional<String> text(ReplayRequest request) {
        return request.provenance().map(ProvenanceSelection::toString);
    }

    private JobStatus write(
            Transaction transaction,
            Jobs jobs,
            Optional<Job> before,
            long number,
            ReplayRequest request,
            Plan plan,
            Optional<String> provenance,
            Governing governing,
            JobState state,
            Caller caller,
            String why) {
        Instant now = Instant.ofEpochMilli(transaction.nowMillis());
        JobRows.Opening row =
                new JobRows.Opening(request, plan, before.map(Job::started).orElse(now), provenance);
        long version = before.map(Job::version).orElse(0L) + 1;
        JobRows.Standing standing = new JobRows.Standing(
                state,
                caller.identity() + ": " + why,
                Progress.of(plan.emitted()),
                now,
                0,
                version,
                Optional.of(governing),
                0);
        Job job = jobs.write(transaction, before, opening.job(number, row, standing, transaction.runClock()), row);
        transaction
                .notes()
                .note(new Happening.JobChanged(
                        job.id(),
                        before.map(Job::state).map(JobState::name),
                        state.name(),
                        Optional.of(caller.identity()),
                        why,
                        Job.governed(job.governing(), version)));
        return jobs.status(job, transaction.runClock());
    }
}
