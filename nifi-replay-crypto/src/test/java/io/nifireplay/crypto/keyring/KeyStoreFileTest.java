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
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyStoreFileTest {
    private static final char[] PASSWORD = "correct horse".toCharArray();

    @TempDir
    private Path folder;

    private final SecureRandom random = new SecureRandom();

    @ParameterizedTest
    @EnumSource
    void readsTheKeysThatItMade(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        store.create(PASSWORD, "key-1", random);
        Keyring before = store.read(PASSWORD, "key-1");
        store.add(PASSWORD, "key-2", random);
        Keyring after = store.read(PASSWORD, "key-2");

        assertThat(store.ids(PASSWORD)).containsExactly("key-1", "key-2");
        assertThat(after.activeId()).isEqualTo("key-2");
        assertThat(after.ids()).containsExactlyInAnyOrder("key-1", "key-2");
        byte[] salt = new byte[32];
        assertThat(after.derive("key-1", salt, "p")).isEqualTo(before.derive("key-1", salt, "p"));
        assertThat(after.derive("key-2", salt, "p")).isNotEqualTo(before.derive("key-1", salt, "p"));
    }

    @ParameterizedTest
    @EnumSource
    void saysThatThePasswordIsWrong(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        store.create(PASSWORD, "key-1", random);
        byte[] before = Files.readAllBytes(path(type));
        for (Attempt attempt : new Attempt[] {
            password -> store.read(password, "key-1"), store::ids, password -> store.add(password, "key-2", random)
        }) {
            assertThatThrownBy(() -> attempt.with("wrong".toCharArray()))
                    .isInstanceOf(KeyringException.class)
                    .hasMessageContaining(path(type).toString())
                    .hasMessageContaining("password")
                    .hasMessageContaining("wrong");
            assertThatThrownBy(() -> attempt.with(new char[0]))
                    .isInstanceOf(KeyringException.class)
                    .hasMessageContaining("empty");
        }
        assertThat(path(type)).hasBinaryContent(before);
    }

    private interface Attempt {
        void with(char[] password) throws KeyringException;
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheFileIsMissing(KeyStoreType type) {
        assertThatThrownBy(() -> store(type).read(PASSWORD, "key-1"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("There is no key store " + path(type));
    }

    @ParameterizedTest
    @EnumSource
    void saysWhichKeysThereAreWhenTheActiveOneIsNot(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        store.create(PASSWORD, "key-1", random);
        assertThatThrownBy(() -> store.read(PASSWORD, "key-9"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("'key-9'")
                .hasMessageContaining("[key-1]");
    }

    @ParameterizedTest
    @EnumSource
    void takesNoKeyOfAnotherSize(KeyStoreType type) throws Exception {
        write(type, store -> store.setKeyEntry("short", new SecretKeySpec(new byte[16], "AES"), PASSWORD, null));
        assertThatThrownBy(() -> store(type).read(PASSWORD, "short"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("'short'")
                .hasMessageContaining("128 bits")
                .hasMessageContaining("AES keys of 256 bits");
    }

    @ParameterizedTest
    @EnumSource
    void saysThatThereIsNoKeyAtAll(KeyStoreType type) throws Exception {
        write(type, store -> {});
        assertThatThrownBy(() -> store(type).read(PASSWORD, "key-1"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("no secret key");
    }

    @Test
    void saysThatAKeyHasAnotherPassword() throws Exception {
        write(
                KeyStoreType.BCFKS,
                store -> store.setKeyEntry(
                        "key-1", new SecretKeySpec(new byte[32], "AES"), "another".toCharArray(), null));
        assertThatThrownBy(() -> store(KeyStoreType.BCFKS).read(PASSWORD, "key-1"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("another password than the store");
    }

    @ParameterizedTest
    @EnumSource
    void touchesNoFileThatIsThere(KeyStoreType type) throws Exception {
        Files.writeString(path(type), "something else");
        assertThatThrownBy(() -> store(type).create(PASSWORD, "key-1", random))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("already");
        assertThat(path(type)).hasContent("something else");
        assertThatThrownBy(() -> store(type).add(PASSWORD, "key-1", random)).isInstanceOf(KeyringException.class);
        assertThat(path(type)).hasContent("something else");
        assertThat(files()).containsExactly(path(type));
    }

    @ParameterizedTest
    @EnumSource
    void addsNoKeyInPlaceOfAnother(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        store.create(PASSWORD, "key-1", random);
        byte[] before = Files.readAllBytes(path(type));
        assertThatThrownBy(() -> store.add(PASSWORD, "key-1", random))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("'key-1' already");
        assertThat(path(type)).hasBinaryContent(before);
        assertThat(files()).containsExactly(path(type));
    }

    @Test
    void leavesTheStoreAloneWhileAnotherChangesIt() throws Exception {
        KeyStoreFile store = store(KeyStoreType.PKCS12);
        store.create(PASSWORD, "key-1", random);
        Path begun = Files.writeString(folder.resolve("keyring.pkcs12.new"), "half");
        assertThatThrownBy(() -> store.add(PASSWORD, "key-2", random))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining(begun.toString());
        assertThat(begun).hasContent("half");
        assertThat(store.ids(PASSWORD)).containsExactly("key-1");
    }

    @Test
    void isReadableToItsOwnerAloneAndKeepsTheRightsThatItIsGiven() throws Exception {
        assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
        KeyStoreFile store = store(KeyStoreType.PKCS12);
        store.create(PASSWORD, "key-1", random);
        Path file = path(KeyStoreType.PKCS12);
        assertThat(rights(file)).isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        store.add(PASSWORD, "key-2", random);
        assertThat(rights(file)).isEqualTo("r--r-----");
        assertThat(files()).containsExactly(file);
    }

    @Test
    void addsToTheFileThatALinkPointsTo() throws Exception {
        KeyStoreFile store = store(KeyStoreType.PKCS12);
        store.create(PASSWORD, "key-1", random);
        Path link = Files.createSymbolicLink(folder.resolve("link.p12"), path(KeyStoreType.PKCS12));
        KeyStoreFile.at(link, KeyStoreType.PKCS12).add(PASSWORD, "key-2", random);
        assertThat(link).isSymbolicLink();
        assertThat(store.ids(PASSWORD)).containsExactly("key-1", "key-2");
    }

    @Test
    void aPkcs12StoreKnowsIdsInLowerCase() throws Exception {
        KeyStoreFile store = store(KeyStoreType.PKCS12);
        assertThatThrownBy(() -> store.create(PASSWORD, "Key-1", random))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("'key-1', not 'Key-1'");
        store.create(PASSWORD, "key-1", random);
        assertThat(store.read(PASSWORD, "Key-1").activeId()).isEqualTo("key-1");
    }

    @Test
    void aBcfksStoreKnowsUpperCase() throws Exception {
        KeyStoreFile store = store(KeyStoreType.BCFKS);
        store.create(PASSWORD, "Key-1", random);
        assertThat(store.read(PASSWORD, "Key-1").activeId()).isEqualTo("Key-1");
        assertThatThrownBy(() -> store.read(PASSWORD, "key-1")).isInstanceOf(KeyringException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedFileIsRefused(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        store.create(PASSWORD, "key-1", random);
        byte[] sound = Files.readAllBytes(path(type));
        Keyring keyring = store.read(PASSWORD, "key-1");
        Random choice = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] damaged = sound.clone();
            // Not in the first bytes alone: lengths and iteration counts that are huge would only cost time.
            damaged[damaged.length / 8 + choice.nextInt(damaged.length / 2)] ^= (byte) (1 << choice.nextInt(8));
            Files.write(path(type), damaged);
            try {
                assertThat(store.read(PASSWORD, "key-1").derive("key-1", new byte[32], "p"))
                        .isEqualTo(keyring.derive("key-1", new byte[32], "p"));
            } catch (KeyringException e) {
                assertThat(e.getMessage()).contains(path(type).toString());
            }
        }
        Files.write(path(type), new byte[0]);
        assertThatThrownBy(() -> store.read(PASSWORD, "key-1")).isInstanceOf(KeyringException.class);
    }

    @Test
    void aStoreOfTheOtherTypeIsRefused() throws Exception {
        store(KeyStoreType.PKCS12).create(PASSWORD, "key-1", random);
        assertThatThrownBy(() -> KeyStoreFile.at(path(KeyStoreType.PKCS12), KeyStoreType.BCFKS)
                        .read(PASSWORD, "key-1"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("of another type");
    }

    @Test
    void registersNoProvider() throws Exception {
        store(KeyStoreType.BCFKS).create(PASSWORD, "key-1", random);
        store(KeyStoreType.BCFKS).read(PASSWORD, "key-1");
        assertThat(Security.getProvider(BouncyCastleProvider.PROVIDER_NAME)).isNull();
    }

    /** The line of docs/security.md. */
    @Test
    void opensAStoreThatTheRealKeytoolMade() throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        assumeThat(keytool).exists();
        Path file = folder.resolve("made-by-keytool.p12");
        ProcessBuilder builder = new ProcessBuilder(
                        keytool.toString(),
                        "-genseckey",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-alias",
                        "key-1",
                        "-keyalg",
                        "AES",
                        "-keysize",
                        "256",
                        "-storepass:env",
                        "KEYRING_PASSWORD")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().put("KEYRING_PASSWORD", new String(PASSWORD));
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("output")))
                .isZero();

        KeyStoreFile store = KeyStoreFile.at(file, KeyStoreType.PKCS12);
        assertThat(store.read(PASSWORD, "key-1").ids()).containsExactly("key-1");
        store.add(PASSWORD, "key-2", random);
        assertThat(store.read(PASSWORD, "key-2").ids()).hasSize(2);
    }

    @Test
    void tellsTheTypeByTheName() {
        assertThat(KeyStoreType.ofName(Path.of("a/keyring.P12"))).contains(KeyStoreType.PKCS12);
        assertThat(KeyStoreType.ofName(Path.of("keyring.pfx"))).contains(KeyStoreType.PKCS12);
        assertThat(KeyStoreType.ofName(Path.of("keyring.bcfks"))).contains(KeyStoreType.BCFKS);
        assertThat(KeyStoreType.ofName(Path.of("keyring.jks"))).isEmpty();
        assertThat(KeyStoreType.ofName(Path.of("/"))).isEmpty();
    }

    private interface Filling {
        void of(KeyStore store) throws Exception;
    }

    private void write(KeyStoreType type, Filling filling) throws Exception {
        KeyStore store = type == KeyStoreType.PKCS12
                ? KeyStore.getInstance("PKCS12")
                : KeyStore.getInstance("BCFKS", new BouncyCastleProvider());
        store.load(null, PASSWORD);
        filling.of(store);
        try (OutputStream out = Files.newOutputStream(path(type))) {
            store.store(out, PASSWORD);
        }
    }

    private KeyStoreFile store(KeyStoreType type) {
        return KeyStoreFile.at(path(type), type);
    }

    private Path path(KeyStoreType type) {
        return folder.resolve("keyring." + type.name().toLowerCase(Locale.ROOT));
    }

    private Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        }
    }

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
