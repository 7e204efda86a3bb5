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

import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lease time is time in which the FlowFile could have gone on. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class LeaseSystemTest {
    private static final Duration LEASE = Duration.ofSeconds(20);

    @Test
    void doesNotRunOutWhileNiFiIsStopped(NiFiInstance nifi, ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, LEASE.toSeconds() + " sec");
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        flow.connect(journalEvent, "accepted", guard);
        // Runs once at each start of NiFi: so the repetition comes right behind the journal's opening.
        Processor arrive = flow.add("GenerateFlowFile", Map.of("Custom Text", "two apples", JournalFlow.KEY, "order-1"))
                .every("1 day");
        flow.connect(arrive, "success", journalEvent);
        flow.startWithout(guard);
        flow.queue(journalEvent, "accepted").awaitCount(1);

        nifi.stop();
        Instant outlasted = Instant.now().plus(LEASE);
        await().atMost(LEASE.multipliedBy(2)).until(() -> Instant.now().isAfter(outlasted));
        nifi.start();
        assertThat(flow.take(journalEvent, "in flight").reason()).contains("A FlowFile has it");
        flow.queue(journalEvent, "accepted").awaitCount(1);

        Processor again = group.createProcessor("GenerateFlowFile")
                .set(Map.of("Custom Text", "two apples", JournalFlow.KEY, "order-1"));
        again.to(journalEvent, "success");
        await().pollInterval(Duration.ofSeconds(1)).atMost(Timeouts.FLOW).until(() -> {
            again.runOnce();
            return flow.queue(journalEvent, "accepted").count() == 2;
        });

        // The FlowFile that was lost is back: it is of an older attempt now.
        guard.start();
        flow.awaitCounts(guard, Map.of("deliver", 1L, "superseded", 1L));
        assertThat(flow.take(guard, "deliver").attribute("replay.attempt")).isEqualTo("2");
    }

    @Test
    void endsForAFlowFileThatIsLost(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, "2 sec");
        Processor journalEvent = flow.journalEvent();
        Source source = flow.source(journalEvent);
        flow.start();

        source.send("order-1", "two apples");
        flow.queue(journalEvent, "accepted").awaitCount(1).empty();
        await().pollInterval(Duration.ofMillis(500)).atMost(Timeouts.FLOW).until(() -> {
            source.send("order-1", "two apples");
            return flow.queue(journalEvent, "accepted").count() == 1;
        });
        assertThat(flow.take(journalEvent, "accepted").reason())
                .contains("lease")
                .contains("ended");
    }
}
