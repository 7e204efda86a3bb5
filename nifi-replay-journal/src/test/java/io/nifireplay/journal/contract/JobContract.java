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
package io.nifireplay.journal.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.ProvenanceLink;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.LongRange;
import io.nifireplay.journal.Selector.TimeRange;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Admission.AcceptReason;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Replay jobs, from the plan to the end. */
public abstract class JobContract extends EventJournalContract {
    private static final Set<String> MISSED = Set.of("failed", "dead letter", "lost", "unknown, idempotent");

    protected JobContract(JournalEngine engine) {
        super(engine);
    }

    @Test
    void emitsOnlyWhatIsMissed() {
        oneEventOfEachKind();

        JobStatus job = open("job", Selector.ALL);

        assertThat(job.state()).isEqualTo(JobState.RUNNING);
        assertThat(job.number()).isEqualTo(1);
        assertThat(job.progress().total()).isEqualTo(MISSED.size());
        assertThat(keysOf(journal.emit(100))).containsExactlyInAnyOrderElementsOf(MISSED);
        assertThat(journal.emit(100)).isEmpty();
        assertThat(journal.job("job").orElseThrow().progress().emitted()).isEqualTo(MISSED.size());
    }

    @Test
    void emitsUnknownOutcomesOnlyWhenTold() {
        oneEventOfEachKind();

        journal.open(request("job", Selector.ALL, ReplayMode.MISSED_ONLY, true, Limits.NONE));
        List<Emission> emissions = journal.emit(100);

        assertThat(keysOf(emissions)).contains("unknown").hasSize(MISSED.size() + 1);
        Emission unknown = emissions.stream()
                .filter(emission -> emission.envelope().key().equals("unknown"))
                .findFirst()
                .orElseThrow();
        assertThat(accepted(arrive("f9", unknown)).attempt()).isEqualTo(2);
    }

