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

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.client.ReportingTask;
import io.nifireplay.systemtest.client.RestException;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.journal.Source;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Replays from the provenance page that NiFi refuses, on a NiFi that knows its users by their certificates. */
@ExtendWith(KeepLogs.class)
class RefusedReplaysSystemTest {
    private static final String OPERATOR = "CN=operator";
    private static final String AUDITOR = "CN=auditor";
    private static final String STRANGER = "CN=stranger";
    private static final String REPLAYED = "replay in provenance";
    private static final String REFUSED = "replay refused";
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void areInTheTrailBesideThoseThatWereNotWithWhoAsked() {
        Path home = Homes.fresh("refused");
        try (NiFiInstance nifi = secured(home)) {
            nifi.start();
            NiFiClient operator = nifi.client();
            JournalFlow flow = new JournalFlow(operator.root().createGroup("payments"));
            Processor journalEvent = flow.journalEvent();
            Processor step = flow.add("UpdateAttribute", Map.of("checked", "true"));
            Processor guard = flow.guardDelivery();
            flow.connect(journalEvent, "accepted", step);
            flow.connect(step, "success", guard);
            Source source = flow.source(journalEvent);
            ProvenanceAudit audit = ProvenanceAudit.create(
                    operator,
                    home.resolve("audit"),
                    Map.of("Directory", flow.directory().toString()));
            audit.task().set(Map.of("Hold Back Time", "5 secs")).start();
            ReportingTask task = operator.createReportingTask("AccessAuditReportingTask")
                    .set("Audit Trail", audit.trail())
                    .set(Map.of("Spool Directory", Spool.DIRECTORY))
                    .every("1 sec")
                    .start();
            flow.start();
            source.send("order-1", "two apples");
            Connection delivered = flow.queue(guard, "deliver").awaitCount(1);
            ProvenanceEvent event = eventOf(operator, step);

            // Who may replay does.
            String replayed = operator.provenance().replay(event).getFirst();
            flow.queue(guard, "superseded").awaitCount(1);

            // Who may only look does so, and is refused a replay in both of its ways.
            operator.policies().letViewProvenanceWithoutReplay(AUDITOR, flow.group());
            NiFiClient auditor = nifi.clientAs(AUDITOR);
            assertThat(auditor.provenance().ofComponent(step.id())).isNotEmpty();
            assertThat(new String(auditor.provenance().inputContent(event), StandardCharsets.UTF_8))
                    .isEqualTo("two apples");
            assertThat(auditor.provenance().replayRefusal(event)).isNotEmpty();
            refused(() -> auditor.provenance().replay(event));
            assertThat(replayLatest(auditor, step.id())).isEqualTo("Access Denied");

            // Who may nothing is refused, too, by another policy.
            NiFiClient stranger = nifi.clientAs(STRANGER);
            refused(() -> stranger.provenance().replay(event));

            // Of these nobody is to say that they were replays.
            refused(() -> auditor.connection(delivered.id()).empty());
            refused(() -> auditor.group(flow.group().id()).name());
            refused(() -> stranger.provenance().ofComponent(step.id()));
            refused(() -> stranger.provenance().inputContent(event));

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(entries(audit, REPLAYED)).hasSize(1);
                assertThat(entries(audit, REFUSED, AUDITOR)).isNotEmpty();
                assertThat(entries(audit, REFUSED, STRANGER)).hasSize(1);
            });
            nifi.stop();

            JsonNode done = entries(audit, REPLAYED, OPERATOR).getFirst();
            assertThat(done.path("flowFiles").path("listed").path(0).asText()).isEqualTo(replayed);
            assertThat(done.path("event").path("key").asText()).isEqualTo("order-1");

            assertThat(entries(audit, REFUSED, AUDITOR)).allSatisfy(entry -> {
                assertThat(entry.path("by").asText()).isEqualTo("NiFi's authorizer");
                assertThat(entry.path("component").asText()).isEqualTo(step.id());
                assertThat(entry.path("refused").path("right").asText()).isEqualTo("write");
                assertThat(entry.path("refused").path("resource").asText()).isEqualTo("/data/processors/" + step.id());
                assertThat(entry.path("refused").path("link").asText()).isEqualTo("known");
            });
            assertThat(entries(audit, REFUSED, AUDITOR)
                            .getFirst()
                            .path("flowFiles")
                            .toString())
                    .contains(event.flowFileUuid());

            JsonNode ofStranger = entries(audit, REFUSED, STRANGER).getFirst();
            assertThat(ofStranger.path("refused").path("right").asText()).isEqualTo("read");
            assertThat(ofStranger.path("refused").path("resource").asText())
                    .isEqualTo("/provenance-data/processors/" + step.id());
            assertThat(ofStranger.path("refused").path("link").asText()).isEqualTo("known");

            // The latest events of the component are tried one after the other, so there may be several.
            assertThat(entries(audit, REFUSED, AUDITOR)).hasSizeBetween(2, 10);
            assertThat(entries(audit, REFUSED))
                    .hasSize(entries(audit, REFUSED, AUDITOR).size() + 1);
            assertThat(entries(audit, REPLAYED)).hasSize(1);
            assertThat(new Spool(home).waiting())
                    .as("all was taken from the spool")
                    .isEmpty();
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
            ProcessGroup group = operator.root().createGroup("payments");
            NiFiClient auditor = nifi.clientAs(AUDITOR);
            refused(() -> auditor.group(group.id()).name());
            refused(() -> replayLatest(auditor, group.id()));
            operator.policies().addUser("CN=newcomer");
            operator.policies().grant("CN=newcomer", "read", "/process-groups/" + group.id());
            String groupName = group.name();
            assertThat(nifi.clientAs("CN=newcomer").group(group.id()).name()).isEqualTo(groupName);

            nifi.restart();
            assertThat(nifi.clientAs("CN=newcomer").group(group.id()).name()).isEqualTo(groupName);
            refused(() -> nifi.clientAs(AUDITOR).group(group.id()).name());

            refused(() -> replayLatest(nifi.clientAs(AUDITOR), group.id()));
            Files.delete(inTheWay);
            await().atMost(SOON).until(() -> new Spool(home).waiting().contains(AUDITOR));
            assertThat(nifi.log())
                    .anySatisfy(line -> assertThat(line).contains("spool of refusals", "is written again"));
        }
    }

    private static NiFiInstance secured(Path home) {
        return NiFiInstance.in(home)
                .secured(OPERATOR, AUDITOR, STRANGER)
                .recordingRefusals(Spool.DIRECTORY)
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

    /**
     * "Replay last event" of a component's menu. Why it failed, since NiFi answers so with success where the right to read
     * provenance is there.
     */
    private static String replayLatest(NiFiClient nifi, String component) {
        return nifi.rest()
                .post("/provenance-events/latest/replays", Map.of("componentId", component, "nodes", "ALL"))
                .path("aggregateSnapshot")
                .path("failureExplanation")
                .asText();
    }

    private static List<JsonNode> entries(ProvenanceAudit audit, String action) {
        return audit.published().entries(action);
    }

    private static List<JsonNode> entries(ProvenanceAudit audit, String action, String user) {
        return entries(audit, action).stream()
                .filter(entry -> entry.path("actor").path("user").asText().equals(user))
                .toList();
    }

    /** What a processor did to an event of the journal. */
    private static ProvenanceEvent eventOf(NiFiClient nifi, Processor processor) {
        return await().atMost(SOON)
                .until(
                        () -> nifi.provenance().ofComponent(processor.id()).stream()
                                .filter(found -> found.attributes().containsKey("replay.event.id"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
