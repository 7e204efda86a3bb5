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
import io.nifireplay.journal.Cause;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.processors.request.Schema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectMissedEventsTest {
    private static final Map<String, String> SHORT_LEASE = Map.of("Lease Duration", "1 sec");

    @TempDir
    private Path directory;

    private JournalRunner admission;
    private JournalRunner detect;
    private JournalRunner replay;

    @BeforeEach
    void setUp() {
        admission = JournalRunner.of(new JournalEvent(), directory, SHORT_LEASE);
        detect = JournalRunner.of(new DetectMissedEvents(), directory, SHORT_LEASE);
        replay = JournalRunner.of(new ReplayEvents(), directory, SHORT_LEASE);
    }

    @AfterEach
    void tearDown() {
        replay.close();
        detect.close();
        admission.close();
    }

    @Test
    void saysNothingWhenNothingIsMissed() {
        complete(admitted("1"));

        detect.run();

        detect.nifi().assertTransferCount("missed", 0);
        detect.nifi().assertTransferCount("report", 0);
    }

    @Test
    void listsWhatIsMissedAndReportsIt() throws IOException {
        admitted("lost");
        claim(admitted("unknown"));
        giveUp(admitted("hopeless"));
        awaitMissed(3);

        MockFlowFile missed = detect.on("missed").getFirst();
        missed.assertAttributeEquals("record.count", "3");
        missed.assertAttributeEquals("mime.type", "application/json");
        missed.assertAttributeEquals("replay.missed.events", "3");
        missed.assertAttributeEquals("replay.missed.lease.ended", "1");
        missed.assertAttributeEquals("replay.missed.outcome.unknown", "1");
        missed.assertAttributeEquals("replay.missed.dead.letters", "1");
        missed.assertAttributeExists("replay.missed.oldest");
        JsonNode records = new ObjectMapper().readTree(missed.getContent());
        assertThat(records.get(0).path("reason").textValue()).isEqualTo("lease ended");
        assertThat(records.get(0).path("state").textValue()).isEqualTo("in flight");
        assertThat(records.get(0).path("position").longValue()).isEqualTo(1);
        assertThat(records.get(2).path("errorType").textValue()).isEqualTo("422");
        JsonNode report = json(detect.on("report").getFirst());
        assertThat(report.at("/missed/outcome unknown").longValue()).isEqualTo(1);
        assertThat(report.at("/action/done").textValue()).isEqualTo("reported");
        assertThat(detect.nifi().getProvenanceEvents())
                .filteredOn(event -> event.getEventType() == ProvenanceEventType.CREATE)
                .anySatisfy(event -> assertThat(event.getDetails()).contains("3 missed events"));
        assertThat(detect.journal().jobs()).isEmpty();
    }

    @Test
    void tellsOnceWhatStaysMissedAndThatItIsMissedNoMore() throws IOException {
        giveUp(admitted("hopeless"));
        detect.run();
        detect.nifi().assertTransferCount("missed", 1);
        detect.nifi().getStateManager().assertStateSet("told", Scope.LOCAL);

        detect.run();
        detect.nifi().assertTransferCount("missed", 0);
        detect.nifi().assertTransferCount("report", 0);

        detect.with("Tell Again", "true").run();
        detect.nifi().assertTransferCount("missed", 1);

        detect.with("Tell Again", "false");
        detect.journal().acknowledge(Selector.ALL, new Cause("maria", "sent by hand"));
        detect.run();
        detect.nifi().assertTransferCount("missed", 0);
        assertThat(json(detect.only("report")).path("events").longValue()).isZero();
    }

    @Test
    void leavesDeadLettersOutWhenTheyAreIgnored() {
        giveUp(admitted("hopeless"));

        detect.with("Dead Letters", "ignore").run();

        detect.nifi().assertTransferCount("missed", 0);
    }

    @Test
    void tellsANumberThatNeverCameAfterItsGraceTimeUntilItComes() throws IOException {
        detect.with("Gap Grace Time", "1 sec").with("When Events Are Missed", "replay");
        complete(numbered(1));
        complete(numbered(4));
        detect.run();
        detect.nifi().assertTransferCount("missed", 0);

        Awaitility.await().until(() -> !detect.run().on("missed").isEmpty());
        JsonNode gap = new ObjectMapper()
                .readTree(detect.on("missed").getFirst().getContent())
                .get(0);
        assertThat(gap.path("sequence").longValue()).isEqualTo(2);
        assertThat(gap.path("sequenceEnd").longValue()).isEqualTo(3);
        assertThat(gap.path("reason").textValue()).isEqualTo("sequence gap");
        assertThat(json(detect.on("report").getFirst()).at("/action/done").textValue())
                .isEqualTo("nothing to replay");

        complete(numbered(2));
        complete(numbered(3));
        assertThat(json(detect.run().only("report")).at("/missed/sequence gap").longValue())
                .isZero();
    }

    @Test
    void proposesARequestThatReplayEventsTakesAndThatBringsBackOnlyWhatMay() throws IOException {
        detect.with("When Events Are Missed", "plan").with("Maximum Rate", "50");
        admitted("lost");
        claim(admitted("unknown"));
        giveUp(admitted("hopeless"));
        awaitMissed(3);

        JsonNode report = json(detect.on("report").getFirst());
        assertThat(report.at("/action/done").textValue()).isEqualTo("planned");
        assertThat(report.at("/action/plan/emitted").longValue()).isEqualTo(1);
        MockFlowFile request = detect.on("request").getFirst();
        assertThat(Schema.REQUEST.complaints(request.getContent())).isEmpty();
        assertThat(detect.journal().jobs()).isEmpty();

        replay.enqueue(request.getContent(), Map.of());
        replayed().assertAttributeEquals("replay.idempotency.key", "a lost");
        JobStatus job = detect.journal().jobs().getFirst();
        assertThat(job.progress().total()).isEqualTo(1);
        assertThat(job.request().job()).isEqualTo(request.getAttribute("replay.job.id"));
        assertThat(job.request().limits().ratePerSecond()).contains(50.0);
    }

    @Test
    void opensOneJobByItselfAndReportsWhenAllIsWellAgain() throws IOException {
        detect.with("When Events Are Missed", "replay");
        admitted("lost");
        awaitMissed(1);
        assertThat(json(detect.on("report").getFirst()).at("/action/done").textValue())
                .isEqualTo("replay opened");
        assertThat(detect.nifi().getCounterValue("jobs opened")).isEqualTo(1);
        assertThat(detect.journal().jobs()).singleElement().satisfies(job -> {
            assertThat(job.request().requester())
                    .isEqualTo("processor " + detect.nifi().getProcessor().getIdentifier());
            assertThat(job.request().reason()).contains("1 lease ended");
        });

        detect.run();
        assertThat(json(detect.on("report").getFirst()).at("/action/done").textValue())
                .isEqualTo("waits for a job");
        assertThat(detect.journal().jobs()).hasSize(1);

        MockFlowFile replayed = replayed();
        complete(admission.enqueue(replayed).run().only("accepted"));
        detect.run();
        assertThat(json(detect.only("report")).path("events").longValue()).isZero();
        assertThat(detect.journal().jobs())
                .singleElement()
                .satisfies(job -> assertThat(job.state()).isEqualTo(JobState.FINISHED));
    }

    @Test
    void tellsOnceThatThePolicyAsksAPersonFirst() throws IOException {
        detect.with("When Events Are Missed", "replay");
        ReplayPolicy everyJobIsApproved = new ReplayPolicy(
                true,
                Set.of(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.of(0),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        detect.journal().govern(new Pin("coordinator", "policy service", everyJobIsApproved, Instant.EPOCH));
        admitted("lost");
        awaitMissed(1);

        JsonNode action = json(detect.on("report").getFirst()).path("action");
        assertThat(action.path("done").textValue()).isEqualTo("refused by policy");
        assertThat(action.path("why").textValue()).contains("StandardReplayCoordinator");
        assertThat(detect.on("request")).hasSize(1);
        int told = detect.nifi().getLogger().getWarnMessages().size();
        detect.nifi().run(3, false, true);
        assertThat(detect.journal().jobs()).isEmpty();
        assertThat(detect.nifi().getLogger().getWarnMessages())
                .as("once more after each start")
                .hasSize(told + 1)
                .last()
                .satisfies(message -> assertThat(message.getMsg()).contains("approval of a second person"));
    }

    @Test
    void opensNoSecondJobAfterACrashNorForEventsThatAPersonTookOutOfTheReplay() throws IOException {
        detect.with("When Events Are Missed", "replay");
        admitted("lost");
        awaitMissed(1);
        String job = detect.journal().jobs().getFirst().request().job();
        // What NiFi remembers of it is lost, as by a crash between the journal's write and NiFi's.
        detect.nifi().getStateManager().clear(Scope.LOCAL);
        detect.run();
        assertThat(detect.journal().jobs()).hasSize(1);

        detect.journal().change(job, JobAction.ABORT, new Cause("maria", "not these"));
        detect.run();
        assertThat(json(detect.on("report").getFirst()).at("/action/done").textValue())
                .isEqualTo("tried before");
        assertThat(detect.journal().jobs()).hasSize(1);

        admitted("lost too");
        Awaitility.await().until(() -> detect.run().journal().jobs().size() == 2);
    }

    @Test
    void saysOnceThatItWaitsForAPausedJob() {
        detect.with("When Events Are Missed", "replay");
        admitted("lost");
        awaitMissed(1);
        String job = detect.journal().jobs().getFirst().request().job();
        detect.journal().change(job, JobAction.PAUSE, new Cause("maria", "lunch"));

        detect.nifi().run(3, false, true);

        assertThat(detect.nifi().getLogger().getWarnMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg()).contains("is paused"));
    }

    @Test
    void bringsDeadLettersBackWhenAskedToUntilTheirAttemptsAreUsedUp() {
        detect.with("When Events Are Missed", "replay")
                .with("Dead Letters", "replay")
                .with("Maximum Attempts", "2");
        giveUp(admitted("hopeless"));

        detect.run();
        MockFlowFile replayed = replayed();
        giveUp(admission.enqueue(replayed).run().only("accepted"));
        detect.run();

        assertThat(detect.journal().jobs()).hasSize(1);
        detect.on("report").getFirst().assertAttributeEquals("replay.missed.dead.letters", "1");
    }

    @Test
    void bringsBackAtMostSoManyEventsWithOneJob() {
        detect.with("When Events Are Missed", "replay")
                .with("Dead Letters", "replay")
                .with("Maximum Events per Job", "2");
        giveUp(admitted("1"));
        giveUp(admitted("2"));
        giveUp(admitted("3"));

        detect.run();

        assertThat(detect.journal().jobs())
                .singleElement()
                .satisfies(job -> assertThat(job.progress().total()).isEqualTo(2));
    }

    @Test
    void aFailureIsMissedWhenItsRetryWaitsTooLong() {
        detect.with("Retry Grace Time", "0 sec");
        MockFlowFile admitted = admitted("1");
        detect.journal()
                .record(List.of(new Outcome.Failed(
                        token(admitted),
                        admitted.getAttribute("uuid"),
                        RequiredEffects.DEFAULT,
                        Fragment.WHOLE,
                        new EventState.Failure("503", "busy"),
                        new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(1)))));

        Awaitility.await().until(() -> !detect.run().on("missed").isEmpty());

        detect.on("missed").getFirst().assertAttributeEquals("replay.missed.left.behind", "1");
    }

    @Test
    void writesRecordsWithARecordWriter() throws InitializationException {
        LineWriter writer = new LineWriter();
        detect.nifi().addControllerService("writer", writer);
        detect.nifi().enableControllerService(writer);
        detect.with("Record Writer", "writer");
        giveUp(admitted("hopeless"));

        detect.run();

        MockFlowFile missed = detect.on("missed").getFirst();
        missed.assertAttributeEquals("mime.type", "text/plain");
        missed.assertAttributeEquals("lines", "1");
        assertThat(missed.getContent()).contains("partition=default", "reason=dead letter", "attempt=1");
    }

    @Test
    void looksAtItsPartitionsOnly() {
        giveUp(admitted("hopeless"));

        detect.with("Partitions", "orders, payments").run();
        detect.nifi().assertTransferCount("missed", 0);
        detect.with("Partitions", "orders, default").run();
        detect.nifi().assertTransferCount("missed", 1);
    }

    @Test
    void refusesARateAtWhichNothingWouldComeBack() {
        detect.with("When Events Are Missed", "replay").with("Maximum Rate", "0");
        detect.nifi().assertNotValid();
    }

    @Test
    void saysWhatIsWrongWhenTheJournalCannotBeRead() throws InitializationException {
        TestRunner runner = TestRunners.newTestRunner(new DetectMissedEvents());
        FailingJournalService service = new FailingJournalService();
        runner.addControllerService("journal", service);
        runner.enableControllerService(service);
        runner.setProperty(JournalProcessor.EVENT_JOURNAL, "journal");

        runner.run();

        assertThat(runner.getLogger().getErrorMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg()).contains("free some space"));
        assertThat(runner.isYieldCalled()).isTrue();
    }

    private void awaitMissed(int events) {
        Awaitility.await()
                .until(() -> detect.run().on("missed").stream()
                        .anyMatch(missed ->
                                missed.getAttribute("replay.missed.events").equals(Integer.toString(events))));
    }

    /** What the job emits first; its rate may make it wait. */
    private MockFlowFile replayed() {
        return Awaitility.await()
                .until(() -> replay.run().on("replayed"), emitted -> !emitted.isEmpty())
                .getFirst();
    }

    private MockFlowFile admitted(String id) {
        return admission
                .enqueue("content " + id, Map.of("ce-id", id, "ce-source", "a"))
                .run()
                .only("accepted");
    }

    private MockFlowFile numbered(int number) {
        String id = Integer.toString(number);
        return admission
                .enqueue("content " + id, Map.of("ce-id", id, "ce-source", "a", "ce-sequence", id))
                .run()
                .only("accepted");
    }

    private void claim(MockFlowFile admitted) {
        admission
                .journal()
                .claim(List.of(new Claim(
                        token(admitted),
                        admitted.getAttribute("uuid"),
                        RequiredEffects.DEFAULT,
                        Fragment.WHOLE,
                        false,
                        Optional.empty())));
    }

    private void giveUp(MockFlowFile admitted) {
        admission
                .journal()
                .record(List.of(new Outcome.GivenUp(
                        token(admitted),
                        admitted.getAttribute("uuid"),
                        RequiredEffects.DEFAULT,
                        Fragment.WHOLE,
                        new EventState.Failure("422", "no"))));
    }

    private void complete(MockFlowFile admitted) {
        admission
                .journal()
                .record(List.of(new Outcome.Completed(
                        token(admitted),
                        admitted.getAttribute("uuid"),
                        RequiredEffects.DEFAULT,
                        Fragment.WHOLE,
                        Optional.empty())));
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
