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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Status;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.nifi.util.MockFlowFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompleteEventTest {
    private static final Map<String, String> SMALL_RESULTS = Map.of("Maximum Stored Result Size", "20 B");

    @TempDir
    private Path directory;

    private JournalRunner admission;
    private JournalRunner guard;
    private JournalRunner completion;

    @BeforeEach
    void setUp() {
        admission = JournalRunner.of(new JournalEvent(), directory, SMALL_RESULTS);
        guard = JournalRunner.of(new GuardDelivery(), directory, SMALL_RESULTS);
        completion = JournalRunner.of(new CompleteEvent(), directory, SMALL_RESULTS);
    }

    @AfterEach
    void tearDown() {
        completion.close();
        guard.close();
        admission.close();
    }

    @Test
    void completesAnEvent() {
        completion.enqueue(delivered()).run().only("success").assertAttributeEquals("replay.outcome", "success");

        assertThat(state().status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void takesTheSameOutcomeOfTheSameFlowFileAgainAfterACrash() {
        MockFlowFile delivered = delivered();
        completion.enqueue(delivered).run().only("success");
        completion.enqueue(delivered).run().only("success");
    }

    @Test
    void turnsAnotherFlowFilesOutcomeAwayOnceThereIsOne() {
        MockFlowFile delivered = delivered();
        completion.enqueue(delivered).run();

        completion
                .enqueue("content", delivered.getAttributes())
                .run()
                .only("superseded")
                .assertAttributeExists("replay.reason");
    }

    @Test
    void schedulesAFailedEventForARetry() {
        completion.with("Outcome", "failed");

        MockFlowFile failed = completion
                .enqueue(
                        with(delivered(), Map.of("invokehttp.status.code", "503", "invokehttp.status.message", "Busy")))
                .run()
                .only("failed");

        failed.assertAttributeEquals("replay.outcome", "failed");
        failed.assertAttributeEquals("replay.reason", "503: Busy");
        assertThat(Instant.parse(failed.getAttribute("replay.retry.due")))
                .isBefore(Instant.now().plusSeconds(11));
        assertThat(state().status()).isEqualTo(Status.FAILED);
        assertThat(state().error()).contains(new EventState.Failure("503", "Busy"));
    }

    @Test
    void namesTheExceptionWhenThereWasNoAnswer() {
        completion.with("Outcome", "failed");

        completion
                .enqueue(with(delivered(), Map.of("invokehttp.java.exception.class", "java.net.ConnectException")))
                .run()
                .only("failed")
                .assertAttributeEquals("replay.reason", "java.net.ConnectException");
    }

    @Test
    void makesADeadLetterWhenTheBudgetIsUsedUp() {
        completion.with("Outcome", "failed").with("Maximum Attempts", "1");

        MockFlowFile dead = completion.enqueue(delivered()).run().only("dead letter");

        dead.assertAttributeNotExists("replay.retry.due");
        dead.assertAttributeEquals("replay.reason", "unknown");
        assertThat(state().status()).isEqualTo(Status.DEAD_LETTER);
    }

    @Test
    void makesADeadLetterOfAPermanentError() {
        completion.with("Outcome", "failed").with("Permanent Error Types", "4(?!08|25|29)\\d\\d");

        completion
                .enqueue(with(delivered(), Map.of("invokehttp.status.code", "422")))
                .run()
                .only("dead letter");
    }

    @Test
    void retriesNoSoonerThanTheDownstreamAsks() {
        MockFlowFile failed = completion
                .with("Outcome", "failed")
                .enqueue(with(delivered(), Map.of("invokehttp.status.code", "429", "Retry-after", "3600")))
                .run()
                .only("failed");

        assertThat(Instant.parse(failed.getAttribute("replay.retry.due")))
                .isAfter(Instant.now().plusSeconds(3_500));
    }

    @Test
    void retriesByTheRuleOfTheErrorType() {
        completion
                .with("Outcome", "failed")
                .with("retry.5\\d\\d", "1, 1 sec, 2 sec")
                .with("retry.429", "never");

        completion
                .enqueue(with(delivered("1"), Map.of("invokehttp.status.code", "500")))
                .run()
                .only("dead letter");
        completion
                .enqueue(with(delivered("2"), Map.of("invokehttp.status.code", "429")))
                .run()
                .only("dead letter");
        completion
                .enqueue(with(delivered("3"), Map.of("invokehttp.status.code", "408")))
                .run()
                .only("failed");
    }

    @Test
    void givesAnEventUpWhenTold() {
        completion.with("Outcome", "dead letter");

        completion.enqueue(delivered()).run().only("dead letter");

        assertThat(state().status()).isEqualTo(Status.DEAD_LETTER);
    }

    @Test
    void takesTheOutcomeFromAnExpression() {
        completion.with("Outcome", "by expression").with("Outcome Expression", "${what}");

        completion
                .enqueue(with(delivered("1"), Map.of("what", "Completed")))
                .run()
                .only("success");
        completion.enqueue(with(delivered("2"), Map.of("what", "failed"))).run().only("failed");
        MockFlowFile neither = completion
                .enqueue(with(delivered("3"), Map.of("what", "perhaps")))
                .run()
                .only("failure");
        assertThat(neither.getAttribute("replay.reason")).contains("perhaps");
    }

    @Test
    void rejectsAFlowFileWithoutAToken() {
        completion.enqueue("content", Map.of()).run().only("rejected");
    }

    @Test
    void storesTheResultThatADuplicateThenCarries() {
        completion.with("Store Result", "attributes and content").with("Result Attributes", ".*\\.type|replay\\..*");
        completion
                .enqueue(
                        "an answer",
                        with(delivered(), Map.of("mime.type", "text/plain", "other", "x"))
                                .getAttributes())
                .run()
                .only("success");
        admission.with("Duplicate Content", "stored result");

        MockFlowFile duplicate = repeated();

        duplicate.assertContentEquals("an answer");
        duplicate.assertAttributeEquals("mime.type", "text/plain");
        duplicate.assertAttributeNotExists("other");
        duplicate.assertAttributeNotExists("replay.token");
    }

    @Test
    void storesAResultThatIsTooLargeWithoutItsContentAndSaysSo() {
        completion.with("Store Result", "attributes and content");
        completion
                .enqueue("an answer of more than twenty bytes", delivered().getAttributes())
                .run()
                .only("success");

        repeated().assertAttributeEquals("replay.result.omitted", "35");
    }

    @Test
    void completesASplitEventWhenItsLastPartIsDone() {
        MockFlowFile admitted = admitted("1");
        for (int part = 0; part < 3; part++) {
            assertThat(state().status()).isNotEqualTo(Status.COMPLETED);
            Map<String, String> attributes = new HashMap<>(admitted.getAttributes());
            attributes.putAll(Map.of(
                    "fragment.identifier", "split", "fragment.index", Integer.toString(part), "fragment.count", "3"));
            MockFlowFile delivered = guard.enqueue("part", attributes).run().only("deliver");
            completion.enqueue(delivered).run().only("success");
        }
        assertThat(state().status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void isInvalidWithARetryRuleThatCannotBeRead() {
        completion.with("Outcome", "failed");
        completion.nifi().assertValid();
        completion.with("retry.5\\d\\d", "often");
        completion.nifi().assertNotValid();
        completion.with("retry.5\\d\\d", "3, 1 sec, 1 min");
        completion.nifi().assertValid();
        completion.with("retry.(", "never");
        completion.nifi().assertNotValid();
    }

    @Test
    void isInvalidWithAnUnknownProperty() {
        completion.with("retries", "3");
        completion.nifi().assertNotValid();
    }

    @Test
    void isInvalidWithALongestDelayBelowTheFirst() {
        completion.with("Outcome", "failed").with("Maximum Retry Delay", "1 sec");
        completion.nifi().assertNotValid();
    }

    private MockFlowFile repeated() {
        return admission
                .enqueue("content", Map.of("ce-id", "1", "ce-source", "a"))
                .run()
                .only("duplicate");
    }

    private MockFlowFile admitted(String id) {
        return admission
                .enqueue("content", Map.of("ce-id", id, "ce-source", "a"))
                .run()
                .only("accepted");
    }

    private MockFlowFile delivered() {
        return delivered("1");
    }

    private MockFlowFile delivered(String id) {
        return guard.enqueue(admitted(id)).run().only("deliver");
    }

    private static MockFlowFile with(MockFlowFile flowFile, Map<String, String> attributes) {
        flowFile.putAttributes(attributes);
        return flowFile;
    }

    private EventState state() {
        return admission
                .journal()
                .find(new EventRef("default", 1))
                .orElseThrow()
                .state();
    }
}
