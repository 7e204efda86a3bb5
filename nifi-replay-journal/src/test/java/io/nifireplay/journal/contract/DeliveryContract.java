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

import io.nifireplay.journal.EffectState;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Admission.AcceptReason;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From the claim before a side effect to its outcome, and the retry after a failure. */
public abstract class DeliveryContract extends EventJournalContract {
    protected DeliveryContract(JournalEngine engine) {
        super(engine);
    }

    @Test
    void anAdmittedFlowFileMayDeliverAndComplete() {
        Carried carried = accept("f1", "a");

        assertThat(claim(carried)).isEqualTo(new ClaimResult.Deliver("a"));
        assertThat(state("a").status()).isEqualTo(Status.DELIVERING);
        assertRecorded(complete(carried), carried.event(), Status.COMPLETED, Optional.empty());
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
        assertThat(state("a").withoutClaim()).isFalse();
    }

    @Test
    void theSameFlowFileMayRepeatItsClaimAndAnyOtherIsSuperseded() {
        Carried carried = accept("f1", "a");
        deliver(carried);
        reopen();

        assertThat(claim(carried)).isEqualTo(new ClaimResult.Deliver("a"));
        assertThat(claim(carried.as("clone")))
                .isInstanceOfSatisfying(
                        ClaimResult.Superseded.class,
                        answer -> assertThat(answer.reason()).isNotBlank());
        assertThat(claim(carried)).isEqualTo(new ClaimResult.Deliver("a"));
    }

