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
package io.nifireplay.processors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.entry.EventReference;
import io.nifireplay.audit.entry.IdList;
import io.nifireplay.audit.entry.Lineage;
import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.processors.request.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyAuditTrailTest {
    private static final String ORIGIN = "example.com/audit/node-1";
    private static final int ENTRIES = 300;
    private static final String FIRST_BUNDLE = "log/tile/entries/000";

    @TempDir
    private Path folder;

    private Path trail;
    private Path held;
    private final SigningKey key = SigningKey.generate(ORIGIN, new SecureRandom());
    private final TestRunner runner = TestRunners.newTestRunner(new VerifyAuditTrail());

    @BeforeEach
    void setUp() {
        trail = folder.resolve("trail");
        held = folder.resolve("held");
        append(0, ENTRIES);
        runner.setProperty(VerifyAuditTrail.DIRECTORY, trail.toString());
        runner.setProperty(VerifyAuditTrail.VERIFIER_KEY, key.verifierKey().toString());
        runner.setProperty(VerifyAuditTrail.HELD_CHECKPOINTS, held.toString());
        runner.setIncomingConnection(false);
        runner.setNonLoopConnection(false);
    }

    @Test
    void verifiesOnItsScheduleWithoutAnIncomingConnection() throws IOException {
        runner.run();

        MockFlowFile report = only(VerifyAuditTrail.VERIFIED);
        report.assertAttributeEquals("replay.audit.verified", "true");
        report.assertAttributeEquals("replay.audit.origin", ORIGIN);
        report.assertAttributeEquals("replay.audit.size", "300");
        report.assertAttributeEquals(
                "replay.audit.root", json(report).path("root").asText());
        report.assertAttributeEquals("mime.type", "application/json");
        report.assertAttributeNotExists("replay.audit.first.misfit");
        assertThat(Schema.AUDIT_VERIFICATION.complaints(report.getContent())).isEmpty();
        assertThat(json(report).path("result").asText()).isEqualTo("intact");
        assertThat(json(report).path("agreesWith")).hasSize(1);
        assertThat(runner.getProvenanceEvents()).singleElement().satisfies(event -> {
            assertThat(event.getEventType()).isEqualTo(ProvenanceEventType.CREATE);
            assertThat(event.getDetails()).contains("fits");
        });
        assertThat(runner.getLogger().getErrorMessages()).isEmpty();
    }

    @Test
    void aFlippedByteIsNotVerifiedAndToldInABulletin() throws IOException {
        Path bundle = trail.resolve(FIRST_BUNDLE);
        byte[] bytes = Files.readAllBytes(bundle);
        bytes[bytes.length / 2] ^= 1;
        Files.write(bundle, bytes);

        runner.run();

        MockFlowFile report = only(VerifyAuditTrail.NOT_VERIFIED);
        report.assertAttributeEquals("replay.audit.verified", "false");
        int misfit = Integer.parseInt(report.getAttribute("replay.audit.first.misfit"));
        assertThat(misfit).isBetween(120, 136);
        assertThat(Schema.AUDIT_VERIFICATION.complaints(report.getContent())).isEmpty();
        assertThat(runner.getLogger().getErrorMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg())
                        .contains(ORIGIN)
                        .contains("DOES NOT FIT")
                        .contains("entry " + misfit)
                        .contains("Keep a copy"));
    }

    @Test
    void aTrailThatWasCutIsNotVerifiedAgainstCheckpointsHeldElsewhere() throws IOException {
        Path copy = folder.resolve("copy");
        copyLog(copy);
        append(ENTRIES, ENTRIES + 5);
        runner.setProperty(VerifyAuditTrail.DIRECTORY, copy.toString());

        runner.run();

        only(VerifyAuditTrail.NOT_VERIFIED).assertAttributeEquals("replay.audit.first.misfit", "300-304");
    }

    @Test
    void theReportReplacesTheContentOfAFlowFileThatNamesTheTrail() throws IOException {
        runner.setNonLoopConnection(true);
        runner.setIncomingConnection(true);
        runner.setProperty(VerifyAuditTrail.DIRECTORY, "${trail}");
        runner.setProperty(VerifyAuditTrail.EVENT_ID, "${event}");
        runner.run();
        assertThat(runner.getFlowFilesForRelationship(VerifyAuditTrail.VERIFIED))
                .as("nothing came")
                .isEmpty();

        runner.enqueue(
                "a question",
                Map.of("trail", trail.toString(), "event", "18/orders", "replay.audit.first.misfit", "of last time"));
        runner.run();

        MockFlowFile report = only(VerifyAuditTrail.VERIFIED);
        report.assertAttributeEquals("replay.audit.found", "1");
        report.assertAttributeNotExists("replay.audit.first.misfit");
        assertThat(json(report).path("found").path(0).path("index").asText()).isEqualTo("17");
        assertThat(json(report).path("found").path(0).path("proof")).isNotEmpty();
        assertThat(runner.getProvenanceEvents())
                .extracting(event -> event.getEventType())
                .containsExactly(ProvenanceEventType.CONTENT_MODIFIED);
    }

    @Test
    void aTrailThatIsNotThereIsAFailureAndNothingIsSaidAboutIt() {
        runner.setProperty(VerifyAuditTrail.DIRECTORY, folder.resolve("nothing").toString());

        runner.run();

        MockFlowFile failed = only(VerifyAuditTrail.FAILURE);
        assertThat(failed.getAttribute(ReplayAttributes.REASON))
                .contains("There is no directory " + folder.resolve("nothing"));
        failed.assertAttributeNotExists("replay.audit.verified");
        assertThat(runner.getLogger().getErrorMessages()).hasSize(1);
    }

    @Test
    void aDirectoryThatIsNoTrailIsNotVerified() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        runner.setProperty(VerifyAuditTrail.DIRECTORY, other.toString());

        runner.run();

        only(VerifyAuditTrail.NOT_VERIFIED).assertAttributeNotExists("replay.audit.size");
    }

    @Test
    void checkpointsThatAreGoneOrOfAnotherTrailAreAFailure() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        runner.setProperty(VerifyAuditTrail.HELD_CHECKPOINTS, empty.toString());
        runner.run();
        assertThat(only(VerifyAuditTrail.FAILURE).getAttribute(ReplayAttributes.REASON))
                .contains("There is no checkpoint in " + empty);

        runner.clearTransferState();
        Path others = folder.resolve("others");
        SigningKey other = SigningKey.generate("example.com/other", new SecureRandom());
        open(folder.resolve("other"), others, other).close();
        runner.setProperty(VerifyAuditTrail.HELD_CHECKPOINTS, others.toString());
        runner.run();
        assertThat(only(VerifyAuditTrail.FAILURE).getAttribute(ReplayAttributes.REASON))
                .contains("nothing could be compared")
                .contains("example.com/other");
    }

    @Test
    void comparesOfPastDaysTheLastCheckpointUnlessAllAreWanted() throws IOException {
        Path days = folder.resolve("days");
        Path only;
        try (Stream<Path> files = Files.walk(held)) {
            only = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        for (String day : List.of("2026-01-01", "2026-01-02", "2026-01-03")) {
            Path ofDay = Files.createDirectories(days.resolve(day));
            Files.copy(only, ofDay.resolve("%019d.checkpoint".formatted(1)));
            Files.copy(only, ofDay.resolve("%019d.checkpoint".formatted(2)));
        }
        runner.setProperty(VerifyAuditTrail.HELD_CHECKPOINTS, days.toString());
        runner.run();
        assertThat(json(only(VerifyAuditTrail.VERIFIED)).path("agreesWith")).hasSize(5);

        runner.clearTransferState();
        runner.setProperty(VerifyAuditTrail.HELD_CHOICE, HeldChoice.ALL);
        runner.run();
        assertThat(json(only(VerifyAuditTrail.VERIFIED)).path("agreesWith")).hasSize(6);
    }

    @Test
    void withoutHeldCheckpointsTheReportSaysWhatCouldNotBeChecked() throws IOException {
        runner.removeProperty(VerifyAuditTrail.HELD_CHECKPOINTS);

        runner.run();

        assertThat(json(only(VerifyAuditTrail.VERIFIED)).path("unchecked")).hasSize(1);
    }

    @Test
    void aKeyThatIsNoneIsInvalidOrAFailureWhenAFlowFileBringsIt() {
        runner.setProperty(VerifyAuditTrail.VERIFIER_KEY, "no key");
        runner.assertNotValid();
        runner.setProperty(VerifyAuditTrail.VERIFIER_KEY, "${key}");
        runner.assertValid();

        runner.enqueue("", Map.of("key", "no key"));
        runner.run();

        assertThat(only(VerifyAuditTrail.FAILURE).getAttribute(ReplayAttributes.REASON))
                .contains("'no key' is no verifier key");
    }

    private MockFlowFile only(Relationship relationship) {
        runner.assertAllFlowFilesTransferred(relationship, 1);
        assertThat(runner.getCounterValue(relationship.getName())).isPositive();
        return runner.getFlowFilesForRelationship(relationship).getFirst();
    }

    private static JsonNode json(MockFlowFile report) throws IOException {
        return new ObjectMapper().readTree(report.getContent());
    }

    private static TransparencyLog open(Path directory, Path folder, SigningKey key) {
        return TransparencyLog.open(LogOptions.defaults(directory, key)
                .withReceivers(List.of(new CheckpointFolder(folder, Clock.systemUTC()))));
    }

    private void append(long from, long to) {
        try (TransparencyLog log = open(trail, held, key)) {
            log.append(LongStream.range(from, to)
                    .mapToObj(VerifyAuditTrailTest::entry)
                    .toList());
        }
    }

    private static AuditEntry entry(long number) {
        return new AuditEntry.EventDeadLettered(
                Instant.parse("2026-11-25T12:00:00Z").plusMillis(number),
                new Actor.Unknown(),
                new EventReference(
                        "5f0f7b6e-0000-4000-8000-000000000001",
                        new EventPlace("orders", number + 1),
                        1,
                        Optional.empty()),
                3,
                Optional.of("timeout"),
                new Lineage(IdList.of(), IdList.of(), Optional.empty(), Optional.empty()));
    }

    private void copyLog(Path copy) throws IOException {
        Path log = trail.resolve("log");
        try (Stream<Path> files = Files.walk(log)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, copy.resolve(log.relativize(file).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
