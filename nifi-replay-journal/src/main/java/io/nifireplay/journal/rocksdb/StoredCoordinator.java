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
import io.nifireplay.journal.governance.Approval;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.PinRules;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.governance.StaleVersionException;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The jobs of a journal as one coordinator governs them; each change is one write with its notice. */
final class StoredCoordinator implements ReplayCoordinator {
    private static final String OTHER_ITEMS =
            "Its items are not those that its plan has frozen: rows of the journal were"
                    + " changed from outside. Find out who may write the journal's directory, and draft the job anew";

    private final Engine engine;
    private final JobDrafts drafts;
    private final Origin origin;
    private final String id;

    StoredCoordinator(Engine engine, JobDrafts drafts, Origin origin, String id) {
        this.engine = engine;
        this.drafts = drafts;
        this.origin = origin;
        this.id = id;
    }

    @Override
    public List<GovernedJob> jobs() {
        return engine.read(
                view -> view.jobs().statuses().stream().map(GovernedJob::of).toList());
    }

    @Override
    public Optional<GovernedJob> job(String job) {
        return jobs().stream().filter(found -> found.id().equals(job)).findFirst();
    }

    @Override
    public GovernedJob draft(ReplayRequest request, Caller caller) {
        return GovernedJob.of(drafts.draft(origin, id, request, caller));
    }

    @Override
    public GovernedJob edit(String job, long version, ReplayRequest request, Caller caller) {
        if (!request.job().equals(job)) {
            throw new IllegalArgumentException(
                    "A job keeps its id: " + job + " cannot become " + request.job() + ". Draft another one");
        }
        return GovernedJob.of(drafts.edit(origin, id, version, request, caller));
    }

    @Override
    public GovernedJob plan(String job, long version, Caller caller) {
        return GovernedJob.of(drafts.plan(origin, id, job, version, caller));
    }

    @Override
    public GovernedJob approve(String job, long version, String reason, Caller caller) {
        return change(job, version, JobState.APPROVED, reason, (transaction, jobs, pin, found) -> {
            Governing governing = found.governing().orElseThrow();
            JobRules.requireApprover(caller, governing, jobs.pins().governance());
            Instant now = Instant.ofEpochMilli(transaction.nowMillis());
            Approval approval = new Approval(
                    caller.identity(),
                    reason,
                    now,
                    now.plus(pin.policy().approvalExpiry()),
                    version,
                    governing.plan().orElseThrow().items(),
                    pin.policy().digest(),
                    pin.digest(),
                    false);
            found.enter(JobState.APPROVED, governing.approved(approval), caller, reason, transaction);
        });
    }

    @Override
    public GovernedJob start(String job, long version, String reason, Caller caller) {
        // Reading all items is work for outside of the order of writes: nobody changes them while the version is the
        // same.
        Optional<Seen> seen = look(job, version, caller);
        GovernedJob after = change(job, version, JobState.RUNNING, reason, (transaction, jobs, pin, found) -> {
            JobRules.requireRequester(caller, pin.policy());
            if (found.state() == JobState.PAUSED) {
                throw new IllegalTransitionException("Replay job " + job + " was started before: resume it");
            }
            JobRules.requireRunnable(found.request().mode(), jobs.pins().governance());
            Governing governing = found.governing().orElseThrow();
            Seen items = seen.orElseThrow(() -> new StaleVersionException(
                    "Replay job " + job + " was approved only just now: look at it, and start it again"));
            if (!items.digest().equals(governing.plan().map(FrozenPlan::items))) {
                found.enter(JobState.FAILED, OTHER_ITEMS, transaction);
                return;
            }
            Instant now = Instant.ofEpochMilli(transaction.nowMillis());
            JobRules.problem(governing, found.version(), pin, found.request().mode(), now)
                    .ifPresentOrElse(problem -> found.unapprove(problem, transaction), () -> {
                        found.enter(JobState.RUNNING, governing.started(), caller, reason, transaction);
                        jobs.begin(transaction, found);
                    });
        });
        if (after.state() == JobState.FAILED) {
            throw new IllegalTransitionException("Replay job " + job + " was not started: " + after.stateReason());
        }
        if (after.state() == JobState.AWAITING_APPROVAL) {
            throw new IllegalTransitionException(
                    "Replay job " + job + " was not started, and awaits an approval again: " + after.stateReason());
        }
        return after;
    }

    /** The digest of the items of a job, computed again; empty when they are none of a plan's. */
    private record Seen(Optional<String> digest) {}

    /** Looks at the items of a job that may be started as far as is known; whether it may, the write decides. */
    private Optional<Seen> look(String id, long version, Caller caller) {
        return engine.read(view -> {
            Pin pin = JobRules.requirePinned(view.jobs().pins().published(), this.id);
            JobRules.requireRequester(caller, pin.policy());
            return view.jobs().statuses().stream()
                    .filter(status -> status.request().job().equals(id)
                            && status.version() == version
                            && status.state() == JobState.APPROVED)
                    .findFirst()
                    .map(status -> new Seen(
                            status.request().provenance().isPresent()
                                    ? StoredProvenanceItems.digest(view, id, status.number())
                                    : StoredItems.digest(view, id, status.number())));
        });
    }

    @Override
    public GovernedJob pause(String job, long version, String reason, Caller caller) {
        return change(job, version, JobState.PAUSED, reason, (transaction, jobs, pin, found) -> {
            JobRules.requireStopper(caller);
            found.enter(JobState.PAUSED, caller, reason, transaction);
        });
    }

    @Override
    public GovernedJob resume(String job, long version, String reason, Caller caller) {
        return change(job, version, JobState.RUNNING, reason, (transaction, jobs, pin, found) -> {
            JobRules.requireRequester(caller, pin.policy());
            if (found.state() != JobState.PAUSED) {
                throw new IllegalTransitionException(
                        "Replay job " + job + " is " + found.state().words() + ", not paused: start it");
            }
            JobRules.requireRunnable(found.request().mode(), jobs.pins().governance());
            found.enter(JobState.RUNNING, caller, reason, transaction);
        });
    }

    @Override
    public GovernedJob abort(String job, long version, String reason, Caller caller) {
        return change(job, version, JobState.ABORTED, reason, (transaction, jobs, pin, found) -> {
            JobRules.requireStopper(caller);
            found.enter(JobState.ABORTED, caller, reason, transaction);
        });
    }

    /** What a transition does, once version and state allow it. */
    private interface Step {
        void take(Transaction transaction, Jobs jobs, Pin pin, Job job);
    }

    private GovernedJob change(String job, long version, JobState to, String reason, Step step) {
        JobRules.requireReason(reason);
        JobStatus after = engine.commit(origin, 1, (transaction, jobs) -> {
            Job found = jobs.governed(job);
            Pin pin = JobRules.requirePinned(jobs.pins().governance(), id);
            JobRules.requireVersion(job, version, found.version());
            JobRules.requireTransition(job, found.state(), to);
            step.take(transaction, jobs, pin, found);
            return jobs.status(found, transaction.runClock());
        });
        return GovernedJob.of(after);
    }

    @Override
    public Governance governance() {
        return engine.read(view -> view.jobs().pins().published());
    }

    @Override
    public Governance approvePolicy(String digest, String reason, Caller caller) {
        JobRules.requireReason(reason);
        return engine.commit(origin, 1, (transaction, jobs) -> {
            PinRules.Ruling ruling = PinRules.approve(jobs.pins().governance(), digest, caller);
            jobs.pins().become(transaction, jobs, ruling, Optional.of(caller), reason);
            return jobs.pins().governance();
        });
    }
}
