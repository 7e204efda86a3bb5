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

import io.nifireplay.journal.Content;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what goes into the flow again, and reads it. */
final class Emissions {
    /** How many bytes of events are handed out in memory; the contents of the others are read when they are opened. */
    private static final long MAX_LOADED_BYTES = 16L * 1024 * 1024;

    private final Engine engine;
    private final Payloads payloads;

    /** An event to emit; without a token it is a drill's copy. */
    private record Chosen(Place place, Entry entry, Optional<Token> token, Optional<String> job) {}

    Emissions(Engine engine, Payloads payloads) {
        this.engine = engine;
        this.payloads = payloads;
    }

    List<Emission> emit(Origin origin, int max) {
        boolean idle = engine.read(view -> isIdle(view, max));
        if (idle) {
            return List.of();
        }
        List<Chosen> chosen = engine.commit(origin, max, (transaction, jobs) -> {
            List<Chosen> emitted = new ArrayList<>();
            retries(transaction, jobs, max, emitted);
            for (Job job : List.copyOf(jobs.all())) {
                if (job.state() == JobState.RUNNING) {
                    replays(transaction, jobs, job, max, emitted);
                }
            }
            return emitted;
        });
        return engine.read(view -> load(view, chosen));
    }

    private boolean isIdle(Engine.View view, int max) {
        boolean runs = view.jobs().statuses().stream().anyMatch(status -> status.state() == JobState.RUNNING);
        if (runs) {
            return false;
        }
        try (Store.Cursor due = dueNow(view.store(), engine.time().clock().millis())) {
            return !due.next();
        }
    }

    private static Store.Cursor dueNow(Store store, long nowMillis) {
        return store.cursor(Table.DUE, new byte[0], Transaction.dueKey(nowMillis + 1, new Place(0, 0)));
    }

    private void retries(Transaction transaction, Jobs jobs, int max, List<Chosen> emitted) {
        try (Store.Cursor rows = dueNow(transaction.store(), transaction.nowMillis())) {
            while (emitted.size() < max && rows.next()) {
                long due = Place.integer(rows.key(), 0, 8);
                Place place = Place.of(rows.key(), 8);
                Optional<Entry> found = transaction.entry(place);
                if (found.isEmpty() || found.get().state().retryDue() != due) {
                    transaction.delete(Table.DUE, rows.key());
                    continue;
                }
                EventState state = found.get().state();
                boolean emits = state.status() == Status.FAILED && !jobs.isOnItsWay(place, state, longAgo(transaction));
                boolean replayable = found.get().payload() != Entry.Payload.NONE;
                // Emitting is no admission: if the FlowFile is lost, the event is due again.
                long again = replayable
                        ? transaction.nowMillis()
                                + engine.options().reEmitAfter().toMillis()
                        : 0;
                transaction.update(place, state.change().retryDue(again).at(transaction.nowMillis()));
                if (emits && replayable) {
                    jobs.sent(0, place, state, transaction.leaseClock());
                    emitted.add(new Chosen(
                            place,
                            found.get(),
                            Optional.of(token(transaction, place, Token.Kind.RETRY, state, 0)),
                            Optional.empty()));
                }
            }
        }
    }

    private void replays(Transaction transaction, Jobs jobs, Job job, int max, List<Chosen> emitted) {
        if (stopped(transaction, job)) {
            return;
        }
        if (!job.isRead()) {
            job.read(cursors(transaction.store(), job));
        }
        int allowed = Math.min(
                max - emitted.size(), job.allowance(engine.time().ticker().getAsLong()));
        int before = emitted.size();
        for (Place place : job.overdue(longAgo(transaction))) {
            if (emitted.size() - before >= allowed) {
                break;
            }
            consider(transaction, jobs, job, place, emitted);
        }
        while (emitted.size() - before < allowed && job.room() > 0) {
            Job.ItemCursor cursor = job.nextCursor();
            if (cursor == null) {
                break;
            }
            // In strict order one at a time, else so many that the turns among partitions cost little.
            int portion = job.limits().strictOrder() ? 1 : Math.min(256, allowed - (emitted.size() - before));
            for (Place place : nextItems(transaction, jobs, job, cursor, Math.min(portion, job.room()))) {
                consider(transaction, jobs, job, place, emitted);
            }
        }
        job.spend(emitted.size() - before);
    }

    /** What was emitted before is taken for lost. */
    private long longAgo(Transaction transaction) {
        return transaction.leaseClock() - engine.options().reEmitAfter().toMillis();
    }

    private boolean stopped(Transaction transaction, Job job) {
        Instant now = Instant.ofEpochMilli(transaction.nowMillis());
        Limits limits = job.limits();
        Progress progress = job.progress();
        if (limits.endTime().filter(end -> !now.isBefore(end)).isPresent()) {
            job.enter(JobState.ABORTED, "Its end time has come; " + progress.left() + " events are left", transaction);
            return true;
        }
        boolean overBudget = progress.settled() >= Limits.ERROR_BUDGET_SAMPLE
                && limits.errorBudget()
                        .filter(budget -> progress.failedShare() > budget)
                        .isPresent();
        if (overBudget) {
            job.enter(
                    JobState.PAUSED,
                    "Its error budget is used up: " + (progress.deadLetter() + progress.unknown() + progress.rejected())
                            + " of " + progress.settled() + " did not get through",
                    transaction);
        }
        return overBudget;
    }

