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
package io.nifireplay.audit.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nifireplay.audit.note.SignedNote;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.testing.Certificates;
import io.nifireplay.audit.testing.Keys;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.EdECPrivateKey;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OutputEncryptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeySourceTest {
    private static final char[] PASSWORD = "correct horse".toCharArray();
    /** RFC 8410, section 10.3, and the public key of section 10.1. */
    private static final String RFC8410 = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """;

    @TempDir
    private Path folder;

    private KeyPair pair;
    private SigningKey expected;

    @BeforeEach
    void generate() throws GeneralSecurityException {
        pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        expected = SigningKey.of(
                Keys.ORIGIN, ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow());
    }

    private Path pem(KeyPair keys, boolean encrypted) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
            OutputEncryptor encryptor = encrypted
                    ? new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                            .setProvider(new BouncyCastleProvider())
                            .setPassword(PASSWORD)
                            .build()
                    : null;
            writer.writeObject(new PKCS8Generator(info, encryptor));
        }
        return Files.writeString(folder.resolve("key.pem"), text.toString());
    }

    private Path keyStore(KeyStore store) throws Exception {
        return keyStore(store, PASSWORD);
    }

    private Path keyStore(KeyStore store, char[] keyPassword) throws Exception {
        store.load(null, null);
        store.setKeyEntry(
                "audit", pair.getPrivate(), keyPassword, new Certificate[] {Certificates.of("CN=audit", pair)});
        Path file = folder.resolve("store");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        return file;
    }

    private void requireSame(SigningKey read) {
        assertThat(read.verifierKey()).isEqualTo(expected.verifierKey());
        assertThat(SignedNote.sign("text\n", List.of(read)).isSignedBy(expected.verifierKey()))
                .isTrue();
    }

    @Test
    void readsTheExampleOfRfc8410() throws Exception {
        Path file = Files.writeString(folder.resolve("key.pem"), RFC8410);

        assertThat(PemSigningKey.plain(file).read(Keys.ORIGIN).verifierKey().raw())
                .isEqualTo(HexFormat.of().parseHex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"));
    }

    @Test
    void readsAPlainPemFile() throws Exception {
        requireSame(PemSigningKey.plain(pem(pair, false)).read(Keys.ORIGIN));
        requireSame(PemSigningKey.withPassword(pem(pair, false), PASSWORD).read(Keys.ORIGIN));
    }

    @Test
    void readsAnEncryptedPemFile() throws Exception {
        Path file = pem(pair, true);

        requireSame(PemSigningKey.withPassword(file, PASSWORD).read(Keys.ORIGIN));
        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() -> PemSigningKey.plain(file).read(Keys.ORIGIN))
                .withMessageContaining("is encrypted: give its password");
        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() ->
                        PemSigningKey.withPassword(file, "wrong".toCharArray()).read(Keys.ORIGIN))
                .withMessageContaining("cannot be decrypted");
    }

    @Test
    void readsKeyStores() throws Exception {
        Path pkcs12 = keyStore(KeyStore.getInstance("PKCS12"));
        requireSame(KeyStoreSigningKey.pkcs12(pkcs12, "audit", PASSWORD).read(Keys.ORIGIN));
        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() ->
                        KeyStoreSigningKey.pkcs12(pkcs12, "other", PASSWORD).read(Keys.ORIGIN))
                .withMessageContaining("has no private key 'other'")
                .withMessageContaining("[audit]");
        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() -> KeyStoreSigningKey.pkcs12(pkcs12, "audit", "wrong".toCharArray())
                        .read(Keys.ORIGIN))
                .withMessageContaining("cannot be opened");

        Path bcfks = keyStore(KeyStore.getInstance("BCFKS", new BouncyCastleProvider()));
        requireSame(KeyStoreSigningKey.bcfks(bcfks, "audit", PASSWORD).read(Keys.ORIGIN));
    }

    @Test
    void readsAKeyThatHasAPasswordOfItsOwn() throws Exception {
        char[] own = "of the key alone".toCharArray();
        Path bcfks = keyStore(KeyStore.getInstance("BCFKS", new BouncyCastleProvider()), own);
        KeyStoreSigningKey source = KeyStoreSigningKey.bcfks(bcfks, "audit", PASSWORD);

        requireSame(source.withKeyPassword(own).read(Keys.ORIGIN));
        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() -> source.read(Keys.ORIGIN))
                .withMessageContaining("The key 'audit'")
                .withMessageContaining("another password");
    }

    @Test
    void refusesKeysOfAnotherKind() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        Path file = pem(rsa.generateKeyPair(), false);

        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() -> PemSigningKey.plain(file).read(Keys.ORIGIN))
                .withMessageContaining("of another kind than Ed25519");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        Path nothing = folder.resolve("nothing");
        Path text = Files.writeString(folder.resolve("text"), "no key");

        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() -> PemSigningKey.plain(nothing).read(Keys.ORIGIN))
                .withMessageContaining("openssl genpkey -algorithm ed25519");
        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() -> PemSigningKey.plain(text).read(Keys.ORIGIN))
                .withMessageContaining("does not begin with a private key");
        assertThatExceptionOfType(SigningKeyException.class)
                .isThrownBy(() -> PemSigningKey.plain(Files.writeString(folder.resolve("key"), RFC8410))
                        .read("with a space"))
                .withMessageContaining("cannot name a key");
    }
}
