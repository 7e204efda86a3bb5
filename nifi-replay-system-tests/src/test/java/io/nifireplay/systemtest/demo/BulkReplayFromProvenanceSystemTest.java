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
package io.nifireplay.systemtest.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.Policies;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.instance.Certificates;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The template whose content is with NiFi alone, imported as a person does, in a NiFi that asks who everybody is. */
@ExtendWith(KeepLogs.class)
class BulkReplayFromProvenanceSystemTest {
    private static final Path TEMPLATE = Path.of("..", "templates", "bulk-replay-from-provenance.json");
    private static final String REPLAYER = "CN=replayer";
    private static final Duration TIMEOUT = Duration.ofSeconds(120);
    private static final int EVENTS = 5;

    private final DownstreamService downstream = DownstreamService.start();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        downstream.close();
    }

    @Test
    void replaysWhatWasLostAndWhatFailedAndNothingElse() throws Exception {
        try (NiFiInstance nifi = NiFiInstance.in(Homes.fresh("bulk-replay-template"))
                .secured("CN=operator", REPLAYER)
                .build()) {
            nifi.start();
            RecoverableIntake intake = install(nifi);
            ProcessGroup group = intake.group();
            grant(nifi, group);
            intake.start();
            // NiFi verifies only what is stopped.
            Processor replayer = group.processorNamed("Replay from provenance").stop();
            assertThat(replayer.verify(Map.of()))
                    .as("nobody has told it where replays may go")
                    .anySatisfy(result -> {
                        assertThat(result.outcome()).isEqualTo("SUCCESSFUL");
                        assertThat(result.explanation())
                                .endsWith("JournalEvent "
                                        + group.processorNamed("Admit each event once")
                                                .id());
                    });
            replayer.start();

            assertThat(send(intake, 1).statusCode()).isEqualTo(202);
            await().atMost(TIMEOUT).until(() -> downstream.acceptedKeys() == 1);
            // Until the outcome is recorded the event is in flight, and the answer 409.
            HttpResponse<String> again =
                    await().atMost(TIMEOUT).until(() -> send(intake, 1), answer -> answer.statusCode() == 200);
            assertThat(again.body()).contains("\"outcome\":\"duplicate\"");

            // One fails, the others are lost behind the promised answer.
            downstream.unavailable(true);
            assertThat(send(intake, 2).statusCode()).isEqualTo(202);
            await().atMost(TIMEOUT)
                    .until(() -> intake.countAll().at("/byState/failed").asInt() == 1);
            downstream.unavailable(false);
            Processor guard = group.processorNamed("Claim the delivery").stop();
            for (int i = 3; i <= EVENTS; i++) {
                HttpResponse<String> accepted = send(intake, i);
                assertThat(accepted.statusCode()).isEqualTo(202);
                assertThat(accepted.body()).contains("\"outcome\":\"accepted\"");
            }
            Connection before = await().atMost(TIMEOUT)
                    .until(
                            () -> group.connections().stream()
                                    .filter(connection -> connection.count() == EVENTS - 2)
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
            before.empty();
            guard.start();

            await().atMost(TIMEOUT)
                    .until(() -> intake.countAll().path("emitted").asInt() == EVENTS - 1);
            intake.replayMissed("after-the-outage", 50, "The service was out");
            await().atMost(TIMEOUT)
                    .until(() -> intake.job("after-the-outage")
                            .filter(job -> job.path("state").asText().equals("finished"))
                            .isPresent());
            assertThat(intake.job("after-the-outage")
                            .orElseThrow()
                            .at("/progress/completed")
                            .asInt())
                    .isEqualTo(EVENTS - 1);
            assertThat(downstream.acceptedKeys()).isEqualTo(EVENTS);
            assertThat(downstream.acceptedMoreThanOnce()).isZero();
            assertThat(group.bulletins()).isEmpty();
        }
    }

    private RecoverableIntake install(NiFiInstance nifi) {
        Certificates certificates = nifi.certificates();
        RecoverableIntake intake = RecoverableIntake.install(
                nifi.client().root(),
                TEMPLATE,
                Map.ofEntries(
                        Map.entry("Listening Port", String.valueOf(FreePorts.next())),
                        Map.entry("Downstream URL", downstream.uri().toString()),
                        Map.entry("Downstream Honours Idempotency Key", "true"),
                        Map.entry("Lease Duration", "5 sec"),
                        Map.entry(
                                "Journal Directory",
                                Homes.fresh("journals/bulk-replay-template").toString()),
                        Map.entry(
                                "Key Store",
                                ContentKeys.create(Homes.fresh("keys/bulk-replay-template"), "journal")
                                        .store()
                                        .toString()),
                        Map.entry("Key Store Password", ContentKeys.PASSWORD),
                        Map.entry(
                                "NiFi API URL",
                                nifi.canvas().resolve("/nifi-api").toString()),
                        Map.entry(
                                "Replayer Key Store",
                                certificates.keyStore(REPLAYER).toString()),
                        Map.entry("Replayer Key Store Password", Certificates.PASSWORD),
                        Map.entry("Trust Store", certificates.trustStore().toString()),
                        Map.entry("Trust Store Password", Certificates.PASSWORD)));
        return intake;
    }

    private static void grant(NiFiInstance nifi, ProcessGroup group) {
        Policies policies = nifi.client().policies();
        policies.letViewProvenanceWithoutReplay(REPLAYER, group);
        policies.grant(REPLAYER, "read", "/process-groups/" + group.id());
        policies.grant(REPLAYER, "write", "/data/process-groups/" + group.id());
    }

    private HttpResponse<String> send(RecoverableIntake intake, int id) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(intake.address())
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "text/plain")
                .header("ce-id", String.valueOf(id))
                .header("ce-source", "/test")
                .POST(HttpRequest.BodyPublishers.ofString("event " + id))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
