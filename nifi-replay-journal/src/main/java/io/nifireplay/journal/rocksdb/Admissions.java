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
import io.nifireplay.journal.EffectState;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Admission.AcceptReason;
import io.nifireplay.journal.admission.AdmissionTable;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.admission.ArrivalKind;
import io.nifireplay.journal.delivery.DeliveryRules;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.replay.JobState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Lets arrivals in. What needs no order (hashing, storing large contents) is done by the caller's own thread. */
final class Admissions {
    private static final byte[] NOTHING = {};

    /** How many bytes of events are held in memory for one write; a larger batch becomes several. */
    private static final long MAX_PORTION_BYTES = 8L * 1024 * 1024;

    private final Engine engine;
    private final Payloads payloads;

    /** An arrival, ready for its decision. */
    private sealed interface Candidate {
        /** How many bytes of it are held in memory. */
        int bytes();
    }

    /**
     * An event that was sent anew, with the rows that it gets if the journal does not know it.
     *
     * @param content without its bytes, which the event's row holds
     */
    private record FreshCandidate(
            Arrival.Fresh arrival, Payloads.Prepared content, Entry entry, byte[] entryRow, byte[] eventRow)
            implements Candidate {
        @Override
        public int bytes() {
            return eventRow.length;
        }
    }

    private record KnownCandidate(Arrival.WithToken arrival, Payloads.Prepared content) implements Candidate {
        @Override
        public int bytes() {
            return 0;
        }
    }

    private record UnreadableCandidate(String reason) implements Candidate {
        @Override
        public int bytes() {
            return 0;
        }
    }

    /** When a portion is prepared: milliseconds since the epoch, and of the lease clock. */
    private record Moment(long millis, long leaseClock) {}

    Admissions(Engine engine, Payloads payloads) {
        this.engine = engine;
        this.payloads = payloads;
    }

