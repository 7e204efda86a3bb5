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

import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Status;
import io.nifireplay.processors.delivery.StoreResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockFlowFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A content that NiFi cannot read holds up no other of its batch. */
class UnreadableContentTest {
    /** Read into memory by the processor. */
    private static final int SMALL = 20;
    /** Read from the session by the journal. */
    private static final int LARGE = 200_000;

    @TempDir
    private Path directory;

    private long nextId = 1;

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void journalEventSendsItToFailureAndAdmitsTheOthers(int size) {
        JournalEvent processor = new JournalEvent();
        try (JournalRunner runner = JournalRunner.of(processor, directory)) {
            DamagedSession session = DamagedSession.over(
                    processor,
                    List.of(
                            event("a", size, Map.of()),
                            event("b", size, DamagedSession.UNREADABLE),
                            event("c", size, Map.of()),
                            event("d", size, DamagedSession.UNREADABLE)));

            trigger(runner, processor, session);

            assertThat(session.getFlowFilesForRelationship("accepted"))
                    .extracting(flowFile -> flowFile.getAttribute("ce-id"))
                    .containsExactly("a", "c");
            assertThat(session.getFlowFilesForRelationship("failure"))
                    .extracting(flowFile -> flowFile.getAttribute("ce-id"))
                    .containsExactly("b", "d");
            assertThat(session.getFlowFilesForRelationship("failure").getFirst().getAttribute("replay.reason"))
                    .contains("content")
                    .contains("claim 7 is not what was written there");
            assertThat(runner.journal().findByKey("test b")).isEmpty();
            assertThat(runner.journal().checkpoints())
                    .singleElement()
                    .satisfies(checkpoint -> assertThat(checkpoint.head()).isEqualTo(2));
            assertThat(runner.nifi().getLogger().getErrorMessages())
                    .as("one bulletin a batch")
                    .singleElement()
                    .satisfies(message -> assertThat(message.getMsg()).contains("1 further"));
        }
    }

