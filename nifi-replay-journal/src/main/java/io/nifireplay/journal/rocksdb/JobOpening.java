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
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.governance.ItemsDigest;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Plans a job, and opens it on the events that the plan found: a frozen set. */
final class JobOpening {
    private static final int ITEMS_A_WRITE = 10_000;

    private final Engine engine;
    private final Scans scans;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    JobOpening(Engine engine, Scans scans) {
        this.engine = engine;
        this.scans = scans;
    }

    Plan plan(ReplayRequest request) {
        return engine.read(view -> plan(view, request, (place, entry) -> {}));
    }

    /** What a job over provenance would do. */
    Plan plan(ReplayRequest request, List<ProvenanceSource> sources) {
        return engine.read(view ->
                ProvenancePlan.of(view, engine.digests(), request, sources).plan());
    }

    JobStatus open(Origin origin, ReplayRequest request) {
        return open(request, Optional.empty(), () -> openNew(origin, request));
    }

    /**
     * Opens a job over provenance, or returns the one that is there.
     *
     * @param selection what was selected there, as text
     */
    JobStatus open(Origin origin, ReplayRequest request, String selection, List<ProvenanceSource> sources) {
        return open(request, Optional.of(selection), () -> openNew(origin, request, selection, sources));
    }

    private JobStatus open(ReplayRequest request, Optional<String> provenance, Supplier<JobStatus> opening) {
        switch (request.mode()) {
            case DRY_RUN -> throw new IllegalArgumentException("A dry run opens no job: ask for the plan");
            case DRILL -> {
                if (provenance.isPresent()) {
                    throw new IllegalArgumentException(
                            "NiFi cannot mark what it replays, so there is no drill over provenance: run a dry run");
                }
            }
            case FORCED -> {
                if (provenance.isPresent()) {
                    throw new IllegalArgumentException("There is no forced replay over provenance: NiFi cannot tell"
                            + " JournalEvent who has agreed to it. Draft a job over the journal's own events at the"
                            + " coordinator, StandardReplayCoordinator");
                }
                JobRules.requireOpenByFlowFile(
                        request, 0, engine.read(view -> view.jobs().pins().published()));
            }
            case MISSED_ONLY -> {
                // Opened below.
            }
        }
        if (provenance.isPresent() && request.limits().newEvents() == NewEvents.HOLD) {
            throw new IllegalArgumentException(
                    "A replay from provenance can bring events that the journal does not know:"
                            + " to hold new events would hold these. Let new events pass");
        }
        oneAtATime.lock();
        try {
            Optional<JobStatus> known = engine.read(view -> view.jobs().statuses().stream()
                    .filter(status -> status.request().job().equals(request.job()))
                    .findFirst());
            if (known.isPresent()) {
                if (known.get().governing().isEmpty()
                        && JsonRow.same(known.get().request(), request)
                        && known.get().provenance().equals(provenance)) {
                    return known.get();
                }
                throw new IllegalArgumentException("There is a replay job " + request.job()
                        + " already, which asks for something else: choose another id");
            }
            return opening.get();
        } finally {
            oneAtATime.unlock();
        }
    }

    private JobStatus openNew(Origin origin, ReplayRequest request) {
        long number = nextNumber(origin);
        return orWithoutItems(origin, number, () -> {
            Frozen frozen = freeze(request, number);
            return begin(
                    origin,
                    number,
                    request,
                    frozen.plan(),
                    Progress.of(frozen.plan().emitted()),
                    Optional.empty());
        });
    }

    private JobStatus openNew(Origin origin, ReplayRequest request, String selection, List<ProvenanceSource> sources) {
        long number = nextNumber(origin);
        return orWithoutItems(origin, number, () -> {
            ProvenancePlan found = engine.read(view -> ProvenancePlan.of(view, engine.digests(), request, sources));
            for (List<ProvenancePlan.Item> portion : found.portions(ITEMS_A_WRITE)) {
                engine.commit(origin, portion.size(), (transaction, jobs) -> {
                    portion.forEach(item -> item.write(transaction, number, request.job()));
                    return true;
                });
            }
            return begin(origin, number, request, found.plan(), found.progress(), Optional.of(selection));
        });
    }

    /** What a plan has found, and the digest of what it has written down as the items of a job. */
    private record Frozen(Plan plan, String items) {}

