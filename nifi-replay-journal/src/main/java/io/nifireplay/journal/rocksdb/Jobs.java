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

import io.nifireplay.journal.EventState;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.governance.ErrorBudget;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.JobWait;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.UnreadableEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/**
 * The replay jobs of an open journal. Everything but {@link #statuses} and {@link #isAnyToBeReviewed} is for the one thread that commits; what it changes
 * in memory is dropped with the whole when its write fails.
 */
final class Jobs {
    static final int OPENING = 0;
    static final int STANDING = 1;
    static final int HOLD = 2;
    static final int PLAN = 3;
    private static final byte[] LAST_JOB = Engine.text("last-job");

    private final Map<Long, Job> byNumber = new TreeMap<>();
    private final Map<String, Job> byId = new HashMap<>();
    private final Map<Long, Map<Place, ItemState>> changedItems = new HashMap<>();
    private final Map<Long, JobStatus> published = new ConcurrentSkipListMap<>();
    private final Map<Long, JobStatus> unpublished = new HashMap<>();
    private final Set<Long> retired = new HashSet<>();
    private final Pins pins;
    private long lastNumber;
    private long lastTurn;
    /** The number of the job that was asked first the last time; in memory only. */
    private long lastFirst;

    private volatile boolean unreviewed;

    private final Map<Place, Sent> sent = new HashMap<>();
    private final JobPartitions partitions = new JobPartitions();

    /** An emission that was not admitted yet: by which job, 0 for a retry; of which attempt; the lease clock when it was made. */
    private record Sent(long job, int generation, int attempt, long leaseClock) {}

    private Jobs(Pins pins) {
        this.pins = pins;
    }

    static Jobs load(Store store, Partitions partitions, long runClock, long nanos) {
        Jobs jobs = new Jobs(Pins.load(store, nanos));
        byte[] last = store.get(Table.META, LAST_JOB);
        jobs.lastNumber = last == null ? 0 : new ByteReader(last).i64();
        try (Store.Cursor rows = store.cursor(Table.JOBS, JobRows.key(0, 0), JobRows.key(Long.MAX_VALUE, 0))) {
            JobRows.Opening opening = null;
            while (rows.next()) {
                long number = Place.integer(rows.key(), 0, 8);
                switch (rows.key()[8]) {
                    case OPENING -> opening = JsonRow.read(rows.value(), JobRows.Opening.class);
                    case STANDING -> {
                        JobRows.Standing standing = JsonRow.read(rows.value(), JobRows.Standing.class);
                        Job job = new Job(number, opening, standing, runClock, nanos);
                        jobs.add(job);
                        jobs.lastTurn = Math.max(jobs.lastTurn, job.turnInLine());
                        jobs.partitions.enter(store, partitions, job);
                    }
                    case HOLD ->
                        jobs.partitions.hold(
                                partitions,
                                jobs.find(number).orElseThrow(),
                                JsonRow.read(rows.value(), JobRows.Hold.class));
                    case PLAN -> jobs.find(number).orElseThrow().readPlan(JsonRow.read(rows.value(), FrozenPlan.class));
                    default ->
                        throw new JournalException("A row of a replay job is of a kind that this version does not know:"
                                + " a newer version has written it");
                }
            }
        }
        jobs.byNumber.values().forEach(job -> jobs.unpublished.put(job.number(), jobs.status(job, runClock)));
        jobs.publish();
        return jobs;
    }

    /** Who governs them. */
    Pins pins() {
        return pins;
    }

    /** Never reused: a token of an old job, or of an old plan of one, must not fit a new one. */
    long nextNumber(Transaction transaction) {
        lastNumber++;
        transaction.put(Table.META, LAST_JOB, new ByteWriter(8).i64(lastNumber).toBytes());
        return lastNumber;
    }

