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
package io.nifireplay.benchmarks.nifi;

import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Processor;
import java.util.List;

/** Events that were admitted, whose FlowFiles were lost, and whose leases have ended; a partition for each round. */
final class MissedEvents {
    private final Processor journalEvent;
    private final Line line;
    private final long leaseMillis;
    private int partitions;

    /** @param leaseMillis of the journal */
    MissedEvents(BenchNiFi nifi, Processor journalEvent, long leaseMillis) {
        this(journalEvent, new Line(nifi, List.of(journalEvent), List.of("accepted")), leaseMillis);
    }

    private MissedEvents(Processor journalEvent, Line line, long leaseMillis) {
        this.journalEvent = journalEvent;
        this.line = line;
        this.leaseMillis = leaseMillis;
    }

    /** The same, of which only so many are made at a time. */
    static MissedEvents inPortions(BenchNiFi nifi, Processor journalEvent, long leaseMillis, int portion) {
        return new MissedEvents(
                journalEvent, new Line(nifi, List.of(journalEvent), List.of("accepted"), "1 KB", portion), leaseMillis);
    }

    /** The queue before JournalEvent. */
    Connection queue() {
        return line.in();
    }

    /** The partition of new ones. */
    String make(int events) throws InterruptedException {
        String partition = "round-" + ++partitions;
        journalEvent.set("Partition", partition);
        line.run(events);
        Thread.sleep(2 * leaseMillis);
        return partition;
    }

    /**
     * The same in a journal whose leases are short for as long as they must end, and last for the round afterwards. No
     * component may run that uses the journal.
     */
    String makeAndLengthenLeases(ControllerService journal, int events) throws InterruptedException {
        lease(journal, leaseMillis + " ms");
        String partition = make(events);
        lease(journal, "10 min");
        return partition;
    }

    private static void lease(ControllerService journal, String duration) {
        journal.disable();
        journal.set("Lease Duration", duration).enable();
    }
}
