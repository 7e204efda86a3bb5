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

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRange;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Rejection;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Happening.AttemptEnd;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.outbox.Outbox;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens is noted with it, once, and kept until it was told. */
public abstract class OutboxContract extends EventJournalContract {
    private static final Origin JOURNAL_EVENT = new Origin("c0", "JournalEvent", "g0");

    protected OutboxContract(JournalEngine engine) {
        super(engine);
    }

    @BeforeEach
    void openWithAnOutbox() {
        // It was opened without one: another directory has never been.
        close();
        journal = openAt(directory.resolve("noted"));
    }

    @Override
    protected void reopen(JournalSettings with) {
        close();
        settings = with;
        journal = openAt(directory.resolve("noted"));
    }

    {
        settings = settings.withOutbox(true);
    }

    private Outbox outbox() {
        return journal.outbox().orElseThrow();
    }

    private List<Happening> happenings() {
        return notices().stream().map(Notice::happening).toList();
    }

    private void tell() {
        outbox().told(notices(), 100);
    }

    private static Happening.Attempt attempt(EventRef event, int number) {
        return new Happening.Attempt(event, 1, number, Optional.empty());
    }

    @Test
    void tellsOfAdmissionsByTheBatch() {
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            arrivals.add(fresh("f" + i, "a" + i, "p" + i % 2));
        }
        List<Admission> admissions = journal.by(JOURNAL_EVENT).admit(arrivals);

