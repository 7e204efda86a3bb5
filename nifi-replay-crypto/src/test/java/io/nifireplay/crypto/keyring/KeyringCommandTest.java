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
package io.nifireplay.crypto.keyring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringCommandTest {
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    private Path folder;

    private Path passwordFile;
    private final Deque<String> answers = new ArrayDeque<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void setUp() throws IOException {
        passwordFile = folder.resolve("password");
        Files.writeString(passwordFile, PASSWORD + "\n");
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw-------"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys.p12", "keys.pfx", "keys.bcfks", "KEYS.P12"})
    void makesAddsAndLists(String name) throws KeyringException {
        String file = folder.resolve(name).toString();

        assertThat(withPassword("create", file)).isZero();
        assertThat(withPassword("add", file, "--id", "2027-02-24")).isZero();
        out.reset();
        assertThat(withPassword("list", file)).isZero();

        assertThat(out.toString().lines())
                .containsExactly("2026-11-24", "2027-02-24   (active, unless another is named)");
        KeyStoreType type = KeyStoreType.ofName(Path.of(file)).orElseThrow();
        assertThat(KeyStoreFile.at(Path.of(file), type)
                        .readNewest(PASSWORD.toCharArray())
                        .activeId())
                .isEqualTo("2027-02-24");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void makesAFileForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("keys.p12");
        assertThat(withPassword("create", file.toString())).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void asksForThePasswordAndOnceMoreForANewStore() throws KeyringException {
        String file = folder.resolve("keys.p12").toString();
        answers.addAll(List.of(PASSWORD, PASSWORD, PASSWORD, PASSWORD));
        assertThat(run("create", file)).isZero();
        assertThat(answers).hasSize(2);
        assertThat(run("add", file, "--id", "next")).isZero();
        assertThat(run("list", file)).isZero();
        assertThat(answers).isEmpty();
        assertThat(out.toString() + err).doesNotContain(PASSWORD);
    }

    @Test
    void makesNothingWhenThePasswordsDiffer() {
        Path file = folder.resolve("keys.p12");
        answers.addAll(List.of(PASSWORD, PASSWORD + "x"));

        assertThat(run("create", file.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("not the same");
        assertThat(file).doesNotExist();
    }

    @Test
    void makesNothingWithAShortPassword() {
        Path file = folder.resolve("keys.p12");
        answers.add("short");

        assertThat(run("create", file.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("at least 12");
        assertThat(file).doesNotExist();
    }

    @Test
    void saysHowToGiveAPasswordWhereNobodyCanBeAsked() {
        assertThat(run("create", folder.resolve("keys.p12").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("--password-env", "--password-file");
    }

    @Test
    void refusesAPasswordFileThatOthersMayRead() throws IOException {
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw-r--r--"));
        Path file = folder.resolve("keys.p12");

        assertThat(withPassword("create", file.toString())).isEqualTo(1);

        assertThat(err.toString()).contains(passwordFile.toString(), "chmod 600");
        assertThat(file).doesNotExist();
    }

    @Test
    void failsWithoutATraceOnAWrongPassword() throws IOException {
        String file = folder.resolve("keys.p12").toString();
        withPassword("create", file);
        Files.writeString(passwordFile, "another password");

        assertThat(withPassword("list", file)).isEqualTo(1);

        assertThat(err.toString().lines()).singleElement().asString().contains("password", "wrong", file);
    }

    @Test
    void saysWhenAnAddedKeyDoesNotTakeOver() {
        String file = folder.resolve("keys.p12").toString();
        withPassword("create", file);
        out.reset();

        assertThat(withPassword("add", file, "--id", "2020")).isZero();

        assertThat(out.toString()).contains("'2026-11-24' comes after it");
    }

    @Test
    void addsNoSecondKeyOfTheSameDay() {
        String file = folder.resolve("keys.p12").toString();
        withPassword("create", file);

        assertThat(withPassword("add", file)).isEqualTo(1);

        assertThat(err.toString()).contains("'2026-11-24' already");
    }

    @Test
    void explainsWhatItDoesNotUnderstand() {
        assertNotUnderstood("Say what to do");
        assertNotUnderstood("Say what to do", "create");
        assertNotUnderstood("no 'remove'", "remove", "keys.p12");
        assertNotUnderstood("does not tell its type", "create", "keys");
        assertNotUnderstood("no type 'JKS'", "create", "keys", "--type", "JKS");
        assertNotUnderstood("needs a value", "create", "keys.p12", "--id");
        assertNotUnderstood("no option '--password'", "create", "keys.p12", "--password", "secret");
        assertNotUnderstood("said before", "create", "keys.p12", "--password-env", "A", "--password-file", "b");
        assertNotUnderstood("no --id", "list", "keys.p12", "--id", "k");
        assertNotUnderstood("empty", "create", "");
        assertNotUnderstood("not a path", "create", "\0.p12");
    }

    @Test
    void helps() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("create FILE", "--password-env");
    }

    @Test
    void takesTheTypeThatItIsTold() throws KeyringException {
        Path file = folder.resolve("keys");
        assertThat(withPassword("create", file.toString(), "--type", "bcfks")).isZero();
        assertThat(KeyStoreFile.at(file, KeyStoreType.BCFKS).ids(PASSWORD.toCharArray()))
                .hasSize(1);
    }

    private void assertNotUnderstood(String expected, String... words) {
        err.reset();
        assertThat(run(words)).isEqualTo(2);
        assertThat(err.toString()).contains(expected).contains("keyring create FILE");
    }

    private int withPassword(String... words) {
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--password-file";
        all[words.length + 1] = passwordFile.toString();
        return run(all);
    }

    private int run(String... words) {
        PasswordPrompt prompt = question -> Optional.ofNullable(answers.poll()).map(String::toCharArray);
        return new KeyringCommand(
                        prompt,
                        () -> Instant.parse("2026-11-24T23:59:59Z"),
                        new SecureRandom(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(words);
    }
}
