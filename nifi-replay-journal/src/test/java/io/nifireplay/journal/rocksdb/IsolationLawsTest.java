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

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.contract.JournalSettings;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.Directories;
import io.nifireplay.journal.testing.FakeTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/**
 * Whatever happens in whatever order, crashes among it: no two jobs emit events of one partition at once; in strict order
 * nothing is begun before all that is before it is done; what is new to a job that holds new events is not begun before
 * that is over.
 */
class IsolationLawsTest {
    private static final RetryPolicy RETRY = new RetryPolicy(3, Duration.ofMinutes(1), Duration.ofMinutes(2));
    private static final String EFFECT = "call";
    private static final Cause CAUSE = new Cause("ann", "a test");

    enum Operation {
        ADMIT,
        EMIT,
        ARRIVE,
        CLAIM,
        COMPLETE,
        FAIL,
        GIVE_UP,
        PASS,
        OPEN,
        PAUSE,
        RESUME,
        ABORT,
        ACKNOWLEDGE,
        RESTART
    }

    /** @param dice decides all that the operation leaves open */
    record Step(Operation operation, int dice) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Operation> operations = Arbitraries.frequency(
                Tuple.of(8, Operation.ADMIT),
                Tuple.of(12, Operation.EMIT),
                Tuple.of(12, Operation.ARRIVE),
                Tuple.of(14, Operation.CLAIM),
                Tuple.of(8, Operation.COMPLETE),
                Tuple.of(5, Operation.FAIL),
                Tuple.of(3, Operation.GIVE_UP),
                Tuple.of(5, Operation.PASS),
                Tuple.of(4, Operation.OPEN),
                Tuple.of(1, Operation.PAUSE),
                Tuple.of(3, Operation.RESUME),
                Tuple.of(1, Operation.ABORT),
                Tuple.of(1, Operation.ACKNOWLEDGE),
                Tuple.of(2, Operation.RESTART));
        return Combinators.combine(operations, Arbitraries.integers().between(0, 1_000_000))
                .as(Step::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(250);
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void theLawsHoldWhateverHappens(@ForAll("steps") List<Step> steps) throws IOException {
        Path directory = Files.createTempDirectory("isolation-laws");
        try (Play play = new Play(directory)) {
            steps.forEach(play::play);
            play.bringToAnEnd();
        } finally {
            Directories.delete(directory);
        }
    }

    private static final class Play implements AutoCloseable {
        private record Traveller(String flowFile, Token token) {}

        private record Emitted(String flowFile, Emission emission) {}

        /** A job as it was opened: what it brings, by partition, and where new events begin. */
        private record Opened(
                String id, boolean strict, boolean hold, Map<String, List<Long>> items, Map<String, Long> heads) {}

        private final FakeTime time = new FakeTime(7);
        private final Path directory;
        private final List<Traveller> travellers = new ArrayList<>();
        private final List<Emitted> emissions = new ArrayList<>();
        private final Map<String, Opened> jobs = new HashMap<>();
        /** By partition, the jobs that have emitted from it, in the order of their first emissions. */
        private final Map<String, List<String>> emitters = new HashMap<>();
        /** By job, the events that it was done with when they were looked at last. */
        private final Map<String, Set<EventRef>> done = new HashMap<>();

        private final List<String> history = new ArrayList<>();
        private RocksDBJournal journal;
        private int flowFiles;
        private int events;

        Play(Path directory) {
            this.directory = directory;
            journal = open();
        }

        private RocksDBJournal open() {
            return RocksDBJournal.open(RocksDBEngine.options(directory, JournalSettings.of(time.journalTime())));
        }

        void play(Step step) {
            try {
                playOne(step.operation(), new Random(step.dice()));
                noteDone();
            } catch (AssertionError e) {
                throw new AssertionError(
                        e.getMessage() + "\n\nWhat went before:\n" + String.join("\n", history) + "\n" + step, e);
            }
        }

        private void playOne(Operation operation, Random dice) {
            switch (operation) {
                case ADMIT -> admit(dice);
                case EMIT -> emit(dice.nextBoolean() ? 100 : 1 + dice.nextInt(2));
                case ARRIVE -> {
                    if (!emissions.isEmpty()) {
                        arrive(emissions.get(dice.nextInt(emissions.size())));
                    }
                }
                case CLAIM -> {
                    if (!travellers.isEmpty()) {
                        claim(travellers.get(dice.nextInt(travellers.size())));
                    }
                }
                case COMPLETE, FAIL, GIVE_UP -> {
                    if (!travellers.isEmpty()) {
                        record(operation, travellers.get(dice.nextInt(travellers.size())));
                    }
                }
                case PASS ->
                    time.pass(Duration.ofSeconds(List.of(1, 60, 180, 601).get(dice.nextInt(4))));
                case OPEN -> openJob(dice);
                case PAUSE -> change(JobAction.PAUSE, JobState.RUNNING, dice);
                case RESUME -> change(JobAction.RESUME, JobState.PAUSED, dice);
                case ABORT -> change(JobAction.ABORT, JobState.PAUSED, dice);
                case ACKNOWLEDGE ->
                    journal.acknowledge(
                            Selector.ALL.withStatuses(Set.of(Status.DELIVERING, Status.DEAD_LETTER)), CAUSE);
                case RESTART -> {
                    journal.close();
                    journal = open();
                    history.add("restart");
                }
            }
        }

        private void admit(Random dice) {
            boolean again = events > 0 && dice.nextInt(3) == 0;
            int number = again ? dice.nextInt(events) : events++;
            String key = "k" + number;
            Admission answer = journal.admit(List.of(new Arrival.Fresh(
                            "f" + flowFiles++, Envelope.of(key, "p" + number % 2), content(key), List.of(EFFECT))))
                    .getFirst();
            admitted(answer, "f" + (flowFiles - 1));
        }

        private static Content content(String key) {
            return Content.of(key.getBytes(StandardCharsets.UTF_8));
        }

        private void admitted(Admission answer, String flowFile) {
            history.add(flowFile + ": " + answer);
            if (answer instanceof Admission.Accepted accepted) {
                travellers.add(new Traveller(flowFile, accepted.token()));
            }
        }

        private void emit(int max) {
            List<JobStatus> before = journal.jobs();
            for (Emission emission : journal.emit(max)) {
                history.add("emitted " + emission.event() + " " + emission.job());
                emissions.add(new Emitted("e" + flowFiles++, emission));
                emission.job().ifPresent(job -> {
                    onlyOneJobEmitsFromAPartition(before, emission, job);
                    allBeforeIsDone(emission.event(), job);
                });
            }
        }

        private void onlyOneJobEmitsFromAPartition(List<JobStatus> before, Emission emission, String job) {
            List<String> all = emitters.computeIfAbsent(emission.event().partition(), absent -> new ArrayList<>());
            if (!all.contains(job)) {
                all.add(job);
            }
            assertThat(all.getLast()).as("the job before was over: %s", all).isEqualTo(job);
            for (JobStatus other : before) {
                boolean wasHere = all.contains(other.request().job())
                        && !other.request().job().equals(job);
                if (wasHere) {
                    assertThat(other.state().isOver())
                            .as("%s is over when %s emits", other.request().job(), job)
                            .isTrue();
                }
            }
        }

        /** In strict order an event is begun only when its job is done with all that are before it. */
        private void allBeforeIsDone(EventRef event, String job) {
            Opened opened = jobs.get(job);
            if (!opened.strict()) {
                return;
            }
            for (long position : opened.items().getOrDefault(event.partition(), List.of())) {
                if (position < event.position()) {
                    EventRef earlier = new EventRef(event.partition(), position);
                    assertThat(done.get(job).contains(earlier) || isDone(earlier))
                            .as("%s was begun in strict order of %s before %s", event, job, earlier)
                            .isTrue();
                }
            }
        }

        private boolean isDone(EventRef event) {
            Status status = state(event).status();
            return status == Status.COMPLETED || status == Status.DEAD_LETTER;
        }

        private EventState state(EventRef event) {
            return journal.find(event).map(EventView::state).orElseThrow();
        }

        private void noteDone() {
            for (JobStatus status : journal.jobs()) {
                Opened job = jobs.get(status.request().job());
                if (job == null || !job.strict() || status.state().isOver()) {
                    continue;
                }
                Set<EventRef> ofJob = done.get(job.id());
                job.items().forEach((partition, positions) -> {
                    for (long position : positions) {
                        EventRef event = new EventRef(partition, position);
                        EventState state = state(event);
                        // A dead letter is to be brought, unless it became one under this job or a person settled it.
                        boolean is = state.status() == Status.COMPLETED
                                || (state.status() == Status.DEAD_LETTER
                                        && (state.acknowledged() || state.jobNumber() == status.number()));
                        if (is) {
                            ofJob.add(event);
                        } else if (!ofJob.contains(event)) {
                            break;
                        }
                    }
                });
            }
        }

        private void arrive(Emitted emitted) {
            Token token = journal.tokens()
                    .read(emitted.emission().token().orElseThrow())
                    .orElseThrow();
            Admission answer = journal.admit(List.of(new Arrival.WithToken(
                            emitted.flowFile(),
                            token,
                            content(emitted.emission().envelope().key()))))
                    .getFirst();
            admitted(answer, emitted.flowFile());
        }

        private ClaimResult claim(Traveller traveller) {
            EventRef event = traveller.token().event();
            Status before = state(event).status();
            List<JobStatus> open = journal.jobs().stream()
                    .filter(status -> !status.state().isOver())
                    .toList();
            ClaimResult answer = journal.claim(List.of(new Claim(
                            traveller.token(), traveller.flowFile(), EFFECT, Fragment.WHOLE, false, Optional.empty())))
                    .getFirst();
            history.add(traveller.flowFile() + " claims " + event + ": " + answer);
            if (answer instanceof ClaimResult.Deliver && before == Status.IN_FLIGHT) {
                for (JobStatus status : open) {
                    Opened job = jobs.get(status.request().job());
                    Long head = job.heads().get(event.partition());
                    assertThat(job.hold() && head != null && event.position() > head)
                            .as("%s is new to %s, which holds new events", event, job.id())
                            .isFalse();
                    boolean ofJob = job.items()
                            .getOrDefault(event.partition(), List.of())
                            .contains(event.position());
                    if (ofJob
                            && status.waitsFor().isEmpty()
                            && !done.getOrDefault(job.id(), Set.of()).contains(event)) {
                        allBeforeIsDone(event, job.id());
                    }
                }
            }
            return answer;
        }

        private void record(Operation operation, Traveller traveller) {
            if (!(claim(traveller) instanceof ClaimResult.Deliver)) {
                return;
            }
            Token token = traveller.token();
            EventState.Failure failure = new EventState.Failure("503", "busy");
            Outcome outcome = operation == Operation.COMPLETE
                    ? new Outcome.Completed(token, traveller.flowFile(), EFFECT, Fragment.WHOLE, Optional.empty())
                    : operation == Operation.FAIL
                            ? new Outcome.Failed(token, traveller.flowFile(), EFFECT, Fragment.WHOLE, failure, RETRY)
                            : new Outcome.GivenUp(token, traveller.flowFile(), EFFECT, Fragment.WHOLE, failure);
            history.add(traveller.flowFile() + " " + operation + ": "
                    + journal.record(List.of(outcome)).getFirst());
        }

        private void openJob(Random dice) {
            if (jobs.size() == 6) {
                return;
            }
            boolean strict = dice.nextInt(3) > 0;
            boolean hold = dice.nextInt(3) == 0;
            Selector selector = switch (dice.nextInt(3)) {
                case 0 -> Selector.ALL.withPartitions(Set.of("p0"));
                case 1 -> Selector.ALL.withPartitions(Set.of("p1"));
                default -> Selector.ALL;
            };
            Limits limits = new Limits(Optional.empty(), 100, Optional.empty(), Optional.empty(), strict)
                    .withNewEvents(hold ? NewEvents.HOLD : NewEvents.PASS);
            ReplayRequest request = new ReplayRequest(
                    "job" + jobs.size(), selector, ReplayMode.MISSED_ONLY, false, limits, "a test", "a tester");
            Map<String, List<Long>> items = new HashMap<>();
            journal.scan(selector, view -> {
                if (isItem(view.state())) {
                    items.computeIfAbsent(view.ref().partition(), absent -> new ArrayList<>())
                            .add(view.ref().position());
                }
            });
            Map<String, Long> heads = new HashMap<>();
            journal.checkpoints().stream()
                    .filter(checkpoint -> items.containsKey(checkpoint.partition()))
                    .forEach(checkpoint -> heads.put(checkpoint.partition(), checkpoint.head()));
            JobStatus status = journal.open(request);
            assertThat(status.progress().total())
                    .isEqualTo(items.values().stream().mapToLong(List::size).sum());
            history.add("opened " + request + " on " + items);
            jobs.put(request.job(), new Opened(request.job(), strict, hold, items, heads));
            done.put(request.job(), new HashSet<>());
        }

        /** As a plan chooses: lost, failed or given up. */
        private boolean isItem(EventState state) {
            // The lease clock is not to be seen from here; whether a lease runs, the answer to a plan says.
            return switch (state.status()) {
                case FAILED -> true;
                case DEAD_LETTER -> !state.acknowledged();
                case IN_FLIGHT -> !state.leaseRuns(leaseClock());
                case DELIVERING, COMPLETED -> false;
            };
        }

        private long leaseClock() {
            return time.now().toEpochMilli() - FakeTime.START.toEpochMilli();
        }

        private void change(JobAction action, JobState from, Random dice) {
            List<JobStatus> fitting = journal.jobs().stream()
                    .filter(status -> status.state() == from)
                    .toList();
            if (!fitting.isEmpty()) {
                String job = fitting.get(dice.nextInt(fitting.size())).request().job();
                journal.change(job, action, CAUSE);
                history.add(action + " " + job);
            }
        }

        /** Nothing waits for ever: a person resumes what was paused, the downstream is well, and all is brought to its end. */
        void bringToAnEnd() {
            for (int round = 0; round < 200; round++) {
                List<JobStatus> open = journal.jobs().stream()
                        .filter(status -> !status.state().isOver())
                        .toList();
                if (open.isEmpty()) {
                    return;
                }
                journal.acknowledge(Selector.ALL.withStatuses(Set.of(Status.DELIVERING)), CAUSE);
                // That may have been the last event of a paused job, which is finished then.
                journal.jobs().stream()
                        .filter(status -> status.state() == JobState.PAUSED)
                        .forEach(status -> journal.change(status.request().job(), JobAction.RESUME, CAUSE));
                emissions.clear();
                play(new Step(Operation.EMIT, 0));
                emit(100);
                List.copyOf(emissions).forEach(this::arrive);
                List.copyOf(travellers).forEach(traveller -> record(Operation.COMPLETE, traveller));
                travellers.clear();
                time.pass(Duration.ofSeconds(601));
                noteDone();
            }
            throw new AssertionError("Jobs wait for ever: " + journal.jobs() + "\n" + String.join("\n", history));
        }

        @Override
        public void close() {
            journal.close();
        }
    }
}
