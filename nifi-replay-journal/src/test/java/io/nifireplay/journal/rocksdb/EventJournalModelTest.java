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
import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Origin;
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
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.Directories;
import io.nifireplay.journal.testing.FakeTime;
import io.nifireplay.journal.testing.Hashes;
import io.nifireplay.journal.testing.JournalModel;
import io.nifireplay.journal.testing.JournalModel.Answer;
import io.nifireplay.journal.testing.JournalModel.Stand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/** Any interleaving of what may happen to a journal, crashes among it, against the model and against invariants. */
class EventJournalModelTest {
    enum Operation {
        ADMIT,
        CLAIM,
        COMPLETE,
        FAIL,
        GIVE_UP,
        PASS,
        HOLD,
        EMIT,
        ARRIVE,
        OPEN_JOB,
        PAUSE,
        RESUME,
        ABORT,
        ACKNOWLEDGE,
        REOPEN,
        CRASH
    }

    /** @param dice decides all that the operation leaves open */
    record Step(Operation operation, int dice) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Operation> operations = Arbitraries.frequency(
                Tuple.of(10, Operation.ADMIT),
                Tuple.of(10, Operation.CLAIM),
                Tuple.of(8, Operation.COMPLETE),
                Tuple.of(6, Operation.FAIL),
                Tuple.of(2, Operation.GIVE_UP),
                Tuple.of(6, Operation.PASS),
                Tuple.of(3, Operation.HOLD),
                Tuple.of(6, Operation.EMIT),
                Tuple.of(8, Operation.ARRIVE),
                Tuple.of(3, Operation.OPEN_JOB),
                Tuple.of(1, Operation.PAUSE),
                Tuple.of(2, Operation.RESUME),
                Tuple.of(1, Operation.ABORT),
                Tuple.of(1, Operation.ACKNOWLEDGE),
                Tuple.of(1, Operation.REOPEN),
                Tuple.of(2, Operation.CRASH));
        return Combinators.combine(operations, Arbitraries.integers().between(0, 1_000_000))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(150);
    }

    @Property(tries = 120, shrinking = ShrinkingMode.BOUNDED)
    void answersAndStandsAsTheModelDoesWhateverHappens(@ForAll("steps") List<Step> steps) throws IOException {
        Path directory = Files.createTempDirectory("journal-model");
        try (Play play = new Play(directory)) {
            for (Step step : steps) {
                play.play(step);
            }
            play.play(new Step(Operation.CRASH, 0));
        } finally {
            Directories.delete(directory);
        }
    }

    /** Few, so that they meet. */
    private static final int KEYS = 8;

    /** A journal and its model, side by side. */
    private static final class Play implements AutoCloseable {
        private static final long LEASE = JournalSettings.LEASE.toMillis();
        private static final RetryPolicy POLICY = new RetryPolicy(3, Duration.ofMinutes(2), Duration.ofMinutes(3));

        private record Traveller(String flowFile, String key, Token token) {}

        private record Emitted(Token token, String key, String job, String flowFile) {}

        private final Path base;
        private final FakeTime time = new FakeTime(1);
        private final JournalModel model =
                new JournalModel(LEASE, JournalSettings.RE_EMIT_AFTER.toMillis(), FakeTime.START.toEpochMilli());
        private final List<Traveller> travellers = new ArrayList<>();
        private final List<Emitted> emissions = new ArrayList<>();
        private final Set<String> touched = new TreeSet<>();
        private final List<String> history = new ArrayList<>();
        private Path directory;
        private RocksDBJournal journal;
        private int generations;
        private int flowFiles;
        private long sinceOpen;

        Play(Path base) {
            this.base = base;
            directory = base.resolve("0");
            journal = open();
        }

        private RocksDBJournal open() {
            sinceOpen = 0;
            return RocksDBJournal.open(RocksDBEngine.options(directory, JournalSettings.of(time.journalTime())));
        }

        /** All that was asked and answered: a failure tells it. */
        void play(Step step) {
            try {
                playOne(step);
            } catch (AssertionError e) {
                throw new AssertionError(
                        e.getMessage() + "\n\nWhat went before:\n" + String.join("\n", history) + "\n" + step, e);
            }
            history.add(step.operation() + " at " + time.now());
        }

        private void playOne(Step step) {
            Random dice = new Random(step.dice());
            touched.clear();
            switch (step.operation()) {
                case ADMIT -> admit(dice);
                case CLAIM -> claim(dice);
                case COMPLETE, FAIL, GIVE_UP -> record(step.operation(), dice);
                case PASS -> pass(List.of(1_000L, 60_000L, 180_000L, 600_001L).get(dice.nextInt(4)));
                case HOLD -> hold(dice);
                case EMIT -> emit(dice);
                case ARRIVE -> arrive(dice);
                case OPEN_JOB -> openJob(dice);
                case PAUSE -> change(JobAction.PAUSE, dice);
                case RESUME -> change(JobAction.RESUME, dice);
                case ABORT -> change(JobAction.ABORT, dice);
                case ACKNOWLEDGE -> {
                    assertThat(journal.acknowledge(Selector.ALL, new Cause("ann", "told by phone")))
                            .isEqualTo(model.acknowledge());
                    touched.addAll(model.events.keySet());
                    model.pass(0);
                }
                case REOPEN -> reopen(dice);
                case CRASH -> crash();
            }
            journal.reviewJobs();
            compareJobs();
            compare();
        }

        private void pass(long millis) {
            time.pass(Duration.ofMillis(millis));
            model.pass(millis);
            sinceOpen += millis;
        }

        private void hold(Random dice) {
            String holder = "guard " + dice.nextInt(2);
            long millis = List.of(0L, 500L, 100_000L, 600_000L).get(dice.nextInt(4));
            journal.by(new Origin(holder, "GuardDelivery", "")).holdLeases(Duration.ofMillis(millis));
            model.hold(holder, millis);
        }

        private void reopen(Random dice) {
            long closed = dice.nextInt(1_200_000);
            journal.close();
            time.pass(Duration.ofMillis(closed));
            model.passClosed(closed);
            model.restarted();
            journal = open();
            touched.addAll(model.events.keySet());
        }

        private void crash() {
            Path copy = base.resolve(Integer.toString(++generations));
            Directories.copy(directory, copy);
            RocksDBJournal crashed = journal;
            directory = copy;
            long lag = sinceOpen;
            journal = open();
            crashed.close();
            model.restarted();
            touched.addAll(model.events.keySet());
            compare();
            // The lease clock may have lagged, by as much as had passed: after this, all leases have ended in both.
            pass(lag + LEASE);
        }

        private void admit(Random dice) {
            List<Arrival> arrivals = new ArrayList<>();
            int size = 1 + dice.nextInt(4);
            for (int i = 0; i < size; i++) {
                String key = "k" + dice.nextInt(KEYS);
                JournalModel.Event known = model.events.get(key);
                String flowFile = known != null && dice.nextInt(3) == 0 ? known.owner : "f" + flowFiles++;
                String content = dice.nextInt(8) == 0 ? "other" : "content of " + key;
                arrivals.add(new Arrival.Fresh(
                        flowFile, Envelope.of(key, "p" + dice.nextInt(2)), content(content), effects(key)));
            }
            List<Admission> answers = journal.admit(arrivals);
            for (int i = 0; i < size; i++) {
                Arrival.Fresh arrival = (Arrival.Fresh) arrivals.get(i);
                history.add(arrival.envelope().key() + ": " + arrival.flowFile() + " sent anew: " + answers.get(i));
                String key = arrival.envelope().key();
                String content = new String(((Content.InMemory) arrival.content()).bytes(), StandardCharsets.UTF_8);
                Answer answer = answer(answers.get(i));
                assertThat(model.mayAnswerFresh(arrival.flowFile(), key, content))
                        .as("%s to %s", answers.get(i), arrival)
                        .contains(answer);
                model.admitted(
                        answer,
                        arrival.flowFile(),
                        key,
                        arrival.envelope().partition(),
                        content,
                        arrival.requiredEffects(),
                        "");
                compareAnswer(arrival.flowFile(), key, answers.get(i));
            }
        }

        private void arrive(Random dice) {
            if (emissions.isEmpty()) {
                return;
            }
            int index = emissions.size() - 1 - dice.nextInt(Math.min(6, emissions.size()));
            Emitted emitted = emissions.get(index);
            Admission admission = journal.admit(List.of(new Arrival.WithToken(
                            emitted.flowFile(), emitted.token(), content(model.events.get(emitted.key()).content))))
                    .get(0);
            history.add(emitted.key() + ": " + emitted + ": " + admission);
            Answer answer = answer(admission);
            assertThat(model.mayAnswerEmitted(
                            emitted.flowFile(), emitted.key(), emitted.token().attempt(), emitted.job()))
                    .as("%s to %s", admission, emitted)
                    .contains(answer);
            model.admitted(answer, emitted.flowFile(), emitted.key(), "", "", List.of(), emitted.job());
            compareAnswer(emitted.flowFile(), emitted.key(), admission);
        }

        private void compareAnswer(String flowFile, String key, Admission admission) {
            touched.add(key);
            JournalModel.Event event = model.events.get(key);
            EventRef ref = new EventRef(event.partition, event.position);
            switch (admission) {
                case Admission.Accepted accepted -> {
                    assertThat(accepted.event()).isEqualTo(ref);
                    assertThat(accepted.attempt()).isEqualTo(event.attempt);
                    Token token = accepted.token();
                    assertThat(token.event()).isEqualTo(ref);
                    assertThat(token.attempt()).isEqualTo(event.attempt);
                    travellers.add(new Traveller(flowFile, key, token));
                }
                case Admission.Duplicate duplicate -> {
                    assertThat(duplicate.event()).isEqualTo(ref);
                    assertThat(duplicate.result().map(result -> new String(result.content(), StandardCharsets.UTF_8)))
                            .isEqualTo(Optional.ofNullable(event.result));
                }
                case Admission.InFlight inFlight -> assertThat(inFlight.event()).isEqualTo(ref);
                case Admission.Conflict conflict -> assertThat(conflict.event()).isEqualTo(ref);
                case Admission.DeadLetter dead -> assertThat(dead.event()).isEqualTo(ref);
                case Admission.Rejected rejected ->
                    assertThat(rejected.reason()).isNotBlank();
                case Admission.Held held -> assertThat(held.job()).isNotBlank();
                case Admission.Unreadable unreadable -> throw new AssertionError(unreadable.reason());
            }
        }

        private void claim(Random dice) {
            List<Claim> claims = new ArrayList<>();
            List<String> keys = new ArrayList<>();
            for (int i = 0; i <= dice.nextInt(3) && !travellers.isEmpty(); i++) {
                Traveller traveller = traveller(dice);
                String effect = effect(traveller.key(), dice);
                claims.add(new Claim(
                        traveller.token(),
                        flowFile(traveller, dice),
                        effect,
                        fragment(traveller.key(), dice),
                        number(traveller.key()) % 2 == 0,
                        dice.nextBoolean() ? Optional.empty() : Optional.of("k" + dice.nextInt(KEYS))));
                keys.add(traveller.key());
            }
            List<ClaimResult> answers = journal.claim(claims);
            for (int i = 0; i < claims.size(); i++) {
                Claim claim = claims.get(i);
                history.add(keys.get(i) + ": " + claim + ": " + answers.get(i));
                Answer expected = model.claim(
                        keys.get(i),
                        claim.token().attempt(),
                        claim.flowFile(),
                        claim.effect(),
                        claim.fragment().index(),
                        claim.fragment().count(),
                        claim.downstreamIdempotent());
                Answer actual = switch (answers.get(i)) {
                    case ClaimResult.Deliver deliver -> {
                        assertThat(deliver.key()).isEqualTo(keys.get(i));
                        yield Answer.DELIVER;
                    }
                    case ClaimResult.AlreadyCompleted done -> Answer.ALREADY_COMPLETED;
                    case ClaimResult.Superseded superseded -> Answer.SUPERSEDED;
                    case ClaimResult.Rejected rejected -> Answer.REJECTED;
                    case ClaimResult.Held held -> throw new AssertionError("No job holds anything: " + held);
                };
                assertThat(actual).as("%s to %s", answers.get(i), claim).isEqualTo(expected);
                touched.add(keys.get(i));
            }
        }

        private void record(Operation operation, Random dice) {
            List<Outcome> outcomes = new ArrayList<>();
            List<String> keys = new ArrayList<>();
            for (int i = 0; i <= dice.nextInt(3) && !travellers.isEmpty(); i++) {
                Traveller traveller = traveller(dice);
                String key = traveller.key();
                String flowFile = flowFile(traveller, dice);
                String effect = effect(key, dice);
                Fragment fragment = fragment(key, dice);
                EventState.Failure failure = new EventState.Failure("E" + dice.nextInt(3), "no");
                outcomes.add(
                        switch (operation) {
                            case COMPLETE -> {
                                byte[] bytes = ("result " + dice.nextInt(99)).getBytes(StandardCharsets.UTF_8);
                                yield new Outcome.Completed(
                                        traveller.token(),
                                        flowFile,
                                        effect,
                                        fragment,
                                        dice.nextBoolean()
                                                ? Optional.of(new StoredResult(Map.of(), bytes))
                                                : Optional.empty());
                            }
                            case FAIL ->
                                new Outcome.Failed(traveller.token(), flowFile, effect, fragment, failure, POLICY);
                            default -> new Outcome.GivenUp(traveller.token(), flowFile, effect, fragment, failure);
                        });
                keys.add(key);
            }
            // An emission moves the time at which the event is due to when it would be emitted again.
            keys.forEach(key -> model.events.get(key).retryDue =
                    state(model.events.get(key)).retryDue());
            List<OutcomeResult> answers = journal.record(outcomes);
            for (int i = 0; i < outcomes.size(); i++) {
                JournalModel.Event event = model.events.get(keys.get(i));
                history.add(keys.get(i) + ": " + outcomes.get(i) + ": " + answers.get(i));
                int failuresBefore = event.failures;
                long dueBefore = event.retryDue;
                Answer expected = expected(outcomes.get(i), keys.get(i));
                switch (answers.get(i)) {
                    case OutcomeResult.Recorded recorded -> {
                        assertThat(expected)
                                .as("%s to %s", recorded, outcomes.get(i))
                                .isEqualTo(Answer.RECORDED);
                        assertThat(recorded.status().name())
                                .as("%s to %s", recorded, outcomes.get(i))
                                .isEqualTo(event.becomes().name());
                        if (event.stand() == Stand.FAILED) {
                            long due = recorded.retryDue().orElseThrow().toEpochMilli();
                            long backOff = Math.min(120_000L << Math.max(0, event.failures - 1), 180_000L);
                            assertThat(due)
                                    .isBetween(Math.max(dueBefore, 1), Math.max(dueBefore, model.wallMillis + backOff));
                            if (event.failures > failuresBefore) {
                                assertThat(due).isGreaterThanOrEqualTo(model.wallMillis);
                            }
                            event.retryDue = due;
                        } else if (event.stand() != Stand.DELIVERING) {
                            assertThat(recorded.retryDue()).isEmpty();
                        }
                    }
                    case OutcomeResult.Superseded superseded ->
                        assertThat(expected)
                                .as("%s to %s", superseded, outcomes.get(i))
                                .isEqualTo(Answer.SUPERSEDED);
                    case OutcomeResult.Rejected rejected ->
                        assertThat(expected)
                                .as("%s to %s", rejected, outcomes.get(i))
                                .isEqualTo(Answer.REJECTED);
                }
                touched.add(keys.get(i));
            }
        }

        private Answer expected(Outcome outcome, String key) {
            int attempt = outcome.token().attempt();
            int index = outcome.fragment().index();
            int count = outcome.fragment().count();
            return switch (outcome) {
                case Outcome.Completed done ->
                    model.complete(
                            key,
                            attempt,
                            done.flowFile(),
                            done.effect(),
                            index,
                            count,
                            done.result()
                                    .map(result -> new String(result.content(), StandardCharsets.UTF_8))
                                    .orElse(null));
                case Outcome.Failed failed ->
                    model.fail(
                            key,
                            attempt,
                            failed.flowFile(),
                            failed.effect(),
                            index,
                            count,
                            failed.failure().type(),
                            failed.policy().maxAttempts());
                case Outcome.GivenUp givenUp ->
                    model.fail(
                            key,
                            attempt,
                            givenUp.flowFile(),
                            givenUp.effect(),
                            index,
                            count,
                            givenUp.failure().type(),
                            1);
            };
        }

        private void emit(Random dice) {
            // A retry that is due although another effect failed later: the state says when.
            for (JournalModel.Event event : model.events.values()) {
                if (event.stand() == Stand.FAILED) {
                    event.retryDue = state(event).retryDue();
                }
            }
            int max = dice.nextBoolean() ? 1_000 : 1 + dice.nextInt(3);
            List<Emission> some = journal.emit(max);
            assertThat(some).hasSizeLessThanOrEqualTo(max);
            for (Emission emission : some) {
                String key = emission.envelope().key();
                JournalModel.Event event = model.events.get(key);
                Token token =
                        journal.tokens().read(emission.token().orElseThrow()).orElseThrow();
                String job = emission.job().orElse("");
                history.add(key + ": emitted, attempt " + token.attempt() + " job '" + job + "'");
                assertThat(model.mayEmit(event, token.attempt(), job))
                        .as("emission of %s for job '%s', which stands at %s", key, job, event.stand())
                        .isTrue();
                assertThat(emission.event()).isEqualTo(new EventRef(event.partition, event.position));
                assertThat(Hashes.sha256(emission.content())).isEqualTo(Hashes.sha256(content(event.content)));
                model.emitted(event, job);
                emissions.add(new Emitted(token, key, job, "e" + flowFiles++));
                touched.add(key);
            }
            compareJobs();
            if (some.size() < max) {
                assertThat(model.overdue())
                        .extracting(event -> event.key)
                        .as("overdue")
                        .isEmpty();
                for (JournalModel.Job job : model.jobs.values()) {
                    assertThat(model.unemitted(job))
                            .extracting(event -> event.key + " " + event.stand() + " " + event.attempt)
                            .as("items of %s that were not emitted", job.id)
                            .isEmpty();
                    assertThat(model.mustBeFinished(job))
                            .as("%s runs although all is settled", job.id)
                            .isFalse();
                }
            }
        }

        private void openJob(Random dice) {
            if (model.jobs.size() == 5) {
                return;
            }
            String id = "job" + model.jobs.size();
            String partition = "p" + dice.nextInt(2);
            boolean includeUnknown = dice.nextBoolean();
            JournalModel.Job job = model.open(id, partition, includeUnknown);
            JobStatus status = journal.open(new ReplayRequest(
                    id,
                    Selector.ALL.withPartitions(Set.of(partition)),
                    ReplayMode.MISSED_ONLY,
                    includeUnknown,
                    Limits.NONE,
                    "a test",
                    "a tester"));
            assertThat(status.progress().total()).isEqualTo(job.items.size());
            history.add(id + ": opened on "
                    + job.items.keySet().stream().map(event -> event.key).toList());
        }

        private void change(JobAction action, Random dice) {
            List<JournalModel.Job> jobs = model.jobs.values().stream()
                    .filter(job ->
                            job.running && (action == JobAction.ABORT || job.paused == (action == JobAction.RESUME)))
                    .toList();
            if (jobs.isEmpty()) {
                return;
            }
            JournalModel.Job job = jobs.get(dice.nextInt(jobs.size()));
            assertThat(journal.change(job.id, action, new Cause("ann", "a test"))
                            .state())
                    .isIn(action.leadsTo(), action == JobAction.RESUME ? JobState.FINISHED : action.leadsTo());
            job.paused = action == JobAction.PAUSE;
            job.running = action != JobAction.ABORT;
        }

        private void compareJobs() {
            for (JournalModel.Job job : model.jobs.values()) {
                JobStatus status = journal.job(job.id).orElseThrow();
                assertThat(status.progress().settled())
                        .isBetween(0L, status.progress().total());
                if (status.state() == JobState.FINISHED) {
                    assertThat(job.settled).as("%s is finished", job.id).containsAll(job.items.keySet());
                    assertThat(status.progress().left()).isZero();
                    job.running = false;
                    job.paused = false;
                } else {
                    assertThat(job.running && job.paused && model.hasNothingLeft(job))
                            .as("%s is paused with nothing left to do", job.id)
                            .isFalse();
                    assertThat(status.state() == JobState.PAUSED).isEqualTo(job.running && job.paused);
                    assertThat(status.state() == JobState.ABORTED).isEqualTo(!job.running);
                }
            }
        }

        private void compare() {
            for (String key : touched) {
                JournalModel.Event event = model.events.get(key);
                EventView view = journal.findByKey(key).orElseThrow();
                EventState state = view.state();
                assertThat(view.ref()).isEqualTo(new EventRef(event.partition, event.position));
                assertThat(view.contentHash()).isEqualTo(Hashes.sha256(content(event.content)));
                assertThat(state.status().name())
                        .as("%s", state)
                        .isEqualTo(event.stand().name());
                assertThat(state.attempt()).as("%s", state).isEqualTo(event.attempt);
                assertThat(state.failures()).as("%s", state).isEqualTo(event.failures);
                assertThat(state.owner()).as("%s", state).isEqualTo(event.owner);
                assertThat(state.conflicts()).as("%s", state).isEqualTo(event.conflicts);
                assertThat(state.lateOutcomes()).as("%s", state).isEqualTo(event.late);
                assertThat(state.hasResult()).as("%s", state).isEqualTo(event.result != null);
                assertThat(state.isSettled()).as("%s", state).isEqualTo(event.isSettled());
                switch (state.status()) {
                    case FAILED, DEAD_LETTER ->
                        assertThat(state.error().orElseThrow().type()).isEqualTo(event.error);
                    case COMPLETED -> assertThat(state.error()).isEmpty();
                    case IN_FLIGHT, DELIVERING -> {
                        // The last failure may still be told.
                    }
                }
                assertThat(state.retryDue() > 0 || state.status() != Status.FAILED)
                        .isTrue();
            }
            List<Checkpoint> checkpoints = journal.checkpoints();
            assertThat(checkpoints)
                    .extracting(Checkpoint::partition)
                    .containsExactlyElementsOf(model.partitions.keySet());
            for (Checkpoint checkpoint : checkpoints) {
                String partition = checkpoint.partition();
                assertThat(checkpoint.head())
                        .isEqualTo(model.partitions.get(partition).size());
                assertThat(checkpoint.lowWatermark()).isEqualTo(model.lowWatermark(partition));
                assertThat(checkpoint.settledAbove().toArray()).isEqualTo(model.settledAbove(partition));
            }
        }

        private EventState state(JournalModel.Event event) {
            return journal.findByKey(event.key).orElseThrow().state();
        }

        private Traveller traveller(Random dice) {
            return travellers.get(travellers.size() - 1 - dice.nextInt(Math.min(10, travellers.size())));
        }

        private static String flowFile(Traveller traveller, Random dice) {
            return dice.nextInt(5) == 0 ? traveller.flowFile() + " clone" : traveller.flowFile();
        }

        private static int number(String key) {
            return key.charAt(1) - '0';
        }

        private static List<String> effects(String key) {
            return number(key) % 3 == 0 ? List.of("mail", "row") : List.of("mail");
        }

        private static String effect(String key, Random dice) {
            List<String> effects = effects(key);
            return effects.get(dice.nextInt(effects.size()));
        }

        private static Fragment fragment(String key, Random dice) {
            return number(key) % 4 == 1 ? new Fragment(dice.nextInt(2), 2) : Fragment.WHOLE;
        }

        private static Answer answer(Admission admission) {
            return switch (admission) {
                case Admission.Accepted accepted ->
                    switch (accepted.reason()) {
                        case FIRST -> Answer.FIRST;
                        case SAME_FLOWFILE -> Answer.SAME;
                        case TAKEOVER, RETRY, REPLAY, FORCED -> Answer.NEXT_ATTEMPT;
                    };
                case Admission.Duplicate duplicate -> Answer.DUPLICATE;
                case Admission.InFlight inFlight -> Answer.IN_FLIGHT;
                case Admission.Conflict conflict -> Answer.CONFLICT;
                case Admission.DeadLetter dead -> Answer.DEAD_LETTER;
                case Admission.Rejected rejected -> Answer.REFUSED;
                case Admission.Held held -> Answer.HELD;
                case Admission.Unreadable unreadable -> throw new AssertionError(unreadable.reason());
            };
        }

        @Override
        public void close() {
            journal.close();
        }
    }

    private static Content content(String text) {
        return Content.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What several threads were told, and what must hold of it in any interleaving. */
    private static final class Ledger {
        private final Map<String, Set<EventRef>> places = new ConcurrentHashMap<>();
        private final Map<String, Set<String>> owners = new ConcurrentHashMap<>();
        private final Map<String, Set<String>> deliverers = new ConcurrentHashMap<>();
        private final Map<String, Set<String>> completers = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> firsts = new ConcurrentHashMap<>();
        private final AtomicInteger rounds = new AtomicInteger();

        /** What was told up to now; more may be told meanwhile. */
        Ledger copy() {
            Ledger copy = new Ledger();
            // What rests on other things comes first, so that nothing is in the copy without them.
            copy.completers.putAll(completers);
            copy.deliverers.putAll(deliverers);
            copy.owners.putAll(owners);
            copy.places.putAll(places);
            return copy;
        }

        private static void add(Map<String, Set<String>> to, String key, String value) {
            to.computeIfAbsent(key, k -> ConcurrentHashMap.newKeySet()).add(value);
        }
    }

    private record Held(String flowFile, String key, Token token) {}

    /**
     * Files as a crash would leave them, while threads write: all of these journals are so small that RocksDB appends to its
     * log and changes nothing else.
     *
     * @param told what had been answered before
     */
    private record Image(Path directory, Ledger told) {
        static Image take(Path live, Path copy, Ledger ledger) throws IOException {
            Ledger told = ledger.copy();
            // A crash leaves all files as of one moment: this one must not be younger than the log.
            byte[] acknowledged = Files.readAllBytes(live.resolve("acknowledged"));
            Directories.copy(live, copy);
            Files.write(copy.resolve("acknowledged"), acknowledged);
            return new Image(copy, told);
        }
    }

    private static final int ROUNDS = 120;
    private static final int THREADS = 4;
    private static final int IMAGES = 3;

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void holdsItsInvariantsWhateverSeveralThreadsDo(@ForAll long seed) throws Exception {
        Path directory = Files.createTempDirectory("journal-threads");
        FakeTime time = new FakeTime(seed);
        RocksDBOptions options =
                RocksDBEngine.options(directory.resolve("journal"), JournalSettings.of(time.journalTime()));
        Ledger ledger = new Ledger();
        List<Image> images = new ArrayList<>();
        try {
            try (RocksDBJournal journal = RocksDBJournal.open(options);
                    ExecutorService threads = Executors.newFixedThreadPool(4)) {
                ConcurrentLinkedQueue<Held> held = new ConcurrentLinkedQueue<>();
                List<Future<?>> futures = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    int number = thread;
                    futures.add(
                            threads.submit(() -> work(journal, time, ledger, held, number, new Random(seed + number))));
                }
                for (int moment : moments(new Random(seed))) {
                    while (ledger.rounds.get() < moment && !futures.stream().allMatch(Future::isDone)) {
                        Thread.onSpinWait();
                    }
                    images.add(Image.take(
                            directory.resolve("journal"), directory.resolve("crashed-" + images.size()), ledger));
                }
                for (Future<?> future : futures) {
                    future.get();
                }
                check(journal, ledger);
            }
            for (Image image : images) {
                checkCrashed(image, time);
            }
            try (RocksDBJournal journal = RocksDBJournal.open(options)) {
                check(journal, ledger);
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private static void work(
            RocksDBJournal journal,
            FakeTime time,
            Ledger ledger,
            ConcurrentLinkedQueue<Held> held,
            int thread,
            Random dice) {
        List<Held> own = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ledger.rounds.incrementAndGet();
            switch (dice.nextInt(10)) {
                case 0, 1, 2 -> {
                    List<Arrival> arrivals = new ArrayList<>();
                    for (int i = 0; i < 1 + dice.nextInt(5); i++) {
                        String key = "k" + dice.nextInt(25);
                        arrivals.add(new Arrival.Fresh(
                                thread + "." + round + "." + i,
                                Envelope.of(key, "p" + key.length()),
                                content(key),
                                List.of("call")));
                    }
                    List<Admission> answers = journal.admit(arrivals);
                    for (int i = 0; i < answers.size(); i++) {
                        Arrival.Fresh arrival = (Arrival.Fresh) arrivals.get(i);
                        noteAdmission(
                                journal,
                                ledger,
                                held,
                                own,
                                arrival.flowFile(),
                                arrival.envelope().key(),
                                answers.get(i));
                    }
                }
                case 3, 4, 5 -> {
                    Held one = pick(own, held, dice);
                    if (one != null) {
                        String flowFile = dice.nextInt(4) == 0 ? one.flowFile() + "/" + thread : one.flowFile();
                        ClaimResult answer = journal.claim(List.of(new Claim(
                                        one.token(), flowFile, "call", Fragment.WHOLE, true, Optional.empty())))
                                .get(0);
                        if (answer instanceof ClaimResult.Deliver) {
                            Ledger.add(
                                    ledger.deliverers,
                                    one.key() + "#" + one.token().attempt(),
                                    flowFile);
                        }
                    }
                }
                case 6 -> {
                    Held one = pick(own, held, dice);
                    if (one != null) {
                        OutcomeResult answer = journal.record(List.of(new Outcome.Completed(
                                        one.token(), one.flowFile(), "call", Fragment.WHOLE, Optional.empty())))
                                .get(0);
                        if (answer instanceof OutcomeResult.Recorded) {
                            Ledger.add(
                                    ledger.completers,
                                    one.key(),
                                    one.flowFile() + "#" + one.token().attempt());
                        }
                    }
                }
                case 7 -> {
                    Held one = pick(own, held, dice);
                    if (one != null) {
                        journal.record(List.of(new Outcome.Failed(
                                one.token(),
                                one.flowFile(),
                                "call",
                                Fragment.WHOLE,
                                new EventState.Failure("E", "no"),
                                new RetryPolicy(100, Duration.ofSeconds(1), Duration.ofSeconds(1)))));
                    }
                }
                case 8 -> {
                    for (Emission emission : journal.emit(3)) {
                        Token token = journal.tokens()
                                .read(emission.token().orElseThrow())
                                .orElseThrow();
                        String flowFile = "e" + thread + "." + round + "." + emission.event();
                        Admission answer = journal.admit(
                                        List.of(new Arrival.WithToken(flowFile, token, emission.content())))
                                .get(0);
                        noteAdmission(
                                journal,
                                ledger,
                                held,
                                own,
                                flowFile,
                                emission.envelope().key(),
                                answer);
                    }
                }
                default -> {
                    time.pass(JournalSettings.LEASE.dividedBy(8));
                    journal.checkpoints();
                    journal.scan(Selector.ALL.withStatuses(Set.of(Status.FAILED)), view -> {});
                }
            }
        }
    }

    private static Held pick(List<Held> own, ConcurrentLinkedQueue<Held> held, Random dice) {
        if (dice.nextBoolean() && !own.isEmpty()) {
            return own.get(own.size() - 1 - dice.nextInt(Math.min(4, own.size())));
        }
        List<Held> all = new ArrayList<>(held);
        return all.isEmpty() ? null : all.get(all.size() - 1 - dice.nextInt(Math.min(12, all.size())));
    }

    private static void noteAdmission(
            RocksDBJournal journal,
            Ledger ledger,
            ConcurrentLinkedQueue<Held> held,
            List<Held> own,
            String flowFile,
            String key,
            Admission answer) {
        if (answer instanceof Admission.Accepted accepted) {
            ledger.places
                    .computeIfAbsent(key, k -> ConcurrentHashMap.newKeySet())
                    .add(accepted.event());
            Ledger.add(ledger.owners, key + "#" + accepted.attempt(), flowFile);
            if (accepted.reason() == Admission.AcceptReason.FIRST) {
                ledger.firsts.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
            }
            Held one = new Held(flowFile, key, accepted.token());
            own.add(one);
            held.add(one);
        } else {
            assertThat(answer)
                    .isInstanceOfAny(
                            Admission.InFlight.class,
                            Admission.Duplicate.class,
                            Admission.DeadLetter.class,
                            Admission.Rejected.class);
        }
    }

    /** In rounds of all threads together, rising. */
    private static List<Integer> moments(Random dice) {
        return dice.ints(IMAGES, 1, THREADS * ROUNDS).sorted().boxed().toList();
    }

    private static void checkCrashed(Image image, FakeTime time) {
        try (RocksDBJournal journal =
                RocksDBJournal.open(RocksDBEngine.options(image.directory(), JournalSettings.of(time.journalTime())))) {
            Ledger told = image.told();
            told.places.forEach((key, places) -> assertThat(journal.findByKey(key))
                    .as("the event of %s, which was admitted before the crash", key)
                    .hasValueSatisfying(view -> assertThat(places).containsExactly(view.ref())));
            told.completers
                    .keySet()
                    .forEach(key -> assertThat(
                                    journal.findByKey(key).orElseThrow().state().status())
                            .as("the event of %s, which was completed before the crash", key)
                            .isEqualTo(Status.COMPLETED));
            told.deliverers.keySet().forEach(attempt -> {
                String key = attempt.substring(0, attempt.indexOf('#'));
                EventState state = journal.findByKey(key).orElseThrow().state();
                int claimed = Integer.parseInt(attempt.substring(attempt.indexOf('#') + 1));
                assertThat(state.attempt() > claimed || state.status() != Status.IN_FLIGHT)
                        .as("%s was claimed before the crash: %s", attempt, state)
                        .isTrue();
            });
            for (Checkpoint checkpoint : journal.checkpoints()) {
                for (long position = 1; position <= checkpoint.head(); position++) {
                    EventRef ref = new EventRef(checkpoint.partition(), position);
                    EventView view = journal.find(ref).orElseThrow();
                    assertThat(journal.findByKey(view.envelope().key())).contains(view);
                    assertThat(checkpoint.isSettled(position))
                            .isEqualTo(view.state().isSettled());
                }
            }
        }
    }

    private static void check(RocksDBJournal journal, Ledger ledger) {
        assertThat(ledger.places.values()).as("each key is one event").allMatch(places -> places.size() == 1);
        assertThat(ledger.firsts.values())
                .as("each event is first admitted once")
                .allMatch(count -> count.get() == 1);
        assertThat(ledger.owners.values()).as("each attempt has one owner").allMatch(owners -> owners.size() == 1);
        assertThat(ledger.deliverers.values())
                .as("each attempt is delivered by one FlowFile")
                .allMatch(flowFiles -> flowFiles.size() == 1);
        assertThat(ledger.completers.values())
                .as("each event is completed once")
                .allMatch(flowFiles -> flowFiles.size() == 1);
        Set<EventRef> places = new HashSet<>();
        ledger.places.values().forEach(places::addAll);
        for (Checkpoint checkpoint : journal.checkpoints()) {
            for (long position = 1; position <= checkpoint.head(); position++) {
                EventRef ref = new EventRef(checkpoint.partition(), position);
                assertThat(places).as("no position without an event").contains(ref);
                EventView view = journal.find(ref).orElseThrow();
                String key = view.envelope().key();
                assertThat(journal.findByKey(key)).contains(view);
                assertThat(ledger.places.get(key)).containsExactly(ref);
                assertThat(view.state().status() == Status.COMPLETED)
                        .as("%s", view)
                        .isEqualTo(ledger.completers.containsKey(key));
                assertThat(checkpoint.isSettled(position))
                        .isEqualTo(view.state().isSettled());
                for (int attempt = 1; attempt <= view.state().attempt(); attempt++) {
                    assertThat(ledger.owners).as("no attempt without an owner").containsKey(key + "#" + attempt);
                }
                assertThat(ledger.owners)
                        .doesNotContainKey(key + "#" + (view.state().attempt() + 1));
                places.remove(ref);
            }
        }
        assertThat(places).as("events without a place").isEmpty();
    }
}
