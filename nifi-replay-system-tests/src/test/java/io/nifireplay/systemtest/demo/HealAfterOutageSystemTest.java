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
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The template that heals by itself, imported as a person does. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class HealAfterOutageSystemTest {
    private static final Path TEMPLATE = Path.of("..", "templates", "heal-after-outage.json");
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
    void bringsBackWhatWasLostBehindThePromisedAnswer(ProcessGroup group) throws Exception {
        RecoverableIntake intake = install(group);
        Processor detect = intake.group().processorNamed("Find and bring back what was missed");
        detect.every("1 sec");
        for (ControllerService service : intake.group().services()) {
            assertThat(service.state()).as(service.name()).isEqualTo("ENABLED");
        }
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(detect.validationErrors()).isEmpty());
        intake.start();
        Processor guard = intake.group().processorNamed("Claim the delivery").stop();
        for (int i = 0; i < EVENTS; i++) {
            assertThat(send(intake.address(), i)).isEqualTo(202);
        }
        Connection queue = intake.group().connections().stream()
                .filter(connection -> connection.count() == EVENTS)
                .findFirst()
                .orElseThrow();
        queue.empty();
        guard.start();

        await().atMost(TIMEOUT).until(() -> downstream.acceptedKeys() == EVENTS);
        assertThat(downstream.acceptedMoreThanOnce()).isZero();
        Connection done = intake.group().connectionFrom(detect, "report");
        await().atMost(TIMEOUT)
                .until(() -> done.flowFiles().stream()
                        .reduce((earlier, later) -> later)
                        .filter(report -> "0".equals(report.attributes().get("replay.missed.events")))
                        .isPresent());
    }

    private RecoverableIntake install(ProcessGroup group) {
        return RecoverableIntake.install(
                group,
                TEMPLATE,
                Map.of(
                        "Listening Port",
                        String.valueOf(FreePorts.next()),
                        "Downstream URL",
                        downstream.uri().toString(),
                        "Downstream Honours Idempotency Key",
                        "true",
                        "Lease Duration",
                        "5 sec",
                        "Journal Directory",
                        Homes.fresh("journals/" + group.name()).toString(),
                        "Key Store",
                        ContentKeys.create(Homes.fresh("keys/" + group.name()), "journal")
                                .store()
                                .toString(),
                        "Key Store Password",
                        ContentKeys.PASSWORD));
    }

    private int send(URI intake, int id) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(intake)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "text/plain")
                .header("ce-id", String.valueOf(id))
                .header("ce-source", "/test")
                .POST(HttpRequest.BodyPublishers.ofString("event " + id))
                .build();
        return http.send(request, BodyHandlers.ofString()).statusCode();
    }
}
