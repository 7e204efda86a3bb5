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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.FragmentState;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.DeliveryRules;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.journal.outbox.Happening;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** Claims before effects, and what came of them. */
final class Deliveries {
    private final Engine engine;
    private final Activity activity;
    private final AtomicLong lateOutcomes = new AtomicLong();

    Deliveries(Engine engine, Activity activity) {
        this.engine = engine;
        this.activity = activity;
    }

    long lateOutcomes() {
        return lateOutcomes.get();
    }

    List<ClaimResult> claim(Origin origin, List<Claim> claims) {
        if (claims.isEmpty()) {
            return List.of();
        }
        List<ClaimRuling> rulings = engine.commit(origin, claims.size(), (transaction, jobs) -> {
            transaction.expectEntries(claims.stream().map(Claim::token));
            List<ClaimRuling> ruled = new ArrayList<>(claims.size());
            claims.forEach(claim -> ruled.add(claim(transaction, jobs, claim)));
            return ruled;
        });
        List<ClaimResult> results = new ArrayList<>(rulings.size());
        for (int i = 0; i < rulings.size(); i++) {
            results.add(
                    switch (rulings.get(i)) {
                        case Held held -> held.answer();
                        case Ruled ruled -> result(ruled, claims.get(i));
                    });
        }
        return results;
    }

    private ClaimResult result(Ruled ruled, Claim claim) {
        return switch (ruled.verdict()) {
            case GRANTED -> new ClaimResult.Deliver(key(claim, ruled.event().orElseThrow()));
            case ALREADY_COMPLETED -> new ClaimResult.AlreadyCompleted(ruled.reason());
            case SUPERSEDED -> new ClaimResult.Superseded(ruled.reason());
            case REJECTED -> new ClaimResult.Rejected(ruled.reason(), ruled.notice());
        };
    }

    /** What becomes of a claim. */
    private sealed interface ClaimRuling {}

    /** Nothing is claimed before a job is over, or its turn has come. */
    private record Held(ClaimResult.Held answer) implements ClaimRuling {}

    /** @param event as it is afterwards, empty when the journal does not know it */
    private record Ruled(DeliveryRules.Verdict verdict, String reason, Optional<Known> event, long notice)
            implements ClaimRuling {}

    /**
     * An event that the journal knows.
     *
     * @param before as it was
     * @param state as it is afterwards
     */
    private record Known(Place place, Digest digest, EventState before, EventState state) {}

    private ClaimRuling claim(Transaction transaction, Jobs jobs, Claim claim) {
        Optional<Place> place = transaction.place(claim.token());
        Optional<Entry> entry = place.flatMap(transaction::entry);
        if (entry.isEmpty()) {
            return unknown(transaction, claim.token(), claim.flowFile());
        }
        EventState state = entry.get().state();
        long leaseEnd = transaction.leaseClock() + engine.options().lease().toMillis();
        DeliveryRules.Ruling ruling = DeliveryRules.claim(
                state,
                fragment(transaction, place.get(), state, claim.effect(), claim.fragment()),
                claim,
                leaseEnd,
                transaction.nowMillis());
        // What is claimed already goes on: the downstream may have acted.
        if (ruling.verdict() == DeliveryRules.Verdict.GRANTED && state.status() == Status.IN_FLIGHT) {
            Optional<ClaimResult.Held> held = held(transaction, jobs, place.get());
            if (held.isPresent()) {
                renewLease(transaction, place.get(), state);
                return new Held(held.get());
            }
        }
        keep(transaction, place.get(), state, ruling, claim.effect(), claim.fragment());
        long notice = ruling.verdict() == DeliveryRules.Verdict.REJECTED
                ? noteRejected(transaction, claim.token(), ruling.reason(), claim.flowFile())
                : 0;
        return ruled(place.get(), entry.get(), ruling, notice);
    }

    private static Optional<ClaimResult.Held> held(Transaction transaction, Jobs jobs, Place place) {
        return jobs.heldBy(place)
                .map(job -> new ClaimResult.Held(job, "It is delivered when replay job " + job + " is over"))
                .or(() -> jobs.bringsInTurn(transaction, place)
                        .map(job -> new ClaimResult.Held(
                                job.id(),
                                "Replay job " + job.id() + " has yet to bring it in its turn, in strict order")));
    }

