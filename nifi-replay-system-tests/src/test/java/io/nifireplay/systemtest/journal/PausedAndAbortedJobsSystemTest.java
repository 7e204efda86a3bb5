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

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A job that is paused or aborted while FlowFiles of it wait before JournalEvent. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class PausedAndAbortedJobsSystemTest {
    private static final String JOB = "after-the-loss";
    private static final int EVENTS = 3;

    private JournalFlow flow;
    private Processor journalEvent;
    private Processor complete;
    private Replays replays;

    @BeforeEach
    void queueFlowFilesOfAJob(ProcessGroup group) {
        flow = new JournalFlow(group, "2 sec");
        flow.journal().set("Re-emission Time", "10 sec");
        journalEvent = flow.journalEvent();
        complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", complete);
        replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.startWithout(complete);

        source.send(EVENTS);
        flow.awaitCounts(journalEvent, Map.of("accepted", (long) EVENTS));
        journalEvent.stop();
        flow.queue(journalEvent, "accepted").empty();
        replays.awaitEndOfLeases();
        replays.replayMissed(JOB);
        replays.queue().awaitCount(EVENTS);
    }

    @Test
    void holdsThemUntilItIsResumed() {
        assertThat(replays.change("pause", JOB).path("state").asText()).isEqualTo("paused");
        journalEvent.start();
        awaitAllHeld();
        assertThat(flow.counts(journalEvent)).isEmpty();

        replays.change("resume", JOB);
        complete.start();
        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        JsonNode progress = replays.awaitState(JOB, "finished").path("progress");
        assertThat(progress.path("completed").asInt()).isEqualTo(EVENTS);
        assertThat(progress.path("left").asInt()).isZero();
    }

    @Test
    void rejectsThemOnceItIsAborted() {
        assertThat(replays.change("abort", JOB).path("state").asText()).isEqualTo("aborted");
        journalEvent.start();
        flow.awaitCounts(journalEvent, Map.of("rejected", (long) EVENTS));
        assertThat(flow.queue(journalEvent, "rejected").flowFiles())
                .allSatisfy(rejected -> assertThat(rejected.attribute("replay.reason"))
                        .contains(JOB)
                        .contains("aborted"));

        // The events are as they were: another job brings them back, once the first one's emissions count as lost.
        complete.start();
        replays.replayMissed("another");
        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        replays.awaitState("another", "finished");
    }

    /** JournalEvent has seen every one of them and put it back. */
    private void awaitAllHeld() {
        await().atMost(Timeouts.FLOW).until(() -> {
            List<FlowFile> queued = replays.queue().flowFiles();
            return queued.size() >= EVENTS && queued.stream().allMatch(FlowFile::penalized);
        });
    }
}
