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

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.key.KeyStoreSigningKey;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.VerificationResult;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The audit trail's service and its verification in a running NiFi. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class AuditTrailSystemTest {
    private static final String NAME = "example.com/audit/node-1";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Path directory;
    private Path held;

    @BeforeEach
    void setUp() {
        directory = folder.resolve("trail");
        held = folder.resolve("held");
    }

    @Test
    void theTrailSurvivesARestartAndAKillAndFollowsItsKeys(NiFiInstance nifi, ProcessGroup group) {
        ControllerService trail = trail(group, SigningKeys.create(folder.resolve("audit.p12"), "2026", "2027"), "2026");
        assertThat(trail.verify())
                .allSatisfy(
                        step -> assertThat(step.outcome()).as(step.toString()).isEqualTo("SUCCESSFUL"));
        String firstKey = verifierKey(trail);
        trail.enable();
        awaitState(trail, "entries", "0");
        assertThat(trail.componentState())
                .containsEntry("verifier key", firstKey)
                .containsEntry("trail", NAME);

        nifi.restart();
        awaitEnabled(trail);
        nifi.kill();
        nifi.start();
        awaitEnabled(trail);

        trail.disable();
        trail.set(Map.of("Key Alias", "2027", "Previous Key Alias", "2026"));
        assertThat(step(trail, "Trail opens").explanation()).contains("Enabling lets the new key take over");
        String secondKey = verifierKey(trail);
        assertThat(secondKey).isNotEqualTo(firstKey);
        trail.enable();
        awaitState(trail, "entries", "2");
        assertThat(trail.componentState()).containsEntry("verifier key", secondKey);
        nifi.restart();
        awaitEnabled(trail);

        Processor verify = verifier(group, firstKey);
        Connection verified = verify.to(group.createFunnel(), "verified");
        Connection notVerified = verify.to(group.createFunnel(), "not verified");
        verify.autoTerminate("failure");
        verify.runOnce();
        FlowFile report = verified.awaitCount(1).onlyFlowFile();
        assertThat(report.attributes())
                .containsEntry("replay.audit.verified", "true")
                .containsEntry("replay.audit.origin", NAME)
                .containsEntry("replay.audit.size", "2");
        assertThat(verified.text(report)).contains("\"result\":\"intact\"").contains("\"unchecked\":[]");
        verify.set("Verifier Key", secondKey).runOnce();
        verified.awaitCount(2);
        assertThat(group.bulletins()).isEmpty();
        assertThat(nifi.log())
                .noneMatch(line -> line.contains("could not be handed") && line.contains(directory.toString()));

        flipOneByte();
        verify.runOnce();
        assertThat(notVerified.awaitCount(1).onlyFlowFile().attributes())
                .containsEntry("replay.audit.verified", "false")
                .containsEntry("replay.audit.first.misfit", "1");
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(verify.bulletins())
                        .singleElement()
                        .satisfies(bulletin -> {
                            assertThat(bulletin.level()).isEqualTo("ERROR");
                            assertThat(bulletin.message())
                                    .contains(NAME)
                                    .contains("DOES NOT FIT")
                                    .contains("entry 1");
                        }));
        verify.stop();
        trail.disable();
        assertThat(step(trail, "Trail opens"))
                .satisfies(refused -> assertThat(refused.outcome()).isEqualTo("FAILED"))
                .satisfies(refused -> assertThat(refused.explanation()).contains("its last entries were changed"));
    }

    @Test
    void aTrailThatWasPutBackFromAnOlderCopyIsNotOpenedAlsoAfterARestart(NiFiInstance nifi, ProcessGroup group)
            throws IOException {
        ControllerService trail = trail(group, SigningKeys.create(folder.resolve("audit.p12"), "2026", "2027"), "2026")
                .unset("Checkpoint Folder")
                .enable()
                .disable();
        Path copy = folder.resolve("copy");
        copyAll(directory, copy);
        trail.set(Map.of("Key Alias", "2027", "Previous Key Alias", "2026")).enable();
        awaitState(trail, "entries", "2");
        trail.disable();
        nifi.restart();

        Files.move(directory, folder.resolve("newer"));
        copyAll(copy, directory);
        trail.enableWithoutWaiting();

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(trail.bulletins())
                        .isNotEmpty()
                        .allSatisfy(bulletin -> assertThat(bulletin.message())
                                .contains("has lost entries: it has 0")
                                .contains("the state that NiFi keeps for this service knows of 2")
                                .contains("Nothing was signed")));
        assertThat(trail.state()).isEqualTo("ENABLING");
        trail.disable();
    }

    @Test
    void aTrailThatAnotherProcessHoldsIsOpenedOnceItIsLetGo(ProcessGroup group) throws Exception {
        SigningKeys keys = SigningKeys.create(folder.resolve("audit.p12"), "2026");
        ControllerService trail = trail(group, keys, "2026");
        SigningKey key = KeyStoreSigningKey.pkcs12(keys.store(), "2026", SigningKeys.PASSWORD.toCharArray())
                .read(NAME);
        try (TransparencyLog other = TransparencyLog.open(LogOptions.defaults(directory, key))) {
            other.append(List.of(new AuditEntry.PolicyChanged(
                    Instant.parse("2026-11-25T12:00:00Z"), new Actor.Unknown(), Optional.empty(), "a policy")));
            assertThat(step(trail, "Trail opens").explanation()).contains("is held by another process");
            trail.enableWithoutWaiting();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(trail.bulletins())
                            .anySatisfy(bulletin -> assertThat(bulletin.message())
                                    .contains(directory.toString())
                                    .contains("is held by another process: stop it, or choose another directory")));
            assertThat(trail.state()).isEqualTo("ENABLING");
        }

        awaitEnabled(trail);
        awaitState(trail, "entries", "1");
    }

    @Test
    void wrongSettingsAreInvalidWithWords(ProcessGroup group) {
        SigningKeys keys = SigningKeys.create(folder.resolve("audit.p12"), "2026", "2027");
        ControllerService trail = trail(group, keys, "2026").set("Key Store Password", "another one");
        assertThat(trail.validationErrors())
                .singleElement()
                .asString()
                .contains("'Key Store'")
                .contains(keys.store().toString())
                .contains("its password is another one");

        trail.set(Map.of("Key Store Password", SigningKeys.PASSWORD, "Key Alias", "2028"));
        assertThat(trail.validationErrors()).singleElement().asString().contains("has no private key '2028'");

        trail.set("Key Alias", "2026").enable().disable();
        trail.set("Key Alias", "2027");
        assertThat(trail.validationErrors())
                .singleElement()
                .asString()
                .contains("is signed by another key")
                .contains("give the one before it as well");
        assertThat(directory.resolve("log/checkpoint")).exists();
    }

    @Test
    void aCheckpointFolderThatCannotBeWrittenIsToldAndIsCaughtUpWith(ProcessGroup group) throws IOException {
        Files.writeString(held, "a file in its place");
        ControllerService trail = trail(group, SigningKeys.create(folder.resolve("audit.p12"), "2026"), "2026");
        assertThat(step(trail, "Checkpoint folder can be written").outcome()).isEqualTo("FAILED");
        trail.enable();

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(trail.bulletins())
                        .singleElement()
                        .satisfies(bulletin -> {
                            assertThat(bulletin.level()).isEqualTo("ERROR");
                            assertThat(bulletin.message())
                                    .contains("could not be handed to the folder " + held)
                                    .contains("It is tried again");
                        }));

        Files.delete(held);
        await().atMost(TIMEOUT).until(() -> !checkpoints().isEmpty());
    }

    private ControllerService trail(ProcessGroup group, SigningKeys keys, String alias) {
        return group.createService("TransparencyLogAuditTrail")
                .set(Map.of(
                        "Directory",
                        directory.toString(),
                        "Log Name",
                        NAME,
                        "Key Store",
                        keys.store().toString(),
                        "Key Store Password",
                        SigningKeys.PASSWORD,
                        "Key Alias",
                        alias,
                        "Checkpoint Folder",
                        held.toString(),
                        "Personal Ids",
                        "sealed"));
    }

    private Processor verifier(ProcessGroup group, String key) {
        return group.createProcessor("VerifyAuditTrail")
                .set(Map.of(
                        "Directory", directory.toString(),
                        "Verifier Key", key,
                        "Held Checkpoints", held.toString()));
    }

    private static VerificationResult step(ControllerService trail, String name) {
        return trail.verify().stream()
                .filter(result -> result.step().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** As a person reads it off the result of "Verify". */
    private static String verifierKey(ControllerService trail) {
        String explanation = step(trail, "Signing key can be read").explanation();
        return explanation.substring(explanation.lastIndexOf(' ') + 1);
    }

    private static void awaitEnabled(ControllerService trail) {
        await().atMost(TIMEOUT).until(() -> trail.state().equals("ENABLED"));
    }

    private static void awaitState(ControllerService trail, String key, String value) {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(trail.componentState()).containsEntry(key, value));
    }

    private List<Path> checkpoints() {
        if (!Files.isDirectory(held)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(held)) {
            return files.filter(file -> file.toString().endsWith(".checkpoint")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private void flipOneByte() {
        Path bundle = directory.resolve("log/tile/entries/000.p/2");
        try {
            byte[] bytes = Files.readAllBytes(bundle);
            bytes[bytes.length - 10] ^= 1;
            Files.write(bundle, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
