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
package io.nifireplay.reporting.provenance;

import static io.nifireplay.reporting.provenance.NiFiEvents.autoTerminated;
import static io.nifireplay.reporting.provenance.NiFiEvents.download;
import static io.nifireplay.reporting.provenance.NiFiEvents.emptied;
import static io.nifireplay.reporting.provenance.NiFiEvents.expired;
import static io.nifireplay.reporting.provenance.NiFiEvents.fork;
import static io.nifireplay.reporting.provenance.NiFiEvents.join;
import static io.nifireplay.reporting.provenance.NiFiEvents.modified;
import static io.nifireplay.reporting.provenance.NiFiEvents.replay;
import static io.nifireplay.reporting.provenance.NiFiEvents.routedByJournalEvent;
import static io.nifireplay.reporting.provenance.NiFiEvents.sentToAnotherNode;
import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.entry.AuditEntry.Link;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Token;
import io.nifireplay.processors.ReplayAttributes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FindingsTest {
    private static final Duration HOLD_BACK = Duration.ofMinutes(2);
    private static final String USER = "CN=operator";
    private static final EventRef FIRST = new EventRef(TestJournal.PARTITION, 1);

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();
    private final Findings findings = new Findings(HOLD_BACK, true, clock);
    private TestJournal journal;

    @BeforeEach
    void open() {
        journal = new TestJournal(directory.resolve("journal"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private List<Finding> take(ProvenanceEventRecord... events) {
        List<Finding> found = new ArrayList<>();
        for (ProvenanceEventRecord event : events) {
            found.addAll(findings.take(event, journal.journals()));
        }
        return found;
    }

    private List<Finding> afterHoldBack() {
        clock.pass(HOLD_BACK);
        List<Finding> due = findings.due(journal.journals());
        assertThat(findings.heldBack()).isEmpty();
        return due;
    }

    private Finding.About first(Link link) {
        return new Finding.About(new Subject(journal.journal().id(), FIRST, 1), link);
    }

    @Test
    void aReplayOfAnAdmittedFlowFileIsKnownAtOnce() {
        Map<String, String> admitted = journal.admit("a", "one");

        ProvenanceEventRecord replay = replay(1, "one", "copy", USER, admitted);
        assertThat(take(replay))
                .containsExactly(new Finding.Replayed(replay, Optional.of(first(Link.KNOWN)), List.of()));
        assertThat(findings.heldBack()).isEmpty();
    }

    @Test
    void aReplayBeforeJournalEventIsOfTheEventThatItsFlowFileIsAcceptedFor() {
        ProvenanceEventRecord replay = replay(1, "one", "child", USER, Map.of());
        assertThat(take(replay, modified(2, "another"), modified(3, "child"))).isEmpty();
        assertThat(findings.heldBack()).containsExactly(1L);

        Map<String, String> admitted = journal.admit("a", "child");
        assertThat(take(modified(4, "child", admitted)))
                .containsExactly(new Finding.Replayed(replay, Optional.of(first(Link.INFERRED)), List.of(4L)));
        assertThat(take(modified(5, "child", admitted))).isEmpty();
        assertThat(afterHoldBack()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"duplicate", "in flight", "conflict", "dead letter"})
    void aReplayBeforeJournalEventIsOfTheEventForWhichItsFlowFileIsTurnedAway(String outcome) {
        Map<String, String> admitted = journal.admit("a", "one");
        ProvenanceEventRecord replay = replay(1, "one", "child", USER, Map.of());

        assertThat(take(replay, routedByJournalEvent(2, "child", TestJournal.turnedAway(admitted, outcome))))
                .containsExactly(new Finding.Replayed(replay, Optional.of(first(Link.INFERRED)), List.of(2L)));
    }

    @Test
    void whatAFlowFileSaysOfItselfIsNotBelieved() {
        Map<String, String> admitted = journal.admit("a", "one");
        Map<String, String> forged = TestJournal.turnedAway(admitted, "duplicate");
        ProvenanceEventRecord replay = replay(1, "one", "child", USER, forged);

        assertThat(take(replay, modified(2, "child", forged))).isEmpty();
        assertThat(take(routedByJournalEvent(
                        3, "child", TestJournal.with(forged, ReplayAttributes.IDEMPOTENCY_KEY, "of another event"))))
                .containsExactly(new Finding.Replayed(replay, Optional.empty(), List.of(3L)));
    }

    @Test
    void aReplayThatJournalEventRejectsOrThatEndsBeforeItIsOfNoEvent() {
        ProvenanceEventRecord rejected = replay(1, "one", "rejected", USER, Map.of());
        ProvenanceEventRecord ended = replay(2, "one", "ended", USER, Map.of());

        assertThat(take(
                        rejected,
                        ended,
                        routedByJournalEvent(3, "rejected", Map.of(ReplayAttributes.OUTCOME, "rejected")),
                        autoTerminated(4, "ended", Map.of())))
                .containsExactly(
                        new Finding.Replayed(rejected, Optional.empty(), List.of(3L)),
                        new Finding.Replayed(ended, Optional.empty(), List.of(4L)));
    }

    @Test
    void aReplayOfWhichNothingMoreIsHeardIsRecordedAfterAWhileWithoutAnEvent() {
        ProvenanceEventRecord replay = replay(1, "one", "child", USER, Map.of());
        take(replay);
        clock.pass(HOLD_BACK.minusMillis(1));
        assertThat(findings.due(journal.journals())).isEmpty();
        assertThat(afterHoldBack()).containsExactly(new Finding.Replayed(replay, Optional.empty(), List.of()));
    }

    @Test
    void unknownFlowFilesCanBeLeftOut() {
        Findings knownOnly = new Findings(HOLD_BACK, false, clock);
        Map<String, String> admitted = journal.admit("a", "one");
        assertThat(knownOnly.take(replay(1, "x", "y", USER, Map.of()), journal.journals()))
                .isEmpty();
        assertThat(knownOnly.take(download(2, "x", USER, Map.of()), journal.journals()))
                .isEmpty();
        assertThat(knownOnly.take(download(3, "one", USER, admitted), journal.journals()))
                .hasSize(1);
        clock.pass(HOLD_BACK);
        assertThat(knownOnly.due(journal.journals())).isEmpty();
        assertThat(knownOnly.heldBack()).isEmpty();
    }

    @Test
    void noMoreThanSoManyAreHeldBack() {
        for (int id = 0; id <= Findings.MAX_HELD_BACK; id++) {
            take(replay(id, "one", "child " + id, USER, Map.of()));
        }
        assertThat(findings.due(journal.journals())).hasSize(1);
        assertThat(findings.heldBack()).hasSize(Findings.MAX_HELD_BACK).doesNotContain(0L);
    }

    @Test
    void aDownloadIsRecordedWithItsEventWhereItHasOne() {
        Map<String, String> admitted = journal.admit("a", "one");
        ProvenanceEventRecord known = download(1, "one", USER, admitted);
        ProvenanceEventRecord unknown = download(2, "two", USER, Map.of());

        assertThat(take(known, unknown))
                .containsExactly(
                        new Finding.Downloaded(known, Optional.of(first(Link.KNOWN))),
                        new Finding.Downloaded(unknown, Optional.empty()));
    }

    @Test
    void anEmptiedQueueAndAnExpirationLoseOpenEvents() {
        Map<String, String> one = journal.admit("a", "one");
        Map<String, String> two = journal.admit("b", "two");
        journal.claim(two, "two");
        ProvenanceEventRecord emptied = emptied(1, "one", USER, one);
        ProvenanceEventRecord expired = expired(2, "two", two);

        assertThat(take(emptied, expired, emptied(3, "stranger", USER, Map.of())))
                .containsExactly(
                        new Finding.Lost(emptied, first(Link.KNOWN), new Removal.Emptied(USER)),
                        new Finding.Lost(
                                expired,
                                new Finding.About(
                                        new Subject(journal.journal().id(), new EventRef(TestJournal.PARTITION, 2), 1),
                                        Link.KNOWN),
                                new Removal.Expired("Expiration Threshold = 10 ms")));
    }

    @Test
    void eventsThatTheJournalNeedsNoFlowFileForAreNotLost() {
        Map<String, String> completed = journal.admit("a", "one");
        journal.complete(completed, "one");
        Map<String, String> failed = journal.admit("b", "two");
        journal.fail(failed, "two");
        Map<String, String> deadLetter = journal.admit("c", "three");
        journal.giveUp(deadLetter, "three");

        assertThat(take(
                        emptied(1, "one", USER, completed),
                        expired(2, "two", failed),
                        autoTerminated(3, "three", deadLetter)))
                .isEmpty();
        assertThat(findings.heldBack()).isEmpty();

        Map<String, String> again = journal.admit("b", "four");
        assertThat(take(expired(4, "two", failed))).isEmpty();
        assertThat(take(expired(5, "four", again)))
                .filteredOn(Finding.Lost.class::isInstance)
                .hasSize(1);
    }

    @Test
    void whatHappensToAReplayedAttemptIsOfItAndWhatHappensToAFirstOneIsNot() {
        Map<String, String> first = journal.admit("a", "one");
        assertThat(take(modified(1, "one", first), modified(2, "one", first))).isEmpty();
        journal.fail(first, "one");
        Map<String, String> second = journal.admit("a", "two");

        ProvenanceEventRecord admitted = modified(3, "two", second);
        assertThat(take(admitted)).singleElement().isInstanceOfSatisfying(Finding.StepOfAttempt.class, step -> {
            assertThat(step.event()).isSameAs(admitted);
            assertThat(step.token().token().attempt()).isEqualTo(2);
        });
        Map<String, String> forged = TestJournal.with(first, ReplayAttributes.ATTEMPT, "2");
        assertThat(take(modified(4, "one", forged)))
                .as("an attribute proves nothing")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Token.Kind.class,
            names = {"JOB", "RETRY"})
    void whatWasOnItsWayToAnAdmissionIsNotLost(Token.Kind kind) {
        Map<String, String> emission = journal.emission(journal.admit("a", "one"), kind);
        assertThat(take(emptied(1, "emitted", USER, emission))).isEmpty();
    }

    @Test
    void aFlowFileThatTheFlowEndsIsLostWhenTheJournalStillWaitsForItAfterAWhile() {
        Map<String, String> one = journal.admit("a", "one");
        Map<String, String> two = journal.admit("b", "two");
        ProvenanceEventRecord lost = autoTerminated(1, "one", one);
        assertThat(take(lost, autoTerminated(2, "two", two))).isEmpty();
        assertThat(findings.heldBack()).containsExactly(1L, 2L);

        journal.complete(two, "another");
        assertThat(afterHoldBack())
                .containsExactly(new Finding.Lost(
                        lost,
                        first(Link.KNOWN),
                        new Removal.AutoTerminated("Auto-Terminated by success Relationship")));
    }

    @ParameterizedTest
    @EnumSource(
            value = ProvenanceEventType.class,
            names = {"CLONE", "FORK"})
    void ofClonesAndPartsOnlyTheLastOneThatTheFlowEndsMayBeALoss(ProvenanceEventType type) {
        Map<String, String> one = journal.admit("a", "one");
        take(fork(1, type, "one", List.of("two", "three"), one));

        assertThat(take(autoTerminated(2, "one", one), autoTerminated(3, "two", one)))
                .isEmpty();
        assertThat(findings.heldBack()).isEmpty();
        take(autoTerminated(4, "three", one));
        assertThat(findings.heldBack()).containsExactly(4L);
        assertThat(afterHoldBack()).hasSize(1);
    }

    @Test
    void aPartThatAPersonTakesAwayIsALossAlthoughOthersAreAlive() {
        Map<String, String> one = journal.admit("a", "one");
        take(fork(1, ProvenanceEventType.FORK, "one", List.of("two", "three"), one));
        assertThat(take(emptied(2, "two", USER, one))).hasSize(1);
    }

    @Test
    void aMergedFlowFileCarriesTheEventsOfItsOriginals() {
        Map<String, String> one = journal.admit("a", "one");
        Map<String, String> two = journal.admit("b", "two");
        take(join(1, List.of("one", "two"), "merged"), autoTerminated(2, "one", one), autoTerminated(3, "two", two));
        assertThat(findings.heldBack()).isEmpty();

        journal.complete(two, "two");
        ProvenanceEventRecord emptied = emptied(4, "merged", USER, Map.of());
        assertThat(take(emptied))
                .containsExactly(new Finding.Lost(emptied, first(Link.INFERRED), new Removal.Emptied(USER)));
    }

    @Test
    void aFlowFileThatWasMergedBeforeItsAdmissionCarriesItsOwnEvent() {
        take(join(1, List.of("x", "y"), "merged"));
        Map<String, String> merged = journal.admit("a", "merged");
        take(autoTerminated(2, "x", Map.of()), autoTerminated(3, "y", Map.of()));
        assertThat(take(expired(4, "merged", merged))).hasSize(1);
    }

    @Test
    void aCopyThatAReplayMadeIsNoLoss() {
        Map<String, String> one = journal.admit("a", "one");
        take(replay(1, "one", "copy", USER, one));
        take(fork(2, ProvenanceEventType.FORK, "copy", List.of("copy's part"), one));
        assertThat(take(emptied(3, "copy", USER, one), expired(4, "copy's part", one)))
                .isEmpty();
        assertThat(take(emptied(5, "one", USER, one))).hasSize(1);
    }

    @Test
    void whatWasTurnedAwayIsNoLossIfTheJournalSaysSoToo() {
        Map<String, String> one = journal.admit("a", "one");
        Map<String, String> superseded = TestJournal.with(one, ReplayAttributes.OUTCOME, "superseded");
        assertThat(take(emptied(1, "copy", USER, superseded))).hasSize(1);

        journal.claim(one, "one");
        assertThat(take(emptied(2, "copy", USER, superseded))).isEmpty();
        assertThat(take(emptied(3, "one", USER, superseded))).hasSize(1);
    }

    @Test
    void aBranchWhoseEffectIsRecordedIsNoLossWhileAnotherGoesOn() {
        Map<String, String> one = journal.admit("a", "one", "invoice", "email");
        Map<String, String> done = TestJournal.with(one, ReplayAttributes.OUTCOME, "success");
        assertThat(take(emptied(1, "one", USER, done))).hasSize(1);

        journal.complete(one, "one", "invoice");
        assertThat(take(autoTerminated(2, "one", done))).isEmpty();
        assertThat(findings.heldBack()).isEmpty();
        assertThat(take(emptied(3, "two", USER, one))).hasSize(1);
    }

    @Test
    void whatWentToAnotherNodeIsNotLost() {
        Map<String, String> one = journal.admit("a", "one");
        assertThat(take(sentToAnotherNode(1, "one", one))).isEmpty();
        assertThat(findings.heldBack()).isEmpty();
    }

    @Test
    void whatWasHeldBackIsHeldBackAgainAfterARestart() {
        Map<String, String> one = journal.admit("a", "one");
        findings.holdBackAgain(autoTerminated(1, "one", one), journal.journals());
        findings.holdBackAgain(replay(2, "x", "child", USER, Map.of()), journal.journals());
        assertThat(findings.heldBack()).containsExactly(1L, 2L);
        assertThat(afterHoldBack()).hasSize(2);
    }
}
