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

import io.nifireplay.audit.note.SigningKey;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A PKCS #8 private key in a PEM file (RFC 7468): {@code PRIVATE KEY}, or {@code ENCRYPTED PRIVATE KEY} (PBES2, RFC 8018),
 * as {@code openssl genpkey -algorithm ed25519} writes them.
 */
public final class PemSigningKey implements SigningKeySource {
    private static final long MAX_FILE_BYTES = 64L * 1024;

    private final Path file;
    private final char[] password;

    private PemSigningKey(Path file, char[] password) {
        this.file = file;
        this.password = password;
    }

    /** A key that is not encrypted. */
    public static PemSigningKey plain(Path file) {
        return new PemSigningKey(file, new char[0]);
    }

    /** A key that may be encrypted: the password opens it if it is. */
    public static PemSigningKey withPassword(Path file, char[] password) {
        return new PemSigningKey(file, password.clone());
    }

    @Override
    public SigningKey read(String name) throws SigningKeyException {
        PrivateKeyInfo info = info();
        AsymmetricKeyParameter key;
        try {
            key = PrivateKeyFactory.createKey(info);
        } catch (IOException | RuntimeException e) {
            throw new SigningKeyException("The private key in the file " + file + " is damaged: " + e.getMessage(), e);
        }
        if (!(key instanceof Ed25519PrivateKeyParameters ed25519)) {
            throw new SigningKeyException("The private key in the file " + file
                    + " is of another kind than Ed25519: make one with openssl genpkey -algorithm ed25519");
        }
        return SeedKey.named(name, ed25519.getEncoded());
    }

    private PrivateKeyInfo info() throws SigningKeyException {
        Object object;
        try (Reader text = new StringReader(text());
                PEMParser parser = new PEMParser(text)) {
            object = parser.readObject();
        } catch (IOException | RuntimeException e) {
            throw new SigningKeyException("The file " + file + " cannot be read as PEM: " + e.getMessage(), e);
        }
        return switch (object) {
            case PrivateKeyInfo info -> info;
            case PKCS8EncryptedPrivateKeyInfo encrypted -> decrypt(encrypted);
            case null, default ->
                throw new SigningKeyException("The file " + file
                        + " does not begin with a private key: a block BEGIN PRIVATE KEY or BEGIN ENCRYPTED PRIVATE KEY is"
                        + " wanted");
        };
    }

    private String text() throws SigningKeyException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new SigningKeyException("The file " + file + " is too large for a private key");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new SigningKeyException(
                    "There is no file " + file + ": make a key with openssl genpkey -algorithm ed25519 -out " + file,
                    e);
        } catch (IOException e) {
            throw new SigningKeyException("The file " + file + " cannot be read: " + e, e);
        }
    }

    private PrivateKeyInfo decrypt(PKCS8EncryptedPrivateKeyInfo encrypted) throws SigningKeyException {
        if (password.length == 0) {
            throw new SigningKeyException("The private key in the file " + file + " is encrypted: give its password");
        }
        try {
            return encrypted.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                    // Not registered: other code in this JVM is not to find it.
                    .setProvider(new BouncyCastleProvider())
                    .build(password));
        } catch (PKCSException | OperatorCreationException | RuntimeException e) {
            throw new SigningKeyException(
                    "The private key in the file " + file + " cannot be decrypted: its password is another one, or the"
                            + " file is damaged",
                    e);
        }
    }
}
