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
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Collections;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * A private key in a key store: PKCS12 (RFC 7292), as {@code keytool -genkeypair -keyalg ed25519} makes one, or Bouncy
 * Castle's BCFKS. The certificate beside it is not used.
 */
public final class KeyStoreSigningKey implements SigningKeySource {
    private final Path file;
    private final boolean isBcfks;
    private final String alias;
    private final char[] password;
    private final char[] keyPassword;

    private KeyStoreSigningKey(Path file, boolean isBcfks, String alias, char[] password, char[] keyPassword) {
        this.file = file;
        this.isBcfks = isBcfks;
        this.alias = alias;
        this.password = password;
        this.keyPassword = keyPassword;
    }

    /** @param password of the store and of the key */
    public static KeyStoreSigningKey pkcs12(Path file, String alias, char[] password) {
        return new KeyStoreSigningKey(file, false, alias, password.clone(), password.clone());
    }

    /** @param password of the store and of the key */
    public static KeyStoreSigningKey bcfks(Path file, String alias, char[] password) {
        return new KeyStoreSigningKey(file, true, alias, password.clone(), password.clone());
    }

    /** The same where the key has a password of its own. */
    public KeyStoreSigningKey withKeyPassword(char[] other) {
        return new KeyStoreSigningKey(file, isBcfks, alias, password, other.clone());
    }

    @Override
    public SigningKey read(String name) throws SigningKeyException {
        byte[] encoded = key().getEncoded();
        try {
            AsymmetricKeyParameter parameters = PrivateKeyFactory.createKey(encoded);
            if (parameters instanceof Ed25519PrivateKeyParameters ed25519) {
                return SeedKey.named(name, ed25519.getEncoded());
            }
        } catch (IOException | RuntimeException e) {
            throw new SigningKeyException("The key '" + alias + "' in " + file + " is damaged: " + e.getMessage(), e);
        } finally {
            if (encoded != null) {
                Arrays.fill(encoded, (byte) 0);
            }
        }
        throw new SigningKeyException("The key '" + alias + "' in " + file
                + " is of another kind than Ed25519: make one with keytool -genkeypair -keyalg ed25519");
    }

    private Key key() throws SigningKeyException {
        if (password.length == 0) {
            // Without one, a PKCS12 store would be opened with its integrity unchecked.
            throw new SigningKeyException("The password of the key store " + file + " is empty");
        }
        KeyStore store = store();
        try {
            Key key = store.getKey(alias, keyPassword);
            if (key == null) {
                throw new SigningKeyException("The key store " + file + " has no private key '" + alias
                        + "'; it has the entries " + Collections.list(store.aliases()));
            }
            return key;
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new SigningKeyException(
                    "The key '" + alias + "' in the key store " + file
                            + " cannot be opened: it has another password than the one that was given for it ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    private KeyStore store() throws SigningKeyException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = isBcfks
                    ? KeyStore.getInstance("BCFKS", new BouncyCastleProvider())
                    : KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return store;
        } catch (NoSuchFileException e) {
            throw new SigningKeyException(
                    "There is no key store " + file + ": make one with keytool -genkeypair -keyalg ed25519", e);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new SigningKeyException(
                    "The key store " + file
                            + " cannot be opened: its password is another one, or the file is damaged or"
                            + " of another type (" + e.getMessage() + ")",
                    e);
        }
    }
}
