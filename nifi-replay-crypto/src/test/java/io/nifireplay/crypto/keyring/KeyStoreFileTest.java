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

import io.nifireplay.crypto.testing.FixedRandom;
import io.nifireplay.crypto.testing.Keys;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyStoreFileTest {
    private static final char[] PASSWORD = "a password of a test".toCharArray();
    private static final byte[] SALT = Keys.bytes(Keyring.SALT_BYTES, 1);

    @TempDir
    private Path folder;

    private final SecureRandom random = new SecureRandom();

    @ParameterizedTest
    @EnumSource
    void readsWhatItMadeAndAdded(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        store.create(PASSWORD, "2026-01", random);
        Keyring before = store.read(PASSWORD, "2026-01");
        store.add(PASSWORD, "2026-02", random);

        Keyring now = store.read(PASSWORD, "2026-01");

        assertThat(now.activeId()).isEqualTo("2026-01");
        assertThat(store.ids(PASSWORD)).containsExactly("2026-01", "2026-02");
        assertThat(store.readNewest(PASSWORD).activeId()).isEqualTo("2026-02");
        assertThat(now.lacking(before)).isEmpty();
        assertThat(now.derive("2026-01", SALT, "x").getEncoded())
                .as("two keys are two keys")
                .isNotEqualTo(now.derive("2026-02", SALT, "x").getEncoded());
    }

    @ParameterizedTest
    @EnumSource
    void makesKeysOfTheRandomNumbersThatItIsGiven(KeyStoreType type) throws Exception {
        store(type).create(PASSWORD, "k", new FixedRandom(Keys.bytes(32, 7)));

        assertThat(store(type).read(PASSWORD, "k").lacking(Keyring.of("k", Map.of("k", counted(7)))))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void makesAFileForItsOwnerAlone(KeyStoreType type) throws Exception {
        store(type).create(PASSWORD, "k", random);

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(store(type).path())))
                .isEqualTo("rw-------");
        assertThat(store(type).rightsOfOthers()).isEmpty();
    }

    @Test
    void keepsTheRightsOfAFileToWhichItAddsAndTellsThem() throws Exception {
        KeyStoreFile store = store(KeyStoreType.PKCS12);
        store.create(PASSWORD, "k1", random);
        Files.setPosixFilePermissions(store.path(), PosixFilePermissions.fromString("rw-r-----"));

        store.add(PASSWORD, "k2", random);

        assertThat(store.rightsOfOthers()).contains("rw-r-----");
        assertThat(files()).as("nothing is left beside it").containsExactly(store.path());
    }

    @Test
    void addsThroughALinkToTheFileBehindIt() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real")).resolve("keys.p12");
        KeyStoreFile.at(real, KeyStoreType.PKCS12).create(PASSWORD, "k1", random);
        Path link = Files.createSymbolicLink(folder.resolve("link.p12"), real);

        KeyStoreFile.at(link, KeyStoreType.PKCS12).add(PASSWORD, "k2", random);

        assertThat(link).isSymbolicLink();
        assertThat(KeyStoreFile.at(real, KeyStoreType.PKCS12).ids(PASSWORD)).containsExactly("k1", "k2");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAWrongPassword(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        store.create(PASSWORD, "k1", random);
        byte[] before = Files.readAllBytes(store.path());
        char[] wrong = "another password".toCharArray();

        assertThatThrownBy(() -> store.read(wrong, "k1"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("password")
                .hasMessageContaining("wrong")
                .hasMessageContaining(store.path().toString());
        assertThatThrownBy(() -> store.add(wrong, "k2", random)).isInstanceOf(KeyringException.class);
        assertThatThrownBy(() -> store.read(new char[0], "k1"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("empty");
        assertThat(Files.readAllBytes(store.path())).isEqualTo(before);
        assertThat(files()).containsExactly(store.path());
    }

    @ParameterizedTest
    @EnumSource
    void refusesAMissingFile(KeyStoreType type) {
        assertThatThrownBy(() -> store(type).read(PASSWORD, "k1"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("There is no key store")
                .hasMessageContaining(store(type).path().toString());
        assertThatThrownBy(() -> store(type).add(PASSWORD, "k1", random)).isInstanceOf(KeyringException.class);
        assertThatThrownBy(() -> store(type).rightsOfOthers()).isInstanceOf(KeyringException.class);
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnActiveKeyThatIsNotThere(KeyStoreType type) throws Exception {
        store(type).create(PASSWORD, "k1", random);

        assertThatThrownBy(() -> store(type).read(PASSWORD, "k2"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("no key 'k2'")
                .hasMessageContaining("[k1]");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAKeyThatIsNotAes256(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        write(type, new SecretKeySpec(new byte[16], "AES"), PASSWORD);

        assertThatThrownBy(() -> store.read(PASSWORD, "k"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("'k'")
                .hasMessageContaining("128 bits for AES");
    }

    @Test
    void refusesAKeyOfAnotherPasswordThanTheStores() throws Exception {
        write(KeyStoreType.PKCS12, new SecretKeySpec(new byte[32], "AES"), "the key's own".toCharArray());

        assertThatThrownBy(() -> store(KeyStoreType.PKCS12).read(PASSWORD, "k"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("another password than the store");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAStoreWithoutKeys(KeyStoreType type) throws Exception {
        KeyStore empty = instance(type);
        empty.load(null, PASSWORD);
        save(type, empty);

        assertThatThrownBy(() -> store(type).read(PASSWORD, "k"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("no secret key");
    }

    @ParameterizedTest
    @EnumSource
    void refusesToMakeAStoreWhereThereIsAFile(KeyStoreType type) throws Exception {
        Files.writeString(store(type).path(), "something else");

        assertThatThrownBy(() -> store(type).create(PASSWORD, "k", random))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("not touched");
        assertThat(store(type).path()).hasContent("something else");
        assertThat(files()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnIdThatIsThere(KeyStoreType type) throws Exception {
        store(type).create(PASSWORD, "k", random);
        Keyring before = store(type).read(PASSWORD, "k");

        assertThatThrownBy(() -> store(type).add(PASSWORD, "k", random))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("'k' already");
        assertThat(store(type).read(PASSWORD, "k").lacking(before)).isEmpty();
    }

    @Test
    void refusesUpperCaseInAPkcs12StoreWhichWouldLoseIt() throws Exception {
        assertThatThrownBy(() -> store(KeyStoreType.PKCS12).create(PASSWORD, "Key", random))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("lower case");
        store(KeyStoreType.BCFKS).create(PASSWORD, "Key", random);
        assertThat(store(KeyStoreType.BCFKS).ids(PASSWORD)).containsExactly("Key");
    }

    @ParameterizedTest
    @EnumSource
    void damageIsAKeyringExceptionWhateverIsDamaged(KeyStoreType type) throws Exception {
        KeyStoreFile store = store(type);
        store.create(PASSWORD, "k", random);
        byte[] whole = Files.readAllBytes(store.path());
        Keyring before = store.read(PASSWORD, "k");
        // Opening a store takes the time of its password function, so not each byte is tried.
        for (int at = 0; at < whole.length; at += 53) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            Files.write(store.path(), damaged);
            try {
                assertThat(store.read(PASSWORD, "k").lacking(before))
                        .as("a change of byte %d that does not matter", at)
                        .isEmpty();
            } catch (KeyringException e) {
                assertThat(e).hasMessageContaining(store.path().toString());
            }
            Files.write(store.path(), Arrays.copyOf(whole, at));
            assertThatThrownBy(() -> store.read(PASSWORD, "k")).isInstanceOf(KeyringException.class);
        }
    }

    @Test
    void refusesAStoreOfTheOtherType() throws Exception {
        for (KeyStoreType type : KeyStoreType.values()) {
            Path file = folder.resolve("of-" + type);
            KeyStoreType other = type == KeyStoreType.PKCS12 ? KeyStoreType.BCFKS : KeyStoreType.PKCS12;
            KeyStoreFile.at(file, type).create(PASSWORD, "k", random);

            assertThatThrownBy(() -> KeyStoreFile.at(file, other).readNewest(PASSWORD))
                    .isInstanceOf(KeyringException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("as " + other);
        }
    }

    @Test
    void doesNotReadAFileThatIsFarTooLarge() throws Exception {
        Path large = store(KeyStoreType.PKCS12).path();
        try (var channel = Files.newByteChannel(large, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(1L << 40);
            channel.write(ByteBuffer.wrap(new byte[] {1}));
        }

        assertThatThrownBy(() -> store(KeyStoreType.PKCS12).read(PASSWORD, "k"))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("is no keyring");
    }

    @Test
    void doesNotOverwriteWhatAnotherAttemptLeft() throws Exception {
        KeyStoreFile store = store(KeyStoreType.PKCS12);
        store.create(PASSWORD, "k1", random);
        Path left = folder.resolve(store.path().getFileName() + ".new");
        Files.writeString(left, "another's");

        assertThatThrownBy(() -> store.add(PASSWORD, "k2", random))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining(left.toString());
        assertThat(left).hasContent("another's");
        assertThat(store.ids(PASSWORD)).containsExactly("k1");
    }

    @Test
    void registersNoProvider() throws Exception {
        List<String> before =
                Stream.of(Security.getProviders()).map(Object::toString).toList();
        store(KeyStoreType.BCFKS).create(PASSWORD, "k", random);
        store(KeyStoreType.BCFKS).read(PASSWORD, "k");
        assertThat(Stream.of(Security.getProviders()).map(Object::toString).toList())
                .isEqualTo(before);
    }

    private static SecretKeySpec counted(long seed) {
        byte[] bytes = new byte[32];
        new FixedRandom(Keys.bytes(32, seed)).nextBytes(bytes);
        return new SecretKeySpec(bytes, "AES");
    }

    private KeyStoreFile store(KeyStoreType type) {
        return KeyStoreFile.at(folder.resolve("keys." + type.name().toLowerCase(Locale.ROOT)), type);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private void write(KeyStoreType type, SecretKeySpec key, char[] keyPassword) throws Exception {
        KeyStore made = instance(type);
        made.load(null, PASSWORD);
        made.setKeyEntry("k", key, keyPassword, null);
        save(type, made);
    }

    private void save(KeyStoreType type, KeyStore made) throws Exception {
        try (OutputStream out = Files.newOutputStream(store(type).path())) {
            made.store(out, PASSWORD);
        }
    }

    private static KeyStore instance(KeyStoreType type) throws Exception {
        return type == KeyStoreType.PKCS12
                ? KeyStore.getInstance("PKCS12")
                : KeyStore.getInstance("BCFKS", new BouncyCastleProvider());
    }
}
