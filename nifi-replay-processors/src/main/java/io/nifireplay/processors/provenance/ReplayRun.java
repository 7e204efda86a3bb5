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
package io.nifireplay.processors.provenance;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ReplayAnswer;
import io.nifireplay.processors.rest.FoundEvent;
import io.nifireplay.processors.rest.NiFiApiException;
import io.nifireplay.processors.rest.ProvenanceSearch;
import io.nifireplay.processors.rest.ReplayCall;
import io.nifireplay.processors.rest.ReplayOutcome;
import io.nifireplay.processors.rest.Targets;
import io.nifireplay.processors.rest.TimeWindow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Runs one job over provenance: asks NiFi for what the journal hands out, several requests at a time, tells the journal
 * what came of it, and looks in provenance for what became of the FlowFiles. All that must not be forgotten is in the
 * journal. For one thread.
 */
public final class ReplayRun {
    /** So many requests for each that is in flight are one durable write of the journal. */
    private static final int REQUESTS_A_WRITE = 16;
    /** So many wait for each that is in flight, so that the journal writes while NiFi works. */
    private static final int WAITING = 4;
    /** A step ends after a time, so that requests to pause or abort are heard. */
    private static final Duration STEP = Duration.ofSeconds(1);
    /** A REPLAY event of an event that the journal knows is looked for so long: nothing rests on it. */
    public static final Duration LOOKED_FOR = Duration.ofMinutes(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    /** What nothing rests on is looked for when NiFi has nothing else to do, or after this time. */
    private static final Duration PUT_OFF = LOOKED_FOR.dividedBy(4);
    /** A look makes NiFi write out whole events: it is to take no more than a tenth of the time. */
    private static final int LOOK_SHARE = 10;

    /** Of a second's share so much may be in flight, so that a job is not above its rate by more in any second. */
    private static final double BUNCH = 0.05;

    private static final Set<String> OUTCOMES_OF_NO_EVENT = Set.of("rejected", "failure", "conflict");

    private final EventJournal journal;
    private final String job;
    private final Set<String> processors;
    private final ReplayCall call;
    private final ProvenanceSearch search;
    private final CompletionService<Answered> requests;
    private final int inFlight;
    private final Pacer pacer;
    private final Semaphore slots;
    private final QueueCheck check;
    private final BooleanSupplier goesOn;
    private final InstantSource clock;
    /** By the UUID of the FlowFile that NiFi made. */
    private final Map<String, ProvenanceItem> unfollowed = new HashMap<>();

    /** What the journal is to be told; it stays when that fails. */
    private final List<ReplayAnswer> answers = new ArrayList<>();

    private Instant nextLook;
    private int waiting;
    private boolean idle;

    private record Answered(ProvenanceItem item, ReplayOutcome outcome) {}

    /**
     * @param processors the targets, of which a REPLAY event is
     * @param targets tells where the job's queues lead
     * @param requests with as many threads as requests may be in flight
     * @param goesOn false once nothing more is to be asked for
     */
    public ReplayRun(
            EventJournal journal,
            String job,
            Set<String> processors,
            ReplayCall call,
            ProvenanceSearch search,
            Targets targets,
            ExecutorService requests,
            int inFlight,
            BooleanSupplier goesOn,
            InstantSource clock) {
        this.journal = journal;
        this.job = job;
        this.processors = Set.copyOf(processors);
        this.call = call;
        this.search = search;
        this.requests = new ExecutorCompletionService<>(requests);
        this.inFlight = inFlight;
        OptionalDouble rate = journal.job(job)
                .flatMap(status -> status.request().limits().ratePerSecond())
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
        pacer = new Pacer(rate, System::nanoTime, goesOn);
        // What is in flight when NiFi halts comes out together when it goes on.
        slots = new Semaphore(
                rate.isEmpty() ? inFlight : (int) Math.clamp(rate.getAsDouble() * BUNCH - 1, 1, inFlight));
        this.goesOn = goesOn;
        this.clock = clock;
        nextLook = clock.instant();
        Set<String> connections = new HashSet<>();
        journal.items(job, item -> recall(item, connections));
        check = new QueueCheck(journal, targets, this.processors, connections, clock);
    }

    private void recall(ProvenanceItem item, Set<String> connections) {
        if (!item.standing().isRefusal()) {
            connections.add(item.source().connection());
        }
        boolean told = item.replayEvent().isPresent() && item.event().isPresent();
        if (item.standing() == ItemStanding.REPLAYED && !told) {
            unfollowed.put(item.child(), item);
        }
    }

    /**
     * What one step did.
     *
     * @param asked how many requests were made
     * @param unanswered how many of them were not answered; the journal hands them out again later
     * @param trouble why not, of one of them
     * @param stopped why the job was paused and nothing was asked for, for people; empty when it goes on
     */
    public record Step(int asked, int unanswered, Optional<String> trouble, Optional<String> stopped) {}

    /**
     * Asks NiFi for what is due now, and for what becomes due meanwhile, for a second at most. A job whose queues lead
     * elsewhere, or before a JournalEvent that the policy does not list (any more), is paused.
     *
     * @throws NiFiApiException when NiFi does not say where the queues lead; nothing was asked for
     */
    public Step ask() throws NiFiApiException, IOException, InterruptedException {
        Optional<String> obstacle = check.obstacle();
        if (obstacle.isPresent()) {
            return new Step(0, 0, Optional.empty(), pause(obstacle.get()));
        }
        Instant end = clock.instant().plus(STEP);
        int batch = inFlight * REQUESTS_A_WRITE;
        int asked = waiting;
        int unanswered = 0;
        boolean more = true;
        Optional<String> trouble = Optional.empty();
        while (more || waiting > 0) {
            if (more && waiting <= inFlight * WAITING) {
                // Where one was in vain the next would be too: the others have their turn in another step.
                boolean goOn = trouble.isEmpty()
                        && goesOn.getAsBoolean()
                        && clock.instant().isBefore(end);
                List<ProvenanceItem> items = goOn ? journal.ask(job, batch) : List.of();
                items.forEach(item -> requests.submit(() -> request(item)));
                asked += items.size();
                waiting += items.size();
                more = !items.isEmpty();
            }
            if (waiting > 0) {
                Answered answered = take();
                waiting--;
                Optional<String> why = answer(answered);
                if (why.isPresent()) {
                    unanswered++;
                    trouble = why;
                }
            }
            if (answers.size() >= batch || waiting == 0) {
                journal.answer(job, answers);
                answers.clear();
            }
        }
        idle = asked == 0;
        return new Step(asked, unanswered, trouble, Optional.empty());
    }

    /** Why it was paused; empty when it does not run any more anyway. */
    private Optional<String> pause(String why) {
        return journal.halt(job, why) ? Optional.of(why) : Optional.empty();
    }

    private Answered request(ProvenanceItem item) throws InterruptedException {
        slots.acquire();
        try {
            pacer.await();
            return new Answered(
                    item, call.replay(item.source().node(), item.source().eventId()));
        } catch (RuntimeException e) {
            return new Answered(item, new ReplayOutcome.Unanswered("The request failed: " + e));
        } finally {
            slots.release();
        }
    }

    private Answered take() throws InterruptedException {
        try {
            return requests.take().get();
        } catch (ExecutionException e) {
            // Nothing but an interrupt comes this way: the processor is stopped.
            throw (InterruptedException) new InterruptedException("A request was interrupted").initCause(e);
        }
    }

    /** Adds what the journal is to know of an outcome; why there was none. */
    private Optional<String> answer(Answered answered) {
        ProvenanceItem item = answered.item();
        switch (answered.outcome()) {
            case ReplayOutcome.Made made -> {
                answers.add(new ReplayAnswer.Replayed(item, made.flowFile()));
                unfollowed.put(made.flowFile(), item);
            }
            case ReplayOutcome.Refused refused ->
                answers.add(
                        new ReplayAnswer.Refused(item, JournalWords.standing(refused.reason()), refused.explanation()));
            case ReplayOutcome.Unanswered unanswered -> {
                return Optional.of(unanswered.explanation());
            }
            case ReplayOutcome.NotNow notNow -> {
                answers.add(new ReplayAnswer.NotAsked(item));
                return Optional.of(notNow.explanation());
            }
        }
        return Optional.empty();
    }

    /**
     * Looks in provenance, now and then, for the REPLAY events and for what JournalEvent made of the FlowFiles.
     *
     * @param runs whether the job goes on; when it does not, NiFi has nothing else to do for it
     */
    public void follow(boolean runs) throws NiFiApiException, IOException, InterruptedException {
        Instant now = clock.instant();
        if (unfollowed.isEmpty() || now.isBefore(nextLook)) {
            return;
        }
        long first = unfollowed.values().stream()
                .mapToLong(ProvenanceItem::askedMillis)
                .min()
                .orElseThrow();
        TimeWindow window = new TimeWindow(Optional.of(Instant.ofEpochMilli(first)), now);
        boolean anyUnseen = unfollowed.values().stream().anyMatch(ProvenanceItem::unseen);
        if (!anyUnseen
                && runs
                && !idle
                && now.isBefore(Instant.ofEpochMilli(first).plus(PUT_OFF))) {
            return;
        }
        Map<String, Long> replayEvents = new HashMap<>();
        Map<String, FoundEvent> arrivals = new HashMap<>();
        for (String processor : processors) {
            Optional<String> type = anyUnseen ? Optional.empty() : Optional.of(FoundEvent.REPLAY);
            search.find(processor, type, window, event -> {
                if (event.isReplay()) {
                    event.children().forEach(child -> replayEvents.put(child, event.id()));
                } else if (JournalWords.outcome(event).isPresent()) {
                    arrivals.putIfAbsent(event.flowFile(), event);
                }
            });
        }
        Instant looked = clock.instant();
        Duration pause = Duration.between(now, looked).multipliedBy(LOOK_SHARE);
        nextLook = looked.plus(pause.compareTo(BETWEEN_LOOKS) > 0 ? pause : BETWEEN_LOOKS);
        List<ReplayAnswer> followed = new ArrayList<>();
        unfollowed.entrySet().removeIf(entry -> {
            ProvenanceItem item = entry.getValue();
            Optional<Long> id = Optional.ofNullable(replayEvents.get(entry.getKey()));
            Optional<FoundEvent> arrival = Optional.ofNullable(arrivals.get(entry.getKey()));
            boolean unseen = item.unseen();
            boolean told = id.isPresent() && (!unseen || arrival.isPresent());
            boolean old = now.isAfter(Instant.ofEpochMilli(item.askedMillis()).plus(LOOKED_FOR.dividedBy(2)));
            if (told || (old && (!unseen || arrival.isPresent()))) {
                OptionalLong replayEvent = id.map(OptionalLong::of).orElse(OptionalLong.empty());
                Optional<EventRef> event = arrival.flatMap(JournalWords::event);
                followed.add(new ReplayAnswer.Followed(item, replayEvent, event));
                arrival.flatMap(JournalWords::outcome)
                        .filter(outcome -> unseen && OUTCOMES_OF_NO_EVENT.contains(outcome))
                        .ifPresent(outcome -> followed.add(new ReplayAnswer.Refused(
                                item, ItemStanding.NOT_ADMITTED, "JournalEvent sent it to '" + outcome + "'")));
                return true;
            }
            return false;
        });
        journal.answer(job, followed);
    }
}
