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
package io.nifireplay.audit.go;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the log publishes is verified by golang.org/x/mod/sumdb, with which Go verifies its module checksum database. Where there
 * is no Go with that library, and it cannot be installed, these tests are skipped, which the count of {@code bin/test} shows; with
 * {@code -Dnifireplay.audit.require-go=true}, as continuous integration has it, they fail.
 */
class IndependentVerifierTest {
    private static final SigningKey KEY = Keys.signing(1);
    private static final String REQUIRED = "nifireplay.audit.require-go";
    private static final String NO_GO =
            "There is no Go with golang.org/x/mod: apt-get install golang-go golang-golang-x-mod-dev";

    @TempDir
    private static Path programs;

    private static Path program;

    @TempDir
    private Path folder;

    @BeforeAll
    static void compile() throws Exception {
        Optional<GoInstallation> go = GoInstallation.findOrInstall();
        assumeTrue(go.isPresent() || Boolean.getBoolean(REQUIRED), NO_GO);
        assertThat(go).as(NO_GO).isPresent();
        Path source = Path.of(IndependentVerifierTest.class
                .getResource("/go/verifylog/main.go")
                .toURI());
        program = go.get().build(source, programs.resolve("verifylog"));
    }

    private record Answer(int status, String text) {}

    private Answer ask(SigningKey key, List<Path> older) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                folder.resolve("trail/log").toString(),
                key.verifierKey().toString()));
        older.forEach(checkpoint -> command.add(checkpoint.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text);
    }

    private List<Path> older() {
        return Trees.files(folder.resolve("outside")).stream()
                .map(file -> folder.resolve("outside").resolve(file))
                .toList();
    }

    private void write(long... sizes) {
        LogOptions options = LogOptions.defaults(folder.resolve("trail"), KEY)
                .withCheckpointInterval(Duration.ZERO)
                .withReceivers(List.of(new CheckpointFolder(folder.resolve("outside"), Clock.systemUTC())));
        try (TransparencyLog log = TransparencyLog.open(options)) {
            long from = 0;
            for (long size : sizes) {
                log.append(Entries.brief(from, size));
                log.checkpoint();
                from = size;
            }
        }
    }

    @Test
    void verifiesALogOverThreeLevelsAndItsConsistencyWithEveryOlderCheckpoint() throws Exception {
        write(1, 2, 255, 256, 257, 1000, 4096, 65_536, 70_000);

        Answer answer = ask(KEY, older());

        assertThat(answer.text()).isEqualTo("verified 70000 entries\n");
        assertThat(answer.status()).isZero();
        assertThat(older()).hasSizeGreaterThanOrEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tile/entries/001", "tile/0/002.p/88", "tile/1/000.p/2", "checkpoint"})
    void refusesALogOfWhichABitWasChanged(String file) throws Exception {
        write(300, 600);
        assertThat(ask(KEY, older()).status()).isZero();
        Path changed = folder.resolve("trail/log").resolve(file);
        byte[] bytes = Files.readAllBytes(changed);
        bytes[30] ^= 4;
        Files.write(changed, bytes);

        assertThat(ask(KEY, older()).status()).isNotZero();
    }

    @Test
    void refusesALogThatIsSignedWithAnotherKey() throws Exception {
        write(10);

        assertThat(ask(Keys.signing(2), List.of()).status()).isNotZero();
    }
}
