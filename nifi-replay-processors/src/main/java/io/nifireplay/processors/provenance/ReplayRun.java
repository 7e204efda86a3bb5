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
import io.nifireplay.processors.rest.TimeWindow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Runs one job over provenance: asks NiFi for what the journal hands out, several requests at a time, tells the journal
 * what came of it, and looks in provenance for what became of the FlowFiles. All that must not be forgotten is in the
 * journal. For one thread.
 */
public final class ReplayRun {
    /** So many requests for each that is in flight are one durable write of the journal. */
    private static final int REQUESTS_A_WRITE = 16;
    /** A REPLAY event of an event that the journal knows is looked for so long: nothing rests on it. */
    public static final Duration LOOKED_FOR = Duration.ofMinutes(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Set<String> OUTCOMES_OF_NO_EVENT = Set.of("rejected", "failure", "conflict");

    private final EventJournal journal;
    private final String job;
    private final Set<String> processors;
    private final ReplayCall call;
    private final ProvenanceSearch search;
    private final ExecutorService requests;
    private final int inFlight;
    private final InstantSource clock;
    /** By the UUID of the FlowFile that NiFi made. */
    private final Map<String, ProvenanceItem> unfollowed = new HashMap<>();

    private Instant nextLook;

    /**
     * @param processors the targets, of which a REPLAY event is
     * @param requests with as many threads as requests may be in flight
     */
    public ReplayRun(
            EventJournal journal,
            String job,
            Set<String> processors,
            ReplayCall call,
            ProvenanceSearch search,
            ExecutorService requests,
            int inFlight,
            InstantSource clock) {
        this.journal = journal;
        this.job = job;
        this.processors = Set.copyOf(processors);
        this.call = call;
        this.search = search;
        this.requests = requests;
        this.inFlight = inFlight;
        this.clock = clock;
        nextLook = clock.instant();
        journal.items(job, this::recall);
    }

    private void recall(ProvenanceItem item) {
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
     */
    public record Step(int asked, int unanswered, Optional<String> trouble) {}

    /** Asks NiFi for what is due now. */
    public Step ask() throws InterruptedException {
        List<ProvenanceItem> items = journal.ask(job, inFlight * REQUESTS_A_WRITE);
        if (items.isEmpty()) {
            return new Step(0, 0, Optional.empty());
        }
        List<Callable<ReplayOutcome>> calls = new ArrayList<>(items.size());
        for (ProvenanceItem item : items) {
            calls.add(() -> call.replay(item.source().node(), item.source().eventId()));
        }
        List<Future<ReplayOutcome>> outcomes = requests.invokeAll(calls);
        List<ReplayAnswer> answers = new ArrayList<>(items.size());
        Optional<String> trouble = Optional.empty();
        for (int i = 0; i < items.size(); i++) {
            ProvenanceItem item = items.get(i);
            switch (outcome(outcomes.get(i))) {
                case ReplayOutcome.Made made -> {
                    answers.add(new ReplayAnswer.Replayed(item, made.flowFile()));
                    unfollowed.put(made.flowFile(), item);
                }
                case ReplayOutcome.Refused refused ->
                    answers.add(new ReplayAnswer.Refused(
                            item, JournalWords.standing(refused.reason()), refused.explanation()));
                case ReplayOutcome.Unanswered unanswered -> trouble = Optional.of(unanswered.explanation());
                case ReplayOutcome.NotNow notNow -> {
                    answers.add(new ReplayAnswer.NotAsked(item));
                    trouble = Optional.of(notNow.explanation());
                }
            }
        }
        journal.answer(job, answers);
        long answered = answers.stream()
                .filter(answer -> !(answer instanceof ReplayAnswer.NotAsked))
                .count();
        return new Step(items.size(), items.size() - (int) answered, trouble);
    }

    private static ReplayOutcome outcome(Future<ReplayOutcome> outcome) throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            return new ReplayOutcome.Unanswered("The request failed: " + e.getCause());
        }
    }

    /** Looks in provenance, now and then, for the REPLAY events and for what JournalEvent made of the FlowFiles. */
    public void follow() throws NiFiApiException, IOException, InterruptedException {
        Instant now = clock.instant();
        if (unfollowed.isEmpty() || now.isBefore(nextLook)) {
            return;
        }
        nextLook = now.plus(BETWEEN_LOOKS);
        long first = unfollowed.values().stream()
                .mapToLong(ProvenanceItem::askedMillis)
                .min()
                .orElseThrow();
        TimeWindow window = new TimeWindow(Optional.of(Instant.ofEpochMilli(first)), now);
        boolean anyUnseen = unfollowed.values().stream().anyMatch(ProvenanceItem::unseen);
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
        List<ReplayAnswer> answers = new ArrayList<>();
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
                answers.add(new ReplayAnswer.Followed(item, replayEvent, event));
                arrival.flatMap(JournalWords::outcome)
                        .filter(outcome -> unseen && OUTCOMES_OF_NO_EVENT.contains(outcome))
                        .ifPresent(outcome -> answers.add(new ReplayAnswer.Refused(
                                item, ItemStanding.NOT_ADMITTED, "JournalEvent sent it to '" + outcome + "'")));
                return true;
            }
            return false;
        });
        journal.answer(job, answers);
    }
}
