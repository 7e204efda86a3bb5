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
package io.nifireplay.services.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EntryJson;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Rejection;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.outbox.Outbox;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.provenance.ReplayAnswer;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditedJournalTest {
    private static final Origin JOURNAL_EVENT = new Origin("c1", "JournalEvent", "g1");
    private static final Actor.Component ITSELF = new Actor.Component("s1", "RocksDBEventJournal", Optional.empty());

    @TempDir
    Path directory;

    private final MockComponentLog log = new MockComponentLog("s1", this);
    private RocksDBJournal inner;

    @BeforeEach
    void open() {
        inner = RocksDBJournal.open(
                RocksDBOptions.defaults(directory.resolve("journal")).withOutbox(true));
    }

    @AfterEach
    void close() {
        inner.close();
    }

    private EventJournal over(RecordingTrail trail) {
        return over(inner, trail, log);
    }

    private static EventJournal over(RocksDBJournal inner, RecordingTrail trail, ComponentLog log) {
        Outbox outbox = inner.outbox().orElseThrow();
        NoticeEntries entries = new NoticeEntries(inner, trail, ITSELF);
        return new AuditedJournal(inner, new OutboxTeller(outbox, trail, entries, log, System::nanoTime));
    }

    private static Arrival fresh(String flowFile, String key, String content) {
        return new Arrival.Fresh(
                flowFile,
                Envelope.of(key, "orders"),
                Content.of(content.getBytes(StandardCharsets.UTF_8)),
                List.of("call"));
    }

    private static Arrival fresh(String flowFile, String key) {
        return fresh(flowFile, key, "content of " + key);
    }

    private static AuditEntry entry(RecordingTrail trail, int index) {
        return ((AuditEntry.Noted) trail.entries().get(index)).entry();
    }

    @Test
    void tellsOfGovernedJobsWithRequesterApproverAndThePolicyInForce() {
        RecordingTrail trail = new RecordingTrail(true);
        EventJournal journal = over(trail).by(new Origin("s2", "StandardReplayCoordinator", ""));
        ReplayPolicy policy = new ReplayPolicy(
                true,
                Set.of("ann"),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Caller ann = new Caller("ann", true, Optional.empty());

        journal.govern(new Pin("s2", "s3", policy, Instant.EPOCH));
        AuditEntry.PolicyChanged pinned = (AuditEntry.PolicyChanged) entry(trail, 0);
        assertThat(pinned.before()).isEmpty();
        assertThat(pinned.after()).isEqualTo(policy.digest());
        assertThat(pinned.pin().orElseThrow().change()).isEqualTo("pinned");
        assertThat(pinned.pin().orElseThrow().rules()).doesNotContain("ann");
        journal.coordinator("s2")
                .draft(
                        new ReplayRequest(
                                "job", Selector.ALL, ReplayMode.FORCED, false, Limits.NONE, "wrong flow", "ben"),
                        ann);
        assertThat(trail.entries()).as("told before the answer").hasSize(2);
        GovernedJob planned = journal.coordinator("s2").plan("job", 1, ann);
        int before = trail.entries().size();
        Caller approver = new Caller("ann", true, Optional.of("s3"));
        assertThatThrownBy(() -> journal.coordinator("s2").approve("job", planned.version(), "my own", approver))
                .isInstanceOf(NotPermittedException.class);
        assertThat(trail.entries()).as("told before it is refused").hasSize(before + 1);
        AuditEntry.RequestRefused refused = (AuditEntry.RequestRefused) entry(trail, before);
        assertThat(refused.asked()).isEqualTo("approve");
        assertThat(refused.job().orElseThrow().name()).isEqualTo("job");
        assertThat(refused.requester())
                .isEqualTo(new Actor.User(trail.getPersonalIds().protect("ann")));
        assertThat(refused.reason()).contains("somebody else has to agree").doesNotContain("ann");
        assertThat(refused.policy()).contains(policy.digest());
        journal.coordinator("s2")
                .approve("job", planned.version(), "agreed", new Caller("cleo", false, Optional.of("s3")));

        AuditEntry.JobChanged approved =
                (AuditEntry.JobChanged) entry(trail, trail.entries().size() - 1);
        assertThat(approved.before()).contains("awaiting approval");
        assertThat(approved.after()).isEqualTo("approved");
        assertThat(approved.why()).isEqualTo("agreed");
        assertThat(approved.policy()).contains(policy.digest());
        Actor cleo = new Actor.User(trail.getPersonalIds().protect("cleo"));
        assertThat(approved.requester()).contains(cleo);
        assertThat(approved.governed().orElseThrow())
                .isEqualTo(new AuditEntry.GovernedJob(4, planned.plan().map(FrozenPlan::items), Optional.of(cleo)));
        assertThat(approved.job().requester())
                .contains(new Actor.User(trail.getPersonalIds().protect("ann")));
        assertThat(approved.actor())
                .isEqualTo(new Actor.Component("s2", "StandardReplayCoordinator", Optional.empty()));
    }

    @Test
    void refusesAChangeOfAJobWhileTheTrailTakesNothing() {
        RecordingTrail trail = new RecordingTrail(true);
        EventJournal journal = over(trail);
        ReplayPolicy policy = new ReplayPolicy(
                true,
                Set.of(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        journal.govern(new Pin("s2", "s3", policy, Instant.EPOCH));
        ReplayRequest request =
                new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "missed", "");
        journal.admit(List.of(fresh("f1", "a")));

        trail.isFull(true);
        assertThatThrownBy(() -> journal.coordinator("s2").draft(request, new Caller("ann", true, Optional.empty())))
                .isInstanceOf(JournalException.class);
        trail.isFull(false);
        journal.renewSeal();

        assertThat(journal.job("job")).isPresent();
        assertThat(entry(trail, trail.entries().size() - 1)).isInstanceOf(AuditEntry.JobChanged.class);
    }

    @Test
    void isInTheTrailBeforeItAnswers() {
        RecordingTrail trail = new RecordingTrail(true);
        EventJournal journal = over(trail).by(JOURNAL_EVENT);

        List<Admission> admissions = journal.admit(List.of(fresh("f1", "a"), fresh("f2", "b")));

        assertThat(trail.entries()).singleElement().isInstanceOfSatisfying(AuditEntry.Noted.class, noted -> {
            assertThat(noted.journal()).isEqualTo(journal.id().toString());
            assertThat(noted.number()).isEqualTo(1);
            assertThat(noted.actor()).isEqualTo(new Actor.Component("c1", "JournalEvent", Optional.of("g1")));
            assertThat(noted.entry()).isInstanceOfSatisfying(AuditEntry.EventsAdmitted.class, admitted -> {
                assertThat(admitted.events().count()).isEqualTo(2);
                assertThat(admitted.events().fitsItsRuns()).isTrue();
                assertThat(admitted.events().names(new EventPlace("orders", 2))).isTrue();
            });
        });
        assertThat(inner.outbox().orElseThrow().index(admissions.getLast().notice()))
                .hasValue(0);
        assertThat(inner.outbox().orElseThrow().pending(9, 9)).isEmpty();
    }

    @Test
    void tellsOfEachReplayThatNiFiWasAskedFor() {
        RecordingTrail trail = new RecordingTrail(true);
        EventJournal journal = over(trail).by(new Origin("c2", "ReplayProvenance", "g1"));
        ReplayRequest request = new ReplayRequest(
                "job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "why", "processor c2");
        journal.open(
                request,
                "all",
                List.of(
                        new ProvenanceSource("", 7, "f1", "queue", Optional.empty(), Optional.empty()),
                        new ProvenanceSource(
                                "n1", 8, "f2", "queue", Optional.empty(), Optional.of(ItemStanding.JOIN))));
        ProvenanceItem asked = journal.ask("job", 10).getFirst();
        journal.answer("job", List.of(new ReplayAnswer.Replayed(asked, "f3")));
        assertThat(trail.entries()).hasSize(2);
        journal.answer("job", List.of(new ReplayAnswer.Followed(asked, OptionalLong.of(99), Optional.empty())));

        assertThat(entry(trail, 0)).isInstanceOfSatisfying(AuditEntry.ReplayAsked.class, refused -> {
            assertThat(refused.asked()).isEqualTo(8);
            assertThat(refused.node()).contains("n1");
            assertThat(refused.outcome()).isEqualTo("join");
        });
        assertThat(entry(trail, 1))
                .isInstanceOfSatisfying(
                        AuditEntry.JobChanged.class,
                        opened -> assertThat(opened.requester())
                                .contains(new Actor.Component("c2", "ReplayProvenance", Optional.empty())));
        assertThat(entry(trail, 2)).isInstanceOfSatisfying(AuditEntry.ReplayAsked.class, replayed -> {
            assertThat(replayed.job().name()).isEqualTo("job");
            assertThat(replayed.asked()).isEqualTo(7);
            assertThat(replayed.parent()).isEqualTo("f1");
            assertThat(replayed.outcome()).isEqualTo("replayed");
            assertThat(replayed.lineage().flowFiles().listed()).containsExactly("f3");
            assertThat(replayed.lineage().provenanceEvents().listed()).containsExactly("99");
        });
    }

    @Test
    void aClaimLeavesToOthersWhatTheyHaveNoted() {
        RecordingTrail trail = new RecordingTrail(true);
        EventJournal journal = over(trail);
        Admission.Accepted accepted =
                (Admission.Accepted) journal.admit(List.of(fresh("f1", "a"))).getFirst();
        // Another task, which is about to tell of it.
        inner.admit(List.of(fresh("f2", "b")));

        ClaimResult claimed = journal.claim(
                        List.of(new Claim(accepted.token(), "f1", "call", Fragment.WHOLE, false, Optional.empty())))
                .getFirst();

        assertThat(claimed).isInstanceOf(ClaimResult.Deliver.class);
        assertThat(trail.entries()).hasSize(1);
        journal.admit(List.of(fresh("f3", "c")));
        assertThat(trail.entries()).hasSize(3);
    }

    @Test
    void aClaimWaitsForWhatAnotherTaskCouldNotTell() {
        RecordingTrail trail = new RecordingTrail(true);
        InterruptedOutbox outbox = new InterruptedOutbox(inner.outbox().orElseThrow());
        OutboxTeller teller =
                new OutboxTeller(outbox, trail, new NoticeEntries(inner, trail, ITSELF), log, System::nanoTime);
        EventJournal journal = new AuditedJournal(inner, teller);
        outbox.afterTold(() -> {
            inner.admit(List.of(fresh("f2", "b")));
            trail.isFull(true);
            assertThatThrownBy(teller::tell).isInstanceOf(JournalException.class);
        });
        Admission.Accepted accepted =
                (Admission.Accepted) journal.admit(List.of(fresh("f1", "a"))).getFirst();
        outbox.interrupt();

        List<Claim> claims =
                List.of(new Claim(accepted.token(), "f1", "call", Fragment.WHOLE, false, Optional.empty()));
        assertThatThrownBy(() -> journal.claim(claims)).isInstanceOf(JournalException.class);
        trail.isFull(false);
        assertThat(journal.claim(claims).getFirst()).isInstanceOf(ClaimResult.Deliver.class);
        assertThat(trail.entries()).hasSize(2);
    }

    /** Lets another task act just when one has told what there was, and is about to see whether that was all. */
    private static final class InterruptedOutbox implements Outbox {
        private final Outbox outbox;
        private Runnable other = () -> {};
        private boolean isTold;

        InterruptedOutbox(Outbox outbox) {
            this.outbox = outbox;
        }

        void afterTold(Runnable task) {
            other = task;
        }

        void interrupt() {
            Runnable task = other;
            other = () -> {};
            task.run();
        }

        @Override
        public long last() {
            long last = outbox.last();
            if (isTold) {
                interrupt();
            }
            return last;
        }

        @Override
        public List<Notice> pending(long last, int max) {
            return outbox.pending(last, max);
        }

        @Override
        public void told(List<Notice> notices, long firstIndex) {
            outbox.told(notices, firstIndex);
            isTold = true;
        }

        @Override
        public OptionalLong index(long notice) {
            return outbox.index(notice);
        }
    }

    @Test
    void decidesNothingMoreWhileTheTrailTakesNothing() {
        RecordingTrail trail = new RecordingTrail(true);
        EventJournal journal = over(trail);
        trail.isFull(true);

        assertThatThrownBy(() -> journal.admit(List.of(fresh("f1", "a"))))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("audit trail")
                .hasMessageContaining("No space left on device");
        assertThatThrownBy(() -> journal.admit(List.of(fresh("f2", "b")))).isInstanceOf(JournalException.class);
        assertThatThrownBy(() -> journal.note(List.of(new Rejection("f3", Optional.empty(), "no key"))))
                .isInstanceOf(JournalException.class);
        assertThat(journal.findByKey("b")).as("the second was not decided").isEmpty();

        trail.isFull(false);
        Admission again = journal.admit(List.of(fresh("f1", "a"))).getFirst();
        assertThat(again).isInstanceOf(Admission.Accepted.class);
        assertThat(again.notice()).isEqualTo(1);
        assertThat(trail.entries()).as("of one admission the trail tells once").hasSize(1);
        assertThat(journal.findByKey("a").orElseThrow().auditIndex()).hasValue(0);
    }

    @Test
    void goesOnWithoutTheTrailWhereThatIsWantedAndEntersWhatItLacksLater() {
        RecordingTrail trail = new RecordingTrail(false);
        EventJournal journal = over(trail);
        trail.isFull(true);

        assertThat(journal.admit(List.of(fresh("f1", "a"))).getFirst()).isInstanceOf(Admission.Accepted.class);
        assertThat(journal.admit(List.of(fresh("f2", "b"))).getFirst()).isInstanceOf(Admission.Accepted.class);
        assertThat(log.getErrorMessages()).as("not one each time").hasSize(1);
        assertThat(journal.findByKey("a").orElseThrow().auditIndex()).isEmpty();

        trail.isFull(false);
        journal.renewSeal();
        assertThat(trail.entries()).hasSize(2);
        assertThat(journal.findByKey("b").orElseThrow().auditIndex()).hasValue(1);
    }

    @Test
    void tellsAfterARestartWhatWasNotTold() {
        RecordingTrail trail = new RecordingTrail(true);
        inner.admit(List.of(fresh("f1", "a")));
        close();
        open();

        over(trail).renewSeal();
        assertThat(trail.entries()).hasSize(1);
    }

    @Test
    void tellsOfEachChangeOnceThroughSeveralServicesAndTasks() throws Exception {
        RecordingTrail trail = new RecordingTrail(true);
        List<EventJournal> journals = List.of(over(trail), over(trail));
        try (ExecutorService tasks = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int task = 0; task < 4; task++) {
                String name = "t" + task + ".";
                EventJournal journal = journals.get(task % 2);
                done.add(tasks.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        Admission admission = journal.admit(List.of(fresh("f" + name + i, name + i)))
                                .getFirst();
                        long index = journal.outbox()
                                .orElseThrow()
                                .index(admission.notice())
                                .orElseThrow();
                        AuditEntry.EventsAdmitted told = (AuditEntry.EventsAdmitted) entry(trail, (int) index);
                        EventRef event = ((Admission.Accepted) admission).event();
                        assertThat(told.events().names(new EventPlace(event.partition(), event.position())))
                                .isTrue();
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        assertThat(trail.entries())
                .extracting(entry -> ((AuditEntry.Noted) entry).number())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 800).boxed().toList());
    }

    @Test
    void saysWhoAndWhyAndNothingOfContentOrKeys() {
        RecordingTrail trail = new RecordingTrail(true);
        EventJournal journal = over(trail).by(JOURNAL_EVENT);
        Token token = ((Admission.Accepted) journal.admit(List.of(fresh("f1", "secret key", "secret content")))
                        .getFirst())
                .token();
        journal.claim(List.of(new Claim(token, "f1", "call", Fragment.WHOLE, false, Optional.empty())));
        journal.record(List.of(new Outcome.GivenUp(
                token, "f1", "call", Fragment.WHOLE, new EventState.Failure("400", "secret message"))));
        journal.admit(List.of(fresh("f9", "secret key", "other content")));
        journal.note(List.of(new Rejection("f8", Optional.empty(), "It has no token")));
        journal.open(new ReplayRequest(
                "j1", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "the bank was out", "processor p7"));
        Emission emission = journal.emit(1).getFirst();
        Token again = ((Admission.Accepted) journal.admit(List.of(new Arrival.WithToken(
                                "f2",
                                journal.tokens()
                                        .read(emission.token().orElseThrow())
                                        .orElseThrow(),
                                emission.content())))
                        .getFirst())
                .token();
        journal.record(List.of(new Outcome.Completed(again, "f2", "call", Fragment.WHOLE, Optional.empty())));
        journal.takeRecoveryPoint("point");
        journal.dropRecoveryPoint("point");

        List<String> json = trail.entries().stream()
                .map(entry -> new String(EntryJson.bytes(entry), StandardCharsets.UTF_8))
                .toList();
        assertThat(json)
                .extracting(text -> text.substring(11, text.indexOf('"', 11)))
                .containsExactly(
                        "events admitted",
                        "event dead-lettered",
                        "event conflicted",
                        "event rejected",
                        "job changed",
                        "replay attempted",
                        "attempt ended",
                        "events completed",
                        "job changed",
                        "recovery point made",
                        "recovery point dropped");
        assertThat(json).noneMatch(text -> text.contains("secret"));
        AuditEntry.ReplayAttempted attempted = (AuditEntry.ReplayAttempted) entry(trail, 5);
        assertThat(attempted.job().orElseThrow().reason()).isEqualTo("the bank was out");
        assertThat(attempted.job().orElseThrow().requester())
                .contains(new Actor.Component("p7", "ReplayEvents", Optional.empty()));
        assertThat(attempted.attempt()).isEqualTo(2);
        assertThat(attempted.event().key()).contains(trail.getPersonalIds().protect("secret key"));
        assertThat(attempted.lineage().flowFiles().listed()).containsExactly("f2");
        assertThat(entry(trail, 8).actor()).as("who ended the job").isEqualTo(ITSELF);
        assertThat(((AuditEntry.EventDeadLettered) entry(trail, 1)).error()).contains("400");
        assertThat(journal.jobs()).hasSize(1);
        assertThatThrownBy(() -> journal.change("j1", JobAction.PAUSE, new Cause("ann", "late")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(trail.entries()).as("what is refused is no change").hasSize(11);
    }
}
