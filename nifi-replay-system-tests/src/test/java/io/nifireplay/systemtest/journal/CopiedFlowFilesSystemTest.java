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

import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** FlowFiles that carry an event's token under a UUID of their own. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class CopiedFlowFilesSystemTest {
    private static final int EVENTS = 20;

    @Test
    void deliversAnEventOnceHoweverManyCopiesOfItsFlowFileThereAre(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor copy = flow.add("DuplicateFlowFile", Map.of("Number of Copies", "3"));
        Processor guard = flow.guardDelivery().concurrentTasks(4).set("Batch Size", "5");
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", copy);
        flow.connect(copy, "success", guard);
        flow.connect(guard, "deliver", complete);
        Source source = flow.source(journalEvent);
        flow.startWithout(guard, complete);

        source.send(EVENTS);
        flow.queue(copy, "success").awaitCount(EVENTS * 4L);
        guard.start();
        flow.awaitCounts(guard, Map.of("deliver", (long) EVENTS, "superseded", EVENTS * 3L));
        complete.start();
        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        assertThat(flow.readEvents())
                .hasSize(EVENTS)
                .allMatch(event -> event.state().status() == Status.COMPLETED);
    }

    @Test
    void knowsAnEventByItsTokenWhenTheFlowFileHasGotAnotherUuid(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        onlyACopy(flow, journalEvent, "accepted", guard);
        onlyACopy(flow, guard, "deliver", complete);
        Source source = flow.source(journalEvent);
        flow.start();

        source.send("order-1", "two apples");
        Result done = flow.take(complete, "success");
        assertThat(done.attribute("replay.event.id")).isEqualTo("default/1");
        source.send("order-1", "two apples");
        flow.awaitCounts(journalEvent, Map.of("duplicate", 1L));
        assertThat(flow.readEvents()).singleElement().satisfies(event -> {
            assertThat(event.state().status()).isEqualTo(Status.COMPLETED);
            assertThat(event.state().owner()).isNotEqualTo(done.flowFile().uuid());
        });
    }

    /** Lets a copy through and drops the original. */
    private static void onlyACopy(JournalFlow flow, Processor from, String relationship, Processor to) {
        Processor copy = flow.add("DuplicateFlowFile", Map.of("Number of Copies", "1"));
        Processor choose = flow.add("RouteOnAttribute", Map.of("copy", "${copy.index:equals('1')}"))
                .autoTerminate("unmatched");
        Processor forget = flow.add("UpdateAttribute", Map.of("Delete Attributes Expression", "copy\\.index"));
        flow.connect(from, relationship, copy);
        flow.connect(copy, "success", choose);
        flow.connect(choose, "copy", forget);
        flow.connect(forget, "success", to);
    }
}
