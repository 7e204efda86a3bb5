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

import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.Cluster;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two nodes, each with a journal of its own. A load-balanced connection gives a FlowFile that it sends to another node a
 * new UUID.
 */
@ExtendWith(KeepLogs.class)
class LoadBalancedFlowFilesSystemTest {
    private static final int EVENTS = 60;

    @Test
    void areKnownByTheirTokenWhenTheyComeBackAndRejectedByTheJournalOfTheOtherNode() {
        Cluster cluster = new Cluster();
        try (NiFiInstance first = cluster.node(Homes.fresh("cluster-first")).build();
                NiFiInstance second =
                        cluster.node(Homes.fresh("cluster-second")).build()) {
            first.start();
            Cluster.awaitConnected(first, 1);
            second.start();
            Cluster.awaitConnected(first, 2);

            JournalFlow flow =
                    new JournalFlow(first.client().root().createGroup("cluster"), Path.of("./event_journal"), "10 min");
            Processor generate = flow.add(
                            "GenerateFlowFile", Map.of("Custom Text", "an event", "Batch Size", String.valueOf(EVENTS)))
                    .every("1 day");
            generate.configure(Map.of("executionNode", "PRIMARY"));
            Processor journalEvent = flow.journalEvent().set("Required Effects", "delivery, copy");
            Processor note = flow.add("UpdateAttribute", Map.of("uuid.at.admission", "${uuid}"));
            Processor visit = flow.add("UpdateAttribute", Map.of("visited", "true"));
            Processor compare = flow.add("RouteOnAttribute", Map.of("same", "${uuid:equals(${uuid.at.admission})}"));
            Processor guardOfTravellers = flow.guardDelivery();
            Processor guardOfOthers = flow.guardDelivery();
            Processor complete = flow.completeEvent();
            Processor guardElsewhere = flow.guardDelivery("copy");

            // All to one node, from there to both, and back to the one.
            flow.connect(generate, "success", journalEvent).loadBalance("SINGLE_NODE");
            flow.connect(journalEvent, "accepted", note);
            flow.connect(note, "success", visit).loadBalance("ROUND_ROBIN");
            flow.connect(visit, "success", compare).loadBalance("SINGLE_NODE");
            flow.connect(compare, "unmatched", guardOfTravellers);
            flow.connect(compare, "same", guardOfOthers);
            flow.connect(guardOfTravellers, "deliver", complete);
            flow.connect(guardOfOthers, "deliver", complete);
            flow.connectAlso(note, "success", guardElsewhere).loadBalance("ROUND_ROBIN");

            assertThat(flow.journal().validationErrors())
                    .anySatisfy(words -> assertThat(words).contains("node of a cluster"));
            flow.journal().set("Cluster Use", "sources stick to nodes");
            flow.start();

            flow.awaitCounts(complete, Map.of("success", (long) EVENTS));
            assertThat(flow.counts(guardOfOthers)).isEmpty();
            assertThat(flow.counts(guardOfTravellers)).isEmpty();
            assertThat(guardOfTravellers.status().flowFilesIn()).isPositive();

            flow.queue(guardElsewhere, "rejected")
                    .awaitCount(
                            "all",
                            count -> count
                                            + flow.queue(guardElsewhere, "deliver")
                                                    .count()
                                    == EVENTS,
                            Timeouts.FLOW);
            assertThat(flow.counts(guardElsewhere)).containsOnlyKeys("deliver", "rejected");
        }
    }
}