    static Stream<Arguments> selectors() {
        Instant start = FakeTime.START;
        return Stream.of(
                Arguments.of("partition", Selector.ALL.withPartitions(Set.of("q")), Set.of("q failed", "q dead")),
                Arguments.of(
                        "positions",
                        Selector.ALL.withPositions(LongRange.of(2, 3)),
                        Set.of("p failed", "p dead", "q dead")),
                Arguments.of(
                        "sequences", Selector.ALL.withSequences(LongRange.of(103, 104)), Set.of("p dead", "q failed")),
                Arguments.of(
                        "admitted",
                        Selector.ALL.withAdmitted(TimeRange.of(start.plusSeconds(20), start.plusSeconds(40))),
                        Set.of("p dead", "q failed")),
                Arguments.of(
                        "time",
                        Selector.ALL.withTime(TimeRange.of(start.minusSeconds(98), start.minusSeconds(96))),
                        Set.of("p failed", "p dead")),
                Arguments.of("keys", Selector.ALL.withKeys(List.of("q dead", "p done", "nobody")), Set.of("q dead")),
                Arguments.of(
                        "statuses", Selector.ALL.withStatuses(Set.of(Status.DEAD_LETTER)), Set.of("p dead", "q dead")),
                Arguments.of(
                        "completed ones are not missed", Selector.ALL.withStatuses(Set.of(Status.COMPLETED)), Set.of()),
                Arguments.of(
                        "error type",
                        Selector.ALL.withErrorType(Pattern.compile("5..")),
                        Set.of("p failed", "q failed")),
                Arguments.of(
                        "attributes",
                        Selector.ALL.withAttributes(Map.of("shop", "s1")),
                        Set.of("p failed", "q failed")),
                Arguments.of(
                        "recovery point",
                        Selector.ALL.withSinceRecoveryPoint("point"),
                        Set.of("p failed", "p dead", "q failed", "q dead")),
                Arguments.of(
                        "all at once",
                        Selector.ALL
                                .withPartitions(Set.of("p", "q"))
                                .withStatuses(Set.of(Status.FAILED, Status.COMPLETED))
                                .withSinceRecoveryPoint("point")
                                .withAttributes(Map.of("shop", "s1"))
                                .withAdmitted(TimeRange.of(start, start.plusSeconds(20))),
                        Set.of("p failed")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("selectors")
    void missedOnlySelectsByEverySelector(String name, Selector selector, Set<String> expected) {
        RetryPolicy tomorrow = new RetryPolicy(3, Duration.ofDays(1), Duration.ofDays(1));
        complete(admitOne("p done", "p", 101, "s0", 0));
        journal.takeRecoveryPoint("point");
        fail(admitOne("p failed", "p", 102, "s1", 1), tomorrow);
        giveUp(admitOne("p dead", "p", 103, "s0", 2), new EventState.Failure("404", "Not Found"));
        fail(admitOne("q failed", "q", 104, "s1", 3), tomorrow);
        complete(admitOne("q done", "q", 105, "s0", 4));
        giveUp(admitOne("q dead", "q", 106, "s0", 5), new EventState.Failure("404", "Not Found"));

        Plan plan = journal.plan(request("job", selector));
        open("job", selector);

        assertThat(plan.emitted()).isEqualTo(expected.size());
        assertThat(keysOf(journal.emit(100))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aPlanCountsAndChangesNothing() {
        oneEventOfEachKind();
        admit(fresh("stranger", Envelope.of("failed", PARTITION), content("other")));
        List<EventState> before = states();
        long commits = journal.statistics().commits();

        Plan plan = journal.plan(request("dry", Selector.ALL, ReplayMode.DRY_RUN, false, Limits.NONE));

        assertThat(plan.selected()).isEqualTo(8);
        assertThat(plan.emitted()).isEqualTo(MISSED.size());
        assertThat(plan.inFlight()).isEqualTo(2);
        assertThat(plan.unknown()).isEqualTo(1);
        assertThat(plan.withoutContent()).isZero();
        assertThat(plan.conflicts()).isEqualTo(1);
        Map<Status, Long> byStatus = new EnumMap<>(Status.class);
        byStatus.put(Status.COMPLETED, 1L);
        byStatus.put(Status.FAILED, 1L);
        byStatus.put(Status.DEAD_LETTER, 1L);
        byStatus.put(Status.IN_FLIGHT, 2L);
        byStatus.put(Status.DELIVERING, 3L);
        assertThat(plan.byStatus()).isEqualTo(byStatus);
        assertThat(plan.byPartition()).isEqualTo(Map.of(PARTITION, 8L));
        assertThat(plan.oldestMillis()).isEqualTo(FakeTime.START.toEpochMilli());
        assertThat(plan.newestMillis()).isEqualTo(time.now().toEpochMilli());
        assertThat(states()).isEqualTo(before);
        assertThat(journal.jobs()).isEmpty();
        assertThat(journal.emit(100)).isEmpty();
        assertThat(journal.statistics().commits()).isEqualTo(commits);
    }

    @Test
    void thePlanOfNothingIsZero() {
        Plan plan = journal.plan(request("dry", Selector.ALL));

        assertThat(plan.selected()).isZero();
        assertThat(plan.emitted()).isZero();
        assertThat(plan.oldestMillis()).isZero();
    }

    @Test
    void theSetIsFrozenWhenTheJobIsOpened() {
        deadLetter("a");
        open("job", Selector.ALL);
        deadLetter("b");
        reopen();

        assertThat(keysOf(journal.emit(100))).containsExactly("a");
        assertThat(journal.job("job").orElseThrow().progress().total()).isEqualTo(1);
    }

    @Test
    void aReplayedEventIsAdmittedUnderItsJob() {
        Carried first = deadLetter("a");
        open("job", Selector.ALL);
        Emission emission = onlyEmission();

        assertThat(emission.job()).contains("job");
        assertThat(emission.event()).isEqualTo(first.event());
        Token token = tokenOf(emission);
        assertThat(token.kind()).isEqualTo(Token.Kind.JOB);
        assertThat(token.jobNumber()).isEqualTo(1);
        Admission.Accepted accepted = accepted(arrive("f2", emission));
        assertThat(accepted.job()).contains("job");
        assertThat(accepted.reason()).isEqualTo(AcceptReason.REPLAY);
        assertThat(accepted.attempt()).isEqualTo(2);
        assertThat(accepted.generation()).isEqualTo(1);
        EventState state = state("a");
        assertThat(state.status()).isEqualTo(Status.IN_FLIGHT);
        assertThat(state.owner()).isEqualTo("f2");
        assertThat(state.jobNumber()).isEqualTo(1);
        assertThat(state.failures())
                .as("a dead letter comes back with a new budget")
                .isZero();
    }

    @Test
    void admissionIsOncePerJobAndEvent() {
        deadLetter("a");
        open("job", Selector.ALL);
        Emission first = onlyEmission();
        time.pass(RE_EMIT_AFTER);
        Emission again = onlyEmission();
        Carried carried = acceptEmission("f2", first);

        assertThat(arrive("f3", again)).isNotInstanceOf(Admission.Accepted.class);
        deliver(carried);
        giveUp(carried);
        assertThat(arrive("f3", again)).as("settled under this job").isNotInstanceOf(Admission.Accepted.class);
        assertThat(state("a").status()).isEqualTo(Status.DEAD_LETTER);
        assertThat(state("a").attempt()).isEqualTo(2);
    }

    @Test
    void aReplayedFlowFileIsAdmittedAgainAfterACrash() {
        deadLetter("a");
        open("job", Selector.ALL);
        Emission emission = onlyEmission();
        Token token = tokenOf(emission);
        acceptEmission("f2", emission);
        reopen();

        Admission.Accepted again = accepted(admit(new Arrival.WithToken("f2", token, contentOf("a"))));

        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.job()).contains("job");
    }

    @Test
    void aReplayedFlowFileWithOtherContentIsRejected() {
        deadLetter("a");
        open("job", Selector.ALL);
        Emission emission = onlyEmission();

        assertThat(admit(new Arrival.WithToken("f2", tokenOf(emission), content("changed"))))
                .isInstanceOf(Admission.Rejected.class);
        assertThat(state("a").status()).isEqualTo(Status.DEAD_LETTER);
    }

    @Test
    void aJobEndsByTheJournalsWordAndNotByEmission() {
        deadLetter("a");
        deadLetter("b");
        failed("c");
        open("job", Selector.ALL);
        Map<String, Emission> emissions = emissionsByKey(100);
        assertThat(status("job").state()).isEqualTo(JobState.RUNNING);
        assertThat(status("job").progress().settled()).isZero();

        completeEmission("r1", emissions.get("a"));
        Carried b = acceptEmission("r2", emissions.get("b"));
        deliver(b);
        giveUp(b);
        assertThat(status("job").state()).isEqualTo(JobState.RUNNING);
        assertThat(status("job").progress().completed()).isEqualTo(1);
        assertThat(status("job").progress().deadLetter()).isEqualTo(1);
        time.pass(Duration.ofSeconds(10));
        completeEmission("r3", emissions.get("c"));

        JobStatus over = status("job");
        assertThat(over.state()).isEqualTo(JobState.FINISHED);
        assertThat(over.progress().completed()).isEqualTo(2);
        assertThat(over.progress().left()).isZero();
        assertThat(over.ratePerSecond()).isPositive();
        reopen();
        assertThat(journal.job("job").orElseThrow()).isEqualTo(over);
    }

    @Test
    void aFailedItemIsRetriedAndSettledInTheEnd() {
        deadLetter("a");
        open("job", Selector.ALL);
        Carried first = acceptEmission("f2", onlyEmission());
        deliver(first);
        fail(first, RETRY_IN_A_MINUTE);
        assertThat(status("job").progress().settled()).isZero();
        time.pass(Duration.ofMinutes(1));

        Emission retry = onlyEmission();
        Carried second = acceptEmission("f3", retry);
        deliver(second);
        complete(second);

        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().completed()).isEqualTo(1);
    }

    @Test
    void atMostOneReplayOfAnEventIsOutstanding() {
        failed("a");
        time.pass(Duration.ofMinutes(1));
        open("job", Selector.ALL);
        assertThat(journal.emit(100)).as("the due retry or the job, not both").hasSize(1);
        assertThat(journal.emit(100)).isEmpty();
    }

    @Test
    void anItemThatAnotherFlowFileCompletesIsSettledElsewhere() {
        failed("a");
        deadLetter("b");
        open("job", Selector.ALL);
        Carried other = accept("f2", "a");
        complete(other);
        Map<String, Emission> emissions = emissionsByKey(100);

        assertThat(emissions.keySet()).contains("b");
        if (emissions.containsKey("a")) {
            assertThat(arrive("f3", emissions.get("a"))).isInstanceOf(Admission.Duplicate.class);
        }
        completeEmission("f4", emissions.get("b"));
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().elsewhere()).isEqualTo(1);
        assertThat(status("job").progress().completed()).isEqualTo(1);
    }

    @Test
    void anItemWhoseOutcomeBecomesUnknownIsSettledAsThat() {
        deadLetter("a");
        open("job", Selector.ALL);
        Carried carried = acceptEmission("f2", onlyEmission());
        deliver(carried);
        letLeasesEnd();

        assertThat(journal.emit(100)).isEmpty();
        assertThat(status("job").progress().unknown()).isEqualTo(1);
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void aReplayedFlowFileThatIsLostIsEmittedAgainWhenItsLeaseHasEnded() {
        deadLetter("a");
        open("job", Selector.ALL);
        acceptEmission("f2", onlyEmission());
        time.pass(RE_EMIT_AFTER);
        assertThat(journal.emit(100)).as("a FlowFile has it").isEmpty();
        letLeasesEnd();

        Carried carried = acceptEmission("f3", onlyEmission());
        assertThat(carried.attempt()).isEqualTo(3);
        deliver(carried);
        complete(carried);
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void aLostEmissionIsHandedOutAgainAfterATime() {
        deadLetter("a");
        open("job", Selector.ALL);
        assertThat(journal.emit(100)).hasSize(1);
        time.pass(RE_EMIT_AFTER.minusMillis(1));
        assertThat(journal.emit(100)).isEmpty();
        time.pass(Duration.ofMillis(1));
        Emission again = onlyEmission();

        completeEmission("f2", again);
        JobStatus status = status("job");
        assertThat(status.state()).isEqualTo(JobState.FINISHED);
        assertThat(status.progress().emitted()).isEqualTo(2);
        assertThat(status.progress().completed()).isEqualTo(1);
    }

    @Test
    void survivesReopeningInTheMiddle() {
        for (int i = 0; i < 30; i++) {
            deadLetter("key " + i);
        }
        open("job", Selector.ALL);
        Set<String> done = new HashSet<>();
        for (int round = 0; status("job").state() == JobState.RUNNING; round++) {
            assertThat(round).isLessThan(50);
            for (Emission emission : journal.emit(4)) {
                completeEmission("r" + round + " " + emission.envelope().key(), emission);
                assertThat(done.add(emission.envelope().key())).isTrue();
            }
            journal.emit(2); // lost with the process
            reopen();
            time.pass(RE_EMIT_AFTER);
        }
        assertThat(done).hasSize(30);
        assertThat(status("job").progress().completed()).isEqualTo(30);
    }

    @Test
    void aJobThatFindsNothingIsFinished() {
        completed("a");
        open("job", Selector.ALL);

        assertThat(journal.emit(10)).isEmpty();
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().total()).isZero();
    }

    @Test
    void openingTwiceByTheSameRequestOpensOneJob() {
        deadLetter("a");
        JobStatus first = open("job", Selector.ALL);
        deadLetter("b");
        reopen();

        assertThat(open("job", Selector.ALL).number()).isEqualTo(first.number());
        assertThat(journal.jobs()).hasSize(1);
        assertThat(keysOf(journal.emit(10))).containsExactly("a");
    }

    @Test
    void anotherRequestUnderTheSameIdIsRefused() {
        deadLetter("a");
        open("job", Selector.ALL);

        assertThatThrownBy(() -> open("job", Selector.ALL.withKeys(List.of("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("job");
        assertThat(journal.jobs()).hasSize(1);
    }

    @Test
    void everyPartOfARequestSurvivesReopening() {
        journal.takeRecoveryPoint("point");
        Selector selector = new Selector(
                Set.of("p", "q"),
                LongRange.of(1, 5),
                new LongRange(OptionalLong.of(3), OptionalLong.empty()),
                TimeRange.of(time.now(), time.now().plusSeconds(5)),
                new TimeRange(Optional.empty(), Optional.of(time.now())),
                List.of("a", "b"),
                Set.of(Status.FAILED, Status.DEAD_LETTER),
                Optional.of(Pattern.compile("5\\d\\d", Pattern.CASE_INSENSITIVE)),
                Map.of("colour", "röt"),
                Optional.of("point"));
        ReplayRequest request = new ReplayRequest(
                "job.1_A-b",
                selector,
                ReplayMode.DRILL,
                true,
                new Limits(Optional.of(2.5), 7, Optional.of(time.now().plusSeconds(99)), Optional.of(0.25), true)
                        .withNewEvents(NewEvents.HOLD),
                "weil „es“ fehlte",
                "CN=operator");
        journal.open(request);
        reopen();

        ReplayRequest kept = journal.job("job.1_A-b").orElseThrow().request();
        assertThat(kept)
                .usingRecursiveComparison()
                .withComparatorForType(
                        Comparator.comparing(Pattern::pattern).thenComparing(Pattern::flags), Pattern.class)
                .isEqualTo(request);
        assertThat(journal.open(request).number()).isEqualTo(1);
    }

    @Test
    void jobsComeTheOldestFirst() {
        deadLetter("a");
        for (String id : List.of("z", "a", "m")) {
            open(id, Selector.ALL);
            time.pass(Duration.ofSeconds(1));
        }
        reopen();

        assertThat(journal.jobs()).extracting(job -> job.request().job()).containsExactly("z", "a", "m");
        assertThat(journal.jobs()).extracting(JobStatus::number).containsExactly(1L, 2L, 3L);
        assertThat(journal.job("nobody")).isEmpty();
    }

    @Test
    void twoJobsOnOneEventReplayItOnce() {
        deadLetter("a");
        open("one", Selector.ALL);
        open("two", Selector.ALL);
        List<Emission> emissions = journal.emit(100);
        assertThat(emissions).hasSize(1);

        completeEmission("f2", emissions.get(0));

        assertThat(journal.emit(100)).isEmpty();
        assertThat(status("one").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("two").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("one").progress().completed()
                        + status("two").progress().completed())
                .isEqualTo(1);
        assertThat(status("one").progress().elsewhere()
                        + status("two").progress().elsewhere())
                .isEqualTo(1);
    }

    @Test
    void aForcedJobIsRefusedUntilThereAreApprovals() {
        completed("a");

        assertThatThrownBy(() -> journal.open(request("job", Selector.ALL, ReplayMode.FORCED, false, Limits.NONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("approv");
        assertThat(journal.jobs()).isEmpty();
    }

    @Test
    void aDryRunIsNotOpened() {
        assertThatThrownBy(() -> journal.open(request("job", Selector.ALL, ReplayMode.DRY_RUN, false, Limits.NONE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(journal.jobs()).isEmpty();
    }

    @Test
    void aJobSinceAnUnknownRecoveryPointIsRefused() {
        assertThatThrownBy(() -> open("job", Selector.ALL.withSinceRecoveryPoint("nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> journal.plan(request("job", Selector.ALL.withSinceRecoveryPoint("nowhere"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
        assertThat(journal.jobs()).isEmpty();
    }

    @Test
    void aDrillEmitsCopiesThatOpenNoDoorAndIsSettledByEmission() {
        deadLetter("a");
        failed("b");
        List<EventState> before = states();
        journal.open(request("drill", Selector.ALL, ReplayMode.DRILL, false, Limits.NONE));

        List<Emission> emissions = journal.emit(100);

        assertThat(keysOf(emissions)).containsExactlyInAnyOrder("a", "b");
        assertThat(emissions).allMatch(Emission::isDrill);
        assertThat(emissions).allSatisfy(emission -> assertThat(emission.job()).contains("drill"));
        assertThat(states()).as("a drill changes no event").isEqualTo(before);
        assertThat(status("drill").state()).isEqualTo(JobState.FINISHED);
        time.pass(RE_EMIT_AFTER);
        assertThat(journal.emit(100).stream().filter(Emission::isDrill)).isEmpty();
    }

    @Test
    void flowFilesOfAPausedJobAreHeld() {
        deadLetter("a");
        deadLetter("b");
        open("job", Selector.ALL);
        Emission emission = journal.emit(1).get(0);

        JobStatus paused = journal.change("job", JobAction.PAUSE, new Cause("ann", "the operator: too fast"));
        reopen();

        assertThat(paused.state()).isEqualTo(JobState.PAUSED);
        assertThat(status("job").stateReason()).contains("too fast");
        assertThat(journal.emit(100)).isEmpty();
        assertThat(admit(new Arrival.WithToken(
                        "f2", tokenOf(emission), contentOf(emission.envelope().key()))))
                .isEqualTo(new Admission.Held("job"));
        journal.change("job", JobAction.RESUME, new Cause("ann", "the operator: go on"));
        assertThat(admit(new Arrival.WithToken(
                        "f2", tokenOf(emission), contentOf(emission.envelope().key()))))
                .isInstanceOf(Admission.Accepted.class);
        assertThat(journal.emit(100)).hasSize(1);
    }

    @Test
    void flowFilesOfAnAbortedJobAreRejected() {
        deadLetter("a");
        open("job", Selector.ALL);
        Emission emission = onlyEmission();
        journal.change("job", JobAction.ABORT, new Cause("ann", "a mistake"));

        assertThat(arrive("f2", emission)).isInstanceOf(Admission.Rejected.class);
        assertThat(state("a").status()).isEqualTo(Status.DEAD_LETTER);
        time.pass(RE_EMIT_AFTER);
        assertThat(journal.emit(100)).isEmpty();
        reopen();
        assertThat(status("job").state()).isEqualTo(JobState.ABORTED);
        assertThat(open("again", Selector.ALL).state()).isEqualTo(JobState.RUNNING);
        assertThat(journal.emit(100)).as("another job may").hasSize(1);
    }

    @Test
    void anotherJobNeedNotWaitForTheEmissionsOfAnAbortedOne() {
        deadLetter("a");
        open("job", Selector.ALL);
        Emission emission = onlyEmission();
        journal.change("job", JobAction.ABORT, new Cause("ann", "a mistake"));
        open("again", Selector.ALL);

        Emission again = onlyEmission();
        assertThat(arrive("f2", emission)).isInstanceOf(Admission.Rejected.class);
        assertThat(arrive("f3", again)).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void whatAnAbortedJobHasAdmittedMayFinish() {
        deadLetter("a");
        open("job", Selector.ALL);
        Carried carried = acceptEmission("f2", onlyEmission());
        journal.change("job", JobAction.ABORT, new Cause("ann", "a mistake"));

        deliver(carried);
        complete(carried);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
        assertThat(status("job").state()).isEqualTo(JobState.ABORTED);
    }

    @ParameterizedTest
    @EnumSource(JobAction.class)
    void anActionThatDoesNotFitIsRefused(JobAction action) {
        assertThatThrownBy(() -> journal.change("nobody", action, new Cause("ann", "why")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nobody");
        deadLetter("a");
        open("job", Selector.ALL);
        if (action == JobAction.RESUME) {
            assertThatThrownBy(() -> journal.change("job", action, new Cause("ann", "why")))
                    .isInstanceOf(IllegalArgumentException.class);
        } else {
            journal.change("job", action, new Cause("ann", "why"));
            assertThatThrownBy(() -> journal.change("job", action, new Cause("ann", "why")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        if (status("job").state() != JobState.ABORTED) {
            journal.change("job", JobAction.ABORT, new Cause("ann", "why"));
        }
        assertThatThrownBy(() -> journal.change("job", action, new Cause("ann", "over is over")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void strictOrderReleasesTheNextWhenTheOneBeforeIsSettled() {
        for (int i = 1; i <= 4; i++) {
            deadLetter("a" + i, "a");
            deadLetter("b" + i, "b");
        }
        journal.open(request("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, strict()));
        Map<String, Integer> next = new HashMap<>(Map.of("a", 1, "b", 1));
        for (int round = 0; round < 8 && status("job").state() == JobState.RUNNING; round++) {
            List<Emission> emissions = journal.emit(100);
            assertThat(emissions).as("one of each partition").hasSizeBetween(1, 2);
            assertThat(journal.emit(100)).isEmpty();
            for (Emission emission : emissions) {
                String partition = emission.event().partition();
                assertThat(emission.envelope().key()).isEqualTo(partition + next.get(partition));
                next.merge(partition, 1, Integer::sum);
                completeEmission("r " + emission.envelope().key(), emission);
            }
        }
        assertThat(next).isEqualTo(Map.of("a", 5, "b", 5));
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void strictOrderWaitsForARetry() {
        deadLetter("a1");
        deadLetter("a2");
        journal.open(request("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, strict()));
        Carried first = acceptEmission("r1", onlyEmission());
        deliver(first);
        fail(first, RETRY_IN_A_MINUTE);
        assertThat(keysOf(journal.emit(100))).doesNotContain("a2");
        time.pass(Duration.ofMinutes(1));
        Emission retry = onlyEmission();
        assertThat(retry.envelope().key()).isEqualTo("a1");
        completeEmission("r2", retry);

        assertThat(onlyEmission().envelope().key()).isEqualTo("a2");
    }

    @Test
    void noMoreAreOutstandingThanTheConcurrencyAllows() {
        for (int i = 0; i < 10; i++) {
            deadLetter("key " + i);
        }
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.empty(), 3, Optional.empty(), Optional.empty(), false)));

        List<Emission> three = journal.emit(100);
        assertThat(three).hasSize(3);
        assertThat(journal.emit(100)).isEmpty();
        Carried carried = acceptEmission("r1", three.get(0));
        deliver(carried);
        assertThat(journal.emit(100)).as("admitted is not settled").isEmpty();
        complete(carried);
        assertThat(journal.emit(100)).hasSize(1);
    }

    @Test
    void isNoFasterThanItsRateAndNotMuchSlower() {
        for (int i = 0; i < 300; i++) {
            accept("f" + i, "key " + i);
        }
        letLeasesEnd();
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.of(10.0), 1_000, Optional.empty(), Optional.empty(), false)));
        int emitted = 0;
        for (int tenths = 0; tenths <= 200; tenths++) {
            emitted += journal.emit(1_000).size();
            assertThat(emitted).as("after %d tenths of a second", tenths).isLessThanOrEqualTo(tenths + 10);
            time.pass(Duration.ofMillis(100));
        }
        assertThat(emitted).isGreaterThanOrEqualTo(190);
    }

    @Test
    void reachesItsRateWhenItIsAskedForEveryFifthOfASecond() {
        for (int i = 0; i < 600; i++) {
            accept("f" + i, "key " + i);
        }
        letLeasesEnd();
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.of(50.0), 1_000, Optional.empty(), Optional.empty(), false)));
        int emitted = 0;
        for (int fifths = 0; fifths < 50; fifths++) {
            time.pass(Duration.ofMillis(200));
            emitted += journal.emit(1_000).size();
        }
        assertThat(emitted).isBetween(480, 525);
    }

    @Test
    void aRateIsNotSavedUpWhileNobodyAsks() {
        for (int i = 0; i < 300; i++) {
            accept("f" + i, "key " + i);
        }
        letLeasesEnd();
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.of(10.0), 1_000, Optional.empty(), Optional.empty(), false)));
        journal.emit(1_000);
        time.pass(Duration.ofSeconds(20));

        assertThat(journal.emit(1_000)).as("a second's worth at most").hasSizeBetween(1, 10);
    }

    @Test
    void aRateBelowOnePerSecondEmitsInTheEnd() {
        deadLetter("a");
        deadLetter("b");
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.of(0.1), 10, Optional.empty(), Optional.empty(), false)));
        int emitted = 0;
        for (int second = 0; second <= 25; second++) {
            emitted += journal.emit(10).size();
            assertThat(emitted).isLessThanOrEqualTo(1 + second / 10);
            time.pass(Duration.ofSeconds(1));
        }
        assertThat(emitted).isEqualTo(2);
    }

    @Test
    void stopsAtItsEndTime() {
        deadLetter("a");
        deadLetter("b");
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.empty(), 1, Optional.of(time.now().plusSeconds(60)), Optional.empty(), false)));
        completeEmission("r1", onlyEmission());
        time.pass(Duration.ofSeconds(61));

        assertThat(journal.emit(100)).isEmpty();
        JobStatus status = status("job");
        assertThat(status.state()).isNotEqualTo(JobState.RUNNING);
        assertThat(status.stateReason()).isNotBlank();
        assertThat(status.progress().completed()).isEqualTo(1);
    }

    @Test
    void pausesWhenItsErrorBudgetIsUsedUp() {
        for (int i = 0; i < 60; i++) {
            deadLetter("key " + i);
        }
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.empty(), 1_000, Optional.empty(), Optional.of(0.25), false)));
        int settled = 0;
        while (settled < Limits.ERROR_BUDGET_SAMPLE - 1) {
            Carried carried = acceptEmission("r" + settled, journal.emit(1).get(0));
            deliver(carried);
            giveUp(carried);
            settled++;
        }
        assertThat(status("job").state()).as("too few to judge by").isEqualTo(JobState.RUNNING);
        Carried carried = acceptEmission("r last", journal.emit(1).get(0));
        deliver(carried);
        giveUp(carried);

        assertThat(journal.emit(100)).isEmpty();
        JobStatus paused = status("job");
        assertThat(paused.state()).isEqualTo(JobState.PAUSED);
        assertThat(paused.stateReason()).containsIgnoringCase("budget");
        assertThat(paused.progress().failedShare()).isEqualTo(1.0);
    }

    @Test
    void whatItsErrorBudgetHasPausedIsFinishedWhenNothingIsLeftToDo() {
        for (int i = 0; i <= Limits.ERROR_BUDGET_SAMPLE; i++) {
            deadLetter("key " + i);
        }
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.empty(), 1_000, Optional.empty(), Optional.of(0.25), false)));
        List<Emission> emissions = journal.emit(100);
        for (Emission emission : emissions.subList(1, emissions.size())) {
            Carried carried = acceptEmission("r " + emission.envelope().key(), emission);
            deliver(carried);
            giveUp(carried);
        }
        Carried last = acceptEmission("r last", emissions.getFirst());
        deliver(last);
        assertThat(journal.emit(100)).isEmpty();
        assertThat(status("job").state()).isEqualTo(JobState.PAUSED);

        complete(last);
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().deadLetter()).isEqualTo(Limits.ERROR_BUDGET_SAMPLE);
        assertThat(status("job").progress().completed()).isEqualTo(1);
    }

    @Test
    void goesOnWithinItsErrorBudget() {
        for (int i = 0; i < 40; i++) {
            deadLetter("key " + i);
        }
        journal.open(request(
                "job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                new Limits(Optional.empty(), 1_000, Optional.empty(), Optional.of(0.25), false)));
        for (int i = 0; i < 40; i++) {
            Carried carried = acceptEmission("r" + i, journal.emit(1).get(0));
            deliver(carried);
            if (i % 5 == 4) {
                giveUp(carried);
            } else {
                complete(carried);
            }
        }
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().failedShare()).isEqualTo(0.2);
    }

    @Test
    void anAcknowledgedDeadLetterIsNotMissed() {
        deadLetter("a");
        journal.acknowledge(Selector.ALL, new Cause("ann", "told by phone"));
        open("job", Selector.ALL);

        assertThat(journal.emit(100)).isEmpty();
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void emitsDueRetriesBeforeJobsAndNoMoreThanAsked() {
        deadLetter("job's");
        failed("retry");
        time.pass(Duration.ofMinutes(1));
        open("job", Selector.ALL.withKeys(List.of("job's")));

        assertThat(keysOf(journal.emit(1))).containsExactly("retry");
        assertThat(keysOf(journal.emit(1))).containsExactly("job's");
        assertThat(journal.emit(1)).isEmpty();
    }

    @Test
    void emitsALargeJobInTheOrderOfPositions() {
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            arrivals.add(fresh("f" + i, "key " + i));
        }
        journal.admit(arrivals);
        letLeasesEnd();
        assertThat(open("job", Selector.ALL).progress().total()).isEqualTo(5_000);
        List<Long> positions = new ArrayList<>();
        for (List<Emission> some = journal.emit(700); !some.isEmpty(); some = journal.emit(700)) {
            assertThat(some).hasSizeLessThanOrEqualTo(700);
            some.forEach(emission -> positions.add(emission.event().position()));
        }
        assertThat(positions).hasSize(5_000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void itemsWhoseLeaseRunsAreLeftOut() {
        accept("f1", "a");
        assertThat(journal.plan(request("dry", Selector.ALL)).inFlight()).isEqualTo(1);
        open("job", Selector.ALL);

        assertThat(journal.emit(100)).isEmpty();
        assertThat(status("job").progress().total()).isZero();
    }

    @Test
    void settledItemsOfASplitEventCountByTheEvent() {
        deadLetter("a");
        open("job", Selector.ALL);
        Carried carried = acceptEmission("f2", onlyEmission());
        for (int i = 0; i < 3; i++) {
            assertThat(status("job").state()).isEqualTo(JobState.RUNNING);
            complete(carried.as("s" + i), new Fragment(i, 3));
        }
        // The dead letter was claimed as a whole: its fragments begin anew with the next attempt.
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
    }

    private Carried admitOne(String key, String partition, long sequence, String shop, int step) {
        Envelope envelope = new Envelope(
                key,
                partition,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(FakeTime.START.minusSeconds(99 - step)),
                OptionalLong.of(sequence),
                Map.of("shop", shop),
                ProvenanceLink.NONE);
        Carried carried = accept(fresh("f " + key, envelope, contentOf(key)), key);
        time.pass(Duration.ofSeconds(10));
        return carried;
    }

    /** "lost" and "unknown" are those whose FlowFile is gone; "in flight" and "delivering" those that have one. */
    private void oneEventOfEachKind() {
        accept("f lost", "lost");
        deliver(accept("f unknown", "unknown"));
        claim(accept("f idempotent", "unknown, idempotent"), EFFECT, Fragment.WHOLE, true);
        letLeasesEnd();
        completed("completed");
        Carried failed = accept("f failed", "failed");
        fail(failed, new RetryPolicy(3, Duration.ofDays(1), Duration.ofDays(1)));
        deadLetter("dead letter");
        accept("f in flight", "in flight");
        deliver(accept("f delivering", "delivering"));
    }

    private List<EventState> states() {
        List<EventState> states = new ArrayList<>();
        journal.scan(Selector.ALL, view -> states.add(view.state()));
        return states;
    }

    private JobStatus open(String id, Selector selector) {
        return journal.open(request(id, selector));
    }

    private static ReplayRequest request(String id, Selector selector) {
        return request(id, selector, ReplayMode.MISSED_ONLY, false, Limits.NONE);
    }

    private static ReplayRequest request(
            String id, Selector selector, ReplayMode mode, boolean includeUnknown, Limits limits) {
        return new ReplayRequest(id, selector, mode, includeUnknown, limits, "a test", "a tester");
    }

    private static Limits strict() {
        return new Limits(Optional.empty(), 1_000, Optional.empty(), Optional.empty(), true);
    }

    private JobStatus status(String id) {
        return journal.job(id).orElseThrow();
    }

    private Emission onlyEmission() {
        List<Emission> emissions = journal.emit(100);
        assertThat(emissions).hasSize(1);
        return emissions.get(0);
    }

    private Map<String, Emission> emissionsByKey(int max) {
        Map<String, Emission> emissions = new HashMap<>();
        journal.emit(max).forEach(emission -> emissions.put(emission.envelope().key(), emission));
        return emissions;
    }

    private void completeEmission(String flowFile, Emission emission) {
        Carried carried = acceptEmission(flowFile, emission);
        deliver(carried);
        complete(carried);
    }

    private static List<String> keysOf(List<Emission> emissions) {
        return emissions.stream().map(emission -> emission.envelope().key()).toList();
    }
}