    private Frozen freeze(ReplayRequest request, long number) {
        return engine.read(view -> {
            ItemsDigest digest = new ItemsDigest();
            List<FrozenItem> portion = new ArrayList<>();
            Plan found = plan(view, request, (place, entry) -> {
                int forced =
                        request.mode() == ReplayMode.FORCED && entry.state().status() == Status.COMPLETED
                                ? entry.state().generation()
                                : 0;
                digest.add(
                        view.partitions().get(place.partition()).name(), place.position(), forced, entry.contentHash());
                portion.add(new FrozenItem(place, forced));
                if (portion.size() == ITEMS_A_WRITE) {
                    write(view.store(), number, portion);
                    portion.clear();
                }
            });
            write(view.store(), number, portion);
            return new Frozen(found, digest.hex());
        });
    }

    /** A job that is not opened after all leaves no items. */
    private <R> R orWithoutItems(Origin origin, long number, Supplier<R> opening) {
        try {
            return opening.get();
        } catch (IllegalArgumentException e) {
            engine.commit(origin, 1, (transaction, jobs) -> {
                deleteItems(transaction, number);
                return true;
            });
            throw e;
        }
    }

    /** A process that died while it planned has left items of a number that no job has. */
    static void removeOrphans(Engine engine) {
        List<Long> orphans = engine.read(view -> {
            Set<Long> known =
                    view.jobs().statuses().stream().map(JobStatus::number).collect(Collectors.toSet());
            List<Long> unknown = new ArrayList<>();
            for (Table table : List.of(Table.ITEMS, Table.PROVENANCE)) {
                try (Store.Cursor rows = view.store().cursor(table, first(0), first(Long.MAX_VALUE))) {
                    while (rows.next()) {
                        long number = Place.integer(rows.key(), 0, Long.BYTES);
                        if (!known.contains(number)) {
                            unknown.add(number);
                        }
                        rows.seek(first(number + 1));
                    }
                }
            }
            return unknown;
        });
        if (!orphans.isEmpty()) {
            engine.commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
                orphans.forEach(number -> deleteItems(transaction, number));
                return true;
            });
        }
    }

    private static byte[] first(long number) {
        return JobRows.itemKey(number, new Place(0, 0));
    }

    private static void deleteItems(Transaction transaction, long number) {
        transaction.deleteRange(Table.ITEMS, first(number), first(number + 1));
        transaction.deleteRange(Table.PROVENANCE, first(number), first(number + 1));
    }

    private long nextNumber(Origin origin) {
        return engine.commit(origin, 1, (transaction, jobs) -> jobs.nextNumber(transaction));
    }

    private JobStatus begin(
            Origin origin,
            long number,
            ReplayRequest request,
            Plan plan,
            Progress progress,
            Optional<String> provenance) {
        Instant now = engine.time().clock().instant();
        return engine.commit(origin, 1, (transaction, jobs) -> {
            // Somebody may have drafted one while this one's events were looked for.
            if (jobs.find(request.job()).isPresent()) {
                throw taken(request.job());
            }
            if (provenance.isPresent()) {
                JobRules.requireOpenOverProvenance(
                        request, plan.emitted(), jobs.pins().governance());
            } else {
                JobRules.requireOpenByFlowFile(
                        request, plan.emitted(), jobs.pins().governance());
            }
            boolean empty = progress.left() == 0;
            JobState state = empty ? JobState.FINISHED : JobState.RUNNING;
            JobRules.requirePath(request.job(), state);
            JobRows.Opening opening = new JobRows.Opening(request, plan, now, provenance);
            JobRows.Standing standing = new JobRows.Standing(
                    state,
                    empty ? "Nothing is to be replayed" : "Opened by " + request.requester() + ": " + request.reason(),
                    progress,
                    now,
                    0,
                    1,
                    Optional.empty(),
                    0);
            Job job = jobs.write(
                    transaction, Optional.empty(), job(number, opening, standing, transaction.runClock()), opening);
            jobs.begin(transaction, job);
            transaction
                    .notes()
                    .note(new Happening.JobChanged(
                            job.id(),
                            Optional.empty(),
                            standing.state().name(),
                            Optional.of(request.requester()),
                            request.reason()));
            return jobs.status(job, transaction.runClock());
        });
    }

    private Job job(long number, JobRows.Opening opening, JobRows.Standing standing, long runClock) {
        return new Job(
                number, opening, standing, runClock, engine.time().ticker().getAsLong());
    }

    private static IllegalArgumentException taken(String job) {
        return new IllegalArgumentException("There is a replay job " + job + " already: choose another id");
    }

    /** Makes a job that does nothing yet. */
    JobStatus draft(Origin origin, String coordinator, ReplayRequest request, Caller caller) {
        return engine.commit(origin, 1, (transaction, jobs) -> {
            requireGoverned(jobs, coordinator, request, caller);
            if (jobs.find(request.job()).isPresent()) {
                throw taken(request.job());
            }
            boolean needed = request.mode() == ReplayMode.FORCED;
            return write(
                    transaction,
                    jobs,
                    Optional.empty(),
                    jobs.nextNumber(transaction),
                    by(request, caller.identity()),
                    Plan.NONE,
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
                    by(request, job.request().requester()),
                    Plan.NONE,
                    job.governing().orElseThrow().edited(coordinator, caller.identity(), needed),
                    JobState.DRAFTED,
                    caller,
                    "Edited: " + request.reason());
        });
    }

    /** Plans a job and freezes its events, under a number of its own: what was frozen before is of another number. */
    JobStatus plan(Origin origin, String coordinator, String id, long version, Caller caller) {
        oneAtATime.lock();
        try {
            ReplayRequest request = engine.commit(origin, 1, (transaction, jobs) -> {
                Job job = jobs.governed(id);
                requirePlannable(jobs, coordinator, job, version, caller);
                return job.request();
            });
            long number = nextNumber(origin);
            return orWithoutItems(origin, number, () -> {
                Frozen frozen = freeze(request, number);
                return engine.commit(origin, 1, (transaction, jobs) -> {
                    Job job = jobs.governed(id);
                    requirePlannable(jobs, coordinator, job, version, caller);
                    return planned(transaction, jobs, job, number, frozen, caller);
                });
            });
        } finally {
            oneAtATime.unlock();
        }
    }

    private static void requirePlannable(Jobs jobs, String coordinator, Job job, long version, Caller caller) {
        requireGoverned(jobs, coordinator, job.request(), caller);
        JobRules.requireVersion(job.id(), version, job.version());
        JobRules.requireTransition(job.id(), job.state(), JobState.PLANNED);
    }

    private JobStatus planned(
            Transaction transaction, Jobs jobs, Job before, long number, Frozen frozen, Caller caller) {
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
                JobRules.estimate(request, frozen.plan(), policy));
        write(
                transaction,
                jobs,
                Optional.of(before),
                number,
                request,
                frozen.plan(),
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
    }

    private static ReplayRequest by(ReplayRequest request, String requester) {
        return new ReplayRequest(
                request.job(),
                request.selector(),
                request.mode(),
                request.includeUnknown(),
                request.limits(),
                request.reason(),
                requester);
    }

    private JobStatus write(
            Transaction transaction,
            Jobs jobs,
            Optional<Job> before,
            long number,
            ReplayRequest request,
            Plan plan,
            Governing governing,
            JobState state,
            Caller caller,
            String why) {
        Instant now = Instant.ofEpochMilli(transaction.nowMillis());
        JobRows.Opening opening =
                new JobRows.Opening(request, plan, before.map(Job::started).orElse(now), Optional.empty());
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
        Job job = jobs.write(transaction, before, job(number, opening, standing, transaction.runClock()), opening);
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

    private record FrozenItem(Place place, int forcedGeneration) {}

    /** Without a sync: the job's own row, which is synced, comes after. */
    private static void write(Store store, long number, List<FrozenItem> items) {
        try (WriteBatch batch = new WriteBatch()) {
            for (FrozenItem item : items) {
                batch.put(
                        store.handle(Table.ITEMS),
                        JobRows.itemKey(number, item.place()),
                        ItemState.PENDING.toBytes(item.forcedGeneration()));
            }
            store.writeUnsynced(batch);
        } catch (RocksDBException e) {
            throw store.failure("cannot be written", e);
        }
    }

    private Plan plan(Engine.View view, ReplayRequest request, BiConsumer<Place, Entry> chosen) {
        PlanCounts counts = new PlanCounts();
        Selector selector = request.selector();
        boolean missedOnly = request.mode() == ReplayMode.MISSED_ONLY;
        // Of what is settled a job for missed events emits nothing: it is read only when completed events are to be
        // counted.
        boolean openOnly =
                (missedOnly && !selector.statuses().contains(Status.COMPLETED)) || Scans.isOpenOnly(selector);
        scans.scan(view, selector, openOnly, (place, entry) -> {
            counts.selected(view.partitions().get(place.partition()).name(), entry);
            if (counts.isEmitted(request, entry, view.leaseClock())) {
                chosen.accept(place, entry);
            }
        });
        return counts.plan();
    }
}