    /** A job that was asked for just now, or is asked for or planned anew: then it takes the place of what it was. */
    Job write(Transaction transaction, Optional<Job> before, Job job, JobRows.Opening opening) {
        before.ifPresent(old -> {
            JobOpening.deleteItems(transaction, old.number());
            if (old.number() != job.number()) {
                transaction.deleteRange(Table.JOBS, JobRows.key(old.number(), 0), JobRows.key(old.number() + 1, 0));
                byNumber.remove(old.number());
                retired.add(old.number());
            } else {
                transaction.delete(Table.JOBS, JobRows.key(old.number(), PLAN));
            }
        });
        transaction.put(Table.JOBS, JobRows.key(job.number(), OPENING), JsonRow.write(opening));
        writeStanding(transaction, job);
        add(job);
        unpublished.put(job.number(), status(job, transaction.runClock()));
        return job;
    }

    private static void writeStanding(Transaction transaction, Job job) {
        transaction.put(
                Table.JOBS, JobRows.key(job.number(), STANDING), JsonRow.write(job.standing(transaction.runClock())));
        job.takeUnwrittenPlan()
                .ifPresent(plan -> transaction.put(Table.JOBS, JobRows.key(job.number(), PLAN), JsonRow.write(plan)));
    }

    private void add(Job job) {
        byNumber.put(job.number(), job);
        byId.put(job.id(), job);
    }

    /** A job whose items are written begins to run, behind all that have begun, also if it was asked for before them. */
    void begin(Transaction transaction, Job job) {
        lastTurn++;
        job.takeTurn(lastTurn);
        partitions.begin(transaction, job);
        unpublished.put(job.number(), status(job, transaction.runClock()));
    }

    /** How a job stands, and for whom it waits. */
    JobStatus status(Job job, long runClock) {
        return job.status(runClock, partitions.waitsFor(job));
    }

    /** The job before this one that has one of its partitions. */
    Optional<JobWait> waitsFor(Job job) {
        return partitions.waitsFor(job);
    }

    /** The id of the job behind which an event waits that is new in its partition. */
    Optional<String> heldBy(Place place) {
        return partitions.heldBy(place);
    }

    /** The id of the job behind which so many new events wait that another one of this partition is not admitted. */
    Optional<String> refuses(Transaction transaction, String partition) {
        return partitions.refuses(transaction.partitions(), partition);
    }

    /** An event that is new was given a place. */
    void appended(Place place) {
        partitions.appended(place);
    }

    /** The job that has yet to bring an event, in strict order: it is to come in no other way before its turn. */
    Optional<Job> bringsInTurn(Transaction transaction, Place place) {
        return partitions
                .inStrictOrder(place)
                .filter(job -> !job.isOutstanding(place) && item(transaction, job, place) == ItemState.PENDING);
    }

    void remove(Job job) {
        byNumber.remove(job.number());
        byId.remove(job.id());
        published.remove(job.number());
    }