        assertThat(notices()).singleElement().satisfies(notice -> {
            assertThat(notice.number()).isEqualTo(1);
            assertThat(notice.origin()).isEqualTo(JOURNAL_EVENT);
            assertThat(notice.at()).isEqualTo(time.journalTime().clock().instant());
            assertThat(notice.happening())
                    .isEqualTo(new Happening.Admitted(List.of(new EventRange("p0", 1, 5), new EventRange("p1", 1, 5))));
        });
        assertThat(admissions)
                .allSatisfy(admission -> assertThat(admission.notice()).isEqualTo(1));
    }

    @Test
    void splitsABatchOverManyPartitions() {
        List<Arrival> arrivals = IntStream.range(0, 450)
                .mapToObj(i -> fresh("f" + i, "a" + i, "p" + i))
                .toList();
        List<Admission> admissions = journal.admit(arrivals);

        assertThat(happenings())
                .hasSize(3)
                .allSatisfy(happening -> assertThat(happening)
                        .isInstanceOfSatisfying(
                                Happening.Admitted.class,
                                admitted ->
                                        assertThat(admitted.events()).hasSizeLessThanOrEqualTo(Happening.MAX_RANGES)));
        assertThat(admissions.getFirst().notice()).isEqualTo(1);
        assertThat(admissions.getLast().notice()).isEqualTo(3);
    }

    @Test
    void tellsOfAnAdmissionByGrantAsOfTheJobs() {
        Carried carried = deadLetter("a");
        journal.open(
                new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "because", "maria"),
                "all",
                List.of(new ProvenanceSource("", 1, "f1", "queue", Optional.of("a"), Optional.empty())));
        journal.ask("job", 1);
        tell();
        admit(new Arrival.Fresh("f2", Envelope.of("a", PARTITION), contentOf("a"), List.of(EFFECT), true));

        assertThat(happenings())
                .containsExactly(new Happening.Attempted(
                        new Happening.Attempt(carried.event(), 1, 2, Optional.of("job")), "f2", "replayed by a job"));
    }

    @Test
    void tellsOfAnEventsWayOnce() {
        Carried carried = accept("f1", "a");
        assertThat(send("f1", "a").notice())
                .as("handed over again after a crash")
                .isEqualTo(1);
        deliver(carried);
        OutcomeResult first = fail(carried, RETRY_IN_A_MINUTE);
        assertThat(first.notice())
                .as("an ordinary failure is told by nothing of its own")
                .isEqualTo(1);
        time.pass(Duration.ofMinutes(1));
        Carried second = acceptEmission("f2", journal.emit(1).getFirst());
        deliver(second);
        OutcomeResult completed = complete(second);
        assertThat(complete(second).notice()).as("said again").isEqualTo(completed.notice());
        assertThat(complete(carried).notice())
                .as("late, of an attempt that was no replay")
                .isEqualTo(4);

        EventRef event = carried.event();
        assertThat(happenings())
                .containsExactly(
                        new Happening.Admitted(List.of(new EventRange(PARTITION, 1, 1))),
                        new Happening.Attempted(attempt(event, 2), "f2", "next attempt after a failure"),
                        new Happening.AttemptEnded(attempt(event, 2), AttemptEnd.COMPLETED, Optional.empty(), "f2"),
                        new Happening.Completed(List.of(new EventRange(PARTITION, 1, 1))));
        assertThat(completed.notice()).isEqualTo(4);
    }

    @Test
    void tellsOfFailedAndLateAndUnknownAttempts() {
        Carried carried = failed("a");
        time.pass(Duration.ofMinutes(1));
        Carried second = acceptEmission("f2", journal.emit(1).getFirst());
        claim(second, EFFECT, Fragment.WHOLE, true);
        fail(second, RETRY_IN_A_MINUTE);
        time.pass(Duration.ofMinutes(1));
        Carried third = acceptEmission("f3", journal.emit(1).getFirst());
        complete(second);
        claim(third, EFFECT, Fragment.WHOLE, true);
        letLeasesEnd();
        Carried fourth = accept("f4", "a");
        assertThat(giveUp(fourth).notice()).isEqualTo(9);

        EventRef event = carried.event();
        assertThat(happenings().subList(1, 9))
                .containsExactly(
                        new Happening.Attempted(attempt(event, 2), "f2", "next attempt after a failure"),
                        new Happening.AttemptEnded(attempt(event, 2), AttemptEnd.FAILED, Optional.of("503"), "f2"),
                        new Happening.Attempted(attempt(event, 3), "f3", "next attempt after a failure"),
                        new Happening.AttemptEnded(attempt(event, 2), AttemptEnd.SUPERSEDED, Optional.empty(), "f2"),
                        new Happening.AttemptEnded(attempt(event, 3), AttemptEnd.UNKNOWN, Optional.empty(), "f3"),
                        new Happening.Attempted(
                                attempt(event, 4), "f4", "the lease of the FlowFile before it had ended"),
                        new Happening.AttemptEnded(attempt(event, 4), AttemptEnd.DEAD_LETTER, Optional.of("503"), "f4"),
                        new Happening.DeadLettered(attempt(event, 4), Optional.of("503"), "f4"));
    }

    @Test
    void tellsOfConflictsAndRejections() {
        Carried carried = completed("a");
        tell();
        Admission conflict = admit(fresh("f9", Envelope.of("a", PARTITION), content("other")));
        Token token = carried.token();
        Admission unknown = admit(new Arrival.WithToken(
                "f8",
                new Token(Token.Kind.JOB, token.event(), token.generation(), token.attempt(), 77),
                contentOf("a")));
        List<Long> noted = journal.by(JOURNAL_EVENT)
                .note(List.of(
                        new Rejection("f7", Optional.empty(), "It has no key"),
                        new Rejection("f6", Optional.of(token.event()), "A drill's copy")));

        assertThat(happenings())
                .containsExactly(
                        new Happening.Conflicted(carried.event(), 1, "f9"),
                        new Happening.Rejected(
                                Optional.of(carried.event()), ((Admission.Rejected) unknown).reason(), "f8"),
                        new Happening.Rejected(Optional.empty(), "It has no key", "f7"),
                        new Happening.Rejected(Optional.of(carried.event()), "A drill's copy", "f6"));
        assertThat(conflict.notice()).isEqualTo(3);
        assertThat(unknown.notice()).isEqualTo(4);
        assertThat(noted).containsExactly(5L, 6L);
        assertThat(notices().getLast().origin()).isEqualTo(JOURNAL_EVENT);
    }

    @Test
    void tellsOfJobsAndWhoChangedThem() {
        Carried dead = deadLetter("a");
        tell();
        Origin replayEvents = new Origin("c9", "ReplayEvents", "g0");
        journal.by(replayEvents)
                .open(new ReplayRequest(
                        "j1", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "the bank was out", "ann"));
        journal.by(replayEvents).change("j1", JobAction.PAUSE, new Cause("ann", "wait"));
        journal.by(replayEvents).change("j1", JobAction.RESUME, new Cause("ann", "go on"));
        Carried again = acceptEmission("f2", journal.emit(1).getFirst());
        deliver(again);
        complete(again);

        assertThat(happenings())
                .containsExactly(
                        new Happening.JobChanged(
                                "j1", Optional.empty(), "RUNNING", Optional.of("ann"), "the bank was out"),
                        new Happening.JobChanged("j1", Optional.of("RUNNING"), "PAUSED", Optional.of("ann"), "wait"),
                        new Happening.JobChanged("j1", Optional.of("PAUSED"), "RUNNING", Optional.of("ann"), "go on"),
                        new Happening.Attempted(
                                new Happening.Attempt(dead.event(), 1, 2, Optional.of("j1")),
                                "f2",
                                "replayed by a job"),
                        new Happening.AttemptEnded(
                                new Happening.Attempt(dead.event(), 1, 2, Optional.of("j1")),
                                AttemptEnd.COMPLETED,
                                Optional.empty(),
                                "f2"),
                        new Happening.Completed(List.of(new EventRange(PARTITION, 1, 1))),
                        new Happening.JobChanged(
                                "j1",
                                Optional.of("RUNNING"),
                                "FINISHED",
                                Optional.empty(),
                                "All 1 events are settled"));
        assertThat(notices().stream().map(Notice::origin).toList().subList(0, 3))
                .containsOnly(replayEvents);
        assertThat(notices().getLast().origin()).isEqualTo(Origin.JOURNAL);
    }

    @Test
    void tellsOfRecoveryPointsAndWhatAPersonSettled() {
        deadLetter("a");
        tell();
        journal.takeRecoveryPoint("before the release");
        journal.acknowledge(Selector.ALL, new Cause("ann", "told by phone"));
        journal.dropRecoveryPoint("before the release");
        journal.dropRecoveryPoint("none of that name");

        assertThat(happenings())
                .containsExactly(
                        new Happening.RecoveryPointTaken(
                                "before the release", List.of(PARTITION + ": settled to 0 of 1")),
                        new Happening.Acknowledged(
                                Status.DEAD_LETTER,
                                new Cause("ann", "told by phone"),
                                List.of(new EventRange(PARTITION, 1, 1))),
                        new Happening.RecoveryPointDropped("before the release"));
    }

    @Test
    void showsWhereAnEventsLastChangeIsFound() {
        Carried carried = accept("f1", "a");
        assertThat(view("a").auditIndex()).isEmpty();
        assertThat(outbox().index(1)).isEmpty();
        outbox().told(notices(), 41);
        assertThat(view("a").auditIndex()).hasValue(41);
        deliver(carried);
        assertThat(view("a").auditIndex()).as("a claim is not told").hasValue(41);
        complete(carried);
        assertThat(view("a").auditIndex()).isEmpty();
        outbox().told(notices(), 77);
        assertThat(view("a").auditIndex()).hasValue(77);
        reopen();
        assertThat(view("a").auditIndex()).hasValue(77);
        assertThat(outbox().index(1)).hasValue(41);
        assertThat(outbox().index(2)).hasValue(77);
        assertThat(outbox().index(3)).isEmpty();
    }

    @Test
    void keepsNoticesUntilTheyWereToldAndNeverReusesANumber() {
        accept("f1", "a");
        accept("f2", "b");
        reopen();
        assertThat(notices()).extracting(Notice::number).containsExactly(1L, 2L);
        assertThat(outbox().pending(1, 10)).extracting(Notice::number).containsExactly(1L);
        assertThat(outbox().pending(2, 1)).extracting(Notice::number).containsExactly(1L);
        outbox().told(notices(), 0);
        reopen();
        assertThat(notices()).isEmpty();
        accept("f3", "c");
        assertThat(notices()).extracting(Notice::number).containsExactly(3L);
    }

    @Test
    void forgetsWhereOldNoticesAreFoundButNoNumber() {
        completed("a");
        tell();
        time.pass(JournalSettings.KEY_RETENTION.plusDays(1));
        journal.expire();
        assertThat(outbox().index(1)).isEmpty();
        assertThat(outbox().index(2)).as("numbers go on from the last").isPresent();
        reopen();
        accept("f3", "c");
        assertThat(notices()).extracting(Notice::number).containsExactly(3L);
    }
}
