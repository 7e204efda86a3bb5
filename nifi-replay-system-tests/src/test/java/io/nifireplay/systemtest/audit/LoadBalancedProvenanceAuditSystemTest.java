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
package io.nifireplay.systemtest.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.TwoNodes;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A load-balanced connection drops what it has sent to another node: that is no loss. */
@ExtendWith(KeepLogs.class)
class LoadBalancedProvenanceAuditSystemTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int EVENTS = 40;

    @Test
    void tellsWhatWentToAnotherNodeFromWhatIsLost() {
        try (TwoNodes nodes = TwoNodes.start("provenance-audit-cluster")) {
            JournalFlow flow = new JournalFlow(
                    nodes.first().client().root().createGroup("cluster"), Path.of("./event_journal"), "10 min");
            flow.journal().set("Cluster Use", "sources stick to nodes");
            Processor generate = flow.add(
                            "GenerateFlowFile", Map.of("Custom Text", "an event", "Batch Size", String.valueOf(EVENTS)))
                    .every("1 day");
            generate.configure(Map.of("executionNode", "PRIMARY"));
            Processor journalEvent = flow.journalEvent();
            Processor visit = flow.add("UpdateAttribute", Map.of("visited", "true"));
            flow.connect(generate, "success", journalEvent);
            flow.connect(journalEvent, "accepted", visit).loadBalance("ROUND_ROBIN");

            Map<String, String> trail =
                    new HashMap<>(ProvenanceAudit.trail(Homes.fresh("provenance-audit-cluster-keys")));
            trail.put("Directory", "./audit_trail");
            trail.put("Log Name", "example.com/audit/${hostname()}");
            ProvenanceAudit audit = ProvenanceAudit.create(
                    nodes.first().client(),
                    trail,
                    Map.of(
                            "Directory", "./event_journal",
                            "Lease Duration", "10 min",
                            "Cluster Use", "sources stick to nodes"),
                    false);
            audit.task().set(Map.of("Hold Back Time", "1 sec")).start();
            flow.start();

            Connection end = flow.queue(visit, "success").awaitCount(EVENTS);
            end.empty();
            await().atMost(TIMEOUT).until(() -> !lost(nodes).isEmpty());
            generate.stop().start();
            end.awaitCount(EVENTS).empty();
            await().atMost(TIMEOUT)
                    .until(() -> lost(nodes).stream()
                            .anyMatch(entry ->
                                    entry.path("event").path("position").asInt() > EVENTS));
            assertThat(lost(nodes))
                    .hasSizeLessThan(2 * EVENTS)
                    .allSatisfy(
                            entry -> assertThat(entry.path("details").asText()).isEqualTo("FlowFile queue emptied"));
            assertThat(audit.task().bulletins()).isEmpty();
        }
    }

    private static List<JsonNode> lost(TwoNodes nodes) {
        return Stream.of(nodes.first(), nodes.second())
                .map(node -> new PublishedTrail(node.home().resolve("audit_trail")))
                .flatMap(trail -> trail.entries("event lost").stream())
                .toList();
    }
}
