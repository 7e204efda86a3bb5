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
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.Policies;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.provenance.ReplayAnswer;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Jobs whose FlowFiles NiFi replays. */
public abstract class ProvenanceJobContract extends EventJournalContract {
    private static final Cause MARIA = new Cause("maria", "because");
    private static final Duration LONGER_THAN_A_GRANT = Duration.ofHours(1).plusMillis(1);

    protected ProvenanceJobContract(JournalEngine engine) {
        super(engine);
    }

    @Test
    void hasOneItemForEachMissedEventAndForEachFlowFileThatTheJournalDoesNotKnow() {
        EventRef dead = deadLetter("dead").event();
        EventRef done = completed("done").event();
        EventRef inFlight = accept("f1", "in flight").event();
        List<ProvenanceSource> sources =
                List.of(source(1, dead), source(2, dead), source(3, done), source(4, inFlight), source(5), source(6));
        Plan plan = journal.plan(request("job", Limits.NONE), sources);
        assertThat(journal.jobs()).isEmpty();

        JobStatus job = journal.open(request("job", Limits.NONE), "all", sources);

        assertThat(job.provenance()).contains("all");
        assertThat(job.plan()).isEqualTo(plan);
        assertThat(plan.selected()).isEqualTo(5);
        assertThat(plan.emitted()).isEqualTo(3);
        assertThat(plan.inFlight()).isEqualTo(1);
        assertThat(plan.byStatus())
                .isEqualTo(Map.of(Status.DEAD_LETTER, 1L, Status.COMPLETED, 1L, Status.IN_FLIGHT, 1L));
        assertThat(journal.ask("job", 100))
                .extracting(item -> item.source().eventId())
                .containsExactlyInAnyOrder(1L, 5L, 6L);
        assertThat(journal.ask("job", 100)).as("at once").isEmpty();
        assertThat(journal.emit(100)).as("NiFi has the content").isEmpty();
    }

    @Test
    void aKeyOfAnotherJournalIsUnseen() {
        completed("here");
        open("job", new ProvenanceSource("", 1, "f1", "queue", Optional.of("elsewhere"), Optional.empty()));

        assertThat(journal.ask("job", 100)).singleElement().satisfies(item -> {
            assertThat(item.unseen()).isTrue();
            assertThat(item.event()).isEmpty();
        });
    }

