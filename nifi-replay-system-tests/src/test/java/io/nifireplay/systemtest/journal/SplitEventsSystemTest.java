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

/** An event that is split into fragments. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class SplitEventsSystemTest {
    @Test
    void completesWhenAllFragmentsAreDoneAndRepeatsOnlyTheOneThatFailed(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor split = flow.add("SplitText", Map.of("Line Split Count", "1")).autoTerminate("original", "failure");
        Processor guard = flow.guardDelivery();
        Processor breakSecond = flow.add(
                "RouteOnAttribute",
                Map.of("broken", "${fragment.index:equals('2'):and(${replay.attempt:equals('1')})}"));
        Processor failed = flow.failEvent();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", split);
        flow.connect(split, "splits", guard);
        flow.connect(guard, "deliver", breakSecond);
        flow.connect(breakSecond, "broken", failed);
        flow.connect(breakSecond, "unmatched", complete);
        Replays replays = new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.startWithout(replays.processor());

        source.send("order-1", "apples\npears\nplums");
        flow.awaitCounts(complete, Map.of("success", 2L));
        flow.awaitCounts(failed, Map.of("failed", 1L));

        replays.processor().start();
        flow.awaitCounts(complete, Map.of("success", 3L));
        assertThat(flow.counts(guard)).isEqualTo(Map.of("already completed", 2L));
        assertThat(flow.queue(complete, "success").flowFiles())
                .extracting(fragment -> fragment.attribute("fragment.index"))
                .containsExactlyInAnyOrder("1", "2", "3");
        source.send("order-1", "apples\npears\nplums");
        flow.awaitCounts(journalEvent, Map.of("duplicate", 1L));
        assertThat(flow.readEvents()).singleElement().satisfies(event -> {
            assertThat(event.state().status()).isEqualTo(Status.COMPLETED);
            assertThat(event.state().attempt()).isEqualTo(2);
        });
    }

    @Test
    void staysInFlightWhileAFragmentIsOnItsWay(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor split = flow.add("SplitText", Map.of("Line Split Count", "1")).autoTerminate("original", "failure");
        Processor route = flow.add("RouteOnAttribute", Map.of("slow", "${fragment.index:equals('3')}"));
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", split);
        flow.connect(split, "splits", guard);
        flow.connect(guard, "deliver", route);
        flow.connect(route, "unmatched", complete);
        Processor slowly = flow.completeEvent();
        flow.connect(route, "slow", slowly);
        Source source = flow.source(journalEvent);
        flow.startWithout(slowly);

        source.send("order-1", "apples\npears\nplums");
        flow.awaitCounts(complete, Map.of("success", 2L));
        flow.queue(route, "slow").awaitCount(1);
        source.send("order-1", "apples\npears\nplums");
        flow.awaitCounts(journalEvent, Map.of("in flight", 1L));

        slowly.start();
        flow.awaitCounts(slowly, Map.of("success", 1L));
        source.send("order-1", "apples\npears\nplums");
        flow.awaitCounts(journalEvent, Map.of("in flight", 1L, "duplicate", 1L));
    }

    @Test
    void takesFragmentsThatWereSplitBeforeTheJournalForEventsOfTheirOwn(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor split = flow.add("SplitText", Map.of("Line Split Count", "1")).autoTerminate("original", "failure");
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(split, "splits", journalEvent);
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", complete);
        Source source = flow.source(split);
        flow.start();

        source.send(1, "apples\npears\nplums", Map.of());
        flow.awaitCounts(complete, Map.of("success", 3L));
        assertThat(flow.readEvents()).hasSize(3).allMatch(event -> event.state().status() == Status.COMPLETED);
    }
}