    private static List<Job.ItemCursor> cursors(Store store, Job job) {
        List<Job.ItemCursor> cursors = new ArrayList<>();
        byte[] end = JobRows.itemKey(job.number() + 1, new Place(0, 0));
        try (Store.Cursor rows = store.cursor(Table.ITEMS, JobRows.itemKey(job.number(), new Place(0, 0)), end)) {
            while (rows.next()) {
                int partition = Place.of(rows.key(), 8).partition();
                cursors.add(new Job.ItemCursor(partition));
                rows.seek(JobRows.itemKey(job.number(), new Place(partition + 1, 0)));
            }
        }
        return cursors;
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

    /** Emits an item, waits for it, or settles it, as its event stands. */
    private void consider(Transaction transaction, Jobs jobs, Job job, Place place, List<Chosen> emitted) {
        Optional<Entry> found = transaction.entry(place);
        if (found.isEmpty() || found.get().payload() == Entry.Payload.NONE) {
            jobs.settle(transaction, job, place, Jobs::rejected);
            return;
        }
        Entry entry = found.get();
        EventState state = entry.state();
        if (job.isDrill()) {
            emitted.add(new Chosen(place, entry, Optional.empty(), Optional.of(job.id())));
            job.emitted();
            jobs.settle(transaction, job, place, Jobs::completed);
            return;
        }
        boolean admitted = jobs.item(transaction, job, place) == ItemState.ADMITTED;
        boolean leaseRuns = state.leaseRuns(transaction.leaseClock());
        switch (state.status()) {
            case COMPLETED -> jobs.settle(transaction, job, place, admitted ? Jobs::completed : Jobs::elsewhere);
            case DEAD_LETTER -> {
                if (admitted) {
                    jobs.settle(transaction, job, place, Jobs::deadLetter);
                } else if (state.acknowledged()) {
                    jobs.settle(transaction, job, place, Jobs::elsewhere);
                } else {
                    emit(transaction, jobs, job, place, entry, emitted);
                }
            }
            case FAILED -> {
                if (admitted) {
                    job.waitFor(place, transaction.leaseClock());
                } else {
                    emit(transaction, jobs, job, place, entry, emitted);
                }
            }
            case IN_FLIGHT -> {
                if (leaseRuns) {
                    job.waitFor(place, transaction.leaseClock());
                } else {
                    emit(transaction, jobs, job, place, entry, emitted);
                }
            }
            case DELIVERING -> {
                if (leaseRuns) {
                    job.waitFor(place, transaction.leaseClock());
                } else if (state.downstreamIsIdempotent() || job.includesUnknown()) {
                    emit(transaction, jobs, job, place, entry, emitted);
                } else {
                    jobs.settle(transaction, job, place, Jobs::unknown);
                }
            }
        }
    }

    /** At most one replay of an event is on its way: a second job, or a job beside a due retry, waits for the first. */
    private void emit(Transaction transaction, Jobs jobs, Job job, Place place, Entry entry, List<Chosen> emitted) {
        if (jobs.isOnItsWay(place, entry.state(), longAgo(transaction))) {
            job.waitFor(place, transaction.leaseClock());
            return;
        }
        jobs.sent(job.number(), place, entry.state(), transaction.leaseClock());
        Token token = token(transaction, place, Token.Kind.JOB, entry.state(), job.number());
        emitted.add(new Chosen(place, entry, Optional.of(token), Optional.of(job.id())));
        job.emitted();
        job.waitFor(place, transaction.leaseClock());
    }

    private static Token token(
            Transaction transaction, Place place, Token.Kind kind, EventState state, long jobNumber) {
        EventRef event =
                new EventRef(transaction.partitions().get(place.partition()).name(), place.position());
        return new Token(kind, event, state.generation(), state.attempt(), jobNumber);
    }

    private List<Emission> load(Engine.View view, List<Chosen> chosen) {
        List<Emission> emissions = new ArrayList<>(chosen.size());
        long bytes = 0;
        for (Chosen one : chosen) {
            Optional<byte[]> row =
                    EventRows.read(view.store(), one.place(), one.entry().digest());
            if (row.isPresent()) {
                bytes += row.get().length;
                emissions.add(emission(view, one, Rows.event(row.get()), bytes <= MAX_LOADED_BYTES));
            }
        }
        return emissions;
    }

    private Emission emission(Engine.View view, Chosen chosen, Rows.Event event, boolean loaded) {
        Content content = loaded || chosen.entry().payload() != Entry.Payload.INLINE
                ? payloads.content(chosen.entry(), event.inlineContent())
                : payloads.later(chosen.place(), chosen.entry());
        return new Emission(
                new EventRef(
                        view.partitions().get(chosen.place().partition()).name(),
                        chosen.place().position()),
                event.envelope(),
                content,
                chosen.token().map(engine.tokens()::write),
                chosen.job());
    }
}
