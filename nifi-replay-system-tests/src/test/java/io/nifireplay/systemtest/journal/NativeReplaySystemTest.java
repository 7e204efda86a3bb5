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
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.Provenance;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** "Replay" pressed on the provenance page. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class NativeReplaySystemTest {
    @Test
    void doesNothingTwiceBeforeTheJournal(NiFiClient nifi, ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", complete);
        Source source = flow.source(journalEvent);
        flow.startWithout(complete);

        source.send("order-1", "two apples");
        flow.queue(guard, "deliver").awaitCount(1);
        replay(nifi.provenance(), journalEvent);
        assertThat(flow.take(journalEvent, "in flight").attribute("flowfile.replay"))
                .isEqualTo("true");

        complete.start();
        flow.awaitCounts(complete, Map.of("success", 1L));
        replay(nifi.provenance(), journalEvent);
        assertThat(flow.take(journalEvent, "duplicate").attribute("flowfile.replay"))
                .isEqualTo("true");
        assertThat(flow.counts(guard)).isEmpty();
        flow.awaitCounts(complete, Map.of("success", 1L));
    }

    @Test
    void triesAFailedEventAgainBeforeTheJournal(NiFiClient nifi, ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor fail = flow.failEvent().set(Map.of("Initial Retry Delay", "1 hour", "Maximum Retry Delay", "1 hour"));
        flow.connect(journalEvent, "accepted", fail);
        Source source = flow.source(journalEvent);
        flow.start();

        source.send("order-1", "two apples");
        flow.awaitCounts(fail, Map.of("failed", 1L));
        fail.stop();
        replay(nifi.provenance(), journalEvent);
        Result again = flow.take(journalEvent, "accepted");
        assertThat(again.attribute("replay.attempt")).isEqualTo("2");
        assertThat(again.reason()).contains("after a failure");
        assertThat(again.text()).isEqualTo("two apples");
    }

    @Test
    void isTurnedAwayBehindTheJournal(NiFiClient nifi, ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor step = flow.add("UpdateAttribute", Map.of("checked", "true"));
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", step);
        flow.connect(step, "success", guard);
        flow.connect(guard, "deliver", complete);
        Source source = flow.source(journalEvent);
        flow.startWithout(complete);

        source.send("order-1", "two apples");
        flow.queue(guard, "deliver").awaitCount(1);
        replay(nifi.provenance(), step);
        assertThat(flow.take(guard, "superseded").reason()).contains("has claimed effect 'delivery'");

        complete.start();
        flow.awaitCounts(complete, Map.of("success", 1L));
        replay(nifi.provenance(), step);
        assertThat(flow.take(guard, "already completed").attribute("flowfile.replay"))
                .isEqualTo("true");

        replay(nifi.provenance(), complete);
        assertThat(flow.take(complete, "superseded").reason()).contains("has an outcome");
        flow.awaitCounts(complete, Map.of("success", 1L));
    }

    @Test
    void bringsNoOlderAttemptBack(NiFiClient nifi, ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor step = flow.add("UpdateAttribute", Map.of("checked", "true"));
        Processor guard = flow.guardDelivery();
        Processor fail = flow.failEvent();
        flow.connect(journalEvent, "accepted", step);
        flow.connect(step, "success", guard);
        flow.connect(guard, "deliver", fail);
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.startWithout(replays.processor());

        source.send("order-1", "two apples");
        flow.awaitCounts(fail, Map.of("failed", 1L));
        replay(nifi.provenance(), step);
        assertThat(flow.take(guard, "superseded").reason()).contains("failed in this attempt");

        step.stop();
        replays.processor().start();
        flow.queue(journalEvent, "accepted").awaitCount(1);
        replay(nifi.provenance(), step);
        flow.queue(journalEvent, "accepted").awaitCount(2);
        fail.stop();
        step.start();
        assertThat(flow.take(guard, "superseded").reason()).contains("attempt 1.1");
        assertThat(flow.take(guard, "deliver").attribute("replay.attempt")).isEqualTo("2");
    }

    /** Replays the first thing that a processor did to a FlowFile, into the queue before it. */
    private static void replay(Provenance provenance, Processor processor) {
        ProvenanceEvent first = await().atMost(Timeouts.FLOW)
                .until(
                        () -> provenance.ofComponent(processor.id()).stream()
                                .filter(event -> event.attributes().containsKey("replay.event.id"))
                                .filter(event -> !event.attributes().containsKey("flowfile.replay"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        assertThat(provenance.replayRefusal(first)).isEmpty();
        assertThat(provenance.replay(first)).hasSize(1);
    }
}