    @Test
    void journalEventSendsItToFailureWhenItsKeyIsTheContent() {
        JournalEvent processor = new JournalEvent();
        try (JournalRunner runner =
                JournalRunner.of(processor, directory).with("Idempotency Key Strategy", "Content SHA-256")) {
            DamagedSession session = DamagedSession.over(
                    processor, List.of(event("a", LARGE, DamagedSession.UNREADABLE), event("b", LARGE, Map.of())));

            trigger(runner, processor, session);

            assertThat(session.getFlowFilesForRelationship("accepted")).hasSize(1);
            assertThat(session.getFlowFilesForRelationship("failure")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void whatIsGoneIsNiFisToDropAndTheOthersComeAgainAtOnce(int size) {
        JournalEvent processor = new JournalEvent();
        try (JournalRunner runner = JournalRunner.of(processor, directory)) {
            DamagedSession session = DamagedSession.over(
                    processor,
                    List.of(
                            event("a", size, Map.of()),
                            event("b", size, DamagedSession.GONE),
                            event("c", size, Map.of())));

            trigger(runner, processor, session);

            assertThat(session.waiting()).isEqualTo(2);
            assertThat(session.getPenalizedFlowFiles()).isEmpty();
            DamagedSession next = session.next(processor);
            trigger(runner, processor, next);
            assertThat(next.getFlowFilesForRelationship("accepted"))
                    .extracting(flowFile -> flowFile.getAttribute("ce-id"))
                    .containsExactlyInAnyOrder("a", "c");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, 50_000})
    void completeEventRecordsTheOutcomeWithoutTheContentOfItsAnswer(int size) {
        List<MockFlowFile> admitted = admitted("a", "b", "c");
        CompleteEvent processor = new CompleteEvent();
        try (JournalRunner runner = storing(processor)) {
            DamagedSession session = DamagedSession.over(
                    processor,
                    List.of(
                            answer(admitted.get(0), size, Map.of()),
                            answer(admitted.get(1), size, DamagedSession.UNREADABLE),
                            answer(admitted.get(2), size, Map.of())));

            trigger(runner, processor, session);

            assertThat(session.getFlowFilesForRelationship("success")).hasSize(3);
            assertThat(session.getFlowFilesForRelationship("success").get(1).getAttribute("replay.reason"))
                    .contains("without the content")
                    .contains("claim 7 is not what was written there");
            for (String id : List.of("a", "b", "c")) {
                assertThat(event(runner, id).state().status()).as(id).isEqualTo(Status.COMPLETED);
            }
            assertThat(duplicate("a").getSize()).isEqualTo(size);
            MockFlowFile duplicate = duplicate("b");
            assertThat(duplicate.getSize()).isZero();
            duplicate.assertAttributeEquals("mime.type", "text/plain");
            duplicate.assertAttributeEquals("replay.result.omitted", Integer.toString(size));
            assertThat(runner.nifi().getLogger().getErrorMessages()).hasSize(1);
        }
    }

    @Test
    void completeEventRecordsTheOutcomeOfAnAnswerThatIsGone() {
        List<MockFlowFile> admitted = admitted("a", "b");
        CompleteEvent processor = new CompleteEvent();
        try (JournalRunner runner = storing(processor)) {
            DamagedSession session = DamagedSession.over(
                    processor,
                    List.of(
                            answer(admitted.get(0), SMALL, Map.of()),
                            answer(admitted.get(1), SMALL, DamagedSession.GONE)));

            trigger(runner, processor, session);

            assertThat(event(runner, "b").state().status()).isEqualTo(Status.COMPLETED);
            assertThat(session.waiting()).isEqualTo(1);
            trigger(runner, processor, session.next(processor));
            assertThat(event(runner, "a").state().status()).isEqualTo(Status.COMPLETED);
        }
    }

    @Test
    void aRequestThatCannotBeReadIsRefusedAndReplayGoesOn() throws Exception {
        ReplayEvents processor = new ReplayEvents();
        try (JournalRunner runner = JournalRunner.of(processor, directory)) {
            MockFlowFile status = flowFile("{\"action\": \"status\"}".getBytes(StandardCharsets.UTF_8), Map.of());
            DamagedSession session = DamagedSession.over(
                    processor, List.of(flowFile(new byte[SMALL], DamagedSession.UNREADABLE), status));

            processor.onScheduled(runner.nifi().getProcessContext());
            trigger(runner, processor, session);

            assertThat(session.getFlowFilesForRelationship("failure"))
                    .singleElement()
                    .satisfies(refused ->
                            assertThat(refused.getAttribute("replay.reason")).contains("cannot be read"));
            assertThat(session.getFlowFilesForRelationship("report")).hasSize(1);
        }
    }

    private List<MockFlowFile> admitted(String... ids) {
        JournalEvent processor = new JournalEvent();
        List<MockFlowFile> events = new ArrayList<>();
        for (String id : ids) {
            events.add(event(id, SMALL, Map.of()));
        }
        try (JournalRunner runner = JournalRunner.of(processor, directory)) {
            DamagedSession session = DamagedSession.over(processor, events);
            trigger(runner, processor, session);
            assertThat(session.getFlowFilesForRelationship("accepted")).hasSize(ids.length);
            return session.getFlowFilesForRelationship("accepted");
        }
    }

    private JournalRunner storing(CompleteEvent processor) {
        return JournalRunner.of(processor, directory)
                .with("Store Result", StoreResult.ATTRIBUTES_AND_CONTENT.getValue());
    }

    private static EventView event(JournalRunner runner, String id) {
        return runner.journal().findByKey("test " + id).orElseThrow();
    }

    /** What a sender is answered who sends the event again. */
    private MockFlowFile duplicate(String id) {
        try (JournalRunner runner =
                JournalRunner.of(new JournalEvent(), directory).with("Duplicate Content", "stored result")) {
            return runner.enqueue(event(id, SMALL, Map.of())).run().only("duplicate");
        }
    }

    /** What came back for an event, on the FlowFile that carries it. */
    private MockFlowFile answer(MockFlowFile event, int size, Map<String, String> damage) {
        Map<String, String> attributes = new HashMap<>(event.getAttributes());
        attributes.putAll(damage);
        attributes.put("mime.type", "text/plain");
        return flowFile(new byte[size], attributes);
    }

    private MockFlowFile event(String id, int size, Map<String, String> damage) {
        Map<String, String> attributes = new HashMap<>(damage);
        attributes.put("ce-id", id);
        attributes.put("ce-source", "test");
        return flowFile(new byte[size], attributes);
    }

    private MockFlowFile flowFile(byte[] content, Map<String, String> attributes) {
        MockFlowFile flowFile = new MockFlowFile(nextId++);
        flowFile.setData(content);
        flowFile.putAttributes(attributes);
        return flowFile;
    }

    private static void trigger(JournalRunner runner, Processor processor, DamagedSession session) {
        processor.onTrigger(runner.nifi().getProcessContext(), () -> session);
    }
}
