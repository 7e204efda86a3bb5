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
package io.nifireplay.systemtest.governance;

import static io.nifireplay.systemtest.governance.Governed.APPROVER;
import static io.nifireplay.systemtest.governance.Governed.OPERATOR;
import static io.nifireplay.systemtest.governance.Governed.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import io.nifireplay.audit.personal.SubjectsCommand;
import io.nifireplay.systemtest.audit.PublishedTrail;
import io.nifireplay.systemtest.audit.SigningKeys;
import io.nifireplay.systemtest.browser.Canvas;
import io.nifireplay.systemtest.browser.Chromium;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.demo.RecoverableIntake;
import io.nifireplay.systemtest.downstream.Delivery;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The template, imported and used as its labels say. */
@ExtendWith(KeepLogs.class)
class ApprovedForcedReplayTemplateSystemTest {
    private static final Path TEMPLATE = Path.of("..", "templates", "approved-forced-replay.json");
    private static final Duration TIMEOUT = Duration.ofSeconds(120);
    private static final int EVENTS = 5;

    /** A window in which the labels can be read. */
    private static final int WIDE = 3_200;

    private static final int HIGH = 3_900;

    @Test
    void correctsWhatAMisprintDelivered() throws Exception {
        Path home = Homes.fresh("forced-template");
        Path trail = home.resolve("trail");
        try (DownstreamService downstream = DownstreamService.start();
                HttpClient http = HttpClient.newHttpClient();
                NiFiInstance nifi = Governed.secured(NiFiInstance.in(home)).build()) {
            nifi.start();
            ProcessGroup canvas = nifi.client().root();
            RecoverableIntake intake = RecoverableIntake.install(canvas, TEMPLATE, parameters(home, trail, downstream));
            ProcessGroup group = intake.group();
            for (ControllerService service : group.services()) {
                assertThat(service.state()).as(service.name()).isEqualTo("ENABLED");
            }
            for (Processor processor : group.processors()) {
                if (!processor.isDisabled()) {
                    await(processor.name())
                            .atMost(TIMEOUT)
                            .untilAsserted(() ->
                                    assertThat(processor.validationErrors()).isEmpty());
                }
            }
            picture(nifi, group);
            Governed governed =
                    new Governed(nifi, group.serviceNamed("Replay Policy"), group.serviceNamed("Replay Coordinator"));
            governed.grantRights();
            intake.start();
            for (int i = 0; i < EVENTS; i++) {
                assertThat(send(http, intake.address(), i)).isEqualTo(202);
            }
            await().atMost(TIMEOUT).until(() -> downstream.acceptedKeys() == EVENTS);
            BinReplay operator = governed.as(OPERATOR);

            // The misprint is mended; NiFi stops and starts what uses the parameter.
            group.parameterContext().orElseThrow().set("Tax Factor", "1.19");
            operator.done(
                    "request",
                    "--job",
                    "tax-2026",
                    "--mode",
                    "forced",
                    "--state",
                    "completed",
                    "--reason",
                    "the tax was 91 %");
            JsonNode planned = await().pollInterval(Duration.ofMillis(500))
                    .atMost(TIMEOUT)
                    .until(
                            () -> operator.done("plan", "tax-2026"),
                            plan -> plan.at("/plan/emitted").asInt() == EVENTS);
            governed.as(APPROVER)
                    .done(
                            "approve",
                            "tax-2026",
                            "--version",
                            planned.path("version").asText(),
                            "--reason",
                            "agreed with the warehouse, ticket 17");
            operator.done("start", "tax-2026", "--reason", "go");
            BinReplay reader = governed.as(READER);
            await().pollInterval(Duration.ofMillis(500))
                    .atMost(TIMEOUT)
                    .until(() -> reader.state("tax-2026").equals("finished"));

            assertThat(downstream.acceptedMoreThanOnce()).isZero();
            Map<String, String> bodies =
                    downstream.deliveries().stream().collect(Collectors.toMap(Delivery::key, Delivery::bodySha256));
            assertThat(bodies).hasSize(2 * EVENTS);
            for (int i = 0; i < EVENTS; i++) {
                assertThat(bodies)
                        .containsEntry("/shop " + i, sha256("{\"net\":100,\"gross\":191.0}"))
                        .containsEntry("/shop " + i + "-correction-2", sha256("{\"net\":100,\"gross\":119.0}"));
            }
            group.stop();
            group.disableServices();
            assertThat(namesOf(trail)).contains(OPERATOR, APPROVER, "agreed with the warehouse, ticket 17");
        }
    }

    /** What an auditor reads of the approval, with the trail's keys of persons in his hands. */
    private static String namesOf(Path trail) {
        List<JsonNode> approved = new PublishedTrail(trail)
                .entries("job changed").stream()
                        .filter(entry -> entry.path("after").asText().equals("approved"))
                        .toList();
        assertThat(approved).hasSize(1);
        String sealed = approved.getFirst().toString();
        assertThat(sealed).doesNotContain(OPERATOR, APPROVER);
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        int status = SubjectsCommand.run(
                List.of("show", trail.toString()),
                new ByteArrayInputStream(sealed.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(shown, true),
                System.err);
        assertThat(status).isZero();
        return shown.toString(StandardCharsets.UTF_8);
    }

    /** For people who want to see what the template looks like. */
    private static void picture(NiFiInstance nifi, ProcessGroup group) {
        if (Chromium.isAvailable()) {
            try (Chromium chromium = Chromium.launch()) {
                Page page = chromium.page(nifi.canvas(), nifi.certificates(), Governed.ADMINISTRATOR);
                page.setViewportSize(WIDE, HIGH);
                new Canvas(page, nifi.canvas())
                        .show(group)
                        .screenshot(Path.of("target", "screenshots", "approved-forced-replay.png"));
            }
        }
    }

    private static Map<String, String> parameters(Path home, Path trail, DownstreamService downstream) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("Listening Port", String.valueOf(FreePorts.next()));
        parameters.put("Downstream URL", downstream.uri().toString());
        parameters.put("Downstream Honours Idempotency Key", "true");
        parameters.put("Journal Directory", home.resolve("journal").toString());
        parameters.put(
                "Key Store",
                ContentKeys.create(home.resolve("keys"), "journal").store().toString());
        parameters.put("Key Store Password", ContentKeys.PASSWORD);
        parameters.put("Audit Directory", trail.toString());
        parameters.put("Checkpoint Folder", home.resolve("checkpoints").toString());
        parameters.put(
                "Signing Key Store",
                SigningKeys.create(home.resolve("keys").resolve("signing.p12"), "audit")
                        .store()
                        .toString());
        parameters.put("Signing Key Store Password", SigningKeys.PASSWORD);
        return parameters;
    }

    private static int send(HttpClient http, URI intake, int id) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(intake)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "text/plain")
                .header("ce-id", String.valueOf(id))
                .header("ce-source", "/shop")
                .POST(HttpRequest.BodyPublishers.ofString("100"))
                .build();
        return http.send(request, BodyHandlers.ofString()).statusCode();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
