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
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.Policies;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.governance.StaleVersionException;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.provenance.ReplayAnswer;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.FakeTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs over provenance that a coordinator governs: drafted by a person, planned by a search, approved, started. */
public abstract class GovernedProvenanceContract extends EventJournalContract {
    private static final String COORDINATOR = "coordinator";
    private static final String POLICY_SERVICE = "policy service";
    private static final Caller ANN = new Caller("ann", true, Optional.empty());
    private static final Caller BEN = new Caller("ben", true, Optional.of(POLICY_SERVICE));
    private static final Caller CLEO = new Caller("cleo", false, Optional.of(POLICY_SERVICE));
    private static final Caller ANONYMOUS = new Caller("anonymous", true, Optional.of(POLICY_SERVICE));

    protected GovernedProvenanceContract(JournalEngine engine) {
        super(engine);
    }

    @BeforeEach
    void withAnOutbox() {
        settings = settings.withOutbox(true);
        reopen();
    }

    @Test
    void aJobGoesItsWholeWayUnderItsApproval() {
        govern(Policies.approvalAbove(2));
        EventRef a = deadLetter("a").event();
        EventRef done = completed("done").event();

        GovernedJob drafted = coordinator().draft(request("job"), ANN);
        assertThat(drafted.state()).isEqualTo(JobState.DRAFTED);
        assertThat(drafted.request().provenance()).contains(selection());
        assertThat(drafted.request().requester()).isEqualTo("ann");
        GovernedJob planning = coordinator().plan("job", drafted.version(), ANN);
        assertThat(planning.state()).isEqualTo(JobState.PLANNING);
        assertThat(planning.stateReason()).contains("ann", "ReplayProvenance");
        assertThat(planning.plan()).isEmpty();
        assertThat(journal.emit(100)).isEmpty();
        planned("job", source(1, a), source(2, done), source(3), gone(4));
        GovernedJob planned = job("job");
        assertThat(planned.state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThat(planned.approvalNeeded()).isTrue();
        FrozenPlan plan = planned.plan().orElseThrow();
        assertThat(plan.numbers().selected()).isEqualTo(4);
        assertThat(plan.numbers().emitted()).isEqualTo(3);
        assertThat(plan.numbers().byPartition()).isEqualTo(Map.of(PARTITION, 2L));
        assertThat(plan.provenance().orElseThrow().notReplayable()).isEqualTo(Map.of(ItemStanding.CONTENT_EXPIRED, 1L));
        assertThat(plan.provenance().orElseThrow().flowFiles()).isEqualTo(4);
        assertThat(planning.provenance()).contains(selection().toString());
        assertThat(planned.provenance()).contains(found().toString());
        assertThat(journal.ask("job", 100)).as("it has not started").isEmpty();
        GovernedJob approved = coordinator().approve("job", planned.version(), "ticket 17", CLEO);
        assertThat(approved.approval().orElseThrow().items()).isEqualTo(plan.items());
        GovernedJob started = coordinator().start("job", approved.version(), "go", ANN);
        assertThat(started.state()).isEqualTo(JobState.RUNNING);
        assertThat(started.progress().total()).isEqualTo(3);
        assertThat(askedReplays()).isEmpty();

        List<ProvenanceItem> asked = journal.ask("job", 100);
        assertThat(asked)
                .extracting(item -> item.source().eventId())
                .as("what is gone is not asked for")
                .containsExactlyInAnyOrder(1L, 3L);
        assertThat(askedReplays()).containsExactly("content expired");
        complete(asked, 1, "r1", "a");
        complete(asked, 3, "r3", "new");

        GovernedJob over = job("job");
        assertThat(over.state()).isEqualTo(JobState.FINISHED);
        assertThat(over.progress().completed()).isEqualTo(2);
        assertThat(over.progress().rejected()).isEqualTo(1);
        assertThat(transitions("job"))
                .containsExactly(
                        " DRAFTED ann -",
                        "DRAFTED PLANNING ann -",
                        "PLANNING PLANNED ann -",
                        "PLANNED AWAITING_APPROVAL  -",
                        "AWAITING_APPROVAL APPROVED cleo cleo",
                        "APPROVED RUNNING ann cleo",
                        "RUNNING FINISHED  cleo");
    }

    @Test
    void aSmallJobNeedsNoApproval() {
        govern(Policies.approvalAbove(2));
        ask("job");

        planned("job", source(1), source(2));

        assertThat(job("job").state()).isEqualTo(JobState.APPROVED);
        assertThat(coordinator().start("job", version("job"), "go", ANN).state())
                .isEqualTo(JobState.RUNNING);
        assertThat(journal.ask("job", 100)).hasSize(2);
    }

    @Test
    void whoDraftedOrEditedDoesNotApproveAndWhoDidNeitherDoes() {
        govern(Policies.approvalAbove(0));
        coordinator().draft(request("job"), BEN);
        coordinator().edit("job", version("job"), request("job"), ANN);
        coordinator().plan("job", version("job"), ANN);
        planned("job", source(1));

        assertThatThrownBy(() -> coordinator().approve("job", version("job"), "mine", BEN))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("somebody else");
        assertThatThrownBy(() -> coordinator().approve("job", version("job"), "no right", ANN))
                .isInstanceOf(NotPermittedException.class);
        assertThatThrownBy(() -> coordinator().start("job", version("job"), "go", ANN))
                .isInstanceOf(IllegalTransitionException.class);
        assertThat(coordinator().approve("job", version("job"), "agreed", CLEO).state())
                .isEqualTo(JobState.APPROVED);
    }

    @Test
    void aPlanOfAVersionThatWasEditedMeanwhileChangesNothing() {
        govern(Policies.approvalAbove(0));
        long asked = ask("job").version();
        ProvenanceSelection other = selection("another");
        GovernedJob edited = coordinator().edit("job", asked, request("job").over(other), BEN);
        List<Notice> before = notices();

        assertThatThrownBy(() -> journal.planned("job", asked, found(), findings(source(1))))
                .isInstanceOf(StaleVersionException.class);
        assertThatThrownBy(() -> journal.notPlanned("job", asked, "nothing is there"))
                .isInstanceOf(StaleVersionException.class);

        assertThat(job("job")).isEqualTo(edited);
        assertThat(edited.state()).isEqualTo(JobState.DRAFTED);
        assertThat(edited.request().provenance()).contains(other);
        assertThat(items("job")).isEmpty();
        assertThat(notices()).isEqualTo(before);
        // Nor does it when the plan is asked for again.
        coordinator().plan("job", edited.version(), ANN);
        assertThatThrownBy(() -> journal.planned("job", asked, found(), findings(source(1))))
                .isInstanceOf(StaleVersionException.class);
        assertThat(job("job").state()).isEqualTo(JobState.PLANNING);
    }

    @Test
    void aPlanThatNobodyAskedForChangesNothing() {
        govern(Policies.approvalAbove(0));
        coordinator().draft(request("job"), ANN);

        assertThatThrownBy(() -> journal.planned("job", 1, found(), findings(source(1))))
                .isInstanceOf(IllegalTransitionException.class);
        assertThatThrownBy(() -> journal.notPlanned("job", 1, "why")).isInstanceOf(IllegalTransitionException.class);
        assertThat(job("job").state()).isEqualTo(JobState.DRAFTED);
        ask("over");
        coordinator().abort("over", version("over"), "no", ANN);
        assertThatThrownBy(() -> journal.planned("over", version("over"), found(), findings(source(1))))
                .isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void aRestartBetweenTheWishForAPlanAndThePlanForgetsNothing() {
        govern(Policies.approvalAbove(0));
        GovernedJob asked = ask("job");
        reopen();

        assertThat(job("job")).isEqualTo(asked);
        planned("job", source(1), source(2));
        GovernedJob planned = job("job");
        reopen();
        assertThat(job("job")).isEqualTo(planned);
        GovernedJob approved = coordinator().approve("job", planned.version(), "agreed", CLEO);
        reopen();
        assertThat(job("job")).isEqualTo(approved);
        coordinator().start("job", approved.version(), "go", ANN);
        reopen();
        assertThat(journal.ask("job", 100)).hasSize(2);
    }

    @Test
    void aPlanThatCannotBeMadeLetsThePersonActAgain() {
        govern(Policies.approvalAbove(0));
        long version = ask("job").version();

        journal.notPlanned("job", version, "'view the data' is missing");

        GovernedJob job = job("job");
        assertThat(job.state()).isEqualTo(JobState.DRAFTED);
        assertThat(job.stateReason()).contains("Not planned", "'view the data' is missing");
        assertThat(transitions("job")).last().isEqualTo("PLANNING DRAFTED  -");
        coordinator().plan("job", job.version(), ANN);
        planned("job", source(1));
        assertThat(job("job").state()).isEqualTo(JobState.AWAITING_APPROVAL);
    }

    @Test
    void anEditAfterThePlanEndsPlanApprovalAndItems() {
        govern(Policies.approvalAbove(0));
        approved("job", source(1));

        coordinator().edit("job", version("job"), request("job"), ANN);

        assertThat(job("job").state()).isEqualTo(JobState.DRAFTED);
        assertThat(job("job").plan()).isEmpty();
        assertThat(job("job").approval()).isEmpty();
        assertThat(items("job")).isEmpty();
        assertThatThrownBy(() -> coordinator().start("job", version("job"), "go", ANN))
                .isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void whoAsksForAnotherPlanGivesUpTheApproval() {
        govern(Policies.approvalAbove(0));
        approved("job", source(1));

        coordinator().plan("job", version("job"), ANN);
        assertThat(job("job").plan()).isEmpty();
        assertThat(job("job").approval()).isEmpty();
        assertThat(items("job")).isEmpty();
        planned("job", source(1), source(2));

        assertThat(job("job").state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThat(items("job")).hasSize(2);
    }

    @Test
    void aJobBecomesOneOverTheJournalsOwnEventsByAnEdit() {
        deadLetter("a");
        govern(Policies.approvalAbove(0));
        approved("job", source(1));

        coordinator().edit("job", version("job"), ofJournal("job"), ANN);
        GovernedJob planned = coordinator().plan("job", version("job"), ANN);
        assertThat(planned.state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThat(planned.plan().orElseThrow().provenance()).isEmpty();
        coordinator().approve("job", planned.version(), "agreed", CLEO);
        coordinator().start("job", version("job"), "go", ANN);

        assertThat(journal.emit(100)).hasSize(1);
        assertThatThrownBy(() -> journal.ask("job", 100)).hasMessageContaining("none over provenance");
    }

    @Test
    void nobodyAnswersForItemsBeforeTheStart() {
        govern(Policies.approvalAbove(0));
        approved("job", source(1));
        ProvenanceItem item = items("job").getFirst();

        assertThatThrownBy(() -> journal.answer(
                        "job", List.of(new ReplayAnswer.Refused(item, ItemStanding.CONTENT_EXPIRED, "an attempt"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nobody was asked");

        assertThat(items("job")).containsExactly(item);
        assertThat(coordinator().start("job", version("job"), "go", ANN).state())
                .isEqualTo(JobState.RUNNING);
    }

    @Test
    void anApprovalExpires() {
        govern(Policies.approvalAbove(0));
        approved("job", source(1));
        time.pass(Policies.LOOSE.approvalExpiry());

        assertThatThrownBy(() -> coordinator().start("job", version("job"), "go", ANN))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("expired");

        assertThat(job("job").state()).isEqualTo(JobState.AWAITING_APPROVAL);
        coordinator().approve("job", version("job"), "again", CLEO);
        assertThat(coordinator().start("job", version("job"), "go", ANN).state())
                .isEqualTo(JobState.RUNNING);
    }

    @Test
    void anApprovalIsUsedOnce() {
        govern(Policies.approvalAbove(0));
        approved("job", source(1));
        coordinator().start("job", version("job"), "go", ANN);
        assertThat(job("job").approval().orElseThrow().used()).isTrue();

        assertThatThrownBy(() -> coordinator().start("job", version("job"), "again", ANN))
                .isInstanceOf(IllegalTransitionException.class);
        assertThatThrownBy(() -> coordinator().plan("job", version("job"), ANN))
                .isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void anApprovalUnderAPolicyThatHasChangedIsNoMore() {
        govern(Policies.approvalAbove(5));
        approvedWithoutNeed("job", source(1), source(2));

        govern(Policies.approvalAbove(1));

        assertThat(job("job").state()).isEqualTo(JobState.AWAITING_APPROVAL);
        assertThatThrownBy(() -> coordinator().start("job", version("job"), "go", ANN))
                .isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void keepsToThePolicysTargetsFromTheDraftOn() {
        govern(Policies.provenanceTargets("journal event"));
        assertThatThrownBy(() -> coordinator().draft(request("elsewhere").over(selection("another")), ANN))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("Provenance Targets");
        long version = ask("job").version();

        assertThatThrownBy(() -> journal.planned("job", version, selection("another"), findings(source(1))))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("another");
        ProvenanceFindings leadElsewhere = new ProvenanceFindings(1, List.of(source(1)), Set.of("another"), 0, 0, 0);
        assertThatThrownBy(() -> journal.planned("job", version, found(), leadElsewhere))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("another");

        assertThat(job("job").state()).isEqualTo(JobState.PLANNING);
        planned("job", source(1));
        assertThat(job("job").state()).isEqualTo(JobState.APPROVED);
    }

    @Test
    void whatThePolicySaysOfRequestersWhenThePlanIsMadeCounts() {
        govern(Policies.LOOSE);
        long version = ask("job").version();
        govern(Policies.requesters("ben"));

        assertThatThrownBy(() -> journal.planned("job", version, found(), findings(source(1))))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("requesters");
        assertThatThrownBy(() -> coordinator().draft(request("another"), ANN))
                .isInstanceOf(NotPermittedException.class);
    }

    @Test
    void aPlanIsMadeForTheCoordinatorThatGoverns() {
        govern(Policies.LOOSE);
        long version = ask("job").version();
        Pin second = new Pin("second", POLICY_SERVICE, Policies.LOOSE, FakeTime.START);
        journal.govern(second);
        coordinator().approvePolicy(second.digest(), "another one", CLEO);

        assertThatThrownBy(() -> journal.planned("job", version, found(), findings(source(1))))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("does not govern");
        journal.notPlanned("job", version, "another coordinator governs");
        journal.coordinator("second").plan("job", version("job"), ANN);
        planned("job", source(1));

        assertThat(job("job").state()).isEqualTo(JobState.APPROVED);
        assertThat(job("job").coordinator()).contains("second");
    }

    @Test
    void whoNobodyKnowsAsksForNoPlanThatNeedsAnApproval() {
        govern(Policies.approvalAbove(1));
        coordinator().draft(request("job"), ANN);
        long version = coordinator().plan("job", 1, ANONYMOUS).version();

        assertThatThrownBy(() -> journal.planned("job", version, found(), findings(source(1), source(2))))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("does not know who");
        assertThat(items("job")).isEmpty();
        assertThat(job("job").state()).isEqualTo(JobState.PLANNING);
    }

    @Test
    void refusesWhatProvenanceCannotDoWhoeverAgrees() {
        govern(Policies.LOOSE);
        Limits strict = new Limits(Optional.empty(), 1, Optional.empty(), Optional.empty(), true);

        assertDraftRefused(ReplayMode.FORCED, Limits.NONE, "forced");
        assertDraftRefused(ReplayMode.DRILL, Limits.NONE, "drill");
        assertDraftRefused(ReplayMode.DRY_RUN, Limits.NONE, "dry run");
        assertDraftRefused(ReplayMode.MISSED_ONLY, Limits.NONE.withNewEvents(NewEvents.HOLD), "hold");
        assertDraftRefused(ReplayMode.MISSED_ONLY, strict, "order");
        assertThat(journal.jobs()).isEmpty();
    }

    private void assertDraftRefused(ReplayMode mode, Limits limits, String word) {
        ReplayRequest request = new ReplayRequest(
                "job", Selector.ALL, mode, false, limits, "test", "somebody", Optional.of(selection()));
        assertThatThrownBy(() -> coordinator().draft(request, ANN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(word);
    }

    @Test
    void isPausedResumedAndAbortedAtTheCoordinatorAloneAndHaltedByWhoRunsIt() {
        govern(Policies.approvalAbove(0));
        approved("job", source(1), source(2), source(3));
        coordinator().start("job", version("job"), "go", ANN);
        journal.ask("job", 1);

        coordinator().pause("job", version("job"), "wait", CLEO);
        assertThat(journal.ask("job", 100)).isEmpty();
        assertThatThrownBy(() -> journal.change("job", JobAction.RESUME, new Cause("flow file", "go on")))
                .hasMessageContaining("governed by a coordinator");
        assertThat(journal.halt("job", "its queue leads elsewhere")).isFalse();
        coordinator().resume("job", version("job"), "go on", ANN);
        assertThat(journal.ask("job", 1)).hasSize(1);
        assertThat(journal.halt("job", "its queue leads elsewhere")).isTrue();
        assertThat(job("job").state()).isEqualTo(JobState.PAUSED);
        assertThat(job("job").stateReason()).isEqualTo("its queue leads elsewhere");
        coordinator().abort("job", version("job"), "enough", CLEO);
        assertThat(journal.ask("job", 100)).isEmpty();
        assertThat(transitions("job"))
                .endsWith(
                        "RUNNING PAUSED cleo cleo",
                        "PAUSED RUNNING ann cleo",
                        "RUNNING PAUSED  cleo",
                        "PAUSED ABORTED cleo cleo");
    }

    @Test
    void aFlowFilesJobThatIsRefusedLeavesNothingBehind() {
        govern(Policies.approvalAbove(1));
        List<Notice> before = notices();

        assertThatThrownBy(() -> journal.open(ofJournal("job"), "all", List.of(source(1), gone(2))))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("draft the job at the coordinator");
        assertThatThrownBy(() -> journal.open(request("job")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at the coordinator");

        assertThat(journal.jobs()).isEmpty();
        assertThat(notices()).isEqualTo(before);
    }

    @Test
    void whatSomebodyReplaysBesideAJobThatAskedForNothingIsOutsideOfJobs() {
        govern(Policies.approvalAbove(0));
        approved("job", source(1));
        replayed("r1", "somebody's");
        assertThat(journal.statistics().arrivals().outsideOfJobs())
                .as("while it is approved")
                .isEqualTo(1);
        coordinator().abort("job", version("job"), "after all not", ANN);
        replayed("r2", "another");

        assertThat(journal.statistics().arrivals().outsideOfJobs())
                .as("once it is aborted")
                .isEqualTo(2);
    }

    /** The item was asked for, NiFi has made a FlowFile, and the flow completes it. */
    private void complete(List<ProvenanceItem> asked, long event, String flowFile, String key) {
        ProvenanceItem item = asked.stream()
                .filter(one -> one.source().eventId() == event)
                .findFirst()
                .orElseThrow();
        Carried carried = carried(flowFile, key, accepted(replayed(flowFile, key)));
        journal.answer("job", List.of(new ReplayAnswer.Replayed(item, flowFile)));
        deliver(carried);
        complete(carried);
        journal.answer(
                "job", List.of(new ReplayAnswer.Followed(item, OptionalLong.of(event), Optional.of(carried.event()))));
    }

    private Admission replayed(String flowFile, String key) {
        return admit(new Arrival.Fresh(flowFile, Envelope.of(key, PARTITION), contentOf(key), List.of(EFFECT), true));
    }

    private void govern(ReplayPolicy policy) {
        journal.govern(new Pin(COORDINATOR, POLICY_SERVICE, policy, FakeTime.START));
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

    /** Drafted, with a plan asked for. */
    private GovernedJob ask(String id) {
        GovernedJob drafted = coordinator().draft(request(id), ANN);
        return coordinator().plan(id, drafted.version(), ANN);
    }

    private void planned(String id, ProvenanceSource... sources) {
        journal.planned(id, version(id), found(), findings(sources));
    }

    private void approvedWithoutNeed(String id, ProvenanceSource... sources) {
        ask(id);
        planned(id, sources);
        assertThat(job(id).state()).isEqualTo(JobState.APPROVED);
    }

    private void approved(String id, ProvenanceSource... sources) {
        ask(id);
        planned(id, sources);
        coordinator().approve(id, version(id), "agreed", CLEO);
    }

    private static ReplayRequest ofJournal(String id) {
        return new ReplayRequest(
                id, Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "the network was down", "somebody");
    }

    private static ReplayRequest request(String id) {
        return ofJournal(id).over(selection());
    }

    /** With every condition that there is. */
    private static ProvenanceSelection selection(String... processors) {
        return new ProvenanceSelection(
                Set.of(processors),
                Optional.of(Instant.parse("2026-11-23T10:00:00Z")),
                Optional.of(Instant.parse("2026-11-23T11:00:00Z")),
                Set.of("ROUTE"),
                Map.of("country", "NL"),
                Set.of("f1", "f2"),
                OptionalLong.of(7));
    }

    /** For what was searched in the end. */
    private static ProvenanceSelection found() {
        return selection("journal event");
    }

    private static ProvenanceFindings findings(ProvenanceSource... sources) {
        return new ProvenanceFindings(sources.length, List.of(sources), Set.of("journal event"), 0, 0, 0);
    }

    private static ProvenanceSource source(long id) {
        return new ProvenanceSource("", id, "f" + id, "queue", Optional.empty(), Optional.empty());
    }

    private static ProvenanceSource gone(long id) {
        return new ProvenanceSource(
                "", id, "f" + id, "queue", Optional.empty(), Optional.of(ItemStanding.CONTENT_EXPIRED));
    }

    private ProvenanceSource source(long id, EventRef event) {
        String key = journal.find(event).orElseThrow().envelope().key();
        return new ProvenanceSource("", id, "f" + id, "queue", Optional.of(key), Optional.empty());
    }

    private List<ProvenanceItem> items(String job) {
        List<ProvenanceItem> items = new ArrayList<>();
        journal.items(job, items::add);
        return items;
    }

    private List<String> askedReplays() {
        return notices().stream()
                .map(Notice::happening)
                .filter(Happening.ReplayAsked.class::isInstance)
                .map(happening -> ((Happening.ReplayAsked) happening).outcome())
                .toList();
    }
}
