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
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.VerifierKey;
import io.nifireplay.audit.verify.HeldFiles;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.demo.RecoverableIntake;
import io.nifireplay.systemtest.disk.PlaintextSearch;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.downstream.KeyCount;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The template with the audit trail: what an auditor finds of what happened. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class AuditedReplaySystemTest {
    private static final Path TEMPLATE = Path.of("..", "templates", "audited-replay.json");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String SOURCE = "/payments-of-hidden-people";
    private static final String BODY = "ten thousand to somebody";

    private final DownstreamService downstream = DownstreamService.start();
    private final HttpClient http = HttpClient.newHttpClient();
    private Path trail;
    private Path held;

    @BeforeEach
    void setUp() {
        trail = Homes.fresh("audit/trail");
        held = Homes.fresh("audit/held");
    }

    @AfterEach
    void close() {
        http.close();
        downstream.close();
    }

    @Test
    void isValidInEveryPart(ProcessGroup group) {
        RecoverableIntake intake = install(group);
        intake.group()
                .parameterContext()
                .orElseThrow()
                .set(Map.of("Verifier Key", verifierKey(intake).toString()));

        for (ControllerService service : intake.group().services()) {
            assertThat(service.state()).as(service.name()).isEqualTo("ENABLED");
        }
        for (Processor processor : intake.group().processors()) {
            await(processor.enable().name())
                    .atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(processor.validationErrors()).isEmpty());
        }
    }

    @Test
    void tellsWhoReplayedWhatAndWhatCameOfIt(NiFiInstance nifi, ProcessGroup group) throws Exception {
        RecoverableIntake intake = install(group).start();
        downstream.fail(SOURCE + " 2", 404);
        assertThat(send(intake.address(), "1", BODY).statusCode()).isEqualTo(202);
        assertThat(send(intake.address(), "2", BODY).statusCode()).isEqualTo(202);
        FlowFile deadLetter = intake.deadLetters().awaitCount(1).onlyFlowFile();
        await().atMost(TIMEOUT).until(() -> send(intake.address(), "1", BODY).statusCode() == 200);
        assertThat(send(intake.address(), "1", "another sum").statusCode()).isEqualTo(422);
        downstream.heal(SOURCE + " 2");

        // What was acknowledged before a kill is there after it.
        nifi.kill();
        nifi.start();
        RecoverableIntake again = intake.start();
        again.replayMissed("healed", 10, "The bank knows the account now");
        await().atMost(TIMEOUT)
                .until(() -> again.job("healed")
                        .filter(job -> job.path("state").asText().equals("finished"))
                        .isPresent());
        assertThat(downstream.of(SOURCE + " 2")).isEqualTo(new KeyCount(1, 0, 1));

        // Entries are published with the next checkpoint: the verifier is asked when it can see them all.
        awaitPublished("attempt ended", 1);
        awaitPublished("events completed", 2);
        awaitPublished("job changed", 2);
        VerificationReport report = verify(again);
        assertThat(report.problems()).isEmpty();
        assertThat(report.compared()).as("checkpoints that are held outside").isNotEmpty();
        assertThat(report.found())
                .extracting(found -> found.text().substring(11, found.text().indexOf('"', 11)))
                .as("what an auditor finds of the event by its id")
                .containsExactly(
                        "events admitted",
                        "event dead-lettered",
                        "replay attempted",
                        "attempt ended",
                        "events completed");

        PublishedTrail entries = published();
        JsonNode attempted = entries.entries("replay attempted").getFirst();
        assertThat(attempted.at("/job/name").asText()).isEqualTo("healed");
        assertThat(attempted.at("/job/reason").asText()).isEqualTo("The bank knows the account now");
        assertThat(attempted.at("/job/requester/claimed/hmac").asText()).hasSize(64);
        assertThat(attempted.at("/actor/type").asText()).isEqualTo("JournalEvent");
        assertThat(attempted.at("/actor/group").asText())
                .isEqualTo(again.group().id());
        assertThat(attempted.at("/event/partition").asText()).isEqualTo("default");
        assertThat(attempted.at("/event/key/hmac").asText()).hasSize(64);
        assertThat(attempted.at("/attempt").asInt()).isEqualTo(2);
        assertThat(entries.entries("attempt ended").getFirst().at("/outcome").asText())
                .isEqualTo("completed");
        assertThat(entries.entries("event conflicted")).hasSize(1);
        assertThat(entries.entries("job changed"))
                .extracting(job -> job.at("/after").asText())
                .containsExactly("running", "finished");
        assertThat(deadLetter.attribute("replay.audit.index"))
                .isEqualTo(Integer.toString(entries.entries().stream()
                        .map(entry -> entry.path("action").asText())
                        .toList()
                        .indexOf("event dead-lettered")));
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(nifi.client()
                                .provenance()
                                .ofComponent(again.group()
                                        .processorNamed("Record: delivered")
                                        .id()))
                        .extracting(ProvenanceEvent::details)
                        .as("the lineage says where the trail tells of a completion")
                        .contains("The audit trail tells of it in entry "
                                + entries.entries()
                                        .indexOf(entries.entries("events completed")
                                                .getLast())));
        assertThat(entries.entries())
                .extracting(entry -> entry.at("/notice/number").asText())
                .as("each thing once, also over a kill")
                .doesNotHaveDuplicates();
        assertThat(PlaintextSearch.of(SOURCE, BODY, "the demo").hits(trail, held))
                .isZero();

        Processor verifier = again.group().processorNamed("Verify the audit trail");
        again.group()
                .parameterContext()
                .orElseThrow()
                .set(Map.of("Verifier Key", verifierKey(again).toString()));
        verifier.enable().runOnce();
        Connection reports = again.group().connectionFrom(verifier, "verified");
        assertThat(reports.awaitCount(1).onlyFlowFile().attributes()).containsEntry("replay.audit.verified", "true");
    }

    private void awaitPublished(String action, int count) {
        await("published: " + action)
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(published().entries(action)).hasSize(count));
    }

    private PublishedTrail published() {
        return new PublishedTrail(trail);
    }

    private VerificationReport verify(RecoverableIntake intake) throws IOException, MalformedNoteException {
        return LogVerifier.verify(VerificationRequest.of(VerificationRequest.logOf(trail), verifierKey(intake))
                .withHeld(HeldFiles.read(List.of(held), Optional.empty()))
                .withEvent("2/default"));
    }

    private static VerifierKey verifierKey(RecoverableIntake intake) {
        ControllerService trail = intake.group().serviceNamed("Audit Trail");
        // It is there from the first checkpoint on.
        String key = await().atMost(TIMEOUT).until(() -> trail.componentState().get("verifier key"), Objects::nonNull);
        try {
            return VerifierKey.parse(key);
        } catch (MalformedNoteException e) {
            throw new IllegalStateException(e);
        }
    }

    private RecoverableIntake install(ProcessGroup group) {
        Path keys = Homes.fresh("keys/" + group.name());
        Map<String, String> parameters = new HashMap<>();
        parameters.put("Listening Port", String.valueOf(FreePorts.next()));
        parameters.put("Downstream URL", downstream.uri().toString());
        parameters.put("Downstream Honours Idempotency Key", "true");
        parameters.put(
                "Journal Directory", Homes.fresh("journals/" + group.name()).toString());
        parameters.put("Key Store", ContentKeys.create(keys, "audit").store().toString());
        parameters.put("Key Store Password", ContentKeys.PASSWORD);
        parameters.put("Audit Directory", trail.toString());
        parameters.put("Checkpoint Folder", held.toString());
        parameters.put(
                "Signing Key Store",
                SigningKeys.create(keys.resolve("audit-signing.p12"), "audit")
                        .store()
                        .toString());
        parameters.put("Signing Key Store Password", SigningKeys.PASSWORD);
        return RecoverableIntake.install(group, TEMPLATE, parameters);
    }

    private HttpResponse<String> send(URI intake, String id, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(intake)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "text/plain")
                .header("ce-id", id)
                .header("ce-source", SOURCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
