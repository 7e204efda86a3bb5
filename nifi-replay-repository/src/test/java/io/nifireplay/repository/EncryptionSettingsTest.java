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
package io.nifireplay.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.KeyringException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.util.NiFiProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** nifi.properties, read by the repository as NiFi makes it. */
class EncryptionSettingsTest {
    private static final String PASSWORD = "a password";

    @TempDir
    private Path folder;

    private final Map<String, String> properties = new HashMap<>();

    @BeforeEach
    void makeAKeyStoreAsKeytoolDoes() throws Exception {
        Path location = folder.resolve("keys.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (String id : List.of("first", "second")) {
            store.setEntry(
                    id,
                    new KeyStore.SecretKeyEntry(new SecretKeySpec(Setup.bytes(32, id.hashCode()), "AES")),
                    new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
        }
        try (OutputStream out = Files.newOutputStream(location)) {
            store.store(out, PASSWORD.toCharArray());
        }
        // What NiFi 1.x had, word for word.
        properties.put("nifi.repository.encryption.protocol.version", "1");
        properties.put("nifi.repository.encryption.key.id", "first");
        properties.put("nifi.repository.encryption.key.provider", "KEYSTORE");
        properties.put("nifi.repository.encryption.key.provider.keystore.location", location.toString());
        properties.put("nifi.repository.encryption.key.provider.keystore.password", PASSWORD);
    }

    private NiFiProperties niFiProperties() {
        Map<String, String> all = new HashMap<>(properties);
        all.put("nifi.content.repository.directory.default", repository().toString());
        all.put("nifi.content.repository.archive.enabled", "false");
        all.put("nifi.content.claim.max.appendable.size", "50 KB");
        return new NiFiProperties(all);
    }

    private Path repository() {
        return folder.resolve("content_repository");
    }

    private OpenRepository open() throws IOException {
        return OpenRepository.of(new EncryptedContentRepository(niFiProperties()));
    }

    @Test
    void thePropertiesOfNiFi1OpenTheRepository() throws IOException {
        ContentClaim claim;
        try (OpenRepository open = open()) {
            claim = open.write(new byte[] {1, 2, 3});
        }
        properties.put(EncryptionSettings.KEY_ID, "second");
        try (OpenRepository open = open()) {
            assertThat(open.read(open.restored(claim))).containsExactly(1, 2, 3);
        }
    }

    @Test
    void versionAndProviderMayBeLeftOut() throws IOException {
        properties.remove(EncryptionSettings.PROTOCOL_VERSION);
        properties.put(EncryptionSettings.KEY_PROVIDER, " ");
        open().close();
    }

    @ParameterizedTest
    @EnumSource(KeyStoreType.class)
    void keyStoresOfBothKindsAreRead(KeyStoreType type) throws IOException {
        Path location = folder.resolve("own" + (type == KeyStoreType.PKCS12 ? ".p12" : ".bcfks"));
        KeyStoreFile.at(location, type).create(PASSWORD.toCharArray(), "third", new SecureRandom());
        properties.put(EncryptionSettings.LOCATION, location.toString());
        properties.put(EncryptionSettings.KEY_ID, "third");
        try (OpenRepository open = open()) {
            assertThat(open.read(open.write(new byte[] {4, 5}))).containsExactly(4, 5);
        }
    }

    @Test
    void thePasswordMayComeFromAFileOfItsOwner() throws IOException {
        properties.remove(EncryptionSettings.PASSWORD);
        properties.put(
                EncryptionSettings.PASSWORD_FILE, passwordFile("rw-------").toString());
        open().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
    void aPasswordFileThatOthersHaveARightToIsRefused(String rights) throws IOException {
        properties.remove(EncryptionSettings.PASSWORD);
        Path file = passwordFile(rights);
        properties.put(EncryptionSettings.PASSWORD_FILE, file.toString());
        refused(file.toString());
    }

    @Test
    void thePasswordMayComeFromTheEnvironment() throws Exception {
        properties.remove(EncryptionSettings.PASSWORD);
        // The environment of a JVM cannot be changed: a variable that every process has serves as the password.
        String variable = "PATH";
        Path location = folder.resolve("environment.p12");
        KeyStoreFile.at(location, KeyStoreType.PKCS12)
                .create(System.getenv(variable).toCharArray(), "first", new SecureRandom());
        properties.put(EncryptionSettings.LOCATION, location.toString());
        properties.put(EncryptionSettings.PASSWORD_ENVIRONMENT, "NO_SUCH_VARIABLE_IS_SET");
        refused("NO_SUCH_VARIABLE_IS_SET");
        properties.put(EncryptionSettings.PASSWORD_ENVIRONMENT, variable);
        open().close();
    }

    @Test
    void thePasswordIsToComeFromOnePlace() throws IOException {
        properties.put(
                EncryptionSettings.PASSWORD_FILE, passwordFile("rw-------").toString());
        refused(EncryptionSettings.PASSWORD, EncryptionSettings.PASSWORD_FILE);
        properties.remove(EncryptionSettings.PASSWORD);
        properties.remove(EncryptionSettings.PASSWORD_FILE);
        refused(
                EncryptionSettings.PASSWORD,
                EncryptionSettings.PASSWORD_ENVIRONMENT,
                EncryptionSettings.PASSWORD_FILE,
                "none of them is set");
    }

    @Test
    void aWrongPasswordIsToldBeforeAnythingIsWritten() {
        properties.put(EncryptionSettings.PASSWORD, "another");
        refused("keys.p12", "password");
    }

    @Test
    void aMissingKeyStoreIsToldBeforeAnythingIsWritten() {
        properties.put(
                EncryptionSettings.LOCATION, folder.resolve("missing.p12").toString());
        refused("missing.p12");
    }

    @Test
    void anUnknownKeyIdIsToldBeforeAnythingIsWritten() {
        properties.put(EncryptionSettings.KEY_ID, "third");
        refused("'third'", "first");
    }

    @Test
    void aSettingThatCannotBeIsToldByItsName() {
        for (Map.Entry<String, String> wrong : Map.of(
                        EncryptionSettings.PROTOCOL_VERSION, "2",
                        EncryptionSettings.KEY_PROVIDER, "FILE",
                        EncryptionSettings.READ_PLAIN_CLAIMS, "yes",
                        EncryptionSettings.LOCATION, "keys.jks")
                .entrySet()) {
            String right = properties.put(wrong.getKey(), wrong.getValue());
            refused(wrong.getKey(), wrong.getValue());
            properties.put(wrong.getKey(), right == null ? "" : right);
        }
        for (String needed : List.of(EncryptionSettings.KEY_ID, EncryptionSettings.LOCATION)) {
            String value = properties.remove(needed);
            refused(needed);
            properties.put(needed, value);
        }
    }

    private void refused(String... told) {
        assertThatThrownBy(this::open)
                .isInstanceOf(KeyringException.class)
                .message()
                .contains(told);
        assertThat(repository()).doesNotExist();
    }

    private Path passwordFile(String rights) throws IOException {
        Path file = folder.resolve("password");
        Files.deleteIfExists(file);
        Files.writeString(file, PASSWORD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        return file;
    }
}
