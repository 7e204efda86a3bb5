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

import io.nifireplay.journal.governance.ErrorBudget;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Takes the items of a job in turn, as its limits allow. */
final class JobItems {
    private static final int MAX_PORTION = 256;

    private final Engine engine;

    /** What is done about an item whose turn it is. */
    interface Turn {
        /** Adds what goes into the flow, if anything does. */
        void take(Place place);
    }

    JobItems(Engine engine) {
        this.engine = engine;
    }

    /**
     * Lets jobs take their turns, none before the others have had theirs: each gets an equal part of what all of them may,
     * and of what is left then whoever can use it. Who is first changes, so that also a part of less than one event goes
     * round.
     *
     * @param running jobs that run
     * @param max how many may be chosen at most
     * @param chosen what goes into the flow; the turns add to it
     */
    void inTurns(
            Transaction transaction, Jobs jobs, List<Job> running, int max, List<?> chosen, Function<Job, Turn> turns) {
        int before = chosen.size();
        JointLimit limit =
                JointLimit.of(jobs, max - before, engine.time().ticker().getAsLong());
        List<Job> inOrder = jobs.firstInTurn(running);
        for (int i = 0; i < inOrder.size(); i++) {
            Job job = inOrder.get(i);
            inTurn(transaction, jobs, job, limit, inOrder.size() - i, chosen, turns.apply(job));
        }
        if (inOrder.size() > 1) {
            // What some could not use.
            inOrder.forEach(job -> inTurn(transaction, jobs, job, limit, 1, chosen, turns.apply(job)));
        }
        if (inOrder.size() > 1 && chosen.size() > before) {
            jobs.wasFirst(inOrder.getFirst());
        }
    }

    /** @param sharers among how many jobs what is left is shared, this one included */
    private void inTurn(
            Transaction transaction, Jobs jobs, Job job, JointLimit limit, int sharers, List<?> chosen, Turn turn) {
        boolean runs = job.state() == JobState.RUNNING && !stopped(transaction, jobs, job);
        boolean isClosed = !jobs.pins().isOpen(Instant.ofEpochMilli(transaction.nowMillis()));
        if (!runs || isClosed || jobs.waitsFor(job).isPresent()) {
            return;
        }
        if (!job.isRead()) {
            job.read(cursors(transaction.store(), job));
        }
        int before = chosen.size();
        int outstanding = job.outstanding();
        int room = outstanding + limit.room(sharers);
        int allowed = Math.min(
                limit.emissions(sharers), job.allowance(engine.time().ticker().getAsLong()));
        for (Place place : job.overdue(longAgo(transaction))) {
            if (chosen.size() - before >= allowed || job.state() != JobState.RUNNING) {
                break;
            }
            turn.take(place);
        }
        while (chosen.size() - before < allowed && room(job, room) > 0 && job.state() == JobState.RUNNING) {
            Job.ItemCursor cursor = job.nextCursor();
            if (cursor == null) {
                break;
            }
            // In strict order one at a time, else so many that the turns among partitions cost little.
            int portion = job.limits().strictOrder() ? 1 : Math.min(MAX_PORTION, allowed - (chosen.size() - before));
            nextItems(transaction, jobs, job, cursor, Math.min(portion, room(job, room)))
                    .forEach(turn::take);
        }
        int emitted = chosen.size() - before;
        job.spend(emitted);
        jobs.pins().spend(emitted);
        limit.took(emitted, job.outstanding() - outstanding);
    }

    /** How many more may be outstanding, by the job's own limit and by its part of the policy's. */
    private static int room(Job job, int room) {
        return Math.min(job.room(), room - job.outstanding());
    }

    /** An item's outcome became unknown: a person decides. In strict order nothing behind it goes on before. */
    static void unknown(Transaction transaction, Jobs jobs, Job job, Place place) {
        if (!job.limits().strictOrder()) {
            jobs.settle(transaction, job, place, Jobs::unknown);
            return;
        }
        job.waitFor(place, transaction.leaseClock());
        job.isDueAgain(place);
        job.enter(
                JobState.PAUSED,
                "The outcome of event " + transaction.ref(place) + " is unknown, and what is behind it waits for it in"
                        + " strict order: find out whether the downstream acted, acknowledge the event, then resume the"
                        + " job; or abort it, and replay with includeUnknown",
                transaction);
    }

