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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.RestException;
import io.nifireplay.systemtest.instance.Cluster;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two secured nodes, of which the first records refusals and the second has NiFi's own authorizer. */
@ExtendWith(KeepLogs.class)
class RefusedReplaysInAClusterSystemTest {
    private static final String OPERATOR = "CN=operator";
    private static final String AUDITOR = "CN=auditor";
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @Test
    void aNodeThatRecordsThemAndOneThatDoesNotShareUsersAndPolicies() {
        Cluster cluster = new Cluster();
        Path firstHome = Homes.fresh("refused-first");
        try (NiFiInstance first =
                secured(cluster, firstHome).recordingRefusals(Spool.DIRECTORY).build()) {
            first.start();
            Cluster.awaitConnected(first, 1);
            ProcessGroup group = first.client().root().createGroup("payments");
            try (NiFiInstance second =
                    secured(cluster, Homes.fresh("refused-second")).build()) {
                second.start();
                Cluster.awaitConnected(first, 2);

                second.client().policies().addUser("CN=newcomer");
                second.client().policies().grant("CN=newcomer", "read", "/process-groups/" + group.id());
                for (NiFiInstance node : new NiFiInstance[] {first, second}) {
                    assertThat(node.clientAs("CN=newcomer").group(group.id()).name())
                            .isEqualTo("payments");
                }

                // Asked through the second node: the first one refuses it too, for the user and not for the node.
                refusedLatest(second.clientAs(AUDITOR), group);
                Spool spool = new Spool(firstHome);
                await().atMost(TIMEOUT).until(() -> spool.waiting().contains("\"identity\":\"" + AUDITOR + "\""));
                assertThat(spool.waiting()).contains("\"link\":\"known\"").doesNotContain("CN=localhost");
            }
        }
    }

    private static void refusedLatest(NiFiClient nifi, ProcessGroup component) {
        Map<String, String> request = Map.of("componentId", component.id(), "nodes", "ALL");
        assertThatThrownBy(() -> nifi.rest().post("/provenance-events/latest/replays", request))
                .isInstanceOfSatisfying(
                        RestException.class,
                        refused -> assertThat(refused.status()).isEqualTo(403));
    }

    private static NiFiInstance.Builder secured(Cluster cluster, Path home) {
        return cluster.node(home).secured(OPERATOR, AUDITOR);
    }
}
