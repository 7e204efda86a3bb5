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
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.DailyWindow;
import io.nifireplay.journal.governance.ErrorBudget;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.PinRules;
import io.nifireplay.journal.governance.Policies;
import io.nifireplay.journal.governance.RefusedException;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.governance.StaleVersionException;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.Grant;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.JobWait;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.FakeTime;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replay jobs under a policy: who governs a journal, who agrees to what, and what a forced replay does. */
public abstract class GovernanceContract extends EventJournalContract {
    private static final String COORDINATOR = "coordinator";
    private static final String POLICY_SERVICE = "policy service";
    private static final Caller ANN = new Caller("ann", true, Optional.empty());
    private static final Caller BEN = new Caller("ben", true, Optional.of(POLICY_SERVICE));
    private static final Caller CLEO = new Caller("cleo", false, Optional.of(POLICY_SERVICE));
    private static final Caller NOBODY = new Caller("nobody", false, Optional.empty());
    private static final Caller ANONYMOUS = new Caller("anonymous", true, Optional.of(POLICY_SERVICE));

    protected GovernanceContract(JournalEngine engine) {
        super(engine);
    }

    @BeforeEach
    void withAnOutbox() {
        settings = settings.withOutbox(true);
        reopen();
    }

    @Test
    void trustsTheFirstCoordinatorAndRemembersIt() {
        assertThat(journal.governance()).isEqualTo(Governance.NONE);

        Governance governance = govern(Policies.STRICT);
        reopen();

        assertThat(journal.governance()).isEqualTo(governance);
        assertThat(governance.pinned()).contains(pin(COORDINATOR, POLICY_SERVICE, Policies.STRICT));
        assertThat(governance.waiting()).isEmpty();
        assertThat(governance.approversOf()).contains(POLICY_SERVICE);
        assertThat(changes()).containsExactly(PinRules.Change.PINNED);
    }

    @Test
    void takesAStricterPolicyAtOnceAndLetsALooserOneWaitForAnApproverAcrossARestart() {
        govern(Policies.LOOSE);

        assertThat(govern(Policies.STRICT).pinned().orElseThrow().policy()).isEqualTo(Policies.STRICT);
        Governance waits = govern(Policies.LOOSE);
        reopen();

        assertThat(journal.governance()).isEqualTo(waits);
        assertThat(waits.pinned().orElseThrow().policy()).isEqualTo(Policies.STRICT);
        Pin waiting = waits.waiting().orElseThrow();
        assertThat(waiting.policy()).isEqualTo(Policies.LOOSE);
        assertThatThrownBy(() -> coordinator().approvePolicy(waiting.digest(), "no right", ANN))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("policy's service");
        assertThatThrownBy(() -> coordinator().approvePolicy(waiting.digest(), "who?", ANONYMOUS))
                .isInstanceOf(NotPermittedException.class);
        assertThatThrownBy(() -> coordinator().approvePolicy(waiting.policy().digest(), "another digest", CLEO))
                .isInstanceOf(StaleVersionException.class);
        Governance approved = coordinator().approvePolicy(waiting.digest(), "agreed", CLEO);
        assertThat(approved.pinned()).contains(waiting);
        assertThat(approved.waiting()).isEmpty();
        assertThat(changes())
                .containsExactly(
                        PinRules.Change.PINNED,
                        PinRules.Change.TIGHTENED,
                        PinRules.Change.WAITING,
                        PinRules.Change.APPROVED);
        assertThat(notices().getLast().happening())
                .isEqualTo(new Happening.GovernanceChanged(
                        PinRules.Change.APPROVED,
                        COORDINATOR,
                        POLICY_SERVICE,
                        Optional.of(Policies.STRICT.digest()),
                        Policies.LOOSE.digest(),
                        Policies.LOOSE.namelessJson(),
                        Optional.of("cleo"),
                        "agreed"));
    }

    @Test
    void notesWhatItRefusesAndWhoAskedForIt() {
        govern(Policies.LOOSE);
        Caller quoted = new Caller("o'neil", true, Optional.of(POLICY_SERVICE));
        coordinator().draft(request("job", ReplayMode.FORCED), quoted);
        GovernedJob planned = coordinator().plan("job", 1, quoted);
        long version = planned.version();

        assertThatThrownBy(() -> coordinator().approve("job", version, "my own", quoted))
                .hasMessageContaining("'o'neil' has asked for this job");
        assertThatThrownBy(() -> coordinator().approve("job", version, "no right", NOBODY))
                .isInstanceOf(NotPermittedException.class);
        assertThatThrownBy(() -> coordinator().approve("job", version - 1, "not this one", CLEO))
                .isInstanceOf(StaleVersionException.class);
        assertThatThrownBy(() -> coordinator().start("job", version, "not yet", ANN))
                .isInstanceOf(IllegalTransitionException.class);
        assertThatThrownBy(() -> coordinator().approvePolicy("none waits", "agreed", CLEO))
                .isInstanceOf(StaleVersionException.class);
        assertThatThrownBy(() -> coordinator().abort("another", 1, "there is none", ANN))
                .isNotInstanceOf(RefusedException.class);
        reopen();

        assertThat(refusals())
                .extracting(refused -> refused.job().orElse("-") + " " + refused.asked() + " " + refused.requester())
                .containsExactly(
                        "job approve o'neil",
                        "job approve nobody",
                        "job approve cleo",
                        "job start ann",
                        "- approve policy cleo");
        assertThat(refusals().getFirst().reason())
                .startsWith("The requester has asked for this job")
                .doesNotContain("neil");
        assertThat(coordinator().job("job")).contains(planned);
    }