    @Test
    void isSettledByTheStateOfItsEvents() {
        EventRef a = deadLetter("a").event();
        EventRef b = deadLetter("b").event();
        open("job", source(1, a), source(2, b));

        List<ProvenanceItem> asked = journal.ask("job", 100);
        Carried first = carried("r1", "a", accepted(replayed("r1", "a")));
        Carried second = carried("r2", "b", accepted(replayed("r2", "b")));
        journal.answer(
                "job",
                List.of(new ReplayAnswer.Replayed(asked.get(0), "r1"), new ReplayAnswer.Replayed(asked.get(1), "r2")));
        assertThat(status("job").state()).isEqualTo(JobState.RUNNING);
        deliver(first);
        complete(first);
        deliver(second);
        giveUp(second);

        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().completed()).isEqualTo(1);
        assertThat(status("job").progress().deadLetter()).isEqualTo(1);
        assertThat(status("job").progress().emitted()).isEqualTo(2);
        assertThat(items("job")).allSatisfy(item -> assertThat(item.standing()).isEqualTo(ItemStanding.REPLAYED));
    }

    @Test
    void goesOnAfterAReopening() {
        EventRef a = deadLetter("a").event();
        EventRef b = deadLetter("b").event();
        EventRef c = deadLetter("c").event();
        open("job", source(1, a), source(2, b), source(3, c));
        List<ProvenanceItem> asked = journal.ask("job", 2);
        journal.answer("job", List.of(new ReplayAnswer.Replayed(asked.getFirst(), "r1")));
        reopen();

        // What was answered is on its way; of what was not nobody knows; the third was not asked for.
        assertThat(journal.ask("job", 100))
                .hasSize(2)
                .allSatisfy(item -> assertThat(item.source().eventId())
                        .isNotEqualTo(asked.getFirst().source().eventId()));
        for (String key : List.of("a", "b", "c")) {
            Carried carried = carried("r " + key, key, accepted(replayed("r " + key, key)));
            deliver(carried);
            complete(carried);
        }
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().completed()).isEqualTo(3);
    }

    @Test
    void asksAgainForWhatGotNoAnswerAndForWhatDidNotArrive() {
        EventRef a = deadLetter("a").event();
        open("job", source(1, a));
        ProvenanceItem first = journal.ask("job", 100).getFirst();
        time.pass(RE_EMIT_AFTER);

        ProvenanceItem second = journal.ask("job", 100).getFirst();
        assertThat(second.asked()).isEqualTo(2);
        journal.answer("job", List.of(new ReplayAnswer.Refused(first, ItemStanding.QUEUE_GONE, "too late")));
        journal.answer("job", List.of(new ReplayAnswer.Replayed(second, "r1")));
        time.pass(RE_EMIT_AFTER);
        assertThat(journal.ask("job", 100)).as("it waits in its queue").isEmpty();
        time.pass(LONGER_THAN_A_GRANT);
        assertThat(journal.ask("job", 100)).hasSize(1);
    }

    @Test
    void asksAgainAtOnceForWhatNiFiCouldNotBeAskedFor() {
        open(
                "job",
                source(1, deadLetter("a").event()),
                source(2, deadLetter("b").event()));
        List<ProvenanceItem> asked = journal.ask("job", 100);
        for (int i = 0; i < 20; i++) {
            journal.answer("job", List.of(new ReplayAnswer.NotAsked(asked.getLast())));
            List<ProvenanceItem> again = journal.ask("job", 100);
            assertThat(again).singleElement().satisfies(item -> {
                assertThat(item.number()).isEqualTo(asked.getLast().number());
                assertThat(item.asked()).isEqualTo(1);
            });
        }
    }

    @Test
    void givesUpAskingInTheEnd() {
        open("job", source(1, deadLetter("a").event()));
        int asked = 0;
        while (status("job").state() == JobState.RUNNING) {
            asked += journal.ask("job", 100).size();
            time.pass(RE_EMIT_AFTER);
        }

        assertThat(asked).isEqualTo(10);
        assertThat(status("job").progress().rejected()).isEqualTo(1);
        assertThat(items("job").getFirst().standing()).isEqualTo(ItemStanding.NOT_ANSWERED);
    }

    @Test
    void countsWhatNiFiDoesNotReplay() {
        EventRef a = deadLetter("a").event();
        EventRef b = deadLetter("b").event();
        ProvenanceSource gone = new ProvenanceSource(
                "", 2, "f2", "queue", Optional.of(keyOf(b)), Optional.of(ItemStanding.CONTENT_EXPIRED));
        open("job", source(1, a), gone);
        assertThat(status("job").progress().rejected()).isEqualTo(1);

        List<ProvenanceItem> asked = journal.ask("job", 100);
        assertThat(asked).hasSize(1);
        journal.answer("job", List.of(new ReplayAnswer.Refused(asked.getFirst(), ItemStanding.QUEUE_GONE, "gone")));

        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().rejected()).isEqualTo(2);
        assertThat(items("job"))
                .extracting(ProvenanceItem::standing)
                .containsExactlyInAnyOrder(ItemStanding.CONTENT_EXPIRED, ItemStanding.QUEUE_GONE);
    }

    @Test
    void leavesOutWhatWasCompletedMeanwhile() {
        Carried lost = accept("f1", "a");
        letLeasesEnd();
        open("job", source(1, lost.event()));
        Carried other = carried("f2", "a", accepted(send("f2", "a")));
        deliver(other);
        complete(other);

        assertThat(journal.ask("job", 100)).isEmpty();
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().elsewhere()).isEqualTo(1);
    }

    @Test
    void followsAFlowFileThatBecameAnEventOfItsOwn() {
        open("job", source(1), source(2), source(3));
        List<ProvenanceItem> asked = journal.ask("job", 100);
        Carried done = carried("r1", "a", accepted(replayed("r1", "a")));
        deliver(done);
        complete(done);
        Carried later = carried("r2", "b", accepted(replayed("r2", "b")));
        List<ReplayAnswer> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(new ReplayAnswer.Replayed(asked.get(i), "r" + (i + 1)));
        }
        answers.add(new ReplayAnswer.Followed(asked.get(0), OptionalLong.of(77), Optional.of(done.event())));
        answers.add(new ReplayAnswer.Followed(asked.get(1), OptionalLong.empty(), Optional.of(later.event())));
        answers.add(new ReplayAnswer.Refused(asked.get(2), ItemStanding.NOT_ADMITTED, "JournalEvent rejected it"));
        journal.answer("job", answers);

        assertThat(status("job").progress().completed()).isEqualTo(1);
        assertThat(status("job").progress().rejected()).isEqualTo(1);
        assertThat(items("job").getFirst().replayEvent()).hasValue(77);
        deliver(later);
        complete(later);
        time.pass(RE_EMIT_AFTER);
        assertThat(journal.ask("job", 100)).isEmpty();
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().completed()).isEqualTo(2);
    }

    @Test
    void isPausedAndAborted() {
        open(
                "job",
                source(1, deadLetter("a").event()),
                source(2, deadLetter("b").event()));
        journal.ask("job", 1);
        journal.change("job", JobAction.PAUSE, MARIA);
        assertThat(journal.ask("job", 100)).isEmpty();
        assertThat(replayed("r1", "a")).isEqualTo(new Admission.Held("job"));
        journal.change("job", JobAction.RESUME, MARIA);
        assertThat(journal.ask("job", 100)).hasSize(1);
        journal.change("job", JobAction.ABORT, MARIA);

        assertThat(journal.ask("job", 100)).isEmpty();
        assertThat(replayed("r1", "a")).isInstanceOf(Admission.DeadLetter.class);
    }

    @Test
    void whatAJobHasNiFiReplayIsNotOutsideOfJobsWhetherTheJournalKnewItOrNot() {
        EventRef dead = deadLetter("dead").event();
        completed("done");
        open("job", source(1, dead), source(2), source(3), source(4));
        assertThat(journal.ask("job", 100)).hasSize(4);

        assertThat(replayed("r1", "dead")).isInstanceOf(Admission.Accepted.class);
        assertThat(replayed("r2", "unseen")).isInstanceOf(Admission.Accepted.class);
        assertThat(replayed("r3", "unseen")).isInstanceOf(Admission.InFlight.class);
        assertThat(replayed("r4", "done")).isInstanceOf(Admission.Duplicate.class);
        assertOutsideOfJobs(0);

        // They may be in the queue still.
        journal.change("job", JobAction.PAUSE, MARIA);
        replayed("r5", "another");
        journal.change("job", JobAction.ABORT, MARIA);
        replayed("r6", "yet another");
        assertOutsideOfJobs(0);
        time.pass(LONGER_THAN_A_GRANT);
        replayed("r7", "somebody's");
        assertOutsideOfJobs(1);
    }

    @Test
    void whatAJobHadNiFiReplayInVainIsNotOutsideOfJobsAndWhatSomebodyElseHadIs() {
        EventRef a = deadLetter("a").event();
        EventRef b = deadLetter("b").event();
        completed("done");
        open("job", source(1, a), source(2, b));
        List<ProvenanceItem> asked = journal.ask("job", 1);
        assertThat(asked)
                .singleElement()
                .satisfies(item -> assertThat(item.event()).contains(a));
        journal.answer("job", List.of(new ReplayAnswer.Replayed(asked.getFirst(), "r1")));
        // Its grant is used by another FlowFile: by what somebody had NiFi replay, as it happens.
        assertThat(replayed("x1", "a")).isInstanceOf(Admission.Accepted.class);

        assertThat(replayed("r1", "a")).isInstanceOf(Admission.InFlight.class);
        assertOutsideOfJobs(0);
        assertThat(replayed("x2", "a")).isInstanceOf(Admission.InFlight.class);
        assertOutsideOfJobs(1);
        assertThat(replayed("x3", "done")).isInstanceOf(Admission.Duplicate.class);
        assertThat(replayed("x4", "b")).as("not asked for yet").isInstanceOf(Admission.DeadLetter.class);
        assertThat(replayed("x5", "new")).isInstanceOf(Admission.Accepted.class);
        assertOutsideOfJobs(4);
    }

    @Test
    void whatIsHeldIsCountedWhenItComesAgainAndNotEachTime() {
        open("job", source(1, deadLetter("a").event()));
        journal.answer(
                "job", List.of(new ReplayAnswer.Replayed(journal.ask("job", 1).getFirst(), "r1")));
        journal.change("job", JobAction.PAUSE, MARIA);
        for (int i = 0; i < 3; i++) {
            assertThat(replayed("x1", "a")).isEqualTo(new Admission.Held("job"));
        }
        assertOutsideOfJobs(0);
    }

    @Test
    void aReplayOfWhatHasATokenIsOutsideOfJobsUnlessAJobBringsIt() {
        Carried done = completed("done");
        Carried dead = deadLetter("dead");

        assertThat(admit(new Arrival.WithToken("x1", done.token(), contentOf("done"), false)))
                .isInstanceOf(Admission.Duplicate.class);
        assertOutsideOfJobs(0);
        assertThat(admit(new Arrival.WithToken("x2", done.token(), contentOf("done"), true)))
                .isInstanceOf(Admission.Duplicate.class);
        assertOutsideOfJobs(1);

        open("job", source(1, dead.event()));
        journal.ask("job", 1);
        assertThat(accepted(admit(new Arrival.WithToken("r1", dead.token(), contentOf("dead"), true)))
                        .job())
                .contains("job");
        assertOutsideOfJobs(1);
    }

    private void assertOutsideOfJobs(long count) {
        assertThat(journal.statistics().arrivals().outsideOfJobs()).isEqualTo(count);
    }

    @Test
    void oneThatIsTooLargeForThePolicyIsToldToBeDraftedAtTheCoordinator() {
        journal.govern(new Pin("coordinator", "policy service", Policies.approvalAbove(2), FakeTime.START));

        assertThatThrownBy(() -> open("large", source(1), source(2), source(3)))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("for a job of 3 events")
                .hasMessageContaining("draft the job at the coordinator, StandardReplayCoordinator");
        assertThat(journal.jobs()).isEmpty();
        assertThat(open("small", source(1), source(2)).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void keepsItsRateAndItsConcurrency() {
        ProvenanceSource[] sources = new ProvenanceSource[50];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = source(i + 1);
        }
        Limits slow = new Limits(Optional.of(10.0), 15, Optional.empty(), Optional.empty(), false);
        journal.open(request("job", slow), "all", List.of(sources));
        int asked = 0;
        for (int i = 0; i < 10; i++) {
            time.pass(Duration.ofMillis(100));
            asked += journal.ask("job", 100).size();
        }
        assertThat(asked).isBetween(9, 11);
        for (int i = 0; i < 20; i++) {
            time.pass(Duration.ofMillis(100));
            asked += journal.ask("job", 100).size();
        }
        assertThat(asked).isEqualTo(15);
    }

    @Test
    void theSameRequestOpensOneJob() {
        EventRef a = deadLetter("a").event();
        JobStatus first = open("job", source(1, a));

        assertThat(open("job", source(1, a), source(2))).isEqualTo(first);
        assertThatThrownBy(() -> journal.open(request("job", Limits.NONE), "something else", List.of()))
                .hasMessageContaining("asks for something else");
        assertThatThrownBy(() -> journal.open(request("job", Limits.NONE)))
                .hasMessageContaining("asks for something else");
        assertThatThrownBy(() -> journal.ask("nobody", 1)).hasMessageContaining("no replay job nobody");
    }

    private JobStatus open(String job, ProvenanceSource... sources) {
        return journal.open(request(job, Limits.NONE), "all", List.of(sources));
    }

    private static ReplayRequest request(String job, Limits limits) {
        return new ReplayRequest(job, Selector.ALL, ReplayMode.MISSED_ONLY, false, limits, "to try provenance", "test");
    }

    private static ProvenanceSource source(long id) {
        return new ProvenanceSource("", id, "f" + id, "queue", Optional.empty(), Optional.empty());
    }

    private ProvenanceSource source(long id, EventRef event) {
        return new ProvenanceSource("", id, "f" + id, "queue", Optional.of(keyOf(event)), Optional.empty());
    }

    private String keyOf(EventRef event) {
        return journal.find(event).orElseThrow().envelope().key();
    }

    private Admission replayed(String flowFile, String key) {
        return admit(new Arrival.Fresh(flowFile, Envelope.of(key, PARTITION), contentOf(key), List.of(EFFECT), true));
    }

    private List<ProvenanceItem> items(String job) {
        List<ProvenanceItem> items = new ArrayList<>();
        journal.items(job, items::add);
        return items;
    }

    private JobStatus status(String job) {
        return journal.job(job).orElseThrow();
    }
}