    List<Admission> admit(Origin origin, List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return List.of();
        }
        List<Admission> admissions = new ArrayList<>(arrivals.size());
        List<Candidate> portion = new ArrayList<>(arrivals.size());
        long bytes = 0;
        Moment moment = moment();
        for (Arrival arrival : arrivals) {
            Candidate candidate = prepare(arrival, moment);
            portion.add(candidate);
            bytes += candidate.bytes();
            if (bytes >= MAX_PORTION_BYTES) {
                admissions.addAll(commit(origin, portion, bytes));
                portion = new ArrayList<>();
                bytes = 0;
                moment = moment();
            }
        }
        admissions.addAll(commit(origin, portion, bytes));
        return admissions;
    }

    private List<Admission> commit(Origin origin, List<Candidate> portion, long bytes) {
        if (portion.isEmpty()) {
            return List.of();
        }
        int weight = Math.max(portion.size(), (int) (bytes / Engine.WEIGHT_BYTES));
        List<Digest> digests = new ArrayList<>(portion.size());
        for (Candidate candidate : portion) {
            if (candidate instanceof FreshCandidate fresh) {
                digests.add(fresh.entry().digest());
            }
        }
        RecentKeys.Found keys = engine.read(view -> Transaction.findKeys(view, digests));
        return engine.commit(origin, weight, (transaction, jobs) -> decide(transaction, jobs, portion, keys));
    }

    private Moment moment() {
        return new Moment(engine.time().clock().millis(), engine.read(Engine.View::leaseClock));
    }

    private Candidate prepare(Arrival arrival, Moment moment) {
        try {
            return switch (arrival) {
                case Arrival.WithToken known -> new KnownCandidate(known, Payloads.hash(known.content(), false));
                case Arrival.Fresh fresh -> prepare(fresh, moment);
            };
        } catch (IOException e) {
            return new UnreadableCandidate("The content of the FlowFile cannot be read: " + e.getMessage());
        }
    }

    private FreshCandidate prepare(Arrival.Fresh arrival, Moment moment) throws IOException {
        Envelope envelope = arrival.envelope();
        Digest digest = engine.digests().digest(envelope.key());
        boolean keep = engine.options().keepContent();
        Payloads.Prepared content = keep && isLarge(arrival.content()) && isUnknown(digest)
                ? payloads.store(arrival.content())
                : Payloads.hash(arrival.content(), keep);
        Entry.Payload payload;
        if (content.payloadId() != 0) {
            payload = Entry.Payload.CHUNKS;
        } else {
            payload = content.inline().isPresent() ? Entry.Payload.INLINE : Entry.Payload.NONE;
        }
        Entry entry = new Entry(
                digest,
                content.hash(),
                content.size(),
                payload,
                content.payloadId(),
                envelope.time()
                        .map(time -> OptionalLong.of(time.toEpochMilli()))
                        .orElse(OptionalLong.empty()),
                envelope.sequence(),
                firstState(arrival, moment),
                0);
        byte[] plainRow = Rows.event(envelope, content.inline().orElse(NOTHING));
        byte[] eventRow = engine.read(view -> EventRows.seal(view.store(), digest, plainRow));
        return new FreshCandidate(arrival, content.inRow(), entry, entryRow(entry), eventRow);
    }

    /** With room for the notice's number, which only the write knows. */
    private byte[] entryRow(Entry entry) {
        return Rows.entry(engine.options().outbox() ? entry.noted(Long.MAX_VALUE) : entry);
    }

    private EventState firstState(Arrival.Fresh arrival, Moment moment) {
        return new EventState(
                Status.IN_FLIGHT,
                1,
                1,
                0,
                arrival.flowFile(),
                moment.leaseClock() + engine.options().lease().toMillis(),
                0,
                arrival.requiredEffects().stream().map(EffectState::pending).toList(),
                Optional.empty(),
                0,
                false,
                false,
                moment.millis(),
                moment.millis(),
                0,
                0,
                false);
    }

    private static boolean isLarge(Content content) {
        return content.size() > Payloads.INLINE_BYTES;
    }

    private boolean isUnknown(Digest digest) {
        return engine.read(view -> view.store().get(Table.KEYS, digest.key()) == null);
    }

    private List<Admission> decide(
            Transaction transaction, Jobs jobs, List<Candidate> candidates, RecentKeys.Found keys) {
        transaction.expectKeys(keys);
        transaction.expectEntries(candidates.stream()
                .filter(KnownCandidate.class::isInstance)
                .map(candidate -> ((KnownCandidate) candidate).arrival().token()));
        List<Admission> admissions = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            Admission admission = switch (candidate) {
                case FreshCandidate fresh -> fresh(transaction, jobs, fresh);
                case KnownCandidate known -> withToken(transaction, jobs, known.arrival(), known.content());
                case UnreadableCandidate unreadable -> new Admission.Unreadable(unreadable.reason());
            };
            admissions.add(admission);
        }
        return admissions;
    }

    private Admission fresh(Transaction transaction, Jobs jobs, FreshCandidate candidate) {
        Arrival.Fresh arrival = candidate.arrival();
        Optional<Place> known = transaction.place(candidate.entry().digest());
        Optional<Entry> entry = known.flatMap(transaction::entry);
        if (entry.isEmpty()) {
            return first(transaction, jobs, candidate);
        }
        if (!entry.get().digest().equals(candidate.entry().digest())) {
            throw new JournalException("The index of keys leads to another event: the event journal's files were"
                    + " changed. Restore the directory from a backup, whole");
        }
        if (candidate.content().payloadId() != 0) {
            // A twin came in between: the journal has the content already.
            Payloads.drop(transaction, candidate.content().payloadId());
        }
        boolean owner = isOwner(entry.get(), arrival);
        if (!owner) {
            Optional<Admission> byGrant =
                    byGrant(transaction, jobs, arrival, known.get(), entry.get(), candidate.content());
            if (byGrant.isPresent()) {
                return byGrant.get();
            }
        }
        ArrivalKind kind = owner ? ArrivalKind.SAME_FLOWFILE : ArrivalKind.NEW;
        return answer(
                transaction,
                jobs,
                known.get(),
                entry.get(),
                kind,
                sameContent(entry.get(), candidate.content()),
                arrival.flowFile(),
                Optional.empty());
    }

    private Admission first(Transaction transaction, Jobs jobs, FreshCandidate candidate) {
        Entry entry = candidate.entry();
        Optional<String> holder =
                jobs.refuses(transaction, candidate.arrival().envelope().partition());
        if (holder.isPresent()) {
            if (candidate.content().payloadId() != 0) {
                Payloads.drop(transaction, candidate.content().payloadId());
            }
            return new Admission.Held(holder.get());
        }
        if (entry.payload() == Entry.Payload.CHUNKS) {
            Payloads.keep(transaction, candidate.content());
        } else if (entry.payload() == Entry.Payload.NONE && engine.options().keepContent()) {
            // Its key was known when it was read, and has outlived its retention since: nothing of it was stored.
            throw new JournalException("The journal has just forgotten the key of a large event: it comes again");
        }
        Place place = transaction.append(
                candidate.arrival().envelope().partition(), entry, candidate.entryRow(), candidate.eventRow());
        jobs.appended(place);
        return accepted(
                transaction,
                jobs,
                place,
                entry.state(),
                AcceptReason.FIRST,
                Optional.empty(),
                transaction.notes().isEnabled()
                        ? transaction.entry(place).orElseThrow().notice()
                        : 0);
    }

    private Admission withToken(
            Transaction transaction, Jobs jobs, Arrival.WithToken arrival, Payloads.Prepared content) {
        Token token = arrival.token();
        Optional<Place> place = transaction.place(token);
        Optional<Entry> found = place.flatMap(transaction::entry);
        if (found.isEmpty()) {
            return rejected(
                    transaction,
                    token.event(),
                    arrival.flowFile(),
                    "The journal does not know event " + token.event() + " any more");
        }
        Entry entry = found.get();
        boolean same = sameContent(entry, content);
        // Handed over again after a crash, whatever its job does now. Anything later is asked of its token.
        if (isOwner(entry, arrival) && entry.state().status() == Status.IN_FLIGHT) {
            return answer(
                    transaction,
                    jobs,
                    place.get(),
                    entry,
                    ArrivalKind.SAME_FLOWFILE,
                    same,
                    arrival.flowFile(),
                    jobs.find(entry.state().jobNumber()));
        }
        Optional<Admission> byGrant = byGrant(transaction, jobs, arrival, place.get(), entry, content);
        if (byGrant.isPresent()) {
            return byGrant.get();
        }
        return switch (token.kind()) {
            case ADMISSION -> {
                boolean current = token.generation() == entry.state().generation()
                        && token.attempt() == entry.state().attempt();
                yield answer(
                        transaction,
                        jobs,
                        place.get(),
                        entry,
                        current ? ArrivalKind.SAME_FLOWFILE : ArrivalKind.NEW,
                        same,
                        arrival.flowFile(),
                        Optional.empty());
            }
            case RETRY -> {
                boolean due = entry.state().status() != Status.FAILED
                        || (token.generation() == entry.state().generation()
                                && token.attempt() == entry.state().attempt());
                // A dead letter comes back by a job only.
                ArrivalKind kind = entry.state().status() == Status.DEAD_LETTER ? ArrivalKind.NEW : ArrivalKind.JOB;
                yield due
                        ? answer(
                                transaction, jobs, place.get(), entry, kind, same, arrival.flowFile(), Optional.empty())
                        : new Admission.InFlight(token.event(), "A later retry is scheduled");
            }
            case JOB -> byJob(transaction, jobs, arrival, place.get(), entry, same);
        };
    }

    /** The answer to a FlowFile that NiFi replayed for a job, empty when no grant fits it. */
    private Optional<Admission> byGrant(
            Transaction transaction, Jobs jobs, Arrival arrival, Place place, Entry entry, Payloads.Prepared content) {
        if (!arrival.replayed() || !sameContent(entry, content)) {
            return Optional.empty();
        }
        Optional<Job> fitting = Grants.fitting(transaction, jobs, entry, place);
        if (fitting.isEmpty()) {
            return Optional.empty();
        }
        Job job = fitting.get();
        if (job.state() == JobState.PAUSED) {
            return Optional.of(new Admission.Held(job.id()));
        }
        transaction.useGrant(entry.digest(), job.number());
        return Optional.of(
                answer(transaction, jobs, place, entry, ArrivalKind.JOB, true, arrival.flowFile(), Optional.of(job)));
    }

    private Admission byJob(
            Transaction transaction,
            Jobs jobs,
            Arrival.WithToken arrival,
            Place place,
            Entry entry,
            boolean sameContent) {
        EventRef event = arrival.token().event();
        Optional<Job> found = jobs.find(arrival.token().jobNumber());
        if (found.isEmpty()) {
            return rejected(
                    transaction,
                    event,
                    arrival.flowFile(),
                    "The journal does not know the replay job of this FlowFile any more");
        }
        Job job = found.get();
        switch (job.state()) {
            case PAUSED -> {
                return new Admission.Held(job.id());
            }
            case DRAFTED, PLANNING, PLANNED, AWAITING_APPROVAL, APPROVED, ABORTED, FAILED -> {
                return rejected(
                        transaction,
                        event,
                        arrival.flowFile(),
                        "Replay job " + job.id() + " does not run: it is "
                                + job.state().words());
            }
            case FINISHED -> {
                if (job.isForced()) {
                    return rejected(
                            transaction, event, arrival.flowFile(), "Forced replay job " + job.id() + " has finished");
                }
                // Goes on below: all items are settled.
            }
            case RUNNING -> {
                // Goes on below.
            }
        }
        ItemState item = jobs.item(transaction, job, place);
        Status status = entry.state().status();
        switch (item) {
            case ABSENT -> {
                return rejected(
                        transaction, event, arrival.flowFile(), "Event " + event + " is not in replay job " + job.id());
            }
            case ADMITTED, SETTLED -> {
                if (status == Status.FAILED) {
                    return new Admission.InFlight(event, "Job " + job.id() + " has replayed it; a retry is scheduled");
                }
                if (status == Status.DEAD_LETTER) {
                    return new Admission.DeadLetter(
                            event,
                            entry.state().acknowledged()
                                    ? "A person has settled it"
                                    : "Job " + job.id() + " has replayed it, and it failed again");
                }
                if (item == ItemState.SETTLED && status != Status.COMPLETED) {
                    return rejected(
                            transaction, event, arrival.flowFile(), "Job " + job.id() + " is done with event " + event);
                }
            }
            case PENDING -> {
                // Its first admission under this job.
            }
        }
        if (!sameContent) {
            jobs.reject(transaction, job, place);
        }
        ArrivalKind kind = item == ItemState.PENDING && repeats(transaction, jobs, job, place, entry, arrival.token())
                ? ArrivalKind.FORCED
                : ArrivalKind.JOB;
        return answer(transaction, jobs, place, entry, kind, sameContent, arrival.flowFile(), Optional.of(job));
    }

    /** Whether the arrival repeats, by force, exactly the generation that was planned and approved. */
    private static boolean repeats(Transaction transaction, Jobs jobs, Job job, Place place, Entry entry, Token token) {
        int forced = jobs.forcedGeneration(transaction, job, place);
        return forced != 0 && forced == entry.state().generation() && forced == token.generation();
    }

    private Admission answer(
            Transaction transaction,
            Jobs jobs,
            Place place,
            Entry entry,
            ArrivalKind kind,
            boolean sameContent,
            String flowFile,
            Optional<Job> job) {
        EventRef event = transaction.ref(place);
        EventState state = entry.state();
        boolean includeUnknown = job.map(Job::includesUnknown).orElse(false);
        AdmissionTable.Decision decision =
                AdmissionTable.decide(Optional.of(state), kind, sameContent, transaction.leaseClock(), includeUnknown);
        Optional<Job> inTurn = beginsAnAttempt(decision) ? jobs.bringsInTurn(transaction, place) : Optional.empty();
        if (inTurn.isPresent() && job.filter(by -> by == inTurn.get()).isEmpty()) {
            return new Admission.InFlight(
                    event, "Replay job " + inTurn.get().id() + " brings it in its turn, in strict order");
        }
        return switch (decision) {
            case ADMIT_FIRST -> throw new IllegalStateException("Event " + event + " is known, but decided as unseen");
            case ADMIT_SAME -> {
                EventState next = state.change().leaseEnd(leaseEnd(transaction)).at(transaction.nowMillis());
                transaction.update(place, next);
                yield accepted(transaction, jobs, place, next, AcceptReason.SAME_FLOWFILE, job, entry.notice());
            }
            case ADMIT_TAKEOVER ->
                nextAttempt(transaction, jobs, place, state, flowFile, job, AcceptReason.TAKEOVER, state.failures());
            case ADMIT_RETRY ->
                nextAttempt(
                        transaction,
                        jobs,
                        place,
                        state,
                        flowFile,
                        job,
                        job.isPresent() ? AcceptReason.REPLAY : AcceptReason.RETRY,
                        state.failures());
            case ADMIT_REVIVED -> nextAttempt(transaction, jobs, place, state, flowFile, job, AcceptReason.REPLAY, 0);
            case ADMIT_NEXT_GENERATION -> nextGeneration(transaction, jobs, place, state, flowFile, job);
            case DUPLICATE ->
                new Admission.Duplicate(
                        event,
                        state.hasResult()
                                ? Optional.ofNullable(transaction.store().get(Table.RESULTS, place.key()))
                                        .map(Rows::result)
                                : Optional.empty());
            case IN_FLIGHT ->
                new Admission.InFlight(
                        event,
                        (state.status() == Status.DELIVERING ? "It is being delivered" : "A FlowFile has it")
                                + ", attempt " + state.attempt());
            case OUTCOME_UNKNOWN ->
                new Admission.InFlight(
                        event,
                        "Its outcome is unknown: an effect was begun, and nothing was heard of it. A person decides:"
                                + " replay it with includeUnknown, or acknowledge it");
            case CONFLICT -> {
                transaction.update(
                        place, state.change().conflicts(state.conflicts() + 1).at(transaction.nowMillis()));
                long notice = transaction.notes().note(new Happening.Conflicted(event, state.generation(), flowFile));
                transaction.noted(place, notice);
                yield new Admission.Conflict(event, "The same idempotency key came with other content before", notice);
            }
            case DEAD_LETTER ->
                new Admission.DeadLetter(
                        event,
                        "It was given up after " + state.failures() + " failures"
                                + state.error()
                                        .map(error -> ", the last: " + error.type() + " " + error.message())
                                        .orElse(""));
            case REJECT_UNSEEN -> rejected(transaction, event, flowFile, "The journal does not know the event");
            case REJECT_OTHER_CONTENT ->
                rejected(
                        transaction,
                        event,
                        flowFile,
                        "The content is not what the journal holds for event " + event
                                + ": it was changed between ReplayEvents and JournalEvent");
        };
    }

    private static boolean beginsAnAttempt(AdmissionTable.Decision decision) {
        return switch (decision) {
            case ADMIT_TAKEOVER, ADMIT_RETRY, ADMIT_REVIVED, ADMIT_NEXT_GENERATION -> true;
            case ADMIT_FIRST,
                    ADMIT_SAME,
                    DUPLICATE,
                    IN_FLIGHT,
                    OUTCOME_UNKNOWN,
                    CONFLICT,
                    DEAD_LETTER,
                    REJECT_UNSEEN,
                    REJECT_OTHER_CONTENT -> false;
        };
    }

    private static Admission rejected(Transaction transaction, EventRef event, String flowFile, String reason) {
        return new Admission.Rejected(
                reason, transaction.notes().note(new Happening.Rejected(Optional.of(event), reason, flowFile)));
    }

    private Admission nextAttempt(
            Transaction transaction,
            Jobs jobs,
            Place place,
            EventState state,
            String flowFile,
            Optional<Job> job,
            AcceptReason reason,
            int failures) {
        EventState next = state.change()
                .status(Status.IN_FLIGHT)
                .attempt(state.attempt() + 1)
                .failures(failures)
                .owner(flowFile)
                .leaseEnd(leaseEnd(transaction))
                .jobNumber(job.map(Job::number).orElse(state.jobNumber()))
                .effects(DeliveryRules.forNextAttempt(state.effects()))
                .retryDue(0)
                .acknowledged(false)
                .at(transaction.nowMillis());
        if (state.status() == Status.DELIVERING) {
            noteUnknown(transaction, jobs, place, state);
        }
        transaction.update(place, next);
        return attempted(transaction, jobs, place, next, reason, job);
    }

    private Admission nextGeneration(
            Transaction transaction, Jobs jobs, Place place, EventState state, String flowFile, Optional<Job> job) {
        EventState next = state.change()
                .status(Status.IN_FLIGHT)
                .generation(state.generation() + 1)
                .attempt(1)
                .failures(0)
                .owner(flowFile)
                .leaseEnd(leaseEnd(transaction))
                .jobNumber(job.map(Job::number).orElse(state.jobNumber()))
                .effects(state.effects().stream()
                        .map(effect -> EffectState.pending(effect.name()))
                        .toList())
                .hasResult(false)
                .withoutClaim(false)
                .retryDue(0)
                .at(transaction.nowMillis());
        transaction.deleteFragments(place);
        transaction.update(place, next);
        return attempted(transaction, jobs, place, next, AcceptReason.FORCED, job);
    }

    private Admission attempted(
            Transaction transaction, Jobs jobs, Place place, EventState state, AcceptReason reason, Optional<Job> job) {
        long notice = transaction
                .notes()
                .note(new Happening.Attempted(
                        new Happening.Attempt(
                                transaction.ref(place), state.generation(), state.attempt(), job.map(Job::id)),
                        state.owner(),
                        reason.text()));
        transaction.noted(place, notice);
        return accepted(transaction, jobs, place, state, reason, job, notice);
    }

    /** An effect was begun whose outcome nobody will report any more. */
    private static void noteUnknown(Transaction transaction, Jobs jobs, Place place, EventState state) {
        transaction
                .notes()
                .note(new Happening.AttemptEnded(
                        new Happening.Attempt(
                                transaction.ref(place),
                                state.generation(),
                                state.attempt(),
                                jobs.find(state.jobNumber()).map(Job::id)),
                        Happening.AttemptEnd.UNKNOWN,
                        Optional.empty(),
                        state.owner()));
    }

    private Admission accepted(
            Transaction transaction,
            Jobs jobs,
            Place place,
            EventState state,
            AcceptReason reason,
            Optional<Job> job,
            long notice) {
        job.ifPresent(by -> jobs.admitted(transaction, by, place));
        Token token = new Token(
                Token.Kind.ADMISSION, transaction.ref(place), state.generation(), state.attempt(), state.jobNumber());
        return new Admission.Accepted(token, job.map(Job::id), reason, notice);
    }

    private long leaseEnd(Transaction transaction) {
        return transaction.leaseClock() + engine.options().lease().toMillis();
    }

    private static boolean isOwner(Entry entry, Arrival arrival) {
        return entry.state().owner().equals(arrival.flowFile());
    }

    private static boolean sameContent(Entry entry, Payloads.Prepared content) {
        return entry.contentSize() == content.size() && Arrays.equals(entry.contentHash(), content.hash());
    }
}