    @Test
    void aSecondCoordinatorOrPolicyServiceWaitsHoweverStrictItsPolicyIs() {
        govern(Policies.LOOSE);

        journal.govern(pin("second", POLICY_SERVICE, Policies.STRICT));
        assertThat(journal.governance().waiting().orElseThrow().coordinator()).isEqualTo("second");
        assertThatThrownBy(() -> journal.coordinator("second").draft(request("job", ReplayMode.MISSED_ONLY), ANN))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("does not govern");
        journal.govern(pin(COORDINATOR, "my own policy", Policies.STRICT));
        assertThat(journal.governance().waiting().orElseThrow().policyService()).isEqualTo("my own policy");
        assertThat(journal.governance().approversOf()).contains(POLICY_SERVICE);

        assertThat(govern(Policies.LOOSE).waiting())
                .as("the one that governs comes back")
                .isEmpty();
        assertThat(changes()).endsWith(PinRules.Change.WAITING, PinRules.Change.WAITING, PinRules.Change.WITHDRAWN);
    }

    @Test
    void aForcedJobGoesItsWholeWayUnderItsApproval() {
        completed("a");
        completed("b");
        completed("c");
        failed("f");
        govern(Policies.LOOSE);

        GovernedJob drafted = coordinator().draft(forced("job", "a", "b", "f"), ANN);
        assertThat(drafted.state()).isEqualTo(JobState.DRAFTED);
        assertThat(drafted.version()).isEqualTo(1);
        assertThat(drafted.plan()).isEmpty();
        assertThat(drafted.request().requester()).isEqualTo("ann");
        GovernedJob planned = coordinator().plan("job", 1, ANN);
        assertThat(planned.state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThat(planned.approvalNeeded()).isTrue();
        assertThat(planned.plan().orElseThrow().numbers().emitted()).isEqualTo(3);
        assertThat(planned.plan().orElseThrow().numbers().byStatus().get(Status.COMPLETED))
                .isEqualTo(2);
        GovernedJob approved = coordinator().approve("job", planned.version(), "the flow was wrong", CLEO);
        assertThat(approved.state()).isEqualTo(JobState.APPROVED);
        assertThat(approved.approval().orElseThrow().approver()).isEqualTo("cleo");
        assertThat(approved.approval().orElseThrow().items())
                .isEqualTo(planned.plan().orElseThrow().items());
        assertThat(journal.emit(100)).as("it has not started").isEmpty();
        GovernedJob started = coordinator().start("job", approved.version(), "go", ANN);
        assertThat(started.state()).isEqualTo(JobState.RUNNING);
        assertThat(started.approval().orElseThrow().used()).isTrue();

        for (Emission emission : journal.emit(100)) {
            Carried carried = acceptEmission("again " + emission.envelope().key(), emission);
            deliver(carried);
            complete(carried);
        }

        assertThat(state("a").generation()).isEqualTo(2);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
        assertThat(state("b").generation()).isEqualTo(2);
        assertThat(state("f").generation())
                .as("it was not completed: a mere retry")
                .isEqualTo(1);
        assertThat(state("c").generation()).as("it is none of the job's").isEqualTo(1);
        GovernedJob over = coordinator().job("job").orElseThrow();
        assertThat(over.state()).isEqualTo(JobState.FINISHED);
        assertThat(over.progress().completed()).isEqualTo(3);
        assertThat(transitions("job"))
                .containsExactly(
                        " DRAFTED ann -",
                        "DRAFTED PLANNED ann -",
                        "PLANNED AWAITING_APPROVAL  -",
                        "AWAITING_APPROVAL APPROVED cleo cleo",
                        "APPROVED RUNNING ann cleo",
                        "RUNNING FINISHED  cleo");
        assertThat(notices().getLast().policy()).contains(Policies.LOOSE.digest());
    }

    @Test
    void aForcedReplayIsDoneOnceHoweverOftenItsFlowFileComes() {
        completed("a");
        completed("b");
        Emission emission = runForced("job", "a", "b").getFirst();
        String key = emission.envelope().key();

        Carried first = acceptEmission("f1", emission);
        assertThat(arrive("f2", emission)).isInstanceOf(Admission.InFlight.class);
        deliver(first);
        complete(first);

        assertThat(arrive("f3", emission)).isInstanceOf(Admission.Duplicate.class);
        assertThat(state(key).generation()).isEqualTo(2);
        assertThat(send("new", key)).isInstanceOf(Admission.Duplicate.class);
    }

    @Test
    void aTokenOfARunningJobLetsNoEventInThatIsNotInTheJob() {
        Carried outside = deadLetter("outside", "another partition");
        deadLetter("inside");
        journal.open(new ReplayRequest(
                "missed",
                Selector.ALL.withKeys(List.of("inside")),
                ReplayMode.MISSED_ONLY,
                false,
                Limits.NONE,
                "test",
                "ann"));
        assertThat(journal.emit(100)).hasSize(1);
        assertThat(journal.job("missed").orElseThrow().state()).isEqualTo(JobState.RUNNING);

        assertRejectedAsNotIn("missed", outside);
    }

    @Test
    void aTokenOfARunningForcedJobRepeatsNoEventThatIsNotInTheJob() {
        Carried outside = completed("outside", "another partition");
        completed("inside");
        runForced("fix", "inside");

        assertRejectedAsNotIn("fix", outside);
        assertThat(state("inside").generation()).isEqualTo(1);
    }

    /** With a token as the journal itself would mint it, if the event was in the job. */
    private void assertRejectedAsNotIn(String job, Carried outside) {
        EventView before = view(outside.key());
        JobStatus jobBefore = journal.job(job).orElseThrow();
        String minted = journal.tokens().write(new Token(Token.Kind.JOB, outside.event(), 1, 1, jobBefore.number()));

        Admission answer = admit(
                new Arrival.WithToken("forged", journal.tokens().read(minted).orElseThrow(), contentOf(outside.key())));

        String reason = "Event " + outside.event() + " is not in replay job " + job;
        Notice notice = notices().getLast();
        assertThat(answer).isEqualTo(new Admission.Rejected(reason, notice.number()));
        assertThat(notice.happening())
                .isEqualTo(new Happening.Rejected(Optional.of(outside.event()), reason, "forged"));
        assertThat(view(outside.key())).isEqualTo(before);
        assertThat(journal.job(job)).contains(jobBefore);
    }

    @Test
    void aFlowFileOfAForcedJobThatDoesNotRunIsHeldOrRejected() {
        completed("a");
        completed("b");
        completed("c");
        List<Emission> emissions = runForced("job", "a", "b", "c");

        GovernedJob paused = coordinator().pause("job", version("job"), "wait", CLEO);
        assertThat(arrive("f1", emissions.get(0))).isEqualTo(new Admission.Held("job"));
        coordinator().resume("job", paused.version(), "go on", ANN);
        Carried carried = acceptEmission("f1", emissions.get(0));
        coordinator().abort("job", version("job"), "enough", CLEO);

        assertThat(arrive("f2", emissions.get(1)))
                .isInstanceOfSatisfying(
                        Admission.Rejected.class, it -> assertThat(it.reason()).contains("aborted"));
        assertThat(notices().getLast().happening()).isInstanceOf(Happening.Rejected.class);
        assertThat(state(emissions.get(1).envelope().key()).generation()).isEqualTo(1);
        deliver(carried);
        complete(carried);
        assertThat(state(carried.key()).status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void whatComesAfterAForcedJobHasFinishedIsRejected() {
        completed("a");
        Emission emission = runForced("job", "a").getFirst();
        Carried carried = acceptEmission("f1", emission);
        deliver(carried);
        complete(carried);
        assertThat(job("job").state()).isEqualTo(JobState.FINISHED);

        assertThat(arrive("f2", emission)).isInstanceOf(Admission.Rejected.class);
        assertThat(notices().getLast().happening()).isInstanceOf(Happening.Rejected.class);
        assertThat(state("a").generation()).isEqualTo(2);
    }

    @Test
    void repeatsOnlyTheGenerationThatWasApproved() {
        completed("a");
        govern(Policies.LOOSE);
        approved(forced("one", "a"));
        approved(forced("two", "a"));
        coordinator().start("one", version("one"), "go", ANN);
        coordinator().start("two", version("two"), "go", ANN);

        List<Emission> emissions = journal.emit(10);
        assertThat(emissions).hasSize(1);
        Carried carried = acceptEmission("f1", emissions.getFirst());
        deliver(carried);
        complete(carried);
        time.pass(RE_EMIT_AFTER.plusSeconds(1));

        assertThat(journal.emit(10)).isEmpty();
        assertThat(state("a").generation()).isEqualTo(2);
        assertThat(job("two").progress().elsewhere()).isEqualTo(1);
        assertThat(job("two").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void standsInTheLineForAPartitionSinceItWasStartedAndNotSinceItWasPlannedAcrossARestart() {
        completed("a");
        completed("b");
        govern(Policies.LOOSE);
        approved(forced("planned-first", "a"));
        approved(forced("started-first", "b"));
        coordinator().start("started-first", version("started-first"), "go", ANN);
        coordinator().start("planned-first", version("planned-first"), "go", ANN);

        assertThat(waitsFor("started-first")).isEmpty();
        assertThat(waitsFor("planned-first")).contains("started-first");
        List<Emission> emissions = journal.emit(10);
        assertThat(emissions).extracting(emission -> emission.envelope().key()).containsExactly("b");
        reopen();

        assertThat(waitsFor("started-first")).isEmpty();
        assertThat(waitsFor("planned-first")).contains("started-first");
        Carried carried = acceptEmission("f1", emissions.getFirst());
        deliver(carried);
        complete(carried);
        assertThat(journal.emit(10))
                .extracting(emission -> emission.envelope().key())
                .containsExactly("a");
    }

    private Optional<String> waitsFor(String job) {
        return journal.job(job).orElseThrow().waitsFor().map(JobWait::job);
    }

    @Test
    void whatCompletesBetweenPlanAndEmissionIsNotRepeated() {
        Carried open = accept("f0", "slow");
        letLeasesEnd();
        govern(Policies.LOOSE);
        approved(forced("job", "slow"));
        deliver(open);
        complete(open);
        coordinator().start("job", version("job"), "go", ANN);

        assertThat(journal.emit(10)).isEmpty();
        assertThat(job("job").progress().elsewhere()).isEqualTo(1);
        assertThat(state("slow").generation()).isEqualTo(1);
    }

    @Test
    void aForcedReplaySurvivesARestartAndALostFlowFile() {
        completed("a");
        completed("b");
        List<Emission> emissions = runForced("job", "a", "b");
        acceptEmission("lost", emissions.getFirst());
        reopen();
        letLeasesEnd();

        for (Emission emission : journal.emit(10)) {
            Carried carried = acceptEmission("again " + emission.envelope().key(), emission);
            deliver(carried);
            complete(carried);
        }

        assertThat(job("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(job("job").progress().completed()).isEqualTo(2);
        assertThat(state("a").generation()).isEqualTo(2);
        assertThat(state("b").generation()).isEqualTo(2);
    }

    @Test
    void aFailedForcedReplayIsRetriedInItsGeneration() {
        completed("a");
        Carried carried = acceptEmission("f1", runForced("job", "a").getFirst());
        deliver(carried);
        fail(carried, RETRY_IN_A_MINUTE);
        time.pass(Duration.ofMinutes(2));

        Carried again = acceptEmission("f2", journal.emit(10).getFirst());
        deliver(again);
        complete(again);

        assertThat(state("a").generation()).isEqualTo(2);
        assertThat(state("a").attempt()).isEqualTo(2);
        assertThat(job("job").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void nobodyAgreesToWhatHeAskedForOrEdited() {
        completed("a");
        govern(Policies.LOOSE);
        GovernedJob job = planned(forced("job", "a"), BEN);

        assertThatThrownBy(() -> coordinator().approve("job", job.version(), "mine", BEN))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("somebody else");
        GovernedJob edited = coordinator().edit("job", job.version(), forced("job", "a"), ANN);
        assertThat(edited.request().requester()).isEqualTo("ben");
        GovernedJob again = coordinator().plan("job", edited.version(), ANN);
        assertThatThrownBy(() -> coordinator().approve("job", again.version(), "mine", BEN))
                .isInstanceOf(NotPermittedException.class);
        assertThatThrownBy(() -> coordinator()
                        .approve("job", again.version(), "mine", new Caller("ann", true, Optional.of(POLICY_SERVICE))))
                .isInstanceOf(NotPermittedException.class);
        assertThatThrownBy(() -> coordinator().approve("job", again.version(), "no right", NOBODY))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("may not approve");
        assertThatThrownBy(() -> coordinator().approve("job", again.version(), "who?", ANONYMOUS))
                .isInstanceOf(NotPermittedException.class);
        assertThat(coordinator().approve("job", again.version(), "agreed", CLEO).state())
                .isEqualTo(JobState.APPROVED);
    }

    @Test
    void whoIsNotKnownAsksForNothingThatNeedsAnApproval() {
        completed("a");
        failed("f");
        govern(Policies.approvalAbove(0));

        assertThatThrownBy(() -> coordinator().draft(forced("job", "a"), ANONYMOUS))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("does not know who");
        coordinator().draft(request("missed", ReplayMode.MISSED_ONLY), ANONYMOUS);
        assertThatThrownBy(() -> coordinator().plan("missed", 1, ANONYMOUS)).isInstanceOf(NotPermittedException.class);
        assertThatThrownBy(() -> coordinator().plan("missed", 1, ANN))
                .as("another goes on with what nobody knows who asked for")
                .isInstanceOf(NotPermittedException.class);
        assertThat(job("missed").state()).isEqualTo(JobState.DRAFTED);
    }

    @Test
    void nobodyAgreesToWhatSomebodyUnknownAskedForBeforeThePolicyAskedForAnApproval() {
        failed("f");
        govern(Policies.LOOSE);
        GovernedJob planned = planned(request("missed", ReplayMode.MISSED_ONLY), ANONYMOUS);
        assertThat(planned.state()).isEqualTo(JobState.APPROVED);
        govern(Policies.approvalAbove(0));

        assertThat(job("missed").state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThatThrownBy(() -> coordinator().approve("missed", version("missed"), "agreed", CLEO))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("does not know");
    }

    @Test
    void onlyRequestersAskAndOnlyThoseWhoMayStopStop() {
        failed("f");
        govern(Policies.requesters("ann", "nobody"));

        assertThatThrownBy(() -> coordinator().draft(request("job", ReplayMode.MISSED_ONLY), BEN))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("requesters");
        assertThatThrownBy(() -> coordinator().draft(request("job", ReplayMode.MISSED_ONLY), NOBODY))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("modify the component");
        GovernedJob job = planned(request("job", ReplayMode.MISSED_ONLY), ANN);
        assertThat(job.state()).as("no approval is needed").isEqualTo(JobState.APPROVED);
        coordinator().start("job", job.version(), "go", ANN);
        assertThatThrownBy(() -> coordinator().abort("job", version("job"), "no", NOBODY))
                .isInstanceOf(NotPermittedException.class);
        assertThat(coordinator().abort("job", version("job"), "stop", CLEO).state())
                .isEqualTo(JobState.ABORTED);
    }

    @Test
    void anEditTakesPlanAndApprovalAway() {
        completed("a");
        completed("b");
        govern(Policies.LOOSE);
        GovernedJob approved = approved(forced("job", "a"));

        GovernedJob edited = coordinator().edit("job", approved.version(), forced("job", "a", "b"), ANN);

        assertThat(edited.state()).isEqualTo(JobState.DRAFTED);
        assertThat(edited.approval()).isEmpty();
        assertThat(edited.plan()).isEmpty();
        assertThatThrownBy(() -> coordinator().start("job", edited.version(), "go", ANN))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("drafted")
                .hasMessageContaining("planned");
        GovernedJob planned = coordinator().plan("job", edited.version(), ANN);
        assertThat(planned.plan().orElseThrow().items())
                .isNotEqualTo(approved.plan().orElseThrow().items());
        assertThatThrownBy(() -> coordinator().start("job", planned.version(), "go", ANN))
                .isInstanceOf(IllegalTransitionException.class);
        assertThat(journal.emit(10)).isEmpty();
    }

    @Test
    void aPlanThatIsMadeAnewReplacesTheFrozenSet() {
        completed("a");
        govern(Policies.LOOSE);
        GovernedJob first = planned(request("job", ReplayMode.FORCED), ANN);
        completed("b");

        GovernedJob second = coordinator().plan("job", first.version(), ANN);
        coordinator().approve("job", second.version(), "agreed", CLEO);
        coordinator().start("job", version("job"), "go", ANN);

        assertThat(first.plan().orElseThrow().numbers().emitted()).isEqualTo(1);
        assertThat(second.plan().orElseThrow().numbers().emitted()).isEqualTo(2);
        assertThat(journal.emit(10)).hasSize(2);
        assertThat(coordinator().jobs()).hasSize(1);
    }

    @Test
    void anApprovalExpires() {
        completed("a");
        govern(Policies.LOOSE);
        GovernedJob approved = approved(forced("job", "a"));
        time.pass(Policies.LOOSE.approvalExpiry());

        assertThatThrownBy(() -> coordinator().start("job", approved.version(), "go", ANN))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("expired");

        assertThat(job("job").state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThat(job("job").approval()).isEmpty();
        assertThat(transitions("job")).last().isEqualTo("APPROVED AWAITING_APPROVAL  -");
        coordinator().approve("job", version("job"), "again", CLEO);
        assertThat(coordinator().start("job", version("job"), "go", ANN).state())
                .isEqualTo(JobState.RUNNING);
    }

    @Test
    void anApprovalIsUsedOnce() {
        completed("a");
        completed("b");
        govern(Policies.LOOSE);
        GovernedJob approved = approved(forced("job", "a", "b"));
        coordinator().start("job", approved.version(), "go", ANN);

        assertThatThrownBy(() -> coordinator().start("job", approved.version(), "again", ANN))
                .isInstanceOf(StaleVersionException.class);
        assertThatThrownBy(() -> coordinator().start("job", version("job"), "again", ANN))
                .isInstanceOf(IllegalTransitionException.class);
        coordinator().pause("job", version("job"), "wait", ANN);
        assertThatThrownBy(() -> coordinator().start("job", version("job"), "again", ANN))
                .isInstanceOf(IllegalTransitionException.class);
        coordinator().abort("job", version("job"), "no", ANN);
        assertThatThrownBy(() -> coordinator().plan("job", version("job"), ANN))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("is over");
        assertThatThrownBy(() -> coordinator().draft(forced("job", "a"), ANN))
                .as("the id of a job is not used again")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherPolicyTakesApprovalsAway() {
        completed("a");
        failed("f");
        govern(Policies.LOOSE);
        GovernedJob forced = approved(forced("forced", "a"));
        GovernedJob missed = planned(request("missed", ReplayMode.MISSED_ONLY), ANN);
        assertThat(missed.state()).isEqualTo(JobState.APPROVED);

        govern(Policies.approvalAbove(0));

        assertThat(job("forced").state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThat(job("missed").state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThatThrownBy(() -> coordinator().start("forced", forced.version(), "go", ANN))
                .isInstanceOf(StaleVersionException.class);
        coordinator().approve("missed", version("missed"), "agreed", CLEO);
        assertThat(coordinator().start("missed", version("missed"), "go", ANN).state())
                .isEqualTo(JobState.RUNNING);
    }

    @Test
    void forcedJobsPauseWhileALooserPolicyWaits() {
        completed("a");
        completed("b");
        failed("f");
        List<Emission> emissions = runForced("forced", "a", "b");
        GovernedJob missed = planned(request("missed", ReplayMode.MISSED_ONLY), ANN);
        coordinator().start("missed", missed.version(), "go", ANN);

        govern(Policies.approvalExpiry(Policies.EXPIRY.multipliedBy(2)));
        reopen();

        assertThat(job("forced").state()).isEqualTo(JobState.PAUSED);
        assertThat(journal.job("missed").orElseThrow().state()).isEqualTo(JobState.RUNNING);
        assertThat(arrive("f1", emissions.getFirst())).isInstanceOf(Admission.Held.class);
        assertThatThrownBy(() -> coordinator().resume("forced", version("forced"), "go on", ANN))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("waits for an approval");
        coordinator().approvePolicy(journal.governance().waiting().orElseThrow().digest(), "agreed", CLEO);
        coordinator().resume("forced", version("forced"), "go on", ANN);
        assertThat(arrive("f1", emissions.getFirst())).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void forcedJobsOfACoordinatorThatIsReplacedFail() {
        completed("a");
        List<Emission> emissions = runForced("forced", "a");
        approved(forced("approved", "a"));
        planned(request("missed", ReplayMode.MISSED_ONLY), ANN);
        journal.govern(pin("second", POLICY_SERVICE, Policies.LOOSE));
        coordinator().approvePolicy(journal.governance().waiting().orElseThrow().digest(), "agreed", CLEO);

        assertThat(job("forced").state()).isEqualTo(JobState.FAILED);
        assertThat(job("approved").state()).isEqualTo(JobState.FAILED);
        assertThat(job("missed").state()).isEqualTo(JobState.APPROVED);
        assertThat(arrive("f1", emissions.getFirst())).isInstanceOf(Admission.Rejected.class);
        assertThatThrownBy(() -> coordinator().draft(forced("more", "a"), ANN))
                .isInstanceOf(NotPermittedException.class);
        assertThat(state("a").generation()).isEqualTo(1);
    }

    @Test
    void aPolicyThatSwitchesReplayOffPausesWhatRuns() {
        failed("f");
        govern(Policies.LOOSE);
        journal.open(request("byflowfile", ReplayMode.MISSED_ONLY));

        govern(Policies.switchedOff());

        assertThat(journal.job("byflowfile").orElseThrow().state()).isEqualTo(JobState.PAUSED);
        assertThat(journal.emit(10)).isEmpty();
        assertThatThrownBy(() -> journal.change("byflowfile", JobAction.RESUME, new Cause("ann", "go on")))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("switched replay off");
        assertThatThrownBy(() -> journal.open(request("more", ReplayMode.MISSED_ONLY)))
                .isInstanceOf(NotPermittedException.class);
    }

    @Test
    void anApprovalIsOfWhoGovernedWhenItWasGiven() {
        failed("f");
        govern(Policies.approvalAbove(0));
        approved(request("job", ReplayMode.MISSED_ONLY));
        assertThat(job("job").approval().orElseThrow().pin())
                .isEqualTo(journal.governance().pinned().orElseThrow().digest());

        journal.govern(pin("second", POLICY_SERVICE, Policies.approvalAbove(0)));
        coordinator().approvePolicy(journal.governance().waiting().orElseThrow().digest(), "agreed", CLEO);

        assertThat(job("job").state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThat(job("job").stateReason()).contains("Another coordinator");
    }

    @Test
    void theRightToApproveCountsOnlyOnThePolicysServiceThatGoverns() {
        completed("a");
        govern(Policies.LOOSE);
        GovernedJob planned = planned(forced("job", "a"), ANN);
        Caller askedTooEarly = new Caller("cleo", false, Optional.of("the service before"));

        assertThatThrownBy(() -> coordinator().approve("job", planned.version(), "agreed", askedTooEarly))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("Another policy's service");
        govern(Policies.approvalExpiry(Policies.EXPIRY.multipliedBy(2)));
        String waiting = journal.governance().waiting().orElseThrow().digest();
        assertThatThrownBy(() -> coordinator().approvePolicy(waiting, "agreed", askedTooEarly))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("Another policy's service");
        assertThat(job("job").state()).isEqualTo(JobState.AWAITING_APPROVAL);
    }

    @Test
    void whatAPolicyHasPausedIsFinishedWhenNothingIsLeftToDo() {
        completed("a");
        Carried carried = acceptEmission("f1", runForced("job", "a").getFirst());
        deliver(carried);
        govern(Policies.switchedOff());
        assertThat(job("job").state()).isEqualTo(JobState.PAUSED);

        complete(carried);

        assertThat(job("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(transitions("job")).endsWith("RUNNING PAUSED  cleo", "PAUSED FINISHED  cleo");
        long version = version("job");
        assertThatThrownBy(() -> coordinator().resume("job", version, "go on", ANN))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("finished");
    }

    @Test
    void requestsByFlowFileAreHeldToThePolicy() {
        failed("f1");
        failed("f2");
        failed("f3");
        govern(Policies.approvalAbove(2));

        assertThatThrownBy(() -> journal.open(request("big", ReplayMode.MISSED_ONLY)))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("3 events")
                .hasMessageContaining("StandardReplayCoordinator");
        assertThat(journal.job("big")).isEmpty();
        assertThatThrownBy(() -> journal.open(request("force", ReplayMode.FORCED)))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("StandardReplayCoordinator");
        assertThat(journal.plan(request("big", ReplayMode.MISSED_ONLY)).emitted())
                .isEqualTo(3);
        journal.open(new ReplayRequest(
                "small",
                Selector.ALL.withKeys(List.of("f1", "f2")),
                ReplayMode.MISSED_ONLY,
                false,
                Limits.NONE,
                "test",
                "ann"));
        assertThat(journal.emit(10)).hasSize(2);
    }

    @Test
    void aGovernedJobIsNotChangedByFlowFile() {
        completed("a");
        completed("b");
        runForced("job", "a", "b");

        for (JobAction action : JobAction.values()) {
            assertThatThrownBy(() -> journal.change("job", action, new Cause("ann", "by FlowFile")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("StandardReplayCoordinator");
        }
        assertThatThrownBy(() -> journal.open(forced("job", "a", "b"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> journal.grant(List.of(new Grant(
                        "job", PARTITION, "a", "0".repeat(64), time.now().plusSeconds(60)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("forced");
        assertThat(job("job").state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void allJobsTogetherKeepTheRateAndConcurrencyOfThePolicy() {
        for (int i = 0; i < 40; i++) {
            deadLetter("d" + i);
        }
        govern(Policies.limited(8, 6));
        openWithKeys("one", 0, 20);
        openWithKeys("two", 20, 40);

        List<Emission> emitted = new ArrayList<>();
        time.pass(Duration.ofSeconds(1));
        emitted.addAll(journal.emit(100));
        assertThat(emitted).as("a quarter of a second's worth").hasSize(2);
        assertThat(journal.emit(100)).isEmpty();
        for (int i = 0; i < 10; i++) {
            time.pass(Duration.ofMillis(250));
            emitted.addAll(journal.emit(100));
        }
        assertThat(emitted).as("no more than may be outstanding").hasSize(6);
        Carried carried = acceptEmission("one of them", emitted.getFirst());
        deliver(carried);
        complete(carried);
        time.pass(Duration.ofMillis(250));
        assertThat(journal.emit(100)).hasSize(1);
    }

    @Test
    void jobsWaitOutsideOfTheDailyWindow() {
        deadLetter("d");
        LocalTime now = time.now().atOffset(ZoneOffset.UTC).toLocalTime();
        govern(Policies.window(new DailyWindow(now.plusHours(1), now.plusHours(2), ZoneOffset.UTC)));
        journal.open(new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "test", "ann"));

        assertThat(journal.emit(10)).isEmpty();
        time.pass(Duration.ofSeconds(30));
        assertThat(journal.job("job").orElseThrow().state()).isEqualTo(JobState.RUNNING);
        time.pass(Duration.ofHours(1));
        assertThat(journal.emit(10)).hasSize(1);
    }

    @Test
    void aJobStopsWhenTooManyFailWithinThePolicysWindow() {
        ErrorBudget budget = new ErrorBudget(0.5, Duration.ofMinutes(1), ErrorBudget.Action.PAUSE);
        for (int i = 0; i < 120; i++) {
            deadLetter("d" + i);
        }
        govern(Policies.errorBudget(budget));
        openWithKeys("job", 0, 120);
        settle(60, true);
        time.pass(Duration.ofMinutes(2));
        settle(21, false);

        assertThat(journal.emit(1))
                .as("over all outcomes it would be within the budget")
                .isEmpty();

        assertThat(journal.job("job").orElseThrow().state()).isEqualTo(JobState.PAUSED);
        assertThat(journal.job("job").orElseThrow().stateReason()).contains("50 %");
        journal.change("job", JobAction.RESUME, new Cause("ann", "the downstream is back"));
        assertThat(journal.emit(1)).as("what was before does not count again").hasSize(1);
    }

    @Test
    void jobsTakeTurnsUnderThePolicysRate() {
        govern(Policies.limited(4, 1_000));
        openTwo(40);

        List<Emission> emissions = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            time.pass(Duration.ofMillis(250));
            emissions.addAll(journal.emit(100));
        }

        assertThat(emissions).hasSize(10);
        assertThat(countOf(emissions, "one")).isEqualTo(5);
    }

    @Test
    void jobsShareThePolicysConcurrencyAndUseWhatTheOtherLeaves() {
        govern(Policies.limited(1_000, 10));
        openTwo(8);
        time.pass(Duration.ofSeconds(1));

        List<Emission> emissions = journal.emit(100);
        assertThat(emissions).hasSize(10);
        assertThat(countOf(emissions, "one")).isEqualTo(5);
        assertThat(journal.emit(100)).as("no more may be outstanding").isEmpty();

        journal.change("one", JobAction.ABORT, new Cause("ann", "enough"));
        time.pass(Duration.ofSeconds(1));
        emissions = journal.emit(100);
        assertThat(countOf(emissions, "two")).isEqualTo(3);
        assertThat(emissions).hasSize(3);
    }

    @Test
    void jobsShareWhatIsAskedForAndWhatOneCannotUseTheOtherGets() {
        openTwo(8);

        List<Emission> emissions = journal.emit(7);
        assertThat(emissions).hasSize(7);
        assertThat(countOf(emissions, "one")).isBetween(3L, 4L);
        assertThat(journal.emit(100)).hasSize(9);
    }

    @Test
    void whatAJobInItsTurnCannotUseComesToTheOther() {
        for (int i = 0; i < 8; i++) {
            deadLetter("two" + i, "payments");
        }
        deadLetter("one", "orders");
        openOver("first", "orders");
        openOver("second", "payments");

        assertThat(journal.emit(6)).hasSize(6);
        assertThat(journal.emit(6)).hasSize(3);
    }

    /** Two jobs of so many events each, over a partition of their own. */
    private void openTwo(int events) {
        for (int i = 0; i < events; i++) {
            deadLetter("one" + i, "orders");
            deadLetter("two" + i, "payments");
        }
        openOver("one", "orders");
        openOver("two", "payments");
    }

    private void openOver(String id, String partition) {
        journal.open(new ReplayRequest(
                id,
                Selector.ALL.withPartitions(Set.of(partition)),
                ReplayMode.MISSED_ONLY,
                false,
                Limits.NONE,
                "test",
                "ann"));
    }

    private static long countOf(List<Emission> emissions, String job) {
        return emissions.stream()
                .filter(emission -> emission.job().equals(Optional.of(job)))
                .count();
    }

    @Test
    void ofTwoWhoChangeOneVersionOneIsRefused() {
        completed("a");
        govern(Policies.LOOSE);
        GovernedJob job = planned(forced("job", "a"), ANN);

        coordinator().abort("job", job.version(), "no", ANN);

        assertThatThrownBy(() -> coordinator().approve("job", job.version(), "agreed", CLEO))
                .isInstanceOf(StaleVersionException.class)
                .hasMessageContaining("version " + (job.version() + 1));
        assertThatThrownBy(() -> coordinator().approve("job", version("job"), "agreed", CLEO))
                .isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void anAbortBeatsTheEndOfAJob() {
        completed("a");
        Carried carried = acceptEmission("f1", runForced("job", "a").getFirst());
        deliver(carried);

        coordinator().abort("job", version("job"), "no", ANN);
        complete(carried);

        assertThat(job("job").state()).isEqualTo(JobState.ABORTED);
        assertThat(state("a").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void jobsSurviveARestartInEveryState() {
        completed("a");
        govern(Policies.LOOSE);
        coordinator().draft(forced("drafted", "a"), ANN);
        planned(forced("awaiting", "a"), ANN);
        approved(forced("approved", "a"));
        List<GovernedJob> before = coordinator().jobs();

        reopen();

        assertThat(coordinator().jobs()).isEqualTo(before);
        assertThat(coordinator()
                        .start("approved", version("approved"), "go", ANN)
                        .state())
                .isEqualTo(JobState.RUNNING);
    }

    @Test
    void refusesWhatIsNoJob() {
        govern(Policies.LOOSE);

        assertThatThrownBy(() -> coordinator().draft(request("job", ReplayMode.DRY_RUN), ANN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dry run");
        assertThatThrownBy(() -> coordinator().plan("nothing", 1, ANN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no replay job nothing");
        GovernedJob job = coordinator().draft(request("job", ReplayMode.MISSED_ONLY), ANN);
        assertThatThrownBy(() -> coordinator().abort("job", job.version(), " ", ANN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reason");
        assertThatThrownBy(
                        () -> coordinator().edit("job", job.version(), request("other", ReplayMode.MISSED_ONLY), ANN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Governance govern(ReplayPolicy policy) {
        return journal.govern(pin(COORDINATOR, POLICY_SERVICE, policy));
    }

    private Pin pin(String coordinator, String policyService, ReplayPolicy policy) {
        return new Pin(coordinator, policyService, policy, FakeTime.START);
    }

    private ReplayCoordinator coordinator() {
        return journal.coordinator(COORDINATOR);
    }

    private GovernedJob job(String id) {
        return coordinator().job(id).orElseThrow();
    }

    private long version(String id) {
        return job(id).version();
    }

    private static ReplayRequest request(String id, ReplayMode mode) {
        return new ReplayRequest(id, Selector.ALL, mode, false, Limits.NONE, "test", "somebody");
    }

    private static ReplayRequest forced(String id, String... keys) {
        return new ReplayRequest(
                id,
                Selector.ALL.withKeys(List.of(keys)),
                ReplayMode.FORCED,
                false,
                Limits.NONE,
                "the flow was wrong",
                "somebody");
    }

    private GovernedJob planned(ReplayRequest request, Caller caller) {
        GovernedJob drafted = coordinator().draft(request, caller);
        return coordinator().plan(request.job(), drafted.version(), caller);
    }

    private GovernedJob approved(ReplayRequest request) {
        GovernedJob planned = planned(request, ANN);
        return coordinator().approve(request.job(), planned.version(), "agreed", CLEO);
    }

    private List<Emission> runForced(String id, String... keys) {
        govern(Policies.LOOSE);
        GovernedJob approved = approved(forced(id, keys));
        coordinator().start(id, approved.version(), "go", ANN);
        List<Emission> emissions = journal.emit(100);
        assertThat(emissions).hasSize(keys.length);
        return emissions;
    }

    private void openWithKeys(String id, int from, int to) {
        List<String> keys = new ArrayList<>();
        for (int i = from; i < to; i++) {
            keys.add("d" + i);
        }
        journal.open(new ReplayRequest(
                id, Selector.ALL.withKeys(keys), ReplayMode.MISSED_ONLY, false, Limits.NONE, "test", "ann"));
    }

    private void settle(int count, boolean well) {
        List<Emission> emissions = journal.emit(count);
        assertThat(emissions).hasSize(count);
        for (Emission emission : emissions) {
            Carried carried = acceptEmission("again " + emission.envelope().key(), emission);
            deliver(carried);
            if (well) {
                complete(carried);
            } else {
                giveUp(carried);
            }
        }
    }

    private List<PinRules.Change> changes() {
        return notices().stream()
                .map(Notice::happening)
                .filter(Happening.GovernanceChanged.class::isInstance)
                .map(happening -> ((Happening.GovernanceChanged) happening).change())
                .toList();
    }

    private List<Happening.RequestRefused> refusals() {
        return notices().stream()
                .map(Notice::happening)
                .filter(Happening.RequestRefused.class::isInstance)
                .map(Happening.RequestRefused.class::cast)
                .toList();
    }
}
