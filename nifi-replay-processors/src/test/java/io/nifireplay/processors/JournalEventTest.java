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
package io.nifireplay.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.MockFlowFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalEventTest {
    private static final Map<String, String> EVENT = Map.of(
            "http.headers.ce-id", "7",
            "http.headers.Ce-Source", "/quakes",
            "http.headers.CE-Type", "quake",
            "http.headers.ce-time", "2026-11-23T10:15:30+01:00",
            "http.headers.ce-partitionkey", "nc",
            "http.headers.ce-sequence", "12",
            "tenant", "blue");

    @TempDir
    private Path directory;

    private JournalRunner runner;

    @BeforeEach
    void setUp() {
        runner = JournalRunner.of(new JournalEvent(), directory);
    }

    @AfterEach
    void tearDown() {
        runner.close();
    }

    @Test
    void admitsANewEventWithItsPlaceItsTokenAndItsKey() {
        MockFlowFile accepted = runner.enqueue("magnitude 3", EVENT).run().only("accepted");

        accepted.assertAttributeEquals("replay.event.id", "nc/1");
        accepted.assertAttributeNotExists("replay.generation");
        accepted.assertAttributeEquals("replay.attempt", "1");
        accepted.assertAttributeNotExists("replay.outcome");
        accepted.assertAttributeNotExists("replay.reason");
        accepted.assertAttributeEquals("replay.idempotency.key", "/quakes 7");
        accepted.assertAttributeNotExists("replay.job.id");
        accepted.assertContentEquals("magnitude 3");
        assertThat(token(accepted)).contains(new Token(Token.Kind.ADMISSION, new EventRef("nc", 1), 1, 1, 0));
    }

    @Test
    void writesTheEnvelopeWithTheCloudEventsAttributesAndTheWayToProvenance() {
        MockFlowFile accepted = runner.enqueue("magnitude 3", EVENT).run().only("accepted");

        EventView event = runner.journal().find(new EventRef("nc", 1)).orElseThrow();
        assertThat(event.envelope().id()).contains("7");
        assertThat(event.envelope().source()).contains("/quakes");
        assertThat(event.envelope().type()).contains("quake");
        assertThat(event.envelope().time().orElseThrow()).hasToString("2026-11-23T09:15:30Z");
        assertThat(event.envelope().sequence()).hasValue(12);
        assertThat(event.envelope().attributes())
                .containsEntry("tenant", "blue")
                .containsKey("filename")
                .doesNotContainKey("uuid");
        assertThat(event.envelope().origin().flowFileUuid()).isEqualTo(accepted.getAttribute("uuid"));
        assertThat(event.envelope().origin().componentId())
                .isEqualTo(runner.nifi().getProcessor().getIdentifier());
    }

    @Test
    void admitsTheSameFlowFileAgainAfterACrashBeforeTheSessionsCommit() {
        MockFlowFile flowFile = flowFile("magnitude 3", EVENT);
        runner.enqueue(flowFile).run();
        runner.enqueue(flowFile).run();

        MockFlowFile again = runner.only("accepted");
        again.assertAttributeEquals("replay.reason", "handed over again by NiFi");
        again.assertAttributeEquals("replay.attempt", "1");
    }

    @Test
    void sendsARepetitionAsideWhileTheEventIsInFlight() {
        runner.enqueue("magnitude 3", EVENT).run();

        MockFlowFile second = runner.enqueue("magnitude 3", EVENT).run().only("in flight");

        second.assertAttributeEquals("replay.event.id", "nc/1");
        second.assertAttributeEquals("replay.outcome", "in flight");
        second.assertAttributeExists("replay.reason");
        second.assertAttributeNotExists("replay.token");
    }

    @Test
    void sendsOneOfTwoInTheSameBatchAside() {
        runner.enqueue("magnitude 3", EVENT).enqueue("magnitude 3", EVENT).run();

        assertThat(runner.on("accepted")).hasSize(1);
        assertThat(runner.on("in flight")).hasSize(1);
    }

    @Test
    void tellsOtherContentUnderTheSameKeyFromADuplicate() {
        runner.enqueue("magnitude 3", EVENT).run();

        MockFlowFile other = runner.enqueue("magnitude 9", EVENT).run().only("conflict");

        other.assertAttributeEquals("replay.event.id", "nc/1");
        other.assertAttributeExists("replay.reason");
    }

    @Test
    void givesADuplicateTheStoredResultsAttributesAndLeavesItsContent() {
        complete(runner.enqueue("magnitude 3", EVENT).run().only("accepted"), Optional.of(result()));

        MockFlowFile duplicate = runner.enqueue("magnitude 3", EVENT).run().only("duplicate");

        duplicate.assertAttributeEquals("replay.result", "true");
        duplicate.assertAttributeEquals("answer.status", "201");
        duplicate.assertAttributeEquals("replay.idempotency.key", "/quakes 7");
        duplicate.assertAttributeNotExists("replay.token");
        duplicate.assertContentEquals("magnitude 3");
    }

    @Test
    void putsTheStoredResultInTheContentsPlaceWhenAsked() {
        runner.with("Duplicate Content", "stored result");
        complete(runner.enqueue("magnitude 3", EVENT).run().only("accepted"), Optional.of(result()));

        runner.enqueue("magnitude 3", EVENT).run().only("duplicate").assertContentEquals("the answer");
    }

    @Test
    void saysThatADuplicateHasNoResult() {
        runner.with("Duplicate Content", "stored result");
        complete(runner.enqueue("magnitude 3", EVENT).run().only("accepted"), Optional.empty());

        MockFlowFile duplicate = runner.enqueue("magnitude 3", EVENT).run().only("duplicate");
        duplicate.assertAttributeEquals("replay.result", "false");
        duplicate.assertContentEquals("magnitude 3");
    }

    @Test
    void sendsARepetitionOfADeadLetterToItsOwnRelationship() {
        MockFlowFile accepted = runner.enqueue("magnitude 3", EVENT).run().only("accepted");
        giveUp(accepted);

        runner.enqueue("magnitude 3", EVENT).run().only("dead letter").assertAttributeExists("replay.reason");
    }

    @Test
    void removesForgedReplayAttributesAndKeepsThemOutOfTheJournal() {
        Map<String, String> forged = new HashMap<>(EVENT);
        forged.put("replay.token", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA");
        forged.put("replay.job.id", "forged");
        forged.put("replay.anything", "forged");

        MockFlowFile accepted = runner.enqueue("magnitude 3", forged).run().only("accepted");

        accepted.assertAttributeNotExists("replay.job.id");
        accepted.assertAttributeNotExists("replay.anything");
        assertThat(token(accepted)).isPresent();
        assertThat(runner.journal()
                        .find(new EventRef("nc", 1))
                        .orElseThrow()
                        .envelope()
                        .attributes())
                .allSatisfy((name, value) -> assertThat(name).doesNotStartWith("replay."));
    }

    @Test
    void refusesADrillsCopy() {
        Map<String, String> drill = new HashMap<>(EVENT);
        drill.put("replay.drill", "true");

        runner.enqueue("magnitude 3", drill).run().only("rejected");

        assertThat(runner.journal().checkpoints()).isEmpty();
    }

    @Test
    void rejectsAFlowFileThatDoesNotSayWhichEventItIs() {
        MockFlowFile rejected =
                runner.enqueue("magnitude 3", Map.of("ce-id", "7")).run().only("rejected");

        assertThat(rejected.getAttribute("replay.reason")).contains("no source");
        rejected.assertAttributeEquals("replay.outcome", "rejected");
    }

    @Test
    void sendsAFlowFileForWhichAnExpressionFailsToFailureAndAdmitsTheOthers() {
        runner.with("Partition", "${day:toDate('yyyy-MM-dd'):format('yyyy')}");
        runner.enqueue("1", Map.of("ce-id", "1", "ce-source", "a", "day", "2026-11-23"))
                .enqueue("2", Map.of("ce-id", "2", "ce-source", "a", "day", "no date"))
                .run();

        assertThat(runner.on("accepted")).hasSize(1);
        assertThat(runner.on("failure")).hasSize(1);
        assertThat(runner.on("failure").getFirst().getAttribute("replay.reason"))
                .contains("Partition");
    }

    @Test
    void takesTheKeyFromTheIdempotencyKeyHeader() {
        runner.with("Idempotency Key Strategy", "Idempotency-Key header");
        Map<String, String> request = Map.of("http.headers.idempotency-key", "\"order \\\"7\\\"\"");

        MockFlowFile accepted = runner.enqueue("a", request).run().only("accepted");

        accepted.assertAttributeEquals("replay.idempotency.key", "order \"7\"");
        accepted.assertAttributeEquals("replay.event.id", "default/1");
    }

    @Test
    void takesTheKeyFromAnExpression() {
        runner.with("Idempotency Key Strategy", "Expression Language")
                .with("Idempotency Key", "${order}-${line}")
                .with("Partition", "${customer}");

        MockFlowFile accepted = runner.enqueue("a", Map.of("order", "7", "line", "2", "customer", "c"))
                .run()
                .only("accepted");

        accepted.assertAttributeEquals("replay.idempotency.key", "7-2");
        accepted.assertAttributeEquals("replay.event.id", "c/1");
        runner.enqueue("a", Map.of("order", "7", "line", "2")).run().only("rejected");
    }

    @Test
    void takesTheContentForTheKey() {
        runner.with("Idempotency Key Strategy", "Content SHA-256");

        runner.enqueue("a", Map.of())
                .run()
                .only("accepted")
                .assertAttributeEquals(
                        "replay.idempotency.key",
                        "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        runner.enqueue("a", Map.of()).run().only("in flight");
        runner.enqueue("b", Map.of()).run().only("accepted");
    }

    @Test
    void countsTimesAndSequencesThatCannotBeReadAndAdmitsTheEvent() {
        runner.enqueue("a", Map.of("ce-id", "1", "ce-source", "a", "ce-time", "noon", "ce-sequence", "A7"))
                .run()
                .only("accepted");

        assertThat(runner.nifi().getCounterValue(JournalEvent.UNREADABLE_TIMES_COUNTER))
                .isEqualTo(1);
        assertThat(runner.nifi().getCounterValue(JournalEvent.UNREADABLE_SEQUENCES_COUNTER))
                .isEqualTo(1);
    }

    @Test
    void storesContentThatIsTooLargeForMemory() {
        byte[] large = new byte[3 * 1024 * 1024];
        new Random(7).nextBytes(large);
        MockFlowFile flowFile = new MockFlowFile(70);
        flowFile.setData(large);
        flowFile.putAttributes(EVENT);

        runner.enqueue(flowFile).run().only("accepted");

        EventView event = runner.journal().find(new EventRef("nc", 1)).orElseThrow();
        assertThat(event.contentSize()).isEqualTo(large.length);
        assertThat(runner.journal().content(event.ref()).orElseThrow()).satisfies(content -> {
            try (var in = content.open()) {
                assertThat(in.readAllBytes()).isEqualTo(large);
            }
        });
    }

    @Test
    void admitsAReplayedEventUnderItsJobAndKeepsItsJournaledKey() {
        failForGood("7");
        runner.journal().open(request("job-1", ReplayMode.MISSED_ONLY));
        var emission = runner.journal().emit(10).getFirst();

        Map<String, String> attributes = new HashMap<>(emission.envelope().attributes());
        attributes.put("replay.token", emission.token().orElseThrow());
        attributes.put("replay.idempotency.key", "forged");
        MockFlowFile accepted = runner.enqueue("magnitude 3", attributes).run().only("accepted");

        accepted.assertAttributeEquals("replay.job.id", "job-1");
        accepted.assertAttributeEquals("replay.attempt", "2");
        accepted.assertAttributeEquals("replay.idempotency.key", "/quakes 7");
    }

    @Test
    void holdsAReplayedEventInItsQueueWhileItsJobIsPaused() {
        failForGood("7");
        runner.journal().open(request("job-1", ReplayMode.MISSED_ONLY));
        var emission = runner.journal().emit(10).getFirst();
        runner.journal().change("job-1", JobAction.PAUSE, new Cause("ann", "test"));

        runner.enqueue("magnitude 3", Map.of("replay.token", emission.token().orElseThrow()))
                .run();

        runner.nifi().assertTransferCount("accepted", 0);
        runner.nifi().assertQueueNotEmpty();
        assertThat(runner.nifi().getPenalizedFlowFiles()).hasSize(1);
    }

    @Test
    void rejectsAReplayedEventWhoseContentWasChanged() {
        failForGood("7");
        runner.journal().open(request("job-1", ReplayMode.MISSED_ONLY));
        var emission = runner.journal().emit(10).getFirst();

        MockFlowFile rejected = runner.enqueue(
                        "magnitude 9", Map.of("replay.token", emission.token().orElseThrow()))
                .run()
                .only("rejected");
        rejected.assertAttributeNotExists("replay.token");
    }

    @Test
    void writesOneProvenanceEventForWhatItTurnsAwayAndLeavesTheOtherToNiFi() {
        runner.enqueue("magnitude 3", EVENT).run();
        assertThat(runner.nifi().getProvenanceEvents()).isEmpty();

        runner.enqueue("magnitude 3", EVENT).run();
        assertThat(runner.nifi().getProvenanceEvents()).singleElement().satisfies(event -> {
            assertThat(event.getEventType()).isEqualTo(ProvenanceEventType.ROUTE);
            assertThat(event.getRelationship()).isEqualTo("in flight");
        });
    }

    @Test
    void remembersTheSplitThatAnEventCameFrom() {
        Map<String, String> part = new HashMap<>(EVENT);
        part.put("fragment.identifier", "upstream");

        runner.enqueue("magnitude 3", part)
                .run()
                .only("accepted")
                .assertAttributeEquals("replay.admitted.fragment", "upstream");
    }

    @Test
    void isInvalidWithAnEffectNamedTwiceOrNotAtAll() {
        runner.with("Required Effects", "call, call");
        runner.nifi().assertNotValid();
        runner.with("Required Effects", "call,,write");
        runner.nifi().assertNotValid();
        runner.with("Required Effects", "call, write");
        runner.nifi().assertValid();
    }

    @Test
    void asksForAKeyOnlyWithTheStrategyThatUsesIt() {
        runner.with("Idempotency Key Strategy", "Expression Language");
        runner.nifi().assertNotValid();
        runner.with("Idempotency Key Strategy", "Content SHA-256");
        runner.nifi().assertValid();
    }

    private static MockFlowFile flowFile(String content, Map<String, String> attributes) {
        MockFlowFile flowFile = new MockFlowFile(1);
        flowFile.setData(content.getBytes(StandardCharsets.UTF_8));
        flowFile.putAttributes(attributes);
        return flowFile;
    }

    private Optional<Token> token(MockFlowFile flowFile) {
        return runner.journal().tokens().read(flowFile.getAttribute("replay.token"));
    }

    private void complete(MockFlowFile accepted, Optional<StoredResult> result) {
        runner.journal()
                .record(List.of(new Outcome.Completed(
                        token(accepted).orElseThrow(),
                        accepted.getAttribute("uuid"),
                        RequiredEffects.DEFAULT,
                        Fragment.WHOLE,
                        result)));
    }

    private void giveUp(MockFlowFile accepted) {
        runner.journal()
                .record(List.of(new Outcome.GivenUp(
                        token(accepted).orElseThrow(),
                        accepted.getAttribute("uuid"),
                        RequiredEffects.DEFAULT,
                        Fragment.WHOLE,
                        new io.nifireplay.journal.EventState.Failure("400", "bad"))));
    }

    private void failForGood(String id) {
        Map<String, String> event = new HashMap<>(EVENT);
        event.put("http.headers.ce-id", id);
        giveUp(runner.enqueue("magnitude 3", event).run().only("accepted"));
    }

    private static StoredResult result() {
        return new StoredResult(
                Map.of("answer.status", "201", "replay.token", "never"), "the answer".getBytes(StandardCharsets.UTF_8));
    }

    private static ReplayRequest request(String job, ReplayMode mode) {
        return new ReplayRequest(job, Selector.ALL, mode, false, Limits.NONE, "test", "test");
    }
}
