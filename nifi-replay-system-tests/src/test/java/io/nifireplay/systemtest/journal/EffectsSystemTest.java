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

/** An event that takes more than one way through the flow. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class EffectsSystemTest {
    private static final int EVENTS = 100;

    @Test
    void deliversOnceWhenTwoConnectionsLeaveOneRelationship(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor one = flow.guardDelivery();
        Processor other = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", one);
        flow.connectAlso(journalEvent, "accepted", other);
        flow.connect(one, "deliver", complete);
        flow.connect(other, "deliver", complete);
        Source source = flow.source(journalEvent);
        flow.startWithout(complete);

        source.send(EVENTS);
        flow.queue(one, "deliver")
                .awaitCount("all", count -> count + flow.queue(other, "deliver").count() == EVENTS, Timeouts.FLOW);
        flow.queue(one, "superseded")
                .awaitCount(
                        "all", count -> count + flow.queue(other, "superseded").count() == EVENTS, Timeouts.FLOW);

        complete.start();
        flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
        assertThat(flow.readEvents())
                .hasSize(EVENTS)
                .allMatch(event -> event.state().status() == Status.COMPLETED);
    }

    @Test
    void completesAnEventWhenEachRequiredEffectIsDone(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent().set("Required Effects", "invoice, parcel");
        Processor invoice = flow.guardDelivery("invoice");
        Processor parcel = flow.guardDelivery("parcel");
        Processor invoiced = flow.completeEvent().set("Effect", "invoice");
        Processor sent = flow.completeEvent().set("Effect", "parcel");
        flow.connect(journalEvent, "accepted", invoice);
        flow.connectAlso(journalEvent, "accepted", parcel);
        flow.connect(invoice, "deliver", invoiced);
        flow.connect(parcel, "deliver", sent);
        Source source = flow.source(journalEvent);
        flow.startWithout(sent);

        source.send("order-1", "two apples");
        flow.awaitCounts(invoiced, Map.of("success", 1L));
        flow.queue(parcel, "deliver").awaitCount(1);
        source.send("order-1", "two apples");
        assertThat(flow.take(journalEvent, "in flight").reason()).contains("being delivered");

        sent.start();
        flow.awaitCounts(sent, Map.of("success", 1L));
        source.send("order-1", "two apples");
        flow.awaitCounts(journalEvent, Map.of("duplicate", 1L));
        assertThat(flow.counts(invoice)).isEmpty();
        assertThat(flow.counts(parcel)).isEmpty();
    }

    @Test
    void repeatsOnlyTheEffectThatFailed(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent().set("Required Effects", "invoice, parcel");
        Processor invoice = flow.guardDelivery("invoice");
        Processor parcel = flow.guardDelivery("parcel");
        Processor invoiced = flow.completeEvent().set("Effect", "invoice");
        Processor firstAttempt = flow.add("RouteOnAttribute", Map.of("first", "${replay.attempt:equals('1')}"));
        Processor lost = flow.failEvent().set("Effect", "parcel");
        Processor sent = flow.completeEvent().set("Effect", "parcel");
        flow.connect(journalEvent, "accepted", invoice);
        flow.connectAlso(journalEvent, "accepted", parcel);
        flow.connect(invoice, "deliver", invoiced);
        flow.connect(parcel, "deliver", firstAttempt);
        flow.connect(firstAttempt, "first", lost);
        flow.connect(firstAttempt, "unmatched", sent);
        new Replays(flow, journalEvent);
        Source source = flow.source(journalEvent);
        flow.start();

        source.send("order-1", "two apples");
        flow.awaitCounts(sent, Map.of("success", 1L));
        flow.awaitCounts(invoiced, Map.of("success", 1L));
        flow.awaitCounts(invoice, Map.of("already completed", 1L));
        flow.awaitCounts(lost, Map.of("failed", 1L));
        assertThat(flow.readEvents()).singleElement().satisfies(event -> {
            assertThat(event.state().status()).isEqualTo(Status.COMPLETED);
            assertThat(event.state().attempt()).isEqualTo(2);
        });
    }
}
