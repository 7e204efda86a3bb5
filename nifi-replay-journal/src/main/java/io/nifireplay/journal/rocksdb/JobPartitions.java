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

import io.nifireplay.journal.replay.JobWait;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.PartitionLocks;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The partitions of jobs that are open: who has them, and which new events wait there. For the one thread that commits.
 * Which partitions a job has, its items say; a drill, which changes nothing, needs none.
 */
final class JobPartitions {
    /** Where items lie that came from provenance and are of no event that the journal knows. */
    private static final int UNSEEN = 0;

    private static final String UNSEEN_NAME = "";

    private final PartitionLocks locks = new PartitionLocks();
    private final Map<Long, Set<Integer>> byJob = new HashMap<>();
    private final Map<Long, Job> strict = new TreeMap<>();
    private final HeldEvents held = new HeldEvents();
    /** The turns of jobs that may bring events which the journal does not know yet, of any partition. */
    private final TreeSet<Long> unseen = new TreeSet<>();

    private boolean changed;

    /** A job begins to run: what comes after this moment is new to it. */
    void begin(Transaction transaction, Job job) {
        enter(transaction.store(), transaction.partitions(), job);
        boolean holdsNew = byJob.containsKey(job.number()) && job.limits().newEvents() == NewEvents.HOLD;
        if (holdsNew) {
            Map<Integer, Long> heads = new TreeMap<>();
            byJob.get(job.number())
                    .forEach(number -> heads.put(
                            number, transaction.partitions().get(number).head()));
            JobRows.Hold row = new JobRows.Hold(heads);
            transaction.put(Table.JOBS, JobRows.key(job.number(), Jobs.HOLD), JsonRow.write(row));
            hold(transaction.partitions(), job, row);
        }
    }

    /** A job that is open has its place in the line again. */
    void enter(Store store, Partitions partitions, Job job) {
        if (job.isDrill() || !job.state().isUnderWay()) {
            return;
        }
        Set<Integer> numbers = new LinkedHashSet<>(JobItems.partitions(store, Table.ITEMS, job.number()));
        byJob.put(job.number(), numbers);
        if (numbers.contains(UNSEEN)) {
            unseen.add(job.turnInLine());
        }
        if (job.limits().strictOrder()) {
            strict.put(job.number(), job);
        }
        locks.enter(
                job.turnInLine(),
                job.id(),
                numbers.stream().map(number -> name(partitions, number)).toList());
        changed = true;
    }

    /** What a job holds back, as it was stored. */
    void hold(Partitions partitions, Job job, JobRows.Hold row) {
        if (byJob.containsKey(job.number())) {
            held.hold(partitions, job, row.heads());
        }
    }

    /** Whether a place lies where the job has items; never for a drill. */
    boolean has(Job job, Place place) {
        return byJob.getOrDefault(job.number(), Set.of()).contains(place.partition());
    }

    /** The job needs its partitions no longer. */
    void leave(Partitions partitions, Job job) {
        changed |= locks.leave(job.turnInLine());
        unseen.remove(job.turnInLine());
        byJob.remove(job.number());
        strict.remove(job.number());
        held.release(partitions, job);
    }

    /** Whether somebody may wait for another than before, since this was asked last. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** Also, what a job brings that may be new must not be held by a job before it. */
    Optional<JobWait> waitsFor(Job job) {
        long turn = job.turnInLine();
        return locks.waitsFor(turn).or(() -> unseen.contains(turn) ? holdsBefore(turn) : Optional.empty());
    }

    private Optional<JobWait> holdsBefore(long turn) {
        return held.jobs().stream()
                .filter(job -> job.turnInLine() < turn)
                .findFirst()
                .map(job -> new JobWait(job.id(), UNSEEN_NAME));
    }

    /**
     * The job in strict order that has a place's partition. One that still waits for it keeps nothing back: what it waits
     * for may be just that.
     */
    Optional<Job> inStrictOrder(Place place) {
        return strict.values().stream()
                .filter(job -> byJob.get(job.number()).contains(place.partition()))
                .filter(job -> waitsFor(job).isEmpty())
                .findFirst();
    }

    /**
     * The id of the job behind which an event waits as a new one. As long as a job before it may bring new events, it holds
     * none: it would wait for what it holds.
     */
    Optional<String> heldBy(Place place) {
        return held.behind(place).stream()
                .filter(job -> unseen.isEmpty() || unseen.first() >= job.turnInLine())
                .findFirst()
                .map(Job::id);
    }

    /** The id of the job for which an event that would be the next of a partition is not even admitted. */
    Optional<String> refuses(Partitions partitions, String partition) {
        return held.count() < NewEvents.MAX_HELD
                ? Optional.empty()
                : partitions.find(partition).flatMap(known -> heldBy(new Place(known.number(), known.head() + 1)));
    }

    /** An event that is new was given a place. */
    void appended(Place place) {
        held.appended(place);
    }

    private static String name(Partitions partitions, int number) {
        return number == UNSEEN ? UNSEEN_NAME : partitions.get(number).name();
    }
}
