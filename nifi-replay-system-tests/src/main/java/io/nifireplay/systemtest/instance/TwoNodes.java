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
package io.nifireplay.systemtest.instance;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.systemtest.client.NiFiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Two nodes on one machine; the first one has the ZooKeeper. */
public final class TwoNodes implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofMinutes(3);

    private final NiFiInstance first;
    private final NiFiInstance second;

    private TwoNodes(NiFiInstance first, NiFiInstance second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Starts both, and waits until they are one cluster.
     *
     * @param name of the folders in which they live
     */
    public static TwoNodes start(String name) {
        int zooKeeper = FreePorts.next();
        TwoNodes nodes = new TwoNodes(node(name + "-first", zooKeeper, true), node(name + "-second", zooKeeper, false));
        try {
            nodes.first.start();
            awaitConnected(nodes.first.client(), 1);
            nodes.second.start();
            awaitConnected(nodes.first.client(), 2);
            return nodes;
        } catch (RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    public NiFiInstance first() {
        return first;
    }

    public NiFiInstance second() {
        return second;
    }

    @Override
    public void close() {
        second.close();
        first.close();
    }

    private static NiFiInstance node(String name, int zooKeeper, boolean embedsZooKeeper) {
        Path home = Homes.fresh(name);
        try {
            Path conf = Files.createDirectories(home.resolve("conf"));
            Files.writeString(conf.resolve("zookeeper.properties"), """
                    clientPort=%d
                    clientPortAddress=127.0.0.1
                    dataDir=./state/zookeeper
                    tickTime=2000
                    initLimit=10
                    syncLimit=5
                    admin.enableServer=false
                    """.formatted(zooKeeper));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot configure " + home, e);
        }
        return NiFiInstance.in(home)
                .heap("512m")
                .property("nifi.cluster.is.node", "true")
                .property("nifi.cluster.node.address", "127.0.0.1")
                .property("nifi.cluster.node.protocol.port", String.valueOf(FreePorts.next()))
                .property("nifi.cluster.load.balance.host", "127.0.0.1")
                .property("nifi.cluster.load.balance.port", String.valueOf(FreePorts.next()))
                .property("nifi.cluster.flow.election.max.candidates", "1")
                .property("nifi.zookeeper.connect.string", "127.0.0.1:" + zooKeeper)
                .property("nifi.state.management.embedded.zookeeper.start", String.valueOf(embedsZooKeeper))
                .build();
    }

    private static void awaitConnected(NiFiClient client, int nodes) {
        await().pollInterval(Duration.ofMillis(500))
                .atMost(CONNECT_TIMEOUT)
                .ignoreExceptions()
                .until(() -> connected(client) == nodes);
    }

    private static int connected(NiFiClient client) {
        int connected = 0;
        for (JsonNode node :
                client.rest().get("/controller/cluster").path("cluster").path("nodes")) {
            connected += node.path("status").asText().equals("CONNECTED") ? 1 : 0;
        }
        return connected;
    }
}
