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

import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.client.ReportingTask;
import io.nifireplay.systemtest.client.RestException;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Replays that NiFi refuses, on a NiFi that knows its users by their certificates. */
@ExtendWith(KeepLogs.class)
class RefusedReplaysSystemTest {
    private static final String OPERATOR = "CN=operator";
    private static final String AUDITOR = "CN=auditor";
    private static final String STRANGER = "CN=stranger";
    private static final String SPOOL = "./refusals_spool";
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void areInTheTrailWithWhoAskedAndNothingElseIs() throws Exception {
        Path home = Homes.fresh("refused");
        Trail trail = Trail.in(home);
        try (NiFiInstance nifi = secured(home)) {
            nifi.start();
            NiFiClient operator = nifi.client();
            Flow flow = new Flow(operator);
            ReportingTask task = operator.createReportingTask("AccessAuditReportingTask")
                    .set("Audit Trail", trail.service(operator))
                    .set("Spool Directory", SPOOL)
                    .every("1 sec")
                    .start();

            assertThat(operator.provenance().replay(flow.event)).hasSize(1);
            flow.source.awaitCount(1);

            operator.policies().letViewProvenanceWithoutReplay(AUDITOR, flow.group);
            NiFiClient auditor = nifi.clientAs(AUDITOR);
            assertThat(auditor.provenance().ofComponent(flow.update.id())).isNotEmpty();
            assertThat(auditor.provenance().inputContent(flow.event))
                    .isEqualTo("again".getBytes(StandardCharsets.UTF_8));
            assertThat(auditor.provenance().replayRefusal(flow.event)).isNotEmpty();
            refused(() -> auditor.provenance().replay(flow.event));
            assertThat(replayLatest(auditor, flow.update)).isEqualTo("Access Denied");

            NiFiClient stranger = nifi.clientAs(STRANGER);
            refused(() -> stranger.provenance().replay(flow.event));

            // Of these nobody is to say that they were replays.
            refused(() -> auditor.connection(flow.source.id()).empty());
            refused(() -> auditor.group(flow.group.id()).name());
            refused(() -> stranger.provenance().ofComponent(flow.update.id()));
            refused(() -> stranger.provenance().inputContent(flow.event));

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(trail.entries(AUDITOR)).hasSize(2);
                assertThat(trail.entries(STRANGER)).hasSize(1);
            });
            assertThat(trail.entries(AUDITOR))
                    .allSatisfy(entry -> assertThat(entry)
                            .contains("\"action\":\"replay refused\"", "\"user\":\"" + AUDITOR + "\"")
                            .contains(
                                    "\"right\":\"write\"", "\"resource\":\"/data/processors/" + flow.update.id() + "\"")
                            .contains("\"link\":\"known\"", "\"component\":\"" + flow.update.id() + "\""));
            assertThat(trail.entries(flow.event.flowFileUuid()))
                    .singleElement()
                    .asString()
                    .contains(AUDITOR);
            assertThat(trail.entries(STRANGER).getFirst())
                    .contains("\"right\":\"read\"", "\"resource\":\"/provenance\"", "\"link\":\"known\"");
            flow.source.awaitCount(1);
            assertThat(task.bulletins()).isEmpty();

            nifi.stop();
            assertThat(trail.entries("replay refused")).hasSize(3);
            try (Stream<Path> files = Files.list(home.resolve(SPOOL))) {
                assertThat(files.filter(file -> file.toString().contains("refusals-")))
                        .as("all was taken from the spool")
                        .isEmpty();
            }
        }
    }

    @Test
    void aBrokenSpoolLocksNobodyOutAndPoliciesAreKeptAsEver() throws IOException {
        Path home = Homes.fresh("refused-broken");
        Path inTheWay = Files.writeString(Files.createDirectories(home).resolve("refusals_spool"), "no directory");
        try (NiFiInstance nifi = secured(home)) {
            nifi.start();
            assertThat(nifi.log())
                    .anySatisfy(line -> assertThat(line)
                            .contains("ERROR", "spool of refusals", "cannot be written", "is decided as ever"));

            NiFiClient operator = nifi.client();
            Flow flow = new Flow(operator);
            NiFiClient auditor = nifi.clientAs(AUDITOR);
            refused(() -> auditor.group(flow.group.id()).name());
            refused(() -> auditor.provenance().replay(flow.event));
            operator.policies().addUser("CN=newcomer");
            operator.policies().grant("CN=newcomer", "read", "/process-groups/" + flow.group.id());
            String groupName = flow.group.name();
            assertThat(nifi.clientAs("CN=newcomer").group(flow.group.id()).name())
                    .isEqualTo(groupName);

            nifi.restart();
            assertThat(nifi.clientAs("CN=newcomer").group(flow.group.id()).name())
                    .isEqualTo(groupName);
            refused(() -> nifi.clientAs(AUDITOR).group(flow.group.id()).name());

            refused(() -> nifi.clientAs(AUDITOR).provenance().replay(flow.event));
            Files.delete(inTheWay);
            await().atMost(SOON).until(() -> spooled(home).contains(AUDITOR));
            assertThat(nifi.log())
                    .anySatisfy(line -> assertThat(line).contains("spool of refusals", "is written again"));
        }
    }

    private static NiFiInstance secured(Path home) {
        return NiFiInstance.in(home)
                .secured(OPERATOR, AUDITOR, STRANGER)
                .recordingRefusals(SPOOL)
                .heap("512m")
                .timerThreads(4)
                .build();
    }

    private static void refused(ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        RestException.class,
                        refused -> assertThat(refused.status()).isEqualTo(403));
    }

    /** "Replay last event" of a component's menu; why it failed, since NiFi answers so with success. */
    private static String replayLatest(NiFiClient nifi, Processor processor) {
        return nifi.rest()
                .post("/provenance-events/latest/replays", Map.of("componentId", processor.id(), "nodes", "ALL"))
                .path("aggregateSnapshot")
                .path("failureExplanation")
                .asText();
    }

    private static String spooled(Path home) throws IOException {
        if (!Files.isDirectory(home.resolve(SPOOL))) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(home.resolve(SPOOL))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    /** A group in which something happened that can be replayed into a queue that nothing takes from. */
    private static final class Flow {
        final ProcessGroup group;
        final Processor update;
        final Connection source;
        final ProvenanceEvent event;

        Flow(NiFiClient nifi) {
            group = nifi.root().createGroup("payments");
            Processor generate = group.createProcessor("GenerateFlowFile")
                    .set("Custom Text", "again")
                    .every("1 hour");
            update = group.createProcessor("UpdateAttribute").set("colour", "blue");
            source = generate.to(update, "success");
            Connection result = update.to(group.createFunnel(), "success");
            group.start();
            result.awaitCount(1);
            update.stop();
            event = await().atMost(SOON)
                    .until(
                            () -> nifi.provenance().ofComponent(update.id(), "ATTRIBUTES_MODIFIED"),
                            (List<ProvenanceEvent> events) -> events.size() == 1)
                    .getFirst();
        }
    }
}
