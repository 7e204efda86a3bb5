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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster on this machine: the first node has the ZooKeeper, and is to be connected before the next one is started. */
public final class Cluster {
    private static final Duration CONNECT_TIMEOUT = Duration.ofMinutes(3);

    private static final String CONNECTED = "CONNECTED";

    private final int zooKeeper = FreePorts.next();
    private Optional<Path> first = Optional.empty();

    /** Begins the description of a node; for a secured cluster all nodes have the first one's authority. */
    public NiFiInstance.Builder node(Path home) {
        try {
            configureZooKeeper(Files.createDirectories(home.resolve("conf")));
            if (first.isPresent()) {
                shareAuthority(first.get(), home);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare " + home, e);
        }
        boolean isFirst = first.isEmpty();
        first = Optional.of(first.orElse(home));
        return NiFiInstance.in(home)
                .heap("512m")
                .property("nifi.cluster.is.node", "true")
                .property("nifi.cluster.node.address", "127.0.0.1")
                .property("nifi.cluster.node.protocol.port", String.valueOf(FreePorts.next()))
                .property("nifi.cluster.load.balance.host", "127.0.0.1")
                .property("nifi.cluster.load.balance.port", String.valueOf(FreePorts.next()))
                .property("nifi.cluster.flow.election.max.candidates", "1")
                .property("nifi.zookeeper.connect.string", "127.0.0.1:" + zooKeeper)
                .property("nifi.state.management.embedded.zookeeper.start", String.valueOf(isFirst));
    }

    /** Waits until so many nodes are connected, as this one sees it. */
    public static void awaitConnected(NiFiInstance node, int count) {
        await().pollInterval(Duration.ofMillis(500))
                .atMost(CONNECT_TIMEOUT)
                .ignoreExceptions()
                .until(() -> statuses(node), statuses -> Collections.frequency(statuses, CONNECTED) == count);
    }

    /** Waits until this node is connected, and no other one is connecting. */
    static void awaitAllConnected(NiFiInstance node) {
        await().pollInterval(Duration.ofMillis(500))
                .atMost(CONNECT_TIMEOUT)
                .ignoreExceptions()
                .until(
                        () -> statuses(node),
                        statuses -> !statuses.isEmpty() && statuses.stream().allMatch(CONNECTED::equals));
    }

    /** Takes a node out of the cluster, as a person does; it runs on by itself. */
    public static void disconnect(NiFiInstance node, NiFiInstance other) {
        change(node, other, "DISCONNECTING");
        awaitConnected(node, 1);
    }

    /** Lets a node into the cluster again, that there are two. */
    public static void connect(NiFiInstance node, NiFiInstance other) {
        change(node, other, "CONNECTING");
        awaitConnected(node, 2);
    }

    private static void change(NiFiInstance node, NiFiInstance other, String status) {
        int port = other.canvas().getPort();
        for (JsonNode each : nodes(node)) {
            if (each.path("apiPort").asInt() == port) {
                String id = each.path("nodeId").asText();
                node.client()
                        .rest()
                        .put("/controller/cluster/nodes/" + id, Map.of("node", Map.of("nodeId", id, "status", status)));
                return;
            }
        }
        throw new IllegalArgumentException("The cluster has no node on port " + port);
    }

    private static JsonNode nodes(NiFiInstance node) {
        return node.client().rest().get("/controller/cluster").path("cluster").path("nodes");
    }

    private static List<String> statuses(NiFiInstance node) {
        List<String> statuses = new ArrayList<>();
        nodes(node).forEach(each -> statuses.add(each.path("status").asText()));
        return statuses;
    }

    private void configureZooKeeper(Path conf) throws IOException {
        Files.writeString(conf.resolve("zookeeper.properties"), """
                clientPort=%d
                clientPortAddress=127.0.0.1
                dataDir=./state/zookeeper
                tickTime=2000
                initLimit=10
                syncLimit=5
                admin.enableServer=false
                """.formatted(zooKeeper));
    }

    private static void shareAuthority(Path from, Path to) throws IOException {
        Path target = Files.createDirectories(to.resolve("certificates"));
        List<Path> files = Distribution.list(from.resolve("certificates"));
        for (Path file : files) {
            Files.copy(file, target.resolve(file.getFileName()));
        }
    }
}
