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
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.JobWait;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What jobs have to do with each other, with the order of their events, and with new events. */
public abstract class IsolationContract extends EventJournalContract {
    private static final Cause CAUSE = new Cause("ann", "a test");
    private static final Limits STRICT = new Limits(Optional.empty(), 1_000, Optional.empty(), Optional.empty(), true);
    private static final Limits HOLD = Limits.NONE.withNewEvents(NewEvents.HOLD);
    private static final RetryPolicy TOMORROW = new RetryPolicy(3, Duration.ofDays(1), Duration.ofDays(1));

    protected IsolationContract(JournalEngine engine) {
        super(engine);
    }

    // Jobs and jobs

    @Test
    void aJobWaitsForTheOneThatHasItsPartition() {
        deadLetter("a");
        deadLetter("b");
        open("one", "orders", "a");
        open("two", "orders", "b");

        assertThat(status("one").waitsFor()).isEmpty();
        assertThat(status("two").state()).isEqualTo(JobState.RUNNING);
        assertThat(status("two").waitsFor()).contains(new JobWait("one", "orders"));
        List<Emission> emissions = journal.emit(100);
        assertThat(keysOf(emissions)).containsExactly("a");

        complete(emissions.getFirst());
        assertThat(status("one").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("two").waitsFor()).isEmpty();
        assertThat(keysOf(journal.emit(100))).containsExactly("b");
    }

