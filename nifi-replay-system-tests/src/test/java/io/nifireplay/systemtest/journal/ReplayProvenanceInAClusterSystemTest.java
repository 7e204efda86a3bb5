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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.systemtest.client.Bulletin;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Policies;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.instance.Certificates;
import io.nifireplay.systemtest.instance.Cluster;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two secured nodes, each with a journal of its own: a request that comes to one of them is met by both. */
@ExtendWith(KeepLogs.class)
class ReplayProvenanceInAClusterSystemTest {
    private static final String REPLAYER = "CN=replayer";
    private static final String NODES = "CN=localhost";
    private static final String API_PORT = "REPLAY_API_PORT";
    private static final Duration TIMEOUT = Duration.ofMinutes(4);
    private static final int EVENTS = 150;

    private static NiFiInstance first;
    private static NiFiInstance second;

    private Flow flow;

    @BeforeAll
    static void start() {
        Cluster cluster = new Cluster();
        first = node(cluster, "replay-provenance-first");
        second = node(cluster, "replay-provenance-second");
        first.start();
        Cluster.awaitConnected(first, 1);
        second.start();
        Cluster.awaitConnected(first, 2);
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
    }

    @AfterEach
    void tearDown() {
        flow.revokeAll();
    }

    @Test
    void eachNodeReplaysItsOwnEventsOnceAlsoWhenOneIsKilled() {
        flow = new Flow(first, "kill");
        flow.lose();
        List<String> lost = await().atMost(TIMEOUT)
                .until(() -> flow.flowFiles("ATTRIBUTES_MODIFIED"), found -> found.size() == 2 * EVENTS);
        flow.grantOneByOne();
        flow.awaitEndOfLeases();

        flow.ask("bulk", 1_000);
        flow.awaitFinished("bulk", 2);
        flow.awaitCompleted(2 * EVENTS);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(flow.flowFiles("REPLAY")).containsExactlyInAnyOrderElementsOf(lost));

        flow.lose();
        flow.awaitEndOfLeases();
        flow.ask("interrupted", 15);
        flow.awaitCompleted(2 * EVENTS + 20);
        second.killNow();
        // The first node needs nobody for its own events.
        flow.awaitFinished("interrupted", 1);
        Cluster.awaitConnected(first, 1);
        flow.ask("while-away", 1_000);
        flow.awaitFinished("while-away", 1);
        second.start();
        Cluster.awaitConnected(first, 2);

