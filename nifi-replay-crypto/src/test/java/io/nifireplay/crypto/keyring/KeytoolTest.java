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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.testing.Keys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's keytool and ours read each other's PKCS12 stores. */
class KeytoolTest {
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    private Path folder;

    @Test
    void readsAStoreThatTheDocumentedLineMakes() throws Exception {
        Path file = folder.resolve("keys.p12");
        keytool(
                "-genseckey -alias 2026-11-24 -keyalg AES -keysize 256 -storetype PKCS12",
                "-keystore",
                file.toString());
        keytool(
                "-genseckey -alias 2027-02-24 -keyalg AES -keysize 256 -storetype PKCS12",
                "-keystore",
                file.toString());

        Keyring keyring = store(file).readNewest(PASSWORD.toCharArray());

        assertThat(keyring.ids()).containsExactlyInAnyOrder("2026-11-24", "2027-02-24");
        assertThat(keyring.activeId()).isEqualTo("2027-02-24");
        keyring.derive("2026-11-24", Keys.bytes(Keyring.SALT_BYTES, 1), "x");
    }

    @Test
    void addsToAStoreOfKeytoolsAndKeytoolListsIt() throws Exception {
        Path file = folder.resolve("keys.p12");
        keytool("-genseckey -alias k1 -keyalg AES -keysize 256 -storetype PKCS12", "-keystore", file.toString());
        Keyring before = store(file).readNewest(PASSWORD.toCharArray());

        store(file).add(PASSWORD.toCharArray(), "k2", new SecureRandom());

        assertThat(keytool("-list", "-keystore", file.toString())).contains("k1", "k2", "SecretKeyEntry");
        assertThat(store(file).readNewest(PASSWORD.toCharArray()).lacking(before))
                .isEmpty();
    }

    @Test
    void leavesEntriesAloneThatAreNoSecretKeys() throws Exception {
        Path file = folder.resolve("keys.p12");
        keytool("-genkeypair -alias web -keyalg EC -dname CN=test -storetype PKCS12", "-keystore", file.toString());
        assertThatThrownBy(() -> store(file).readNewest(PASSWORD.toCharArray()))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("no secret key");
        keytool("-genseckey -alias k1 -keyalg AES -keysize 256 -storetype PKCS12", "-keystore", file.toString());

        assertThat(store(file).ids(PASSWORD.toCharArray())).containsExactly("k1");
        store(file).add(PASSWORD.toCharArray(), "k2", new SecureRandom());

        assertThat(keytool("-list", "-keystore", file.toString())).contains("web", "PrivateKeyEntry", "k2");
    }

    @Test
    void refusesA128BitKeyOfKeytools() throws Exception {
        Path file = folder.resolve("keys.p12");
        keytool("-genseckey -alias short -keyalg AES -keysize 128 -storetype PKCS12", "-keystore", file.toString());

        assertThatThrownBy(() -> store(file).readNewest(PASSWORD.toCharArray()))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("'short'")
                .hasMessageContaining("256 bits");
    }

    private static KeyStoreFile store(Path file) {
        return KeyStoreFile.at(file, KeyStoreType.PKCS12);
    }

    private static String keytool(String words, String... more) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words.split(" ")));
        command.addAll(List.of(more));
        command.addAll(List.of("-storepass:env", "KEYTOOL_TEST_PASSWORD"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KEYTOOL_TEST_PASSWORD", PASSWORD);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
