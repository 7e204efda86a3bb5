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

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events whose FlowFiles are gone from NiFi. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class LostFlowFilesSystemTest {
    private static final int EVENTS = 5;

    @Test
    void bringsEventsBackOnceFromAQueueThatAPersonEmptied(ProcessGroup group) {
        losesAndReplays(group, Connection::empty);
    }

    @Test
    void bringsEventsBackOnceThatExpiredOnAConnection(ProcessGroup group) {
        losesAndReplays(group, queue -> queue.expiration("10 ms").awaitEmpty().expiration("0 sec"));
    }

    private static void losesAndReplays(ProcessGroup group, Consumer<Connection> lose) {
        JournalFlow flow = new JournalFlow(group, "8 sec");
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", complete);
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.startWithout(guard);

        source.send(EVENTS);
        Connection queue = flow.queue(journalEvent, "accepted").awaitCount(EVENTS);
        JsonNode underLease = replays.plan("{}");
        assertThat(underLease.path("inFlight").asInt()).isEqualTo(EVENTS);
        assertThat(underLease.path("emitted").asInt()).isZero();
        lose.accept(queue);
        guard.start();

        replays.awaitEndOfLeases();
        JsonNode missed = replays.plan("{}");
        assertThat(missed.path("emitted").asInt()).isEqualTo(EVENTS);
        assertThat(missed.path("outcomeUnknown").asInt()).isZero();

        replays.replayMissed("first");
        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        replays.awaitState("first", "finished");
        replays.replayMissed("second");
        assertThat(replays.awaitState("second", "finished")
                        .path("progress")
                        .path("emitted")
                        .asInt())
                .isZero();
        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        assertThat(flow.counts(guard)).isEmpty();
        assertThat(flow.readEvents()).hasSize(EVENTS).allSatisfy(event -> {
            assertThat(event.state().status()).isEqualTo(Status.COMPLETED);
            assertThat(event.state().attempt()).isEqualTo(2);
        });
    }
}