    /** What was emitted before is taken for lost. */
    long longAgo(Transaction transaction) {
        return transaction.leaseClock() - engine.options().reEmitAfter().toMillis();
    }

    private static boolean stopped(Transaction transaction, Jobs jobs, Job job) {
        Instant now = Instant.ofEpochMilli(transaction.nowMillis());
        Limits limits = job.limits();
        Progress progress = job.progress();
        if (isPastItsEnd(limits, now)) {
            abort(transaction, job);
            return true;
        }
        boolean overBudget = progress.settled() >= Limits.ERROR_BUDGET_SAMPLE
                && limits.errorBudget()
                        .filter(budget -> progress.failedShare() > budget)
                        .isPresent();
        if (overBudget) {
            job.enter(
                    JobState.PAUSED,
                    "Its error budget is used up: " + progress.failed() + " of " + progress.settled()
                            + " did not get through",
                    transaction);
        }
        return overBudget || overPolicyBudget(transaction, jobs, job);
    }

    static boolean isPastItsEnd(Limits limits, Instant now) {
        return limits.endTime().filter(end -> !now.isBefore(end)).isPresent();
    }

    /** The end time of a job has come. */
    static void abort(Transaction transaction, Job job) {
        job.enter(
                JobState.ABORTED, "Its end time has come; " + job.progress().left() + " events are left", transaction);
    }

    private static boolean overPolicyBudget(Transaction transaction, Jobs jobs, Job job) {
        Optional<ErrorBudget> passed = jobs.pins()
                .policy()
                .flatMap(ReplayPolicy::errorBudget)
                .filter(budget -> job.isOver(budget, transaction.runClock()));
        passed.ifPresent(budget -> job.enter(
                switch (budget.action()) {
                    case PAUSE -> JobState.PAUSED;
                    case ABORT -> JobState.ABORTED;
                },
                "More than " + Math.round(budget.share() * 100) + " % of the events within "
                        + budget.window().toSeconds()
                        + " s did not get through, which the replay policy does not allow",
                transaction));
        return passed.isPresent();
    }

    private static List<Job.ItemCursor> cursors(Store store, Job job) {
        return partitions(store, Table.ITEMS, job.number()).stream()
                .map(Job.ItemCursor::new)
                .toList();
    }

    /** The numbers of the partitions in which the job has items, rising; 0 for what is of no known event. */
    static List<Integer> partitions(Store store, Table table, long job) {
        List<Integer> partitions = new ArrayList<>();
        byte[] end = JobRows.itemKey(job + 1, new Place(0, 0));
        try (Store.Cursor rows = store.cursor(table, JobRows.itemKey(job, new Place(0, 0)), end)) {
            while (rows.next()) {
                int partition = Place.of(rows.key(), 8).partition();
                partitions.add(partition);
                rows.seek(JobRows.itemKey(job, new Place(partition + 1, 0)));
            }
        }
        return partitions;
    }

    private static List<Place> nextItems(
            Transaction transaction, Jobs jobs, Job job, Job.ItemCursor cursor, int count) {
        List<Place> places = new ArrayList<>();
        byte[] from = JobRows.itemKey(job.number(), new Place(cursor.partition(), cursor.next()));
        byte[] to = JobRows.itemKey(job.number(), new Place(cursor.partition() + 1, 0));
        try (Store.Cursor rows = transaction.store().cursor(Table.ITEMS, from, to)) {
            while (places.size() < count) {
                if (!rows.next()) {
                    cursor.exhaust();
                    break;
                }
                Place place = Place.of(rows.key(), 8);
                cursor.passed(place.position());
                if (jobs.item(transaction, job, place) != ItemState.SETTLED) {
                    places.add(place);
                }
            }
        }
        return places;
    }
}
