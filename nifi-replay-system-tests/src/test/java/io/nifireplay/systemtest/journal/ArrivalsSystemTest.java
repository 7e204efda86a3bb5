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
package io.nifireplay.systemtest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of FlowFiles with the same idempotency key. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ArrivalsSystemTest {
    private static final int EVENTS = 50;
    private static final int REPETITIONS = 7;

    @ParameterizedTest(name = "batch size {0}")
    @ValueSource(strings = {"1", "1000"})
    void acceptsOneOfManyThatFourTasksTakeAtTheSameInstant(String batchSize, ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor key = flow.add("UpdateAttribute", Map.of(JournalFlow.KEY, "${UUID()}"));
        Processor repeat = flow.add("DuplicateFlowFile", Map.of("Number of Copies", String.valueOf(REPETITIONS)));
        Processor journalEvent =
                flow.journalEvent().set("Batch Size", batchSize).concurrentTasks(4);
        flow.connect(key, "success", repeat);
        flow.connect(repeat, "success", journalEvent);
        Source source = flow.source(key);

        flow.startWithout(journalEvent);
        source.send(EVENTS);
        flow.queue(repeat, "success").awaitCount(EVENTS * (REPETITIONS + 1L));
        journalEvent.start();

        flow.awaitCounts(journalEvent, Map.of("accepted", (long) EVENTS, "in flight", (long) EVENTS * REPETITIONS));
        List<FlowFile> accepted = flow.queue(journalEvent, "accepted").flowFiles();
        assertThat(accepted)
                .extracting(flowFile -> flowFile.attribute("replay.event.id"))
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, EVENTS)
                        .mapToObj(position -> "default/" + position)
                        .toList());
        assertThat(accepted)
                .extracting(flowFile -> flowFile.attribute(JournalFlow.KEY))
                .doesNotHaveDuplicates();
        assertThat(flow.readEvents()).hasSize(EVENTS).allSatisfy(event -> {
            assertThat(event.state().attempt()).isEqualTo(1);
            assertThat(event.state().status()).isEqualTo(Status.IN_FLIGHT);
        });
    }

    @Test
    void performsAnEffectOnceHoweverOftenAnEventIsSentMeanwhile(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor key = flow.add("UpdateAttribute", Map.of(JournalFlow.KEY, "${UUID()}"));
        Processor repeat = flow.add("DuplicateFlowFile", Map.of("Number of Copies", String.valueOf(REPETITIONS)));
        Processor journalEvent = flow.journalEvent().set("Batch Size", "20").concurrentTasks(4);
        Processor guard = flow.guardDelivery().concurrentTasks(2);
        Processor complete = flow.completeEvent().concurrentTasks(2);
        flow.connect(key, "success", repeat);
        flow.connect(repeat, "success", journalEvent);
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", complete);
        Source source = flow.source(key);

        flow.startWithout(journalEvent);
        source.send(EVENTS);
        flow.queue(repeat, "success").awaitCount(EVENTS * (REPETITIONS + 1L));
        journalEvent.start();

        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        flow.queue(repeat, "success").awaitEmpty();
        assertThat(flow.counts(guard)).isEmpty();
        Map<String, Long> turnedAway = flow.counts(journalEvent);
        assertThat(turnedAway.keySet()).isSubsetOf("in flight", "duplicate");
        assertThat(turnedAway.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo((long) EVENTS * REPETITIONS);
        assertThat(flow.readEvents()).hasSize(EVENTS).allSatisfy(ArrivalsSystemTest::isCompletedAtOnce);
    }

    @Test
    void tellsOtherContentUnderTheSameKeyFromARepetition(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", complete);
        Source source = flow.source(journalEvent);
        flow.startWithout(complete);

        source.send("order-1", "two apples");
        flow.awaitCounts(journalEvent, Map.of("accepted", 1L));
        source.send("order-1", "nine apples");
        flow.awaitCounts(journalEvent, Map.of("accepted", 1L, "conflict", 1L));

        complete.start();
        flow.awaitCounts(complete, Map.of("success", 1L));
        source.send("order-1", "nine apples").send("order-1", "two apples");
        flow.awaitCounts(journalEvent, Map.of("conflict", 2L, "duplicate", 1L));
        assertThat(flow.readEvents()).singleElement().satisfies(event -> {
            assertThat(event.state().conflicts()).isEqualTo(2);
            isCompletedAtOnce(event);
        });
    }

    @Test
    void answersADuplicateWithTheResultOfTheFirst(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent().set("Duplicate Content", "stored result");
        Processor work = flow.add(
                "ReplaceText", Map.of("Replacement Strategy", "Always Replace", "Replacement Value", "receipt no. 7"));
        Processor answer = flow.add("UpdateAttribute", Map.of("answer.status", "201"));
        Processor complete = flow.completeEvent()
                .set(Map.of("Store Result", "attributes and content", "Result Attributes", "answer\\..*"));
        flow.connect(journalEvent, "accepted", work);
        flow.connect(work, "success", answer);
        flow.connect(answer, "success", complete);
        Source source = flow.source(journalEvent);
        flow.start();

        source.send("order-1", "two apples");
        flow.awaitCounts(complete, Map.of("success", 1L));
        source.send("order-1", "two apples");
        Result duplicate = flow.take(journalEvent, "duplicate");
        assertThat(duplicate.text()).isEqualTo("receipt no. 7");
        assertThat(duplicate.flowFile().attributes())
                .containsEntry("answer.status", "201")
                .containsEntry("replay.result", "true")
                .doesNotContainKey("replay.token");
    }

    private static void isCompletedAtOnce(EventView event) {
        assertThat(event.state().status()).isEqualTo(Status.COMPLETED);
        assertThat(event.state().generation()).isEqualTo(1);
        assertThat(event.state().attempt()).isEqualTo(1);
    }
}
