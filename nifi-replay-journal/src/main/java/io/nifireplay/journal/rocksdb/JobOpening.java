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
import io.nifireplay.journal.governance.ItemsDigest;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
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
        if (request.provenance().isPresent()) {
            throw new IllegalArgumentException(
                    "A search of NiFi's provenance is asked for at the coordinator; here it is"
                            + " what was found that opens a job");
        }
        if (provenance.isPresent()) {
            JobRules.requirePossibleOverProvenance(request);
        }
        switch (request.mode()) {
            case DRY_RUN -> throw new IllegalArgumentException("A dry run opens no job: ask for the plan");
            case FORCED ->
                JobRules.requireOpenByFlowFile(
                        request, 0, engine.read(view -> view.jobs().pins().published()));
            case MISSED_ONLY, DRILL -> {
                // Opened below.
            }
        }
        return oneAtATime(() -> {
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
        });
    }

    /** Finding and freezing events takes its time, and is done for one job after the other. */
    <R> R oneAtATime(Supplier<R> work) {
        oneAtATime.lock();
        try {
            return work.get();
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
            ProvenancePlan found = engine.read(view -> {
                ProvenancePlan plan = ProvenancePlan.of(view, engine.digests(), request, sources);
                // Before its items are told of; what counts is looked at in the write that begins it.
                JobRules.requireOpenByFlowFile(
                        request, plan.plan().emitted(), view.jobs().pins().published());
                return plan;
            });
            write(origin, found, (transaction, item) -> item.write(transaction, number, request.job()));
            return begin(origin, number, request, found.plan(), found.progress(), Optional.of(selection));
        });
    }

    /** Writes down the items of a job over provenance, some at a time. */
    void write(Origin origin, ProvenancePlan found, BiConsumer<Transaction, ProvenancePlan.Item> writing) {
        for (List<ProvenancePlan.Item> portion : found.portions(ITEMS_A_WRITE)) {
            engine.commit(origin, portion.size(), (transaction, jobs) -> {
                portion.forEach(item -> writing.accept(transaction, item));
                return true;
            });
        }
    }

    /** What a plan has found, and the digest of what it has written down as the items of a job. */
    record Frozen(Plan plan, String items) {}

    /** Finds the events of a job and writes them down as its items. */
    Frozen freeze(ReplayRequest request, long number) {
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
    <R> R orWithoutItems(Origin origin, long number, Supplier<R> opening) {
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

    static void deleteItems(Transaction transaction, long number) {
        transaction.deleteRange(Table.ITEMS, first(number), first(number + 1));
        transaction.deleteRange(Table.PROVENANCE, first(number), first(number + 1));
    }

    long nextNumber(Origin origin) {
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
            JobRules.requireOpenByFlowFile(request, plan.emitted(), jobs.pins().governance());
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

    /** As it is now. */
    Job job(long number, JobRows.Opening opening, JobRows.Standing standing, long runClock) {
        return new Job(
                number, opening, standing, runClock, engine.time().ticker().getAsLong());
    }

    static IllegalArgumentException taken(String job) {
        return new IllegalArgumentException("There is a replay job " + job + " already: choose another id");
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