    @Test
    void jobsOverDifferentPartitionsDoNotWait() {
        deadLetter("a", "orders");
        deadLetter("b", "payments");
        open("one", Set.of("orders"), Limits.NONE);
        open("two", Set.of("payments"), Limits.NONE);

        assertThat(status("two").waitsFor()).isEmpty();
        assertThat(keysOf(journal.emit(100))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aJobTakesAllItsPartitionsTogetherAndNobodyOvertakesIt() {
        deadLetter("a", "orders");
        deadLetter("b", "payments");
        open("one", Set.of("orders"), Limits.NONE);
        open("two", Set.of("payments", "orders"), Limits.NONE);
        open("three", Set.of("payments"), Limits.NONE);

        assertThat(status("two").waitsFor()).contains(new JobWait("one", "orders"));
        assertThat(status("three").waitsFor()).contains(new JobWait("two", "payments"));
        assertThat(keysOf(journal.emit(100)))
                .as("while it waits for the one it does not begin with the other")
                .containsExactly("a");

        journal.change("one", JobAction.ABORT, CAUSE);
        assertThat(status("two").waitsFor()).isEmpty();
        assertThat(status("three").waitsFor()).contains(new JobWait("two", "payments"));
        assertThat(keysOf(journal.emit(100))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aPausedJobKeepsItsPartitionsOverARestartToo() {
        deadLetter("a");
        deadLetter("b");
        open("one", "orders", "a");
        open("two", "orders", "b");
        journal.change("one", JobAction.PAUSE, CAUSE);

        assertThat(journal.emit(100)).isEmpty();
        reopen();
        assertThat(status("two").waitsFor()).contains(new JobWait("one", "orders"));
        assertThat(journal.emit(100)).isEmpty();

        journal.change("one", JobAction.ABORT, CAUSE);
        assertThat(keysOf(journal.emit(100))).containsExactly("b");
    }

    @Test
    void aPausedJobWithNothingLeftToDoIsFinishedAndLetsGo() {
        deadLetter("a");
        deadLetter("b");
        journal.open(request("one", Selector.ALL.withKeys(List.of("a")), ReplayMode.MISSED_ONLY, HOLD));
        open("two", "orders", "b");
        Carried held = accept("new", "c");
        Carried onItsWay = acceptEmission("r1", journal.emit(100).getFirst());
        deliver(onItsWay);
        journal.change("one", JobAction.PAUSE, CAUSE);
        assertThat(claim(held)).isInstanceOf(ClaimResult.Held.class);

        complete(onItsWay);
        assertThat(status("one").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("one").progress().completed()).isEqualTo(1);
        assertThat(status("one").stateReason()).contains("settled");
        assertThat(status("two").waitsFor()).isEmpty();
        deliver(held);
        assertThat(keysOf(journal.emit(100))).containsExactly("b");
        reopen();
        assertThat(status("one").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void aPausedJobIsFinishedWhenOthersHaveSettledItsEvents() {
        failed("a");
        failed("b");
        open("job", Limits.NONE);
        journal.change("job", JobAction.PAUSE, CAUSE);
        time.pass(Duration.ofMinutes(1));
        List<Emission> retries = journal.emit(100);
        assertThat(keysOf(retries)).containsExactly("a", "b");

        complete(retries.get(0));
        assertThat(status("job").state()).isEqualTo(JobState.PAUSED);
        assertThat(status("job").progress().elsewhere()).isEqualTo(1);
        complete(retries.get(1));
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().elsewhere()).isEqualTo(2);
    }

    @Test
    void aPausedJobIsFinishedWhenItsEventsWereSettledBeforeThePause() {
        failed("a");
        failed("b");
        open("job", Limits.NONE);
        time.pass(Duration.ofMinutes(1));
        Carried a = accept("again a", "a");
        Carried b = accept("again b", "b");
        deliver(a);
        deliver(b);
        complete(a);
        journal.change("job", JobAction.PAUSE, CAUSE);
        reopen();
        journal.reviewJobs();
        assertThat(status("job").state()).isEqualTo(JobState.PAUSED);
        assertThat(status("job").progress().elsewhere()).isEqualTo(1);

        journal.change("job", JobAction.RESUME, CAUSE);
        complete(b);
        journal.change("job", JobAction.PAUSE, CAUSE);
        journal.reviewJobs();
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().elsewhere()).isEqualTo(2);
    }

    @Test
    void whatAPausedJobHasYetToDoIsNotTakenForDone() {
        deadLetter("a");
        Carried b = accept("b", "b");
        letLeasesEnd();
        open("job", Limits.NONE);
        journal.change("job", JobAction.PAUSE, CAUSE);
        deliver(b);
        giveUp(b);
        journal.reviewJobs();

        assertThat(status("job").state()).isEqualTo(JobState.PAUSED);
        assertThat(status("job").progress().settled()).isZero();
        journal.change("job", JobAction.RESUME, CAUSE);
        assertThat(keysOf(journal.emit(100))).containsExactly("a", "b");
    }

    @Test
    void aPausedDrillIsNotOverBeforeAllOfItWentOut() {
        deadLetter("a");
        journal.open(request("drill", Selector.ALL, ReplayMode.DRILL, Limits.NONE));
        journal.change("drill", JobAction.PAUSE, CAUSE);
        journal.acknowledge(Selector.ALL, CAUSE);
        journal.reviewJobs();
        assertThat(status("drill").state()).isEqualTo(JobState.PAUSED);

        journal.change("drill", JobAction.RESUME, CAUSE);
        assertThat(keysOf(journal.emit(100))).containsExactly("a");
    }

    @Test
    void theEndTimeOfAPausedJobCounts() {
        deadLetter("a");
        deadLetter("b");
        Limits forAMinute =
                new Limits(Optional.empty(), 10, Optional.of(time.now().plusSeconds(60)), Optional.empty(), false);
        open("one", forAMinute);
        open("two", "orders", "b");
        journal.change("one", JobAction.PAUSE, CAUSE);
        time.pass(Duration.ofSeconds(59));
        journal.reviewJobs();
        assertThat(status("one").state()).isEqualTo(JobState.PAUSED);

        time.pass(Duration.ofSeconds(1));
        journal.reviewJobs();
        assertThat(status("one").state()).isEqualTo(JobState.ABORTED);
        assertThat(status("one").stateReason()).contains("end time").contains("2 events are left");
        assertThat(keysOf(journal.emit(100))).containsExactly("b");
    }

    @Test
    void aPausedJobOverProvenanceEndsAsAnyOther() {
        failed("a");
        ProvenanceSource known = new ProvenanceSource("", 1, "f1", "queue", Optional.of("a"), Optional.empty());
        journal.open(request("job", Selector.ALL, ReplayMode.MISSED_ONLY, Limits.NONE), "all", List.of(known));
        journal.change("job", JobAction.PAUSE, CAUSE);
        time.pass(Duration.ofMinutes(1));

        complete(journal.emit(100).getFirst());
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void aWaitingJobIsPausedAbortedAndEndedAsAnyOther() {
        deadLetter("a");
        deadLetter("b");
        deadLetter("c");
        open("one", "orders", "a");
        open("two", "orders", "b");
        Limits forAMinute =
                new Limits(Optional.empty(), 10, Optional.of(time.now().plusSeconds(60)), Optional.empty(), false);
        journal.open(request("three", Selector.ALL.withKeys(List.of("c")), ReplayMode.MISSED_ONLY, forAMinute));

        journal.change("two", JobAction.PAUSE, CAUSE);
        assertThat(status("two").waitsFor()).contains(new JobWait("one", "orders"));
        journal.change("two", JobAction.ABORT, CAUSE);
        assertThat(status("three").waitsFor()).contains(new JobWait("one", "orders"));

        time.pass(Duration.ofMinutes(1));
        journal.emit(100);
        assertThat(status("three").state()).isEqualTo(JobState.ABORTED);
        assertThat(status("three").waitsFor()).isEmpty();
    }

    @Test
    void aDrillWaitsForNobodyAndNobodyForIt() {
        deadLetter("a");
        open("one", "orders", "a");
        journal.open(request("drill", Selector.ALL, ReplayMode.DRILL, Limits.NONE));
        assertThat(status("drill").waitsFor()).isEmpty();
        assertThat(keysOf(journal.emit(100))).containsExactly("a", "a");
        assertThat(status("drill").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void jobsOverProvenanceTakeTheirTurnToo() {
        Carried a = deadLetter("a");
        deadLetter("b");
        open("one", "orders", "b");
        ProvenanceSource known = new ProvenanceSource("", 1, "f1", "queue", Optional.of("a"), Optional.empty());
        journal.open(request("two", Selector.ALL, ReplayMode.MISSED_ONLY, Limits.NONE), "all", List.of(known));

        assertThat(status("two").waitsFor()).contains(new JobWait("one", "orders"));
        assertThat(journal.ask("two", 10)).isEmpty();
        complete(journal.emit(100).getFirst());
        assertThat(journal.ask("two", 10)).extracting(ProvenanceItem::event).containsExactly(Optional.of(a.event()));
    }

    @Test
    void jobsOverFlowFilesOfUnknownEventsWaitForEachOther() {
        ProvenanceSource unseen = new ProvenanceSource("", 1, "f1", "queue", Optional.of("new"), Optional.empty());
        journal.open(request("one", Selector.ALL, ReplayMode.MISSED_ONLY, Limits.NONE), "all", List.of(unseen));
        journal.open(request("two", Selector.ALL, ReplayMode.MISSED_ONLY, Limits.NONE), "all", List.of(unseen));

        assertThat(status("two").waitsFor()).contains(new JobWait("one", ""));
        assertThat(journal.ask("one", 10)).hasSize(1);
        assertThat(journal.ask("two", 10)).isEmpty();
    }

    // Strict order

    @Test
    void strictOrderGoesOnWhereItWasAfterARestart() {
        IntStream.rangeClosed(1, 3).forEach(i -> deadLetter("a" + i));
        open("job", STRICT);
        Emission first = journal.emit(100).getFirst();
        reopen();

        assertThat(keysOf(journal.emit(100))).containsExactly("a1");
        Carried carried = acceptEmission("r1", first);
        deliver(carried);
        reopen();
        assertThat(journal.emit(100)).as("it is being delivered").isEmpty();
        complete(carried);
        assertThat(keysOf(journal.emit(100))).containsExactly("a2");
        reopen();
        assertThat(keysOf(journal.emit(100))).containsExactly("a2");
    }

    @Test
    void strictOrderIsKeptByRetriesThatAreDue() {
        for (int i = 1; i <= 3; i++) {
            failed("a" + i);
        }
        open("job", STRICT);
        time.pass(Duration.ofMinutes(1));

        for (int i = 1; i <= 3; i++) {
            List<Emission> emissions = journal.emit(100);
            assertThat(keysOf(emissions)).containsExactly("a" + i);
            assertThat(journal.emit(100)).isEmpty();
            complete(emissions.getFirst());
        }
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void aRetryThatWasHeldForStrictOrderComesWhenTheJobIsAborted() {
        failed("a1");
        failed("a2");
        open("job", STRICT);
        time.pass(Duration.ofMinutes(1));
        assertThat(keysOf(journal.emit(100))).containsExactly("a1");
        journal.change("job", JobAction.ABORT, CAUSE);

        time.pass(RE_EMIT_AFTER);
        assertThat(keysOf(journal.emit(100))).containsExactlyInAnyOrder("a1", "a2");
    }

    @Test
    void whatIsSentAnewDoesNotOvertakeStrictOrder() {
        failed("a1");
        failed("a2");
        open("job", STRICT);
        Emission first = journal.emit(100).getFirst();

        Admission early = send("again", "a2");
        assertThat(early).isInstanceOf(Admission.InFlight.class);
        assertThat(((Admission.InFlight) early).reason()).contains("job").contains("strict order");
        assertThat(send("another", "a1"))
                .as("its turn has come, whoever brings it")
                .isInstanceOf(Admission.Accepted.class);
        assertThat(arrive("r1", first)).isInstanceOf(Admission.InFlight.class);
        journal.change("job", JobAction.ABORT, CAUSE);
        assertThat(send("again", "a2")).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void aFlowFileThatCameLateWaitsAtTheGuardForItsTurn() {
        deadLetter("a1");
        Carried slow = accept("slow", "a2");
        letLeasesEnd();
        open("job", STRICT);
        Emission first = journal.emit(100).getFirst();

        assertThat(claim(slow)).isInstanceOfSatisfying(ClaimResult.Held.class, held -> {
            assertThat(held.job()).isEqualTo("job");
            assertThat(held.reason()).contains("strict order");
        });
        complete(first);
        assertThat(journal.emit(100)).as("it has a FlowFile").isEmpty();
        deliver(slow);
        complete(slow);
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().elsewhere()).isEqualTo(1);
    }

    @Test
    void anUnknownOutcomeAtTheHeadOfAStrictOrderPausesTheJob() {
        deadLetter("a1");
        Carried a2 = deadLetter("a2");
        deadLetter("a3");
        open("job", STRICT);
        complete(journal.emit(100).getFirst());
        Carried lost = acceptEmission("r2", journal.emit(100).getFirst());
        deliver(lost);
        letLeasesEnd();
        time.pass(RE_EMIT_AFTER);

        assertThat(journal.emit(100)).isEmpty();
        JobStatus paused = status("job");
        assertThat(paused.state()).isEqualTo(JobState.PAUSED);
        assertThat(paused.stateReason())
                .contains(a2.event().toString())
                .contains("unknown")
                .contains("strict order")
                .contains("acknowledge");
        assertThat(paused.progress().unknown()).isZero();

        journal.change("job", JobAction.RESUME, CAUSE);
        assertThat(journal.emit(100)).as("nothing has changed").isEmpty();
        assertThat(status("job").state()).isEqualTo(JobState.PAUSED);
        reopen();
        journal.change("job", JobAction.RESUME, CAUSE);
        assertThat(journal.emit(100)).as("nor by a restart").isEmpty();
        assertThat(status("job").state()).isEqualTo(JobState.PAUSED);

        journal.acknowledge(Selector.ALL.withStatuses(Set.of(Status.DELIVERING)), CAUSE);
        journal.change("job", JobAction.RESUME, CAUSE);
        assertThat(keysOf(journal.emit(100))).containsExactly("a3");
    }

    @Test
    void anUnknownOutcomeAtTheEndOfAStrictOrderIsAllThatKeepsTheJob() {
        deadLetter("a1");
        open("job", STRICT);
        Carried lost = acceptEmission("r1", journal.emit(100).getFirst());
        deliver(lost);
        letLeasesEnd();
        time.pass(RE_EMIT_AFTER);
        assertThat(journal.emit(100)).isEmpty();
        journal.reviewJobs();
        assertThat(status("job").state()).isEqualTo(JobState.PAUSED);

        journal.acknowledge(Selector.ALL.withStatuses(Set.of(Status.DELIVERING)), CAUSE);
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().deadLetter()).isEqualTo(1);
    }

    @Test
    void anOutcomeThatComesAfterAllLetsAPausedStrictOrderGoOn() {
        deadLetter("a1");
        deadLetter("a2");
        open("job", STRICT);
        Carried slow = acceptEmission("r1", journal.emit(100).getFirst());
        deliver(slow);
        letLeasesEnd();
        time.pass(RE_EMIT_AFTER);
        journal.emit(100);
        assertThat(status("job").state()).isEqualTo(JobState.PAUSED);

        complete(slow);
        journal.change("job", JobAction.RESUME, CAUSE);
        assertThat(keysOf(journal.emit(100))).containsExactly("a2");
        assertThat(status("job").progress().completed()).isEqualTo(1);
    }

    // New events

    @Test
    void newEventsPassUnlessTheJobHoldsThem() {
        deadLetter("a");
        open("job", Limits.NONE);
        Carried fresh = accept("new", "b");
        deliver(fresh);
        complete(fresh);
        assertThat(state("b").status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void heldEventsAreAdmittedAndDeliveredWhenTheJobIsOver() {
        deadLetter("a");
        Carried before = accept("before", "was there");
        open("job", HOLD);
        Carried held = accept("new", "b");

        assertThat(claim(held)).isInstanceOfSatisfying(ClaimResult.Held.class, answer -> {
            assertThat(answer.job()).isEqualTo("job");
            assertThat(answer.reason()).contains("job");
        });
        assertThat(state("b").status()).isEqualTo(Status.IN_FLIGHT);
        deliver(before);
        Carried elsewhere = accept("other", "c", "payments");
        deliver(elsewhere);

        complete(journal.emit(100).getFirst());
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        deliver(held);
        complete(held);
    }

    @Test
    void eventsAreHeldWhileTheJobIsPausedAndOverARestart() {
        deadLetter("a");
        open("job", HOLD);
        Carried held = accept("new", "b");
        journal.change("job", JobAction.PAUSE, CAUSE);
        assertThat(claim(held)).isInstanceOf(ClaimResult.Held.class);
        reopen();
        assertThat(claim(held)).isInstanceOf(ClaimResult.Held.class);

        journal.change("job", JobAction.ABORT, CAUSE);
        deliver(held);
        reopen();
        deliver(accept("newer", "c"));
    }

    @Test
    void aJobThatWaitsForItsPartitionHoldsNewEventsAlready() {
        deadLetter("a");
        deadLetter("b");
        open("one", "orders", "a");
        open("two", HOLD);
        Carried held = accept("new", "c");

        assertThat(claim(held)).isInstanceOf(ClaimResult.Held.class);
        complete(journal.emit(100).getFirst());
        assertThat(claim(held)).isInstanceOf(ClaimResult.Held.class);
        complete(journal.emit(100).getFirst());
        deliver(held);
    }

    @Test
    void theLeaseOfAHeldEventDoesNotRunOutWhileItsFlowFileAsks() {
        deadLetter("a");
        open("job", HOLD);
        Carried held = accept("new", "b");
        for (int i = 0; i < 5; i++) {
            time.pass(LEASE.dividedBy(2).plusSeconds(1));
            assertThat(claim(held)).isInstanceOf(ClaimResult.Held.class);
        }
        assertThat(send("again", "b")).as("no takeover").isInstanceOf(Admission.InFlight.class);

        Emission emission = journal.emit(100).getFirst();
        Carried replayed = acceptEmission("r", emission);
        letLeasesEnd();
        assertThat(claim(held)).isInstanceOf(ClaimResult.Held.class);
        time.pass(RE_EMIT_AFTER);
        assertThat(keysOf(journal.emit(100)))
                .as("leases of what is replayed run on: what is lost is found")
                .containsExactly("a");
        assertThat(replayed.key()).isEqualTo("a");
    }

    @Test
    void aHeldEventThatIsOfAnotherJobTooComesAfterTheFirst() {
        deadLetter("a");
        open("one", HOLD);
        Carried held = accept("new", "b");
        letLeasesEnd();
        open("two", "orders", "b");
        assertThat(status("two").waitsFor()).contains(new JobWait("one", "orders"));
        assertThat(claim(held)).isInstanceOf(ClaimResult.Held.class);

        complete(journal.emit(100).getFirst());
        deliver(held);
        complete(held);
        journal.emit(100);
        assertThat(status("two").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void noMoreThanSomeThousandEventsAreAdmittedAndHeld() {
        deadLetter("a");
        deadLetter("p", "payments");
        open("job", Set.of("orders", "payments"), HOLD);
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < NewEvents.MAX_HELD; i++) {
            arrivals.add(fresh("f" + i, "new " + i, i % 2 == 0 ? "orders" : "payments"));
        }
        assertThat(journal.admit(arrivals)).allMatch(Admission.Accepted.class::isInstance);

        assertThat(send("more", "one more")).isEqualTo(new Admission.Held("job"));
        byte[] large = new byte[2_000_000];
        assertThat(admit(fresh("large", Envelope.of("a large one", PARTITION), Content.of(large))))
                .isEqualTo(new Admission.Held("job"));
        assertThat(journal.findByKey("one more")).isEmpty();
        assertThat(admit(fresh("other", "elsewhere", "stock"))).isInstanceOf(Admission.Accepted.class);
        reopen();
        assertThat(send("more", "one more")).isEqualTo(new Admission.Held("job"));

        journal.change("job", JobAction.ABORT, CAUSE);
        assertThat(send("more", "one more")).isInstanceOf(Admission.Accepted.class);
        assertThat(admit(fresh("large", Envelope.of("a large one", PARTITION), Content.of(large))))
                .isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void whatTheJobReplaysIsNotHeldAndNeitherAreItsRetries() {
        deadLetter("a");
        open("job", HOLD);
        Carried first = acceptEmission("r1", journal.emit(100).getFirst());
        deliver(first);
        fail(first, RETRY_IN_A_MINUTE);
        time.pass(Duration.ofMinutes(1));
        complete(journal.emit(100).getFirst());
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void aRepeatedClaimOfANewEventIsNotHeld() {
        deadLetter("a");
        Carried claimed = accept("before", "b");
        deliver(claimed);
        fail(claimed, TOMORROW);
        open("job", "orders", "a");
        Carried fresh = accept("new", "c");
        deliver(fresh);
        journal.open(request("hold", Selector.ALL.withKeys(List.of("b")), ReplayMode.MISSED_ONLY, HOLD));

        assertThat(claim(fresh, EFFECT, Fragment.WHOLE, false))
                .as("its claim is written: the downstream may have acted")
                .isInstanceOf(ClaimResult.Deliver.class);
    }

    @Test
    void aJobOverProvenanceHoldsNoNewEvents() {
        ReplayRequest request = request("job", Selector.ALL, ReplayMode.MISSED_ONLY, HOLD);
        assertThatThrownBy(() -> journal.open(request, "all", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("new events");
    }

    @Test
    void whatAJobBeforeItMayBringAsNewIsNotHeld() {
        deadLetter("a");
        ProvenanceSource unseen = new ProvenanceSource("", 1, "f1", "queue", Optional.of("new"), Optional.empty());
        journal.open(request("one", Selector.ALL, ReplayMode.MISSED_ONLY, Limits.NONE), "all", List.of(unseen));
        open("two", HOLD);
        reopen();

        deliver(accept("brought by NiFi", "new"));
        journal.change("one", JobAction.ABORT, CAUSE);
        assertThat(claim(accept("sent", "newer"))).isInstanceOf(ClaimResult.Held.class);
    }

    @Test
    void aJobThatMayBringNewEventsWaitsForOneThatHoldsThem() {
        deadLetter("a");
        open("one", HOLD);
        ProvenanceSource unseen = new ProvenanceSource("", 1, "f1", "queue", Optional.of("new"), Optional.empty());
        journal.open(request("two", Selector.ALL, ReplayMode.MISSED_ONLY, Limits.NONE), "all", List.of(unseen));

        assertThat(status("two").waitsFor()).contains(new JobWait("one", ""));
        assertThat(journal.ask("two", 10)).isEmpty();
        complete(journal.emit(100).getFirst());
        assertThat(status("two").waitsFor()).isEmpty();
        assertThat(journal.ask("two", 10)).hasSize(1);
    }

    private JobStatus open(String id, Limits limits) {
        return journal.open(request(id, Selector.ALL, ReplayMode.MISSED_ONLY, limits));
    }

    private JobStatus open(String id, String partition, String key) {
        return journal.open(request(
                id,
                Selector.ALL.withPartitions(Set.of(partition)).withKeys(List.of(key)),
                ReplayMode.MISSED_ONLY,
                Limits.NONE));
    }

    private JobStatus open(String id, Set<String> partitions, Limits limits) {
        return journal.open(request(id, Selector.ALL.withPartitions(partitions), ReplayMode.MISSED_ONLY, limits));
    }

    private static ReplayRequest request(String id, Selector selector, ReplayMode mode, Limits limits) {
        return new ReplayRequest(id, selector, mode, false, limits, "a test", "a tester");
    }

    private JobStatus status(String id) {
        return journal.job(id).orElseThrow();
    }

    private void complete(Emission emission) {
        Carried carried = acceptEmission("replayed " + emission.event(), emission);
        deliver(carried);
        complete(carried);
    }

    private static List<String> keysOf(List<Emission> emissions) {
        return emissions.stream().map(emission -> emission.envelope().key()).toList();
    }
}
