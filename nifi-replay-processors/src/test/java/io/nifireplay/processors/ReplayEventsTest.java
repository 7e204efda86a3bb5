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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.processors.request.Schema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.MockFlowFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayEventsTest {
    private static final String REPLAY = """
            {"action": "replay", "job": "job-1", "select": {}, "reason": "the downstream was out"}
            """;

    @TempDir
    private Path directory;

    private JournalRunner admission;
    private JournalRunner replay;

    @BeforeEach
    void setUp() {
        admission = JournalRunner.of(new JournalEvent(), directory);
        replay = JournalRunner.of(new ReplayEvents(), directory);
    }

    @AfterEach
    void tearDown() {
        replay.close();
        admission.close();
    }

    @Test
    void emitsARetryThatIsDueAndJournalEventAdmitsItsNextAttempt() {
        MockFlowFile admitted = admitted("1");
        admission
                .journal()
                .record(List.of(new Outcome.Failed(
                        token(admitted),
                        admitted.getAttribute("uuid"),
                        RequiredEffects.DEFAULT,
                        Fragment.WHOLE,
                        new EventState.Failure("503", "busy"),
                        new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(1)))));

        Awaitility.await().until(() -> !replay.run().on("replayed").isEmpty());

        MockFlowFile replayed = replay.only("replayed");
        replayed.assertContentEquals("content 1");
        replayed.assertAttributeEquals("ce-id", "1");
        replayed.assertAttributeEquals("replay.event.id", "default/1");
        replayed.assertAttributeEquals("replay.idempotency.key", "a 1");
        replayed.assertAttributeNotExists("replay.job.id");
        assertThat(replay.nifi().getProvenanceEvents())
                .filteredOn(event -> event.getEventType() == ProvenanceEventType.CREATE)
                .singleElement()
                .satisfies(event -> assertThat(event.getDetails()).contains("default/1"));

        MockFlowFile again = admission.enqueue(replayed).run().only("accepted");
        again.assertAttributeEquals("replay.attempt", "2");
        again.assertAttributeEquals("replay.reason", "next attempt after a failure");
    }

    @Test
    void opensAJobByRequestEmitsItsEventsInOrderAndAnswersInTheRequestsFlowFile() throws IOException {
        deadLetters("1", "2", "3");

        replay.enqueue(REPLAY, Map.of("http.context.identifier", "7")).run();

        assertThat(replay.on("replayed"))
                .extracting(flowFile -> flowFile.getAttribute("replay.event.id"))
                .containsExactly("default/1", "default/2", "default/3");
        assertThat(replay.on("replayed"))
                .allSatisfy(flowFile -> flowFile.assertAttributeEquals("replay.job.id", "job-1"));
        MockFlowFile report = replay.on("report").getFirst();
        report.assertAttributeEquals("http.context.identifier", "7");
        report.assertAttributeEquals("mime.type", "application/json");
        report.assertAttributeEquals("filename", "replay-job-1-running-0.json");
        report.assertAttributeEquals("replay.job.state", "running");
        JsonNode json = json(report);
        assertThat(json.at("/job/progress/total").longValue()).isEqualTo(3);
        assertThat(json.at("/job/progress/left").longValue()).isEqualTo(3);
        assertThat(json.at("/job/plan/byState/dead letter").longValue()).isEqualTo(3);
        assertThat(json.at("/job/requester").textValue())
                .isEqualTo("processor " + replay.nifi().getProcessor().getIdentifier());
    }

    @Test
    void replaysNoFasterThanTheDownstreamBearsAndReportsThePace() throws IOException {
        SharedBreaker shared = new SharedBreaker();
        shared.isThatOf(replay);
        deadLetters(IntStream.rangeClosed(1, 30).mapToObj(Integer::toString).toArray(String[]::new));
        shared.pass(Duration.ofSeconds(1));

        replay.enqueue(REPLAY, Map.of()).run();

        // A quarter of a second of the pace that a replay begins with, 20 a second.
        assertThat(replay.on("replayed")).hasSize(5);
        assertThat(json(replay.on("report").getFirst())
                        .at("/job/currentRatePerSecond")
                        .doubleValue())
                .isEqualTo(20);
        assertThat(replay.run().on("replayed")).isEmpty();
        shared.pass(Duration.ofMillis(100));
        assertThat(replay.run().on("replayed")).hasSize(2);
    }

    @Test
    void replaysNothingWhileTheDownstreamIsOut() throws IOException {
        SharedBreaker shared = new SharedBreaker();
        shared.isThatOf(replay);
        deadLetters("1", "2", "3", "4", "5", "6", "7", "8", "9");
        shared.open();
        shared.pass(Duration.ofSeconds(1));

        replay.enqueue(REPLAY, Map.of()).run();

        assertThat(replay.on("replayed")).isEmpty();
        assertThat(json(replay.on("report").getFirst())
                        .at("/job/currentRatePerSecond")
                        .doubleValue())
                .isZero();
        shared.pass(SharedBreaker.OPEN_TIME.plusMillis(1));
        assertThat(replay.run().on("replayed")).hasSizeBetween(1, SharedBreaker.PROBES);
    }

    @Test
    void opensOneJobHoweverOftenItIsAskedFor() {
        deadLetters("1");
        replay.enqueue(REPLAY, Map.of()).run();
        replay.enqueue(REPLAY, Map.of()).run();

        assertThat(replay.on("report")).hasSize(1);
        assertThat(replay.journal().jobs()).hasSize(1);
    }

    @Test
    void refusesAnotherRequestUnderTheIdOfAJob() {
        deadLetters("1");
        replay.enqueue(REPLAY, Map.of()).run();
        replay.enqueue(REPLAY.replace("out", "slow"), Map.of()).run();

        assertThat(replay.on("failure").getFirst().getAttribute("replay.reason"))
                .contains("job-1");
    }

    @Test
    void reportsTheEndOfAJobOnce() {
        deadLetters("1");
        replay.enqueue(REPLAY, Map.of()).run();
        MockFlowFile again =
                admission.enqueue(replay.on("replayed").getFirst()).run().only("accepted");
        complete(again);

        Awaitility.await().until(() -> !replay.run().on("report").isEmpty());

        MockFlowFile report = replay.only("report");
        report.assertAttributeEquals("filename", "replay-job-1-finished.json");
        Awaitility.await()
                .during(Duration.ofMillis(1500))
                .until(() -> replay.run().on("report").isEmpty());
    }

    @Test
    void pausesResumesAndAbortsAJobAndTakesTheSameWordTwice() throws IOException {
        deadLetters("1");
        replay.enqueue(REPLAY, Map.of()).run();

        for (String action : List.of("pause", "pause", "resume", "abort", "abort")) {
            replay.enqueue(
                            "{\"action\": \"" + action
                                    + "\", \"job\": \"job-1\", \"reason\": \"lunch\", \"requester\": \"maria\"}",
                            Map.of())
                    .run();
            assertThat(replay.on("failure")).isEmpty();
            assertThat(json(replay.on("report").getFirst())
                            .at("/job/stateReason")
                            .textValue())
                    .contains("maria: lunch");
        }
        assertThat(replay.journal().job("job-1").orElseThrow().state()).isEqualTo(JobState.ABORTED);
    }

    @Test
    void saysWhatADryRunFindsAndOpensNoJob() throws IOException {
        deadLetters("1", "2");

        replay.enqueue("""
                        {"action": "replay", "job": "look", "mode": "dry run", "select": {}, "reason": "how many?"}
                        """, Map.of()).run();

        JsonNode json = json(replay.only("report"));
        assertThat(json.at("/report").textValue()).isEqualTo("dry run");
        assertThat(json.at("/plan/emitted").longValue()).isEqualTo(2);
        assertThat(replay.journal().jobs()).isEmpty();
    }

    @Test
    void sendsADrillsCopiesMarkedAndWithoutATokenToTheirOwnRelationship() {
        deadLetters("1");

        replay.enqueue("""
                        {"action": "replay", "job": "drill-1", "mode": "drill", "select": {}, "reason": "practice"}
                        """, Map.of()).run();

        assertThat(replay.on("replayed")).isEmpty();
        MockFlowFile copy = replay.on("drill").getFirst();
        copy.assertAttributeEquals("replay.drill", "true");
        copy.assertAttributeNotExists("replay.token");
        admission.enqueue(copy).run().only("rejected");
    }

    @Test
    void reportsTheJournalsStatus() throws IOException {
        deadLetters("1", "2");

        replay.enqueue("{\"action\": \"status\"}", Map.of()).run();

        JsonNode json = json(replay.only("report"));
        assertThat(json.at("/checkpoints/0/partition").textValue()).isEqualTo("default");
        assertThat(json.at("/checkpoints/0/open").longValue()).isEqualTo(2);
    }

    @Test
    void settlesDeadLettersAndTakesRecoveryPoints() throws IOException {
        deadLetters("1", "2");

        replay.enqueue(
                        "{\"action\": \"acknowledge\", \"select\": {\"keys\": [\"a 1\"]}, \"reason\": \"paid by hand\"}",
                        Map.of())
                .run();
        assertThat(json(replay.only("report")).at("/events").longValue()).isEqualTo(1);

        replay.enqueue("{\"action\": \"recovery point\", \"name\": \"before the change\"}", Map.of())
                .run();
        assertThat(json(replay.only("report")).at("/recoveryPoint/open").longValue())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "{\"action\": \"replay\", \"job\": \"j\", \"select\": {\"partition\": [\"a\"]}, \"reason\": \"typo\"}",
                "{\"action\": \"replay\", \"job\": \"j\", \"mode\": \"forced\", \"select\": {}, \"reason\": \"again\"}",
                "{\"action\": \"pause\", \"job\": \"nobody's\", \"reason\": \"lunch\"}",
                "{\"action\": \"replay\", \"job\": \"j\", \"select\": {\"sinceRecoveryPoint\": \"none\"}, \"reason\": \"r\"}"
            })
    void sendsARequestThatIsNotValidToFailureAsItCame(String request) {
        deadLetters("1");

        MockFlowFile failure = replay.enqueue(request, Map.of()).run().only("failure");

        failure.assertContentEquals(request);
        assertThat(failure.getAttribute("replay.reason")).isNotBlank();
        assertThat(replay.journal().jobs()).isEmpty();
    }

    @Test
    void opensTheJobOfItsOwnPropertiesOnce() {
        deadLetters("1");
        replay.with("Job ID", "own").with("Reason", "the night's failures").with("States", "dead letter, failed");

        replay.run();
        assertThat(replay.on("replayed")).hasSize(1);
        assertThat(replay.on("report")).hasSize(1);

        replay.run();
        assertThat(replay.on("replayed")).isEmpty();
        assertThat(replay.journal().jobs()).hasSize(1);
    }

    @Test
    void saysOfAJobThatWaitsForWhichOne() throws IOException {
        deadLetters("1");
        replay.enqueue(REPLAY, Map.of()).run();

        replay.enqueue("""
                        {"action": "replay", "job": "later", "select": {}, "reason": "once more",
                         "limits": {"newEvents": "hold", "strictOrder": true}}
                        """, Map.of()).run();

        String report = replay.only("report").getContent();
        assertThat(Schema.REPORT.complaints(report)).isEmpty();
        JsonNode job = new ObjectMapper().readTree(report).path("job");
        assertThat(job.path("state").textValue()).isEqualTo("running");
        assertThat(job.at("/waitsFor/job").textValue()).isEqualTo("job-1");
        assertThat(job.at("/waitsFor/partition").textValue()).isEqualTo("default");
        assertThat(job.path("stateReason").textValue()).contains("Waits for replay job job-1");
        assertThat(job.path("newEvents").textValue()).isEqualTo("hold");
        assertThat(job.path("strictOrder").booleanValue()).isTrue();
    }

    @Test
    void theJobOfItsOwnPropertiesHoldsNewEventsWhenToldTo() {
        deadLetters("1");
        replay.with("Job ID", "own").with("Reason", "why").with("New Events", "hold");

        replay.run();
        assertThat(replay.journal().job("own").orElseThrow().request().limits().newEvents())
                .isEqualTo(NewEvents.HOLD);
    }

    @Test
    void isInvalidWithPropertiesThatMakeNoJob() {
        replay.nifi().assertValid();
        replay.with("Job ID", "own");
        replay.nifi().assertNotValid();
        replay.with("Reason", "why");
        replay.nifi().assertValid();
        replay.with("Admitted From", "yesterday");
        replay.nifi().assertNotValid();
        replay.with("Admitted From", "2026-11-23T10:00:00Z").with("Admitted To", "2026-11-23T09:00:00Z");
        replay.nifi().assertNotValid();
        replay.with("Admitted To", "2026-11-23T11:00:00Z").with("States", "lost");
        replay.nifi().assertNotValid();
        replay.with("States", "failed").with("Job ID", "with spaces");
        replay.nifi().assertNotValid();
    }

    @Test
    void emitsEachEventOnceWithSeveralTasks() {
        String[] ids = IntStream.range(0, 60).mapToObj(Integer::toString).toArray(String[]::new);
        deadLetters(ids);
        replay.with("Batch Size", "7");
        replay.enqueue(REPLAY, Map.of()).run();
        replay.nifi().setThreadCount(4);
        replay.nifi().run(20);

        assertThat(replay.on("replayed"))
                .hasSize(60)
                .extracting(flowFile -> flowFile.getAttribute("replay.event.id"))
                .doesNotHaveDuplicates();
    }

    @Test
    void yieldsWhenThereIsNothingToDo() {
        replay.run();
        assertThat(replay.nifi().isYieldCalled()).isTrue();
    }

    private MockFlowFile admitted(String id) {
        return admission
                .enqueue("content " + id, Map.of("ce-id", id, "ce-source", "a"))
                .run()
                .only("accepted");
    }

    private void deadLetters(String... ids) {
        for (String id : ids) {
            MockFlowFile admitted = admitted(id);
            admission
                    .journal()
                    .record(List.of(new Outcome.GivenUp(
                            token(admitted),
                            admitted.getAttribute("uuid"),
                            RequiredEffects.DEFAULT,
                            Fragment.WHOLE,
                            new EventState.Failure("422", "no"))));
        }
        assertThat(admission.journal().find(new EventRef("default", 1))).isPresent();
    }

    private void complete(MockFlowFile admitted) {
        admission
                .journal()
                .record(List.of(new Outcome.Completed(
                        token(admitted),
                        admitted.getAttribute("uuid"),
                        RequiredEffects.DEFAULT,
                        Fragment.WHOLE,
                        java.util.Optional.empty())));
    }

    private Token token(MockFlowFile flowFile) {
        return admission
                .journal()
                .tokens()
                .read(flowFile.getAttribute("replay.token"))
                .orElseThrow();
    }

    private static JsonNode json(MockFlowFile report) throws IOException {
        assertThat(Schema.REPORT.complaints(report.getContent())).isEmpty();
        return new ObjectMapper().readTree(report.getContent());
    }
}
