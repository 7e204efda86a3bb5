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
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringCommandTest {
    private static final String PASSWORD = "correct horse";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = Map.of("KEYRING_PASSWORD", PASSWORD);
    private final Deque<String> answers = new ArrayDeque<>();
    private final List<String> prompts = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void makesAddsAndLists() throws Exception {
        for (String name : List.of("keyring.p12", "keyring.bcfks")) {
            assertThat(run("create", name, "--id", "key-1", "--password-env", "KEYRING_PASSWORD"))
                    .isEqualTo(KeyringCommand.DONE);
            assertThat(run("add", name, "--password-env", "KEYRING_PASSWORD", "--id", "key-2"))
                    .isEqualTo(KeyringCommand.DONE);
            out.reset();
            assertThat(run("list", name, "--password-env", "KEYRING_PASSWORD")).isEqualTo(KeyringCommand.DONE);
            assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly("key-1", "key-2");
            assertThat(KeyStoreFile.at(
                                    folder.resolve(name),
                                    KeyStoreType.ofName(Path.of(name)).orElseThrow())
                            .read(PASSWORD.toCharArray(), "key-2")
                            .ids())
                    .hasSize(2);
        }
        assertThat(err.size()).isZero();
    }

    @Test
    void asksForThePasswordTwiceWhenItMakesAStoreAndOnceOtherwise() {
        answers.addAll(List.of(PASSWORD, PASSWORD, PASSWORD));
        assertThat(run("create", "keyring.p12", "--id", "key-1")).isEqualTo(KeyringCommand.DONE);
        assertThat(prompts).hasSize(2);
        assertThat(run("list", "keyring.p12")).isEqualTo(KeyringCommand.DONE);
        assertThat(prompts).hasSize(3);
    }

    @Test
    void makesNothingWhenThePasswordsDiffer() {
        answers.addAll(List.of(PASSWORD, "another"));
        assertThat(run("create", "keyring.p12", "--id", "key-1")).isEqualTo(KeyringCommand.FAILED);
        assertThat(errors()).contains("not the same");
        assertThat(folder.resolve("keyring.p12")).doesNotExist();
    }

    @Test
    void saysThatNobodyCanBeAsked() {
        assertThat(run("list", "keyring.p12")).isEqualTo(KeyringCommand.FAILED);
        assertThat(errors()).contains("--password-env or --password-file");
    }

    @Test
    void takesThePasswordFromAFileOfItsOwnerAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        String[] words = {"create", "keyring.p12", "--id", "key-1", "--password-file", file.toString()};
        assertThat(run(words)).isEqualTo(KeyringCommand.FAILED);
        assertThat(errors()).contains("chmod 600");
        assertThat(folder.resolve("keyring.p12")).doesNotExist();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(run(words)).isEqualTo(KeyringCommand.DONE);
    }

    @Test
    void showsNoStackTraceWhenThePasswordIsWrong() {
        run("create", "keyring.p12", "--id", "key-1", "--password-env", "KEYRING_PASSWORD");
        answers.add("wrong");
        assertThat(run("list", "keyring.p12")).isEqualTo(KeyringCommand.FAILED);
        assertThat(errors().lines())
                .hasSize(1)
                .first()
                .asString()
                .contains("password")
                .contains("wrong");
    }

    @Test
    void takesNoPasswordOnTheCommandLine() {
        assertMisused("can be seen by others", "list", "keyring.p12", "--password", PASSWORD);
    }

    @Test
    void saysHowItIsUsed() {
        assertMisused("What is to be done?");
        assertMisused("'remove' is not known", "remove", "keyring.p12");
        assertMisused("file is missing", "list");
        assertMisused("file is missing", "list", "--type", "PKCS12");
        assertMisused("--id is missing", "create", "keyring.p12");
        assertMisused("list takes no --id", "list", "keyring.p12", "--id", "key-1");
        assertMisused("--id needs one value", "add", "keyring.p12", "--id");
        assertMisused("--id needs one value", "add", "keyring.p12", "--id", "a", "--id", "b");
        assertMisused("does not tell the type", "list", "keyring.jks");
        assertMisused("PKCS12 or BCFKS", "list", "keyring.p12", "--type", "JKS");
        assertMisused("one place", "list", "keyring.p12", "--password-env", "A", "--password-file", "b");
        assertThat(run("--help")).isEqualTo(KeyringCommand.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Usage: keyring create");
    }

    @Test
    void theTypeCanBeGiven() {
        assertThat(run("create", "store", "--type", "bcfks", "--id", "K", "--password-env", "KEYRING_PASSWORD"))
                .isEqualTo(KeyringCommand.DONE);
    }

    private void assertMisused(String message, String... words) {
        err.reset();
        assertThat(run(words)).isEqualTo(KeyringCommand.MISUSED);
        assertThat(errors()).contains(message).contains("Usage:");
    }

    /** The second word is a file in the test's folder. */
    private int run(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        if (arguments.size() > 1 && !arguments.get(1).startsWith("--")) {
            arguments.set(1, folder.resolve(arguments.get(1)).toString());
        }
        return new KeyringCommand(
                        name -> Optional.ofNullable(environment.get(name)),
                        prompt -> {
                            prompts.add(prompt);
                            return Optional.ofNullable(answers.poll()).map(String::toCharArray);
                        },
                        new SecureRandom(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(arguments);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