        flow.awaitFinished("interrupted", 2);
        flow.awaitFinished("while-away", 2);
        // What was asked for and not answered before the kill may be replayed twice: the second is turned away.
        flow.completed().awaitCount("all, once", count -> count == 4 * EVENTS, TIMEOUT);
    }

    /** While it is away from its cluster, a node keeps its requests and says so. */
    @Test
    void waitsWhileItsNodeIsDisconnected() {
        flow = new Flow(first, "wait");
        flow.lose();
        flow.grantAll();
        flow.awaitEndOfLeases();
        Cluster.disconnect(first, second);
        flow.ask("bulk", 1_000);
        flow.awaitFinished("bulk", 1);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(second.client().bulletins())
                        .extracting(Bulletin::message)
                        .anyMatch(message -> message.contains("Replays from provenance wait, and go on by themselves")
                                && message.contains("not connected to its cluster")));
        assertThat(flow.completed().count()).isEqualTo(EVENTS);

        Cluster.connect(first, second);
        flow.awaitFinished("bulk", 2);
        flow.awaitCompleted(2 * EVENTS);
        assertThat(flow.queue("failure").count()).isZero();
    }

    private static NiFiInstance node(Cluster cluster, String name) {
        int port = FreePorts.next();
        return cluster.node(Homes.fresh(name))
                .webPort(port)
                .environment(API_PORT, String.valueOf(port))
                .secured("CN=operator", REPLAYER)
                .build();
    }

    private static final class Flow {
        private final NiFiInstance nifi;
        private final Policies policies;
        private final JournalFlow flow;
        private final Processor journalEvent;
        private final Processor guard;
        private final Processor complete;
        private final Processor replayProvenance;
        private final Processor ask;
        private final Source source;
        private final Connection accepted;
        private final String group;

        private Flow(NiFiInstance nifi, String name) {
            this.nifi = nifi;
            policies = nifi.client().policies();
            flow = new JournalFlow(nifi.client().root().createGroup(name), Path.of("./journal-" + name), "2 sec");
            group = "/process-groups/" + flow.group().id();
            // Without it nobody sees or empties queues on a cluster.
            policies.grant(NODES, "read", "/data" + group);
            policies.grant(NODES, "write", "/data" + group);
            flow.journal().set(Map.of("Content In Journal", "none", "Cluster Use", "sources stick to nodes"));
            // A replayed FlowFile has another UUID, and its key as before.
            Processor key = flow.add("UpdateAttribute", Map.of(JournalFlow.KEY, "${UUID()}"));
            journalEvent = flow.journalEvent();
            flow.connect(key, "success", journalEvent).backPressure(0);
            guard = flow.guardDelivery();
            complete = flow.completeEvent();
            accepted = flow.connect(journalEvent, "accepted", guard).backPressure(0);
            flow.connect(guard, "deliver", complete).backPressure(0);
            replayProvenance = flow.add(
                            "ReplayProvenance",
                            Map.of(
                                    "Event Journal",
                                    flow.journal().id(),
                                    "NiFi API URL",
                                    "https://127.0.0.1:${" + API_PORT + "}/nifi-api",
                                    "JournalEvent Processors",
                                    journalEvent.id()))
                    .set("SSL Context Service", certificate());
            source = flow.source(key);
            // It runs on one node only, as a request that a person sends comes to one only.
            ask = flow.group().createProcessor("GenerateFlowFile").every("1 hour");
            ask.configure(Map.of("executionNode", "PRIMARY"));
            ask.to(replayProvenance, "success");
            flow.prepare();
            flow.start();
        }

        private ControllerService certificate() {
            return flow.group()
                    .createService("StandardSSLContextService")
                    .set(Map.of(
                            "Keystore Filename",
                            nifi.certificates().keyStore(REPLAYER).toString(),
                            "Keystore Type",
                            "PKCS12",
                            "Keystore Password",
                            Certificates.PASSWORD,
                            "Truststore Filename",
                            nifi.certificates().trustStore().toString(),
                            "Truststore Type",
                            "PKCS12",
                            "Truststore Password",
                            Certificates.PASSWORD))
                    .enable();
        }

        private void lose() {
            guard.stop();
            source.send(EVENTS);
            accepted.awaitCount("of both nodes", count -> count == 2 * EVENTS, TIMEOUT);
            accepted.empty();
            guard.start();
        }

        /** Each policy that is missing is named, by both nodes, before anything is replayed. */
        private void grantOneByOne() {
            awaitRefusal("'view the user interface' (read on /flow)");
            policies.grant(REPLAYER, "read", "/flow");
            awaitRefusal("'query provenance' (read on /provenance)");
            policies.grant(REPLAYER, "read", "/provenance");
            policies.grant(REPLAYER, "read", group);
            awaitRefusal("'view provenance' (read on /provenance-data/processors/");
            policies.grant(REPLAYER, "read", "/provenance-data" + group);
            awaitRefusal("'view the data' (read on /data/processors/");
            policies.grant(REPLAYER, "read", "/data" + group);
            policies.grant(REPLAYER, "write", "/data" + group);
            policies.revoke(NODES, "write", "/data" + group);
            awaitRefusal("'modify the data' (write on /data/processors/", "or the identity of a node does");
            policies.grant(NODES, "write", "/data" + group);
            assertThat(flowFiles("REPLAY")).isEmpty();
        }

        private void grantAll() {
            policies.grant(REPLAYER, "read", "/flow");
            policies.grant(REPLAYER, "read", "/provenance");
            policies.grant(REPLAYER, "read", group);
            policies.grant(REPLAYER, "read", "/provenance-data" + group);
            policies.grant(REPLAYER, "read", "/data" + group);
            policies.grant(REPLAYER, "write", "/data" + group);
        }

        /** What is not of this flow's own group, so that the next test finds nothing granted; nothing runs on. */
        private void revokeAll() {
            flow.group().stop();
            for (String resource : List.of("/flow", "/provenance")) {
                policies.revoke(REPLAYER, "read", resource);
            }
        }

        private void awaitRefusal(String... words) {
            Connection refused = queue("failure");
            long before = refused.count();
            ask("refused", 1_000);
            refused.awaitCount("of both nodes", count -> count == before + 2, TIMEOUT);
            assertThat(refused.flowFiles().subList((int) before, (int) before + 2))
                    .allSatisfy(request ->
                            assertThat(request.attribute("replay.reason")).contains(words));
        }

        private void awaitEndOfLeases() {
            Connection reports = queue("report");
            await().pollInterval(Duration.ofSeconds(1)).atMost(TIMEOUT).until(() -> {
                reports.empty();
                send("""
                        {"action": "replay", "job": "look", "mode": "dry run", "select": {}, "reason": "Leases"}
                        """);
                reports.awaitCount("of both nodes", count -> count == 2, TIMEOUT);
                return reports.texts().stream()
                        .map(Flow::json)
                        .peek(report -> assertThat(report.path("node").asText()).isEqualTo("127.0.0.1"))
                        .allMatch(report -> report.path("plan").path("inFlight").asInt() == 0
                                && report.path("plan").path("emitted").asInt() == EVENTS);
            });
            reports.empty();
        }

        private void ask(String job, int rate) {
            send("""
                    {"action": "replay", "job": "%s", "mode": "missed only", "select": {}, "reason": "FlowFiles were lost",
                     "limits": {"ratePerSecond": %d}}
                    """.formatted(job, rate));
        }

        private void send(String request) {
            ask.set("Custom Text", request).runOnce();
        }

        private static JsonNode json(String text) {
            try {
                return new ObjectMapper().readTree(text);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("A report is no JSON", e);
            }
        }

        private Connection queue(String relationship) {
            return flow.queue(replayProvenance, relationship);
        }

        private Connection completed() {
            return flow.queue(complete, "success");
        }

        private void awaitCompleted(int events) {
            completed().awaitCount("so many", count -> count >= events, TIMEOUT);
        }

        private void awaitFinished(String job, int nodes) {
            Connection reports = queue("report");
            await().alias("job " + job + " on " + nodes)
                    .pollInterval(Duration.ofSeconds(1))
                    .atMost(TIMEOUT)
                    .ignoreExceptions()
                    .until(
                            () -> reports.flowFiles().stream()
                                    .map(report -> report.attributes())
                                    .filter(report -> job.equals(report.get("replay.job.id"))
                                            && "finished".equals(report.get("replay.job.state")))
                                    .count(),
                            found -> found >= nodes);
        }

        /** The FlowFiles of JournalEvent's events of a type, of both nodes. */
        private List<String> flowFiles(String type) {
            return nifi.client().provenance().ofComponent(journalEvent.id(), type).stream()
                    .map(ProvenanceEvent::flowFileUuid)
                    .toList();
        }
    }
}