    Optional<Job> find(long number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    Optional<Job> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** @throws IllegalArgumentException when there is no such job, or no coordinator governs it */
    Job governed(String id) {
        Job job = find(id).orElseThrow(() -> new IllegalArgumentException("There is no replay job " + id));
        if (job.governing().isEmpty()) {
            throw new IllegalArgumentException(
                    "Replay job " + id + " was asked for by FlowFile: pause, resume or abort it in that way");
        }
        return job;
    }

    Collection<Job> all() {
        return byNumber.values();
    }

    /** Some jobs, the oldest first, in the order in which they are asked this time. */
    List<Job> firstInTurn(List<Job> some) {
        List<Job> inOrder = new ArrayList<>();
        some.stream().filter(job -> job.number() > lastFirst).forEach(inOrder::add);
        some.stream().filter(job -> job.number() <= lastFirst).forEach(inOrder::add);
        return inOrder;
    }

    /** The next time the one behind it is asked first. */
    void wasFirst(Job job) {
        lastFirst = job.number();
    }

    /** For any thread: the jobs as they were last written, the oldest first. */
    List<JobStatus> statuses() {
        return List.copyOf(published.values());
    }

    /** Shows readers what has been written. */
    void publish() {
        published.putAll(unpublished);
        published.keySet().removeAll(retired);
        unpublished.clear();
        retired.clear();
        unreviewed = byNumber.values().stream().anyMatch(Job::isToBeReviewed);
        pins.publish();
        changedItems.clear();
    }

    /** For any thread: whether items of a job that was paused have not been looked at since. */
    boolean isAnyToBeReviewed() {
        return unreviewed;
    }

    ItemState item(Transaction transaction, Job job, Place place) {
        ItemState changed = changedItems.getOrDefault(job.number(), Map.of()).get(place);
        return changed != null
                ? changed
                : ItemState.of(transaction.store().get(Table.ITEMS, JobRows.itemKey(job.number(), place)));
    }

    private void setItem(Transaction transaction, Job job, Place place, ItemState state) {
        changedItems.computeIfAbsent(job.number(), absent -> new HashMap<>()).put(place, state);
        byte[] key = JobRows.itemKey(job.number(), place);
        transaction.put(Table.ITEMS, key, state.toBytes(forcedGeneration(transaction, job, place)));
    }

    /** The completed generation of an item that a forced job repeats, 0 when it is to repeat none. */
    int forcedGeneration(Transaction transaction, Job job, Place place) {
        return job.isForced()
                ? ItemState.forcedGeneration(transaction.store().get(Table.ITEMS, JobRows.itemKey(job.number(), place)))
                : 0;
    }

    /** An event was emitted, by a job or, with job number 0, as a retry. */
    void sent(long job, Place place, EventState state, long leaseClock) {
        sent.put(place, new Sent(job, state.generation(), state.attempt(), leaseClock));
    }

    /** Whether an emission of the event, as it stands, was made after a time and may still arrive. */
    boolean isOnItsWay(Place place, EventState state, long longAgo) {
        Sent last = sent.get(place);
        return last != null
                && last.generation() == state.generation()
                && last.attempt() == state.attempt()
                && last.leaseClock() > longAgo
                && !isAborted(last.job());
    }

    /** What an aborted or failed job has emitted is rejected when it arrives: nobody needs to wait for it. */
    private boolean isAborted(long job) {
        return find(job)
                .filter(found -> found.state() == JobState.ABORTED || found.state() == JobState.FAILED)
                .isPresent();
    }

    private void forgetArrived(Place place, EventState state) {
        sent.computeIfPresent(
                place,
                (key, last) ->
                        last.generation() == state.generation() && last.attempt() == state.attempt() ? last : null);
    }

    /** An item's event was admitted under the job. */
    void admitted(Transaction transaction, Job job, Place place) {
        if (item(transaction, job, place) == ItemState.PENDING) {
            setItem(transaction, job, place, ItemState.ADMITTED);
        }
    }

    /** The journal did not take the job's FlowFile, and will not. */
    void reject(Transaction transaction, Job job, Place place) {
        settle(transaction, job, place, Jobs::rejected);
    }

    /** An item was to be emitted and could not be read: after some tries the job goes on without it. */
    void unreadable(Transaction transaction, Job job, Place place, String reason) {
        ItemState state = item(transaction, job, place);
        boolean awaited = state == ItemState.PENDING || state == ItemState.ADMITTED;
        if (!awaited || job.state().isOver() || job.countUnread(place) < UnreadableEvent.MAX_TRIES) {
            return;
        }
        String words = "Event " + transaction.ref(place) + " could not be read from the journal in "
                + UnreadableEvent.MAX_TRIES + " tries of replay job " + job.id()
                + ", which goes on without it; the event stays missed: " + reason;
        transaction.notes().note(new Happening.Rejected(Optional.of(transaction.ref(place)), words, ""));
        job.goesOnWithout(transaction.ref(place));
        settle(transaction, job, place, Jobs::rejected);
    }

    void settle(Transaction transaction, Job job, Place place, UnaryOperator<Progress> count) {
        if (job.state().isOver() || item(transaction, job, place) == ItemState.SETTLED) {
            return;
        }
        setItem(transaction, job, place, ItemState.SETTLED);
        Optional<ErrorBudget> budget = pins.policy().flatMap(ReplayPolicy::errorBudget);
        job.settled(place, count.apply(job.progress()), budget, transaction.runClock());
    }

    /** Settles the items of events that the transaction brings to an end, and writes down the jobs that changed. */
    void follow(Transaction transaction) {
        if (!sent.isEmpty()) {
            for (Transaction.Changed changed : transaction.changed()) {
                forgetArrived(changed.place(), changed.entry().state());
            }
        }
        boolean anyUnderWay = false;
        for (Job job : byNumber.values()) {
            anyUnderWay |= job.state().isUnderWay();
        }
        if (anyUnderWay) {
            for (Transaction.Changed changed : transaction.changed()) {
                follow(transaction, changed.place(), changed.entry().state());
            }
        }
        for (Job job : byNumber.values()) {
            boolean done = job.state().isUnderWay() && job.progress().left() == 0;
            if (done) {
                job.enter(
                        JobState.FINISHED,
                        "All " + job.progress().total() + " events are settled" + job.unreadWords(),
                        transaction);
            }
            if (job.takeDirty()) {
                writeStanding(transaction, job);
                if (!job.state().isUnderWay()) {
                    partitions.leave(transaction.partitions(), job);
                }
                unpublished.put(job.number(), status(job, transaction.runClock()));
            }
        }
        if (partitions.takeChanged()) {
            byNumber.values().forEach(job -> unpublished.put(job.number(), status(job, transaction.runClock())));
        }
    }

    private void follow(Transaction transaction, Place place, EventState state) {
        if (state.status() != Status.COMPLETED && state.status() != Status.DEAD_LETTER) {
            return;
        }
        for (Job job : byNumber.values()) {
            // A running job looks at what others have settled when its turn comes; a paused one has no turns.
            boolean mayBeSettled = state.jobNumber() == job.number()
                    || job.isOutstanding(place)
                    || (job.state() == JobState.PAUSED && partitions.has(job, place));
            if (!job.state().isOver() && mayBeSettled) {
                settleWhatIsDone(transaction, job, place, state);
            }
        }
    }

    /** Settles an item whose event leaves the job nothing to do. */
    void settleWhatIsDone(Transaction transaction, Job job, Place place, EventState state) {
        ItemState item = item(transaction, job, place);
        switch (item) {
            case ADMITTED, PENDING -> {
                int forced = forcedGeneration(transaction, job, place);
                boolean admitted = item == ItemState.ADMITTED;
                switch (ReplayStep.of(state, admitted, forced, transaction.leaseClock(), job.includesUnknown())) {
                    case COMPLETED -> settle(transaction, job, place, Jobs::completed);
                    case DEAD_LETTER -> settle(transaction, job, place, Jobs::deadLetter);
                    case ELSEWHERE -> settle(transaction, job, place, Jobs::elsewhere);
                    case EMIT, WAIT, UNKNOWN -> {
                        // Something is left to do.
                    }
                }
            }
            case ABSENT, SETTLED -> {
                // Not, or no longer, this job's.
            }
        }
    }

    static Progress completed(Progress p) {
        return new Progress(
                p.total(), p.emitted(), p.completed() + 1, p.deadLetter(), p.elsewhere(), p.unknown(), p.rejected());
    }

    static Progress deadLetter(Progress p) {
        return new Progress(
                p.total(), p.emitted(), p.completed(), p.deadLetter() + 1, p.elsewhere(), p.unknown(), p.rejected());
    }

    static Progress elsewhere(Progress p) {
        return new Progress(
                p.total(), p.emitted(), p.completed(), p.deadLetter(), p.elsewhere() + 1, p.unknown(), p.rejected());
    }

    static Progress unknown(Progress p) {
        return new Progress(
                p.total(), p.emitted(), p.completed(), p.deadLetter(), p.elsewhere(), p.unknown() + 1, p.rejected());
    }

    static Progress rejected(Progress p) {
        return new Progress(
                p.total(), p.emitted(), p.completed(), p.deadLetter(), p.elsewhere(), p.unknown(), p.rejected() + 1);
    }
}
