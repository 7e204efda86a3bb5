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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
        return engine.read(view -> plan(view, request, place -> {}));
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
            case FORCED ->
                throw new IllegalArgumentException("A forced replay needs an approval, which this version cannot give:"
                        + " replay missed events, or run a drill");
            case DRY_RUN -> throw new IllegalArgumentException("A dry run opens no job: ask for the plan");
            case DRILL -> {
                if (provenance.isPresent()) {
                    throw new IllegalArgumentException(
                            "NiFi cannot mark what it replays, so there is no drill over provenance: run a dry run");
                }
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
                if (JsonRow.same(known.get().request(), request)
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
        Plan plan = engine.read(view -> {
            List<Place> portion = new ArrayList<>();
            Plan found = plan(view, request, place -> {
                portion.add(place);
                if (portion.size() == ITEMS_A_WRITE) {
                    write(view.store(), number, portion);
                    portion.clear();
                }
            });
            write(view.store(), number, portion);
            return found;
        });
        return begin(origin, number, request, plan, Progress.of(plan.emitted()), Optional.empty());
    }

    private JobStatus openNew(Origin origin, ReplayRequest request, String selection, List<ProvenanceSource> sources) {
        long number = nextNumber(origin);
        ProvenancePlan found = engine.read(view -> ProvenancePlan.of(view, engine.digests(), request, sources));
        for (List<ProvenancePlan.Item> portion : found.portions(ITEMS_A_WRITE)) {
            engine.commit(origin, portion.size(), (transaction, jobs) -> {
                portion.forEach(item -> item.write(transaction, number, request.job()));
                return true;
            });
        }
        return begin(origin, number, request, found.plan(), found.progress(), Optional.of(selection));
    }

    /** Never reused: a token of an old job must not fit a new one. */
    private long nextNumber(Origin origin) {
        return engine.commit(origin, 1, (transaction, jobs) -> {
            byte[] last = transaction.store().get(Table.META, Engine.text("last-job"));
            long next = last == null ? 1 : new ByteReader(last).i64() + 1;
            transaction.put(
                    Table.META,
                    Engine.text("last-job"),
                    new ByteWriter(8).i64(next).toBytes());
            return next;
        });
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
            JobRows.Opening opening = new JobRows.Opening(request, plan, now, provenance);
            boolean empty = progress.left() == 0;
            JobRows.Standing standing = new JobRows.Standing(
                    empty ? JobState.FINISHED : JobState.RUNNING,
                    empty ? "Nothing is to be replayed" : "Opened by " + request.requester() + ": " + request.reason(),
                    progress,
                    now,
                    0);
            Job job = new Job(
                    number,
                    opening,
                    standing,
                    transaction.runClock(),
                    engine.time().ticker().getAsLong());
            transaction.put(Table.JOBS, JobRows.key(number, Jobs.OPENING), JsonRow.write(opening));
            transaction.put(Table.JOBS, JobRows.key(number, Jobs.STANDING), JsonRow.write(standing));
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

    /** Without a sync: the job's own row, which is synced, comes after. */
    private static void write(Store store, long number, List<Place> places) {
        try (WriteBatch batch = new WriteBatch()) {
            for (Place place : places) {
                batch.put(store.handle(Table.ITEMS), JobRows.itemKey(number, place), ItemState.PENDING.toBytes());
            }
            store.writeUnsynced(batch);
        } catch (RocksDBException e) {
            throw store.failure("cannot be written", e);
        }
    }

    private Plan plan(Engine.View view, ReplayRequest request, Consumer<Place> chosen) {
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
                chosen.accept(place);
            }
        });
        return counts.plan();
    }
}
