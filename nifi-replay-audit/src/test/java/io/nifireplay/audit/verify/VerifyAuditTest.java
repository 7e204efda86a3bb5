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
package io.nifireplay.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EventBatch;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Schema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyAuditTest {
    private static final SigningKey KEY = Keys.signing(1);

    @TempDir
    private Path folder;

    private Path trail;
    private Path outside;
    private String out = "";
    private String err = "";

    @BeforeEach
    void write() {
        trail = folder.resolve("trail");
        outside = folder.resolve("outside");
        LogOptions options = LogOptions.defaults(trail, KEY)
                .withCheckpointInterval(Duration.ZERO)
                .withReceivers(List.of(new CheckpointFolder(outside, Clock.systemUTC())));
        try (TransparencyLog log = TransparencyLog.open(options)) {
            log.append(List.of(Entries.attempt(16)));
            log.checkpoint();
            log.append(List.of(new AuditEntry.EventsAdmitted(
                    Entries.TIME,
                    new Actor.Unknown(),
                    EventBatch.of(
                            Entries.JOURNAL, List.of(new EventPlace("orders", 17), new EventPlace("orders", 18))))));
        }
    }

    private int run(Object... arguments) {
        List<String> words = new ArrayList<>();
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        int status = VerifyAudit.run(
                words,
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return status;
    }

    @Test
    void aPersonReadsThatAnIntactTrailIsIntact() {
        assertThat(run(trail, "--key", KEY.verifierKey(), "--since", outside)).isZero();
        assertThat(out)
                .contains("recomputed: 2 entries")
                .contains("agrees with")
                .endsWith("INTACT\n");
        assertThat(out).doesNotContain("NOT CHECKED");
        assertThat(err).isEmpty();
    }

    @Test
    void theKeyMayBeInAFileAndTheLogMayBeACopyOfItsPublishedPart() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), KEY.verifierKey() + "\n");

        assertThat(run(trail.resolve("log"), "--key", key)).isZero();
        assertThat(out).contains("NOT CHECKED: whether the end was cut off");
    }

    @Test
    void theReportIsThereForMachines() throws IOException {
        assertThat(run(trail, "--key", KEY.verifierKey(), "--json", "--event", "17/orders"))
                .isZero();

        assertThat(Schema.VERIFICATION.complaints(out)).isEmpty();
        JsonNode report = new ObjectMapper().readTree(out);
        assertThat(report.path("result").asText()).isEqualTo("intact");
        assertThat(report.path("size").asText()).isEqualTo("2");
        assertThat(report.path("found"))
                .extracting(found -> found.path("index").asText())
                .as("the attempt, and the batch that has it in a run")
                .containsExactly("0", "1");
        assertThat(report.path("found"))
                .extracting(found -> found.at("/inBatch/event").asText())
                .containsExactly("", "17/orders");
    }

    @Test
    void whatDoesNotFitGivesAnotherExitStatus() throws IOException {
        Path bundle = trail.resolve("log/tile/entries/000.p/2");
        byte[] bytes = Files.readAllBytes(bundle);
        bytes[bytes.length - 10] ^= 1;
        Files.write(bundle, bytes);

        assertThat(run(trail, "--key", KEY.verifierKey())).isEqualTo(VerifyAudit.DOES_NOT_FIT);
        assertThat(out).contains("PROBLEM: entry 1").endsWith("DOES NOT FIT\n");
        assertThat(run(trail, "--key", KEY.verifierKey(), "--json")).isEqualTo(VerifyAudit.DOES_NOT_FIT);
        assertThat(Schema.VERIFICATION.complaints(out)).isEmpty();
        assertThat(new ObjectMapper().readTree(out).at("/firstMisfit/first").asText())
                .isEqualTo("1");
    }

    @Test
    void aWrongKeyIsNoIntactTrail() {
        assertThat(run(trail, "--key", Keys.signing(2).verifierKey())).isEqualTo(VerifyAudit.DOES_NOT_FIT);
        assertThat(out).contains("It is not signed by");
    }

    @Test
    void whatCannotBeReadGivesAThirdExitStatus() {
        assertThat(run(folder.resolve("nowhere"), "--key", KEY.verifierKey())).isEqualTo(VerifyAudit.NOT_CHECKED);
        assertThat(run(trail, "--key", KEY.verifierKey(), "--since", folder.resolve("nothing")))
                .isEqualTo(VerifyAudit.NOT_CHECKED);
        assertThat(err).startsWith("It could not be checked");
    }

    @Test
    void nothingToCompareWithIsNoIntactTrail() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThat(run(trail, "--key", KEY.verifierKey(), "--since", empty)).isEqualTo(VerifyAudit.NOT_CHECKED);
        assertThat(err).contains("There is no checkpoint in " + empty);
        assertThat(out).isEmpty();
        assertThat(run(trail, "--key", KEY.verifierKey(), "--since", outside, "--since", empty))
                .as("one of two")
                .isEqualTo(VerifyAudit.NOT_CHECKED);

        Path others = folder.resolve("others");
        TransparencyLog.open(LogOptions.defaults(folder.resolve("other"), Keys.signing("example.com/other", 1))
                        .withReceivers(List.of(new CheckpointFolder(others, Clock.systemUTC()))))
                .close();
        assertThat(run(trail, "--key", KEY.verifierKey(), "--since", others, "--json"))
                .isEqualTo(VerifyAudit.NOT_CHECKED);
        assertThat(err).contains("nothing could be compared").contains("example.com/other");
        assertThat(out).isEmpty();
    }

    @Test
    void severalKeysAreOfOneTrail() {
        assertThat(run(trail, "--key", KEY.verifierKey(), "--key", KEY.verifierKey()))
                .isZero();
        assertThat(run(
                        trail,
                        "--key",
                        KEY.verifierKey(),
                        "--key",
                        Keys.signing("example.com/other", 1).verifierKey()))
                .isEqualTo(VerifyAudit.USAGE);
        assertThat(run(
                        trail,
                        "--key",
                        KEY.verifierKey(),
                        "--key",
                        Keys.signing(2).verifierKey()))
                .isEqualTo(VerifyAudit.DOES_NOT_FIT);
    }

    @Test
    void aWrongCallIsAnsweredWithTheRightOne() {
        assertThat(run()).isEqualTo(VerifyAudit.USAGE);
        assertThat(run(trail)).isEqualTo(VerifyAudit.USAGE);
        assertThat(run(trail, "--key")).isEqualTo(VerifyAudit.USAGE);
        assertThat(run(trail, "--key", "nonsense+")).isEqualTo(VerifyAudit.USAGE);
        assertThat(run(trail, "--frobnicate")).isEqualTo(VerifyAudit.USAGE);
        assertThat(err).contains("verify-audit DIRECTORY --key KEY");
        assertThat(run("--help")).isZero();
    }

    @Test
    void needsNothingButItsOwnClasses() throws Exception {
        Path classes = Path.of(VerifyAudit.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes.toString(),
                        VerifyAudit.class.getName(),
                        trail.toString(),
                        "--key",
                        KEY.verifierKey().toString(),
                        "--since",
                        outside.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).endsWith("INTACT\n");
    }
}