    /** The FlowFile is there: it asks. Written now and then only. */
    private void renewLease(Transaction transaction, Place place, EventState state) {
        long lease = engine.options().lease().toMillis();
        if (state.leaseEnd() - transaction.leaseClock() < lease / 2) {
            transaction.update(
                    place,
                    state.change().leaseEnd(transaction.leaseClock() + lease).at(transaction.nowMillis()));
        }
    }

    private static Ruled ruled(Place place, Entry entry, DeliveryRules.Ruling ruling, long notice) {
        return new Ruled(
                ruling.verdict(),
                ruling.reason(),
                Optional.of(new Known(place, entry.digest(), entry.state(), ruling.state())),
                notice);
    }

    /** The event's key: what the FlowFile carries if its digest is the event's, else what the journal holds. */
    private String key(Claim claim, Known event) {
        return claim.carriedKey()
                .filter(key -> engine.digests().digest(key).equals(event.digest()))
                .or(() -> engine.read(view -> EventRows.read(view.store(), event.place(), event.digest())
                        .map(Rows::key)))
                .orElse("");
    }

    List<OutcomeResult> record(Origin origin, List<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            return List.of();
        }
        List<Ruled> rulings = engine.commit(origin, outcomes.size(), (transaction, jobs) -> {
            transaction.expectEntries(outcomes.stream().map(Outcome::token));
            List<Ruled> ruled = new ArrayList<>(outcomes.size());
            outcomes.forEach(outcome -> ruled.add(record(transaction, jobs, outcome)));
            return ruled;
        });
        List<OutcomeResult> results = new ArrayList<>(rulings.size());
        for (int i = 0; i < rulings.size(); i++) {
            results.add(result(rulings.get(i), outcomes.get(i).token().event()));
            rulings.get(i).event().ifPresent(event -> activity.recorded(event.before(), event.state()));
        }
        return results;
    }

    private OutcomeResult result(Ruled ruled, EventRef event) {
        return switch (ruled.verdict()) {
            case GRANTED -> {
                EventState state = ruled.event().orElseThrow().state();
                Optional<Instant> due =
                        state.retryDue() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(state.retryDue()));
                Status becomes = state.isGivenUp() ? Status.DEAD_LETTER : state.status();
                yield new OutcomeResult.Recorded(event, becomes, due, ruled.notice());
            }
            case ALREADY_COMPLETED, SUPERSEDED -> {
                lateOutcomes.incrementAndGet();
                yield new OutcomeResult.Superseded(event, ruled.reason(), ruled.notice());
            }
            case REJECTED -> new OutcomeResult.Rejected(ruled.reason(), ruled.notice());
        };
    }

    private Ruled record(Transaction transaction, Jobs jobs, Outcome outcome) {
        Optional<Place> place = transaction.place(outcome.token());
        Optional<Entry> entry = place.flatMap(transaction::entry);
        if (entry.isEmpty()) {
            return unknown(transaction, outcome.token(), outcome.flowFile());
        }
        EventState state = entry.get().state();
        DeliveryRules.Ruling ruling = DeliveryRules.record(
                state,
                fragment(transaction, place.get(), state, outcome.effect(), outcome.fragment()),
                outcome,
                transaction.nowMillis(),
                engine.time().random());
        keep(transaction, place.get(), state, ruling, outcome.effect(), outcome.fragment());
        boolean storesResult = !state.hasResult() && ruling.state().hasResult();
        if (storesResult && outcome instanceof Outcome.Completed completed) {
            completed
                    .result()
                    .map(this::bounded)
                    .ifPresent(
                            result -> transaction.put(Table.RESULTS, place.get().key(), Rows.result(result)));
        }
        long notice = note(transaction, jobs, entry.get(), ruling, outcome);
        if (ruling.state() != state) {
            transaction.noted(place.get(), notice);
        }
        return ruled(place.get(), entry.get(), ruling, notice);
    }

    private StoredResult bounded(StoredResult result) {
        boolean fits = result.content().length <= engine.options().maxResultBytes();
        return fits ? result : new StoredResult(result.attributes(), new byte[0]);
    }

    private static Ruled unknown(Transaction transaction, Token token, String flowFile) {
        String reason = "The journal does not know event " + token.event() + " any more";
        return new Ruled(
                DeliveryRules.Verdict.REJECTED,
                reason,
                Optional.empty(),
                noteRejected(transaction, token, reason, flowFile));
    }

    private static long noteRejected(Transaction transaction, Token token, String reason, String flowFile) {
        return transaction.notes().note(new Happening.Rejected(Optional.of(token.event()), reason, flowFile));
    }

    /** Notes what an outcome made of an event; the number of the notice that says most of the event, 0 when there is none. */
    private static long note(
            Transaction transaction, Jobs jobs, Entry entry, DeliveryRules.Ruling ruling, Outcome outcome) {
        Token token = outcome.token();
        Happening.Attempt attempt = new Happening.Attempt(
                token.event(),
                token.generation(),
                token.attempt(),
                jobs.find(token.jobNumber()).map(Job::id));
        Notes notes = transaction.notes();
        return switch (ruling.verdict()) {
            case REJECTED -> noteRejected(transaction, token, ruling.reason(), outcome.flowFile());
            case SUPERSEDED, ALREADY_COMPLETED ->
                noteEnd(notes, attempt, Happening.AttemptEnd.SUPERSEDED, Optional.empty(), outcome)
                        .orElse(entry.notice());
            case GRANTED -> {
                EventState before = entry.state();
                EventState after = ruling.state();
                if (after == before) {
                    // Said before, and said again after a crash.
                    yield entry.notice();
                }
                Optional<String> error = after.error().map(EventState.Failure::type);
                if (after.status() == Status.COMPLETED && before.status() != Status.COMPLETED) {
                    noteEnd(notes, attempt, Happening.AttemptEnd.COMPLETED, Optional.empty(), outcome);
                    yield notes.completed(token.event());
                }
                if (after.status() == Status.DEAD_LETTER && before.status() != Status.DEAD_LETTER) {
                    noteEnd(notes, attempt, Happening.AttemptEnd.DEAD_LETTER, error, outcome);
                    yield notes.note(new Happening.DeadLettered(attempt, error, outcome.flowFile()));
                }
                // One that is given up while it delivers is told of when the last claim has its outcome.
                yield after.failures() > before.failures() && !after.isGivenUp()
                        ? noteEnd(notes, attempt, Happening.AttemptEnd.FAILED, error, outcome)
                                .orElse(entry.notice())
                        : entry.notice();
            }
        };
    }

    /** Of an attempt that was no replay nothing is told but that the event was completed or given up. */
    private static OptionalLong noteEnd(
            Notes notes, Happening.Attempt attempt, Happening.AttemptEnd end, Optional<String> error, Outcome outcome) {
        return attempt.isReplay()
                ? OptionalLong.of(notes.note(new Happening.AttemptEnded(attempt, end, error, outcome.flowFile())))
                : OptionalLong.empty();
    }

    private static Optional<FragmentState> fragment(
            Transaction transaction, Place place, EventState state, String effect, Fragment fragment) {
        int index = effectIndex(state, effect);
        return fragment.isWhole() || index < 0
                ? Optional.empty()
                : transaction.fragment(place, index, fragment.index());
    }

    private static void keep(
            Transaction transaction,
            Place place,
            EventState before,
            DeliveryRules.Ruling ruling,
            String effect,
            Fragment fragment) {
        if (ruling.state() != before) {
            transaction.update(place, ruling.state());
        }
        ruling.fragment()
                .ifPresent(
                        after -> transaction.putFragment(place, effectIndex(before, effect), fragment.index(), after));
    }

    private static int effectIndex(EventState state, String effect) {
        for (int i = 0; i < state.effects().size(); i++) {
            if (state.effects().get(i).name().equals(effect)) {
                return i;
            }
        }
        return -1;
    }
}
