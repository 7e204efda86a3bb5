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
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events that are merged into one FlowFile. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class MergedEventsSystemTest {
    private static final int MEMBERS = 4;

    @Test
    void completesTheMembersFromTheOriginals(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor merge = merge(flow);
        Processor ofMerged = flow.completeEvent();
        Processor ofOriginals = flow.completeEvent();
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", merge);
        flow.connect(merge, "merged", ofMerged);
        flow.connect(merge, "original", ofOriginals);
        Source source = flow.source(journalEvent);
        flow.start();

        source.send(MEMBERS);
        flow.awaitCounts(ofOriginals, Map.of("success", (long) MEMBERS));
        assertThat(flow.take(ofMerged, "rejected").reason()).contains("has no replay.token");
        assertThat(flow.readEvents())
                .hasSize(MEMBERS)
                .allMatch(event -> event.state().status() == Status.COMPLETED);
    }

    @Test
    void showsMembersWhoseIdsAreLostAsUnknownAndNotAsMissed(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group, "2 sec");
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor merge = merge(flow).autoTerminate("original");
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", merge);
        flow.connect(merge, "merged", complete);
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.start();

        source.send(MEMBERS - 1);
        source.send("order-1", "two apples");
        flow.awaitCounts(complete, Map.of("rejected", 1L));
        replays.awaitEndOfLeases();

        JsonNode plan = replays.plan("{}");
        assertThat(plan.path("outcomeUnknown").asInt()).isEqualTo(MEMBERS);
        assertThat(plan.path("emitted").asInt()).isZero();
        replays.replayMissed("after-merge");
        JsonNode job = replays.awaitState("after-merge", "finished");
        assertThat(job.path("progress").path("emitted").asInt()).isZero();
        source.send("order-1", "two apples");
        assertThat(flow.take(journalEvent, "in flight").reason()).contains("outcome is unknown");
        assertThat(flow.counts(guard)).isEmpty();
    }

    private static Processor merge(JournalFlow flow) {
        return flow.add(
                        "MergeContent",
                        Map.of(
                                "Minimum Number of Entries", String.valueOf(MEMBERS),
                                "Maximum Number of Entries", String.valueOf(MEMBERS)))
                .autoTerminate("failure");
    }
}