    @Test
    void theTokenAndNotTheUuidIdentifiesTheEventAfterAdmission() {
        Carried moved = accept("f1", "a").as("the FlowFile on the other node");

        deliver(moved);
        assertThat(complete(moved)).isInstanceOf(OutcomeResult.Recorded.class);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void onlyOneOfManyClonesInOneBatchDelivers() {
        Carried carried = accept("f1", "a");

        List<ClaimResult> answers = journal.claim(List.of(
                new Claim(carried.token(), "c1", EFFECT, Fragment.WHOLE, true, Optional.empty()),
                new Claim(carried.token(), "c2", EFFECT, Fragment.WHOLE, true, Optional.empty()),
                new Claim(carried.token(), "c1", EFFECT, Fragment.WHOLE, true, Optional.empty())));

        assertThat(answers.get(0)).isInstanceOf(ClaimResult.Deliver.class);
        assertThat(answers.get(1)).isInstanceOf(ClaimResult.Superseded.class);
        assertThat(answers.get(2)).isInstanceOf(ClaimResult.Deliver.class);
    }

    @Test
    void aCompletedEventIsTurnedAwayAtTheGuard() {
        Carried carried = completed("a");
        reopen();

        assertThat(claim(carried)).isInstanceOf(ClaimResult.AlreadyCompleted.class);
        assertThat(claim(carried.as("replayed from the provenance page")))
                .isInstanceOf(ClaimResult.AlreadyCompleted.class);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void anOlderAttemptMayNeitherClaimNorRecord() {
        Carried first = accept("f1", "a");
        deliver(first);
        fail(first, RETRY_IN_A_MINUTE);
        Carried second = accept("f2", "a");

        assertThat(claim(first)).isInstanceOf(ClaimResult.Superseded.class);
        assertThat(complete(first)).isInstanceOf(OutcomeResult.Superseded.class);
        assertThat(fail(first, RetryPolicy.NEVER)).isInstanceOf(OutcomeResult.Superseded.class);
        assertThat(giveUp(first)).isInstanceOf(OutcomeResult.Superseded.class);
        EventState state = state("a");
        assertThat(state.status()).isEqualTo(Status.IN_FLIGHT);
        assertThat(state.attempt()).isEqualTo(2);
        assertThat(state.failures()).isEqualTo(1);
        assertThat(state.lateOutcomes()).as("recorded, changes nothing").isEqualTo(3);
        assertThat(journal.statistics().lateOutcomes()).isEqualTo(3);

        deliver(second);
        assertThat(complete(first)).isInstanceOf(OutcomeResult.Superseded.class);
        assertThat(complete(second)).isInstanceOf(OutcomeResult.Recorded.class);
    }

    @Test
    void aClaimAfterATakeoverIsSuperseded() {
        Carried slow = accept("f1", "a");
        letLeasesEnd();
        Carried quick = accept("f2", "a");

        assertThat(claim(slow)).isInstanceOf(ClaimResult.Superseded.class);
        deliver(quick);
        assertThat(claim(slow)).isInstanceOf(ClaimResult.Superseded.class);
    }

    @Test
    void aCarriedKeyIsTheJournalsOrTheJournalsIsGiven() {
        Carried carried = accept("f1", "a");

        for (String key : List.of("a", "b", "")) {
            Claim claim =
                    new Claim(carried.token(), carried.flowFile(), EFFECT, Fragment.WHOLE, false, Optional.of(key));
            assertThat(journal.claim(List.of(claim))).containsExactly(new ClaimResult.Deliver("a"));
        }
    }

    @Test
    void aSlowFlowFileThatNobodyReplacedMayStillDeliver() {
        Carried slow = accept("f1", "a");
        letLeasesEnd();

        deliver(slow);
        assertThat(send("f2", "a")).as("its lease begins with the claim").isInstanceOf(Admission.InFlight.class);
        letLeasesEnd();
        assertThat(complete(slow)).as("an unknown outcome becomes known").isInstanceOf(OutcomeResult.Recorded.class);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void tokensThatAreNoAdmissionOpenNoDoor() {
        Carried carried = accept("f1", "a");
        for (Token.Kind kind : List.of(Token.Kind.JOB, Token.Kind.RETRY)) {
            Carried emitted = new Carried("f1", "a", carried.event(), new Token(kind, carried.event(), 1, 1, 0));
            assertThat(claim(emitted)).isInstanceOf(ClaimResult.Rejected.class);
            assertThat(complete(emitted)).isInstanceOf(OutcomeResult.Rejected.class);
            assertThat(giveUp(emitted)).isInstanceOf(OutcomeResult.Rejected.class);
        }
        assertThat(state("a").status()).isEqualTo(Status.IN_FLIGHT);
    }

    @Test
    void tokensOfEventsAndAttemptsThatAreNotThereAreRejected() {
        Carried carried = accept("f1", "a");
        for (Token token : List.of(
                new Token(Token.Kind.ADMISSION, new EventRef(PARTITION, 2), 1, 1, 0),
                new Token(Token.Kind.ADMISSION, new EventRef("nowhere", 1), 1, 1, 0),
                new Token(Token.Kind.ADMISSION, carried.event(), 1, 2, 0),
                new Token(Token.Kind.ADMISSION, carried.event(), 2, 1, 0))) {
            Carried wrong = new Carried("f1", "a", token.event(), token);
            assertThat(claim(wrong)).as("%s", token).isInstanceOf(ClaimResult.Rejected.class);
            assertThat(complete(wrong)).as("%s", token).isInstanceOf(OutcomeResult.Rejected.class);
        }
        assertThat(state("a").status()).isEqualTo(Status.IN_FLIGHT);
    }

    @Test
    void anEffectThatTheEventDoesNotRequireIsRejected() {
        Carried carried = accept("f1", "a");

        assertThat(claim(carried, "another", Fragment.WHOLE, false))
                .isInstanceOfSatisfying(
                        ClaimResult.Rejected.class,
                        answer -> assertThat(answer.reason()).contains("another", EFFECT));
        assertThat(complete(carried, "another")).isInstanceOf(OutcomeResult.Rejected.class);
    }

    @Test
    void aGoodClaimInABatchIsNotHurtByABadOne() {
        Carried a = accept("f1", "a");
        Carried b = accept("f2", "b");

        List<ClaimResult> answers = journal.claim(List.of(
                new Claim(a.token(), "f1", "another", Fragment.WHOLE, false, Optional.empty()),
                new Claim(b.token(), "f2", EFFECT, Fragment.WHOLE, false, Optional.empty())));

        assertThat(answers.get(0)).isInstanceOf(ClaimResult.Rejected.class);
        assertThat(answers.get(1)).isEqualTo(new ClaimResult.Deliver("b"));
    }

    @Test
    void inFlightWhileItDelivers() {
        deliver(accept("f1", "a"));

        assertThat(send("f2", "a")).isInstanceOf(Admission.InFlight.class);
        assertThat(send("f1", "a")).as("even its owner: the effect may be done").isInstanceOf(Admission.InFlight.class);
    }

    @Test
    void anUnknownOutcomeIsNotRepeated() {
        deliver(accept("f1", "a"));
        letLeasesEnd();

        for (String flowFile : List.of("f2", "f1")) {
            assertThat(send(flowFile, "a"))
                    .isInstanceOfSatisfying(
                            Admission.InFlight.class,
                            answer -> assertThat(answer.reason()).containsIgnoringCase("unknown"));
        }
        assertThat(state("a").status()).isEqualTo(Status.DELIVERING);
    }

    @Test
    void anUnknownOutcomeIsRepeatedWhereTheDownstreamIsDeclaredIdempotent() {
        Carried first = accept("f1", "a");
        claim(first, EFFECT, Fragment.WHOLE, true);
        assertThat(send("f2", "a")).isInstanceOf(Admission.InFlight.class);
        letLeasesEnd();

        Admission.Accepted again = accepted(send("f2", "a"));

        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.reason()).isEqualTo(AcceptReason.TAKEOVER);
        assertThat(state("a").failures()).isZero();
        assertThat(complete(first)).isInstanceOf(OutcomeResult.Superseded.class);
        Carried second = carried("f2", "a", again);
        deliver(second);
        assertThat(complete(second)).isInstanceOf(OutcomeResult.Recorded.class);
    }

    @Test
    void aFlowWithoutAGuardCompletesAndThatIsNoted() {
        Carried carried = accept("f1", "a");

        assertThat(complete(carried)).isInstanceOf(OutcomeResult.Recorded.class);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
        assertThat(state("a").withoutClaim()).isTrue();
    }

    @Test
    void isCompleteWhenAllRequiredEffectsAre() {
        Carried carried = acceptWithEffects("f1", "a", "mail", "row");
        claim(carried, "mail", Fragment.WHOLE, false);
        assertThat(claim(carried.as("clone"), "row", Fragment.WHOLE, false)).isInstanceOf(ClaimResult.Deliver.class);

        assertThat(complete(carried, "mail"))
                .isInstanceOfSatisfying(
                        OutcomeResult.Recorded.class,
                        answer -> assertThat(answer.status()).isEqualTo(Status.DELIVERING));
        reopen();
        assertThat(state("a").effect("mail").orElseThrow().isCompleted()).isTrue();
        assertThat(state("a").effect("row").orElseThrow().isCompleted()).isFalse();
        assertThat(complete(carried.as("clone"), "row"))
                .isInstanceOfSatisfying(
                        OutcomeResult.Recorded.class,
                        answer -> assertThat(answer.status()).isEqualTo(Status.COMPLETED));
    }

    @Test
    void aRetryRepeatsOnlyTheEffectThatFailed() {
        Carried first = acceptWithEffects("f1", "a", "mail", "row");
        claim(first, "mail", Fragment.WHOLE, false);
        claim(first, "row", Fragment.WHOLE, false);
        complete(first, "mail");
        fail(first, "row", Fragment.WHOLE, FAILURE, RETRY_IN_A_MINUTE);
        assertThat(state("a").status()).isEqualTo(Status.FAILED);
        Carried second = accept("f2", "a");

        assertThat(claim(second, "mail", Fragment.WHOLE, false)).isInstanceOf(ClaimResult.AlreadyCompleted.class);
        assertThat(claim(second, "row", Fragment.WHOLE, false)).isInstanceOf(ClaimResult.Deliver.class);
        complete(second, "row");
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void whatIsGivenUpIsADeadLetterOnceNoEffectIsOnItsWay() {
        Carried carried = acceptWithEffects("f1", "a", "mail", "row");
        claim(carried, "mail", Fragment.WHOLE, false);
        claim(carried, "row", Fragment.WHOLE, false);

        assertThat(record(new Outcome.GivenUp(carried.token(), "f1", "row", Fragment.WHOLE, FAILURE)))
                .isInstanceOfSatisfying(
                        OutcomeResult.Recorded.class,
                        answer -> assertThat(answer.status())
                                .as("what it becomes")
                                .isEqualTo(Status.DEAD_LETTER));
        assertThat(state("a").status()).as("the mail may be on its way").isEqualTo(Status.DELIVERING);
        reopen();
        assertThat(state("a").isGivenUp()).isTrue();
        assertThat(send("f2", "a")).isInstanceOf(Admission.InFlight.class);
        complete(carried, "mail");

        assertThat(state("a").status()).isEqualTo(Status.DEAD_LETTER);
        assertThat(state("a").retryDue()).isZero();
        assertThat(send("f2", "a")).isInstanceOf(Admission.DeadLetter.class);
    }

    @Test
    void aClaimOfWhatIsGivenUpThatGetsNoOutcomeIsUnknown() {
        Carried carried = acceptWithEffects("f1", "a", "mail", "row");
        claim(carried, "mail", Fragment.WHOLE, false);
        record(new Outcome.GivenUp(carried.token(), "f1", "row", Fragment.WHOLE, FAILURE));
        letLeasesEnd();

        assertThat(send("f2", "a")).isInstanceOf(Admission.InFlight.class);
        journal.open(new ReplayRequest(
                "job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "the mail may have gone", "ann"));
        assertThat(journal.emit(10)).as("a replay could send the mail twice").isEmpty();
        assertThat(state("a").status()).isEqualTo(Status.DELIVERING);
    }

    @Test
    void aFailureOfWhatIsGivenUpIsNotTriedAgain() {
        Carried carried = acceptWithEffects("f1", "a", "mail", "row");
        claim(carried, "mail", Fragment.WHOLE, true);
        claim(carried, "row", Fragment.WHOLE, true);
        record(new Outcome.GivenUp(carried.token(), "f1", "row", Fragment.WHOLE, FAILURE));
        fail(carried, "mail", Fragment.WHOLE, FAILURE, RETRY_IN_A_MINUTE);

        assertThat(state("a").status()).isEqualTo(Status.DEAD_LETTER);
        assertThat(state("a").retryDue()).isZero();
    }

    @Test
    void aFailureWaitsForTheOtherEffectsOutcome() {
        Carried carried = acceptWithEffects("f1", "a", "mail", "row");
        claim(carried, "mail", Fragment.WHOLE, false);
        claim(carried, "row", Fragment.WHOLE, false);
        fail(carried, "row", Fragment.WHOLE, FAILURE, new RetryPolicy(3, Duration.ZERO, Duration.ZERO));

        assertThat(state("a").status()).isEqualTo(Status.DELIVERING);
        assertThat(journal.emit(10)).as("the mail may be on its way").isEmpty();
        assertThat(send("f2", "a")).isInstanceOf(Admission.InFlight.class);
        complete(carried, "mail");
        assertThat(state("a").status()).isEqualTo(Status.FAILED);
        time.pass(RE_EMIT_AFTER);
        assertThat(journal.emit(10)).hasSize(1);
    }

    @Test
    void aSplitEventIsCompleteWhenAllFragmentsAreInAnyOrder() {
        Carried carried = accept("f1", "a");
        for (int index : new int[] {3, 0, 2, 1}) {
            deliver(carried.as("split " + index), new Fragment(index, 4));
        }
        reopen();
        for (int index : new int[] {1, 3, 0}) {
            assertThat(complete(carried.as("split " + index), new Fragment(index, 4)))
                    .isInstanceOfSatisfying(
                            OutcomeResult.Recorded.class,
                            answer -> assertThat(answer.status()).isEqualTo(Status.DELIVERING));
        }
        assertThat(complete(carried.as("split 2"), new Fragment(2, 4)))
                .isInstanceOfSatisfying(
                        OutcomeResult.Recorded.class,
                        answer -> assertThat(answer.status()).isEqualTo(Status.COMPLETED));
    }

    @Test
    void aFragmentThatComesTwiceDoesNotCountTwice() {
        Carried carried = accept("f1", "a");
        Fragment first = new Fragment(0, 2);
        deliver(carried.as("s0"), first);
        assertThat(claim(carried.as("clone"), EFFECT, first, false)).isInstanceOf(ClaimResult.Superseded.class);
        complete(carried.as("s0"), first);

        complete(carried.as("s0"), first);
        complete(carried.as("clone"), first);

        assertThat(claim(carried.as("clone"), EFFECT, first, false)).isInstanceOf(ClaimResult.AlreadyCompleted.class);
        assertThat(state("a").status()).as("fragment 1 is missing").isNotEqualTo(Status.COMPLETED);
        complete(carried.as("s1"), new Fragment(1, 2));
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void anEventWithAMissingFragmentIsNotComplete() {
        Carried carried = accept("f1", "a");
        complete(carried.as("s1"), new Fragment(1, 3));
        complete(carried.as("s3"), new Fragment(3, 3));

        assertThat(state("a").isSettled()).isFalse();
        letLeasesEnd();
        assertThat(send("f2", "a")).as("and is missed when its lease has ended").isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void aFragmentOfAnotherCountIsRejected() {
        Carried carried = accept("f1", "a");
        deliver(carried, new Fragment(0, 2));

        assertThat(claim(carried, EFFECT, new Fragment(1, 3), false)).isInstanceOf(ClaimResult.Rejected.class);
        assertThat(claim(carried, EFFECT, Fragment.WHOLE, false)).isInstanceOf(ClaimResult.Rejected.class);
        assertThat(complete(carried, new Fragment(1, 3))).isInstanceOf(OutcomeResult.Rejected.class);
        assertThat(complete(carried, Fragment.WHOLE)).isInstanceOf(OutcomeResult.Rejected.class);
        complete(carried, new Fragment(0, 2));
        complete(carried, new Fragment(1, 2));
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void partsOfASecondSplitAreRejected() {
        Carried carried = accept("f1", "a");
        deliver(carried.as("s0"), new Fragment(0, 2, "lines"));
        complete(carried.as("s0"), new Fragment(0, 2, "lines"));
        reopen();

        // The first line, split into two words.
        Fragment word = new Fragment(1, 2, "words of line 0");
        assertThat(claim(carried.as("w1"), EFFECT, word, false)).isInstanceOf(ClaimResult.Rejected.class);
        assertThat(complete(carried.as("w1"), word)).isInstanceOf(OutcomeResult.Rejected.class);
        assertThat(state("a").status()).isNotEqualTo(Status.COMPLETED);
        complete(carried.as("s1"), new Fragment(1, 2, "lines"));
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void aRetryMayBeSplitAnew() {
        Carried first = accept("f1", "a");
        deliver(first.as("s0"), new Fragment(0, 2, "lines"));
        fail(first.as("s0"), EFFECT, new Fragment(0, 2, "lines"), FAILURE, RETRY_IN_A_MINUTE);

        // The flow was wrong, and is corrected.
        Carried second = accept("f2", "a");
        for (int index = 0; index < 3; index++) {
            Fragment part = new Fragment(index, 3, "lines again");
            deliver(second.as("t" + index), part);
            complete(second.as("t" + index), part);
        }
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void aRetryKeepsTheFragmentsThatAreDone() {
        Carried first = accept("f1", "a");
        for (int index = 0; index < 3; index++) {
            deliver(first.as("s" + index), new Fragment(index, 3));
        }
        complete(first.as("s0"), new Fragment(0, 3));
        fail(first.as("s1"), EFFECT, new Fragment(1, 3), FAILURE, RETRY_IN_A_MINUTE);
        fail(first.as("s2"), EFFECT, new Fragment(2, 3), FAILURE, RETRY_IN_A_MINUTE);
        assertThat(state("a").failures()).as("one attempt failed, not two").isEqualTo(1);
        assertThat(state("a").status()).isEqualTo(Status.FAILED);
        reopen();

        Carried second = accept("f2", "a");
        assertThat(claim(second.as("t0"), EFFECT, new Fragment(0, 3), false))
                .isInstanceOf(ClaimResult.AlreadyCompleted.class);
        deliver(second.as("t1"), new Fragment(1, 3));
        deliver(second.as("t2"), new Fragment(2, 3));
        complete(second.as("t1"), new Fragment(1, 3));
        assertThat(state("a").status()).isEqualTo(Status.DELIVERING);
        complete(second.as("t2"), new Fragment(2, 3));
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void thousandsOfFragmentsOfOneEventCountOnceEach() {
        Carried carried = accept("f1", "a");
        int count = 2_000;
        List<Claim> claims = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            claims.add(new Claim(carried.token(), "s" + i, EFFECT, new Fragment(i, count), false, Optional.empty()));
            outcomes.add(
                    new Outcome.Completed(carried.token(), "s" + i, EFFECT, new Fragment(i, count), Optional.empty()));
        }
        assertThat(journal.claim(claims)).allMatch(answer -> answer instanceof ClaimResult.Deliver);

        List<OutcomeResult> answers = journal.record(outcomes);

        assertThat(answers).allMatch(answer -> answer instanceof OutcomeResult.Recorded);
        assertThat(((OutcomeResult.Recorded) answers.get(count - 2)).status()).isEqualTo(Status.DELIVERING);
        assertThat(((OutcomeResult.Recorded) answers.get(count - 1)).status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void theFirstCompletionWins() {
        Carried carried = accept("f1", "a");
        deliver(carried);
        complete(carried, result("first"));

        assertThat(complete(carried.as("clone"), result("second"))).isInstanceOf(OutcomeResult.Superseded.class);
        assertThat(fail(carried.as("clone"), RETRY_IN_A_MINUTE)).isInstanceOf(OutcomeResult.Superseded.class);
        assertThat(giveUp(carried)).isInstanceOf(OutcomeResult.Superseded.class);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
        assertThat(state("a").failures()).isZero();
        assertThat(storedResult("f2", "a")).contains("first");
    }

    @Test
    void aRepeatedOutcomeOfTheSameFlowFileIsTheSame() {
        Carried carried = accept("f1", "a");
        deliver(carried);
        OutcomeResult first = complete(carried);
        reopen();
        assertThat(complete(carried))
                .as("after a crash between journal and session")
                .isEqualTo(first);
        assertThat(state("a").lateOutcomes()).isZero();

        Carried other = accept("f2", "b");
        deliver(other);
        OutcomeResult failure = fail(other, RETRY_IN_A_MINUTE);
        assertThat(fail(other, RETRY_IN_A_MINUTE)).isEqualTo(failure);
        assertThat(state("b").failures()).isEqualTo(1);
    }

    @Test
    void aResultMayBeAddedLaterOnceByTheSameAttempt() {
        Carried carried = accept("f1", "a");
        deliver(carried);
        complete(carried);
        assertThat(storedResult("f2", "a")).isEmpty();

        assertThat(complete(carried, result("late"))).isInstanceOf(OutcomeResult.Recorded.class);
        assertThat(storedResult("f3", "a")).contains("late");
        complete(carried, result("later"));
        complete(carried.as("clone"), result("latest"));
        assertThat(storedResult("f4", "a")).as("once").contains("late");
        assertThat(state("a").hasResult()).isTrue();
    }

    @Test
    void aResultOfAnOlderAttemptIsNotAdded() {
        Carried first = failed("a");
        Carried second = accept("f2", "a");
        complete(second);

        assertThat(complete(first, result("old"))).isInstanceOf(OutcomeResult.Superseded.class);
        assertThat(storedResult("f3", "a")).isEmpty();
    }

    @Test
    void aResultWithinTheLimitIsKeptWhole() {
        byte[] bytes = new byte[JournalSettings.MAX_RESULT_BYTES];
        bytes[bytes.length - 1] = 7;
        Carried carried = accept("f1", "a");
        complete(carried, new StoredResult(Map.of(), bytes));

        Admission.Duplicate duplicate = (Admission.Duplicate) send("f2", "a");
        assertThat(duplicate.result().orElseThrow().content()).isEqualTo(bytes);
    }

    @Test
    void aResultAboveTheLimitDoesNotStandInTheWayOfTheCompletion() {
        Carried carried = accept("f1", "a");

        assertThat(complete(carried, new StoredResult(Map.of(), new byte[JournalSettings.MAX_RESULT_BYTES + 1])))
                .isInstanceOf(OutcomeResult.Recorded.class);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
        Admission.Duplicate duplicate = (Admission.Duplicate) send("f2", "a");
        assertThat(duplicate.result().map(result -> result.content().length).orElse(0))
                .isLessThanOrEqualTo(JournalSettings.MAX_RESULT_BYTES);
    }

    @Test
    void aFailureIsScheduledWithFullJitterWithinTheBackOff() {
        RetryPolicy policy = new RetryPolicy(100, Duration.ofSeconds(10), Duration.ofSeconds(60));
        Set<Long> delays = new HashSet<>();
        long longest = 0;
        for (int i = 0; i < 50; i++) {
            Carried carried = accept("f" + i, "key " + i);
            deliver(carried);
            long delay = delay(fail(carried, policy));
            assertThat(delay).isBetween(0L, 10_000L);
            delays.add(delay);
            longest = Math.max(longest, delay);
        }
        assertThat(delays).as("jitter").hasSizeGreaterThan(25);
        assertThat(longest).as("the whole back-off is used").isGreaterThan(5_000);
    }

    @Test
    void theBackOffDoublesUpToItsBound() {
        RetryPolicy policy = new RetryPolicy(100, Duration.ofSeconds(10), Duration.ofSeconds(60));
        long[] longest = new long[8];
        for (int event = 0; event < 60; event++) {
            for (int failures = 1; failures < longest.length; failures++) {
                Carried carried = accept("f" + event + "." + failures, "key " + event);
                deliver(carried);
                longest[failures] = Math.max(longest[failures], delay(fail(carried, policy)));
            }
        }
        assertThat(longest[1]).isBetween(5_000L, 10_000L);
        assertThat(longest[2]).isBetween(10_000L, 20_000L);
        assertThat(longest[3]).isBetween(20_000L, 40_000L);
        assertThat(longest[4]).isBetween(40_000L, 60_000L);
        assertThat(longest[7]).isBetween(40_000L, 60_000L);
    }

    @Test
    void aRetryIsEmittedWhenItIsDueAndAdmittedAsTheNextAttempt() {
        Carried first = accept("f1", "a");
        deliver(first);
        Instant due = ((OutcomeResult.Recorded) fail(first, RETRY_IN_A_MINUTE))
                .retryDue()
                .orElseThrow();
        assertThat(state("a").retryDue()).isEqualTo(due.toEpochMilli());
        assertThat(state("a").error()).contains(FAILURE);
        if (due.isAfter(time.now())) {
            assertThat(journal.emit(10)).isEmpty();
        }
        reopen();
        time.pass(Duration.ofMinutes(1));

        Emission emission = onlyEmission();

        assertThat(emission.event()).isEqualTo(first.event());
        assertThat(emission.job()).isEmpty();
        assertThat(emission.isDrill()).isFalse();
        assertThat(emission.envelope()).isEqualTo(view("a").envelope());
        assertThat(tokenOf(emission).kind()).isEqualTo(Token.Kind.RETRY);
        Admission.Accepted accepted = accepted(arrive("f2", emission));
        assertThat(accepted.attempt()).isEqualTo(2);
        assertThat(accepted.reason()).isEqualTo(AcceptReason.RETRY);
        Carried second = carried("f2", "a", accepted);
        deliver(second);
        complete(second);
        assertThat(state("a").error()).as("nothing is wrong any more").isEmpty();
        time.pass(Duration.ofHours(1));
        assertThat(journal.emit(10)).isEmpty();
    }

    @Test
    void emittingARetryTwiceIsHarmless() {
        failed("a");
        time.pass(Duration.ofMinutes(1));
        Emission first = onlyEmission();
        time.pass(RE_EMIT_AFTER);
        Emission again = onlyEmission();

        Carried carried = acceptEmission("f2", first);
        assertThat(arrive("f3", again)).isNotInstanceOf(Admission.Accepted.class);
        deliver(carried);
        assertThat(arrive("f3", again)).isNotInstanceOf(Admission.Accepted.class);
        complete(carried);
        assertThat(arrive("f3", again)).isInstanceOf(Admission.Duplicate.class);
        assertThat(state("a").attempt()).isEqualTo(2);
    }

    @Test
    void aRetrysFlowFileIsAdmittedAgainAfterACrash() {
        failed("a");
        time.pass(Duration.ofMinutes(1));
        Emission emission = onlyEmission();
        Carried carried = acceptEmission("f2", emission);
        reopen();

        Admission.Accepted again = accepted(admit(new Arrival.WithToken("f2", tokenOf(emission), contentOf("a"))));

        assertThat(again.attempt()).isEqualTo(carried.attempt());
    }

    @Test
    void aRetryIsHandedOutOnceUntilItIsLost() {
        failed("a");
        time.pass(Duration.ofMinutes(1));
        assertThat(journal.emit(10)).hasSize(1);
        assertThat(journal.emit(10)).isEmpty();
        time.pass(RE_EMIT_AFTER.minusMillis(1));
        assertThat(journal.emit(10)).isEmpty();
        time.pass(Duration.ofMillis(1));
        assertThat(journal.emit(10)).hasSize(1);
    }

    @Test
    void aRetryWithOtherContentIsRejected() {
        failed("a");
        time.pass(Duration.ofMinutes(1));
        Emission emission = onlyEmission();

        assertThat(admit(new Arrival.WithToken("f2", tokenOf(emission), content("changed on the way"))))
                .isInstanceOf(Admission.Rejected.class);
        assertThat(state("a").status()).isEqualTo(Status.FAILED);
    }

    @Test
    void theMostOverdueRetryIsEmittedFirst() {
        for (int i = 0; i < 20; i++) {
            failed("key " + i);
            time.pass(Duration.ofSeconds(7));
        }
        time.pass(Duration.ofMinutes(1));
        Map<String, Long> due = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            due.put("key " + i, state("key " + i).retryDue());
        }
        List<Long> dues = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            List<Emission> five = journal.emit(5);
            assertThat(five).hasSize(5);
            five.forEach(emission -> dues.add(due.get(emission.envelope().key())));
        }
        assertThat(dues).doesNotContainNull();
        assertThat(dues).isSorted();
        assertThat(journal.emit(5)).isEmpty();
    }

    @Test
    void aBudgetThatIsUsedUpMakesADeadLetter() {
        RetryPolicy twice = new RetryPolicy(2, Duration.ZERO, Duration.ZERO);
        Carried first = accept("f1", "a");
        deliver(first);
        assertThat(fail(first, twice)).isInstanceOfSatisfying(OutcomeResult.Recorded.class, answer -> {
            assertThat(answer.status()).isEqualTo(Status.FAILED);
            assertThat(answer.retryDue()).contains(time.now());
        });
        Carried second = acceptEmission("f2", onlyEmission());
        deliver(second);
        assertRecorded(fail(second, twice), second.event(), Status.DEAD_LETTER, Optional.empty());

        time.pass(Duration.ofDays(1));
        assertThat(journal.emit(10)).isEmpty();
        assertThat(state("a").status()).isEqualTo(Status.DEAD_LETTER);
        assertThat(state("a").failures()).isEqualTo(2);
    }

    @Test
    void givingUpMakesADeadLetterAtOnce() {
        Carried carried = accept("f1", "a");
        deliver(carried);

        assertRecorded(giveUp(carried), carried.event(), Status.DEAD_LETTER, Optional.empty());
        assertThat(state("a").error()).contains(FAILURE);
        assertThat(claim(carried)).as("a dead letter is not delivered").isNotInstanceOf(ClaimResult.Deliver.class);
        assertThat(claim(carried.as("clone"))).isNotInstanceOf(ClaimResult.Deliver.class);
    }

    @Test
    void noSecondClaimOfAFailedAttempt() {
        Carried carried = failed("a");

        assertThat(claim(carried)).isInstanceOf(ClaimResult.Superseded.class);
        assertThat(claim(carried.as("clone"))).isInstanceOf(ClaimResult.Superseded.class);
        assertThat(state("a").status()).isEqualTo(Status.FAILED);
    }

    @Test
    void outcomesOfOneBatchCountInTheirOrder() {
        Carried carried = accept("f1", "a");
        deliver(carried);

        List<OutcomeResult> answers = journal.record(List.of(
                new Outcome.Completed(carried.token(), "f1", EFFECT, Fragment.WHOLE, Optional.empty()),
                new Outcome.GivenUp(carried.token(), "f1", EFFECT, Fragment.WHOLE, FAILURE)));

        assertThat(answers.get(0)).isInstanceOf(OutcomeResult.Recorded.class);
        assertThat(answers.get(1)).isInstanceOf(OutcomeResult.Superseded.class);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void aClaimBeganItsLease() {
        Carried carried = accept("f1", "a");
        time.pass(LEASE.minusMillis(1));
        deliver(carried);
        time.pass(LEASE.minusMillis(1));

        assertThat(send("f2", "a"))
                .isInstanceOfSatisfying(
                        Admission.InFlight.class,
                        answer -> assertThat(answer.reason()).doesNotContainIgnoringCase("unknown"));
        time.pass(Duration.ofMillis(1));
        assertThat(send("f2", "a"))
                .isInstanceOfSatisfying(
                        Admission.InFlight.class,
                        answer -> assertThat(answer.reason()).containsIgnoringCase("unknown"));
    }

    @Test
    void everyStateOfAnEffectSurvivesReopening() {
        Carried carried = acceptWithEffects("f1", "a", "pending", "claimed", "done", "failed");
        claim(carried, "claimed", Fragment.WHOLE, true);
        complete(carried, "done");
        fail(carried, "failed", Fragment.WHOLE, new EventState.Failure("T", "größer ✓"), RETRY_IN_A_MINUTE);
        EventState before = state("a");
        reopen();

        assertThat(state("a")).isEqualTo(before);
        assertThat(before.effects())
                .extracting(EffectState::progress)
                .containsExactly(
                        EffectState.Progress.PENDING,
                        EffectState.Progress.CLAIMED,
                        EffectState.Progress.COMPLETED,
                        EffectState.Progress.FAILED);
    }

    private Emission onlyEmission() {
        List<Emission> emissions = journal.emit(10);
        assertThat(emissions).hasSize(1);
        return emissions.get(0);
    }

    private long delay(OutcomeResult answer) {
        Instant due = ((OutcomeResult.Recorded) answer).retryDue().orElseThrow();
        return Duration.between(time.now(), due).toMillis();
    }

    private static StoredResult result(String text) {
        return new StoredResult(Map.of("text", text), text.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<String> storedResult(String flowFile, String key) {
        Admission.Duplicate duplicate = (Admission.Duplicate) send(flowFile, key);
        return duplicate.result().map(result -> new String(result.content(), StandardCharsets.UTF_8));
    }

    private static void assertRecorded(OutcomeResult result, EventRef event, Status status, Optional<Instant> due) {
        assertThat(result).isInstanceOfSatisfying(OutcomeResult.Recorded.class, recorded -> {
            assertThat(recorded.event()).isEqualTo(event);
            assertThat(recorded.status()).isEqualTo(status);
            assertThat(recorded.retryDue()).isEqualTo(due);
        });
    }
}
