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
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.UnreadableEvent;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Decides what goes into the flow again, and reads it. */
final class Emissions {
    /** How many bytes of events are handed out in memory; the contents of the others are read when they are opened. */
    private static final long MAX_LOADED_BYTES = 16L * 1024 * 1024;

    private final Engine engine;
    private final Payloads payloads;
    private final JobItems items;

    /** An event to emit; without a token it is a drill's copy. */
    private record Chosen(Place place, Entry entry, Optional<Token> token, Optional<String> job) {}

    Emissions(Engine engine, Payloads payloads) {
        this.engine = engine;
        this.payloads = payloads;
        items = new JobItems(engine);
    }

    List<Emission> emit(Origin origin, int max, Consumer<UnreadableEvent> listener) {
        boolean idle = engine.read(view -> isIdle(view, max));
        if (idle) {
            return List.of();
        }
        List<Chosen> chosen = engine.commit(origin, max, (transaction, jobs) -> {
            List<Chosen> emitted = new ArrayList<>();
            retries(transaction, jobs, max, emitted);
            List<Job> running = jobs.all().stream()
                    .filter(job -> job.state() == JobState.RUNNING && !job.isOverProvenance())
                    .toList();
            items.inTurns(
                    transaction,
                    jobs,
                    running,
                    max,
                    emitted,
                    job -> place -> consider(transaction, jobs, job, place, emitted));
            return emitted;
        });
        List<UnreadableEvent> unreadable = new ArrayList<>();
        List<Emission> emissions = engine.read(view -> load(view, chosen, unreadable));
        unreadable(origin, unreadable);
        unreadable.forEach(listener);
        return emissions;
    }

    void unreadable(Origin origin, List<UnreadableEvent> events) {
        if (events.stream().allMatch(event -> event.job().isEmpty())) {
            // A retry is tried again as long as its event is missed.
            return;
        }
        engine.commit(origin, events.size(), (transaction, jobs) -> {
            for (UnreadableEvent one : events) {
                Optional<Place> place = transaction
                        .partitions()
                        .find(one.event().partition())
                        .map(partition ->
                                new Place(partition.number(), one.event().position()));
                Optional<Job> job = one.job().flatMap(jobs::find);
                if (job.isPresent() && place.isPresent()) {
                    jobs.unreadable(transaction, job.get(), place.get(), one.reason());
                }
            }
            return true;
        });
    }

    private boolean isIdle(Engine.View view, int max) {
        boolean runs = view.jobs().statuses().stream()
                .anyMatch(status -> status.state() == JobState.RUNNING
                        && status.provenance().isEmpty());
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
                boolean fails = state.status() == Status.FAILED;
                boolean emits = fails
                        && !jobs.isOnItsWay(place, state, items.longAgo(transaction))
                        && jobs.bringsInTurn(transaction, place).isEmpty();
                boolean replayable = found.get().payload() != Entry.Payload.NONE;
                // Emitting is no admission: if the FlowFile is lost, the event is due again.
                // One that delivers is not given up, which it would be without a retry.
                long again = replayable || !fails
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
        int forced = jobs.forcedGeneration(transaction, job, place);
        switch (ReplayStep.of(state, admitted, forced, transaction.leaseClock(), job.includesUnknown())) {
            case EMIT -> emit(transaction, jobs, job, place, entry, emitted);
            case WAIT -> job.waitFor(place, transaction.leaseClock());
            case COMPLETED -> jobs.settle(transaction, job, place, Jobs::completed);
            case DEAD_LETTER -> jobs.settle(transaction, job, place, Jobs::deadLetter);
            case ELSEWHERE -> jobs.settle(transaction, job, place, Jobs::elsewhere);
            case UNKNOWN -> JobItems.unknown(transaction, jobs, job, place);
        }
    }

    /** At most one replay of an event is on its way: a second job, or a job beside a due retry, waits for the first. */
    private void emit(Transaction transaction, Jobs jobs, Job job, Place place, Entry entry, List<Chosen> emitted) {
        if (jobs.isOnItsWay(place, entry.state(), items.longAgo(transaction))) {
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

    private List<Emission> load(Engine.View view, List<Chosen> chosen, List<UnreadableEvent> unreadable) {
        List<Emission> emissions = new ArrayList<>(chosen.size());
        long bytes = 0;
        for (Chosen one : chosen) {
            try {
                byte[] row = EventRows.read(
                                view.store(), one.place(), one.entry().digest())
                        .orElseThrow(() -> new JournalException("It has no row of its attributes and content"));
                bytes += row.length;
                emissions.add(emission(view, one, Rows.event(row), bytes <= MAX_LOADED_BYTES));
            } catch (JournalException | IllegalArgumentException | DateTimeException e) {
                // In a journal that is not sealed a damaged row can be a row of impossible values.
                unreadable.add(new UnreadableEvent(ref(view, one.place()), one.job(), e.getMessage()));
            }
        }
        return emissions;
    }

    private Emission emission(Engine.View view, Chosen chosen, Rows.Event event, boolean loaded) {
        Content content = loaded || chosen.entry().payload() != Entry.Payload.INLINE
                ? payloads.content(chosen.entry(), event.inlineContent())
                : payloads.later(chosen.place(), chosen.entry());
        return new Emission(
                ref(view, chosen.place()),
                event.envelope(),
                content,
                chosen.token().map(engine.tokens()::write),
                chosen.job());
    }

    private static EventRef ref(Engine.View view, Place place) {
        return new EventRef(view.partitions().get(place.partition()).name(), place.position());
    }
}
