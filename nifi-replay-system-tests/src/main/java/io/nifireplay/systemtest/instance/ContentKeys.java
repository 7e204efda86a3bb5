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
package io.nifireplay.systemtest.instance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.KeyGenerator;

/**
 * A key store for NiFi's encrypted content repository, as an operator makes one with the JDK's keytool, and the password
 * beside it in a file of the owner's.
 */
public final class ContentKeys {
    /** The password of every such store. */
    public static final String PASSWORD = "a password for tests";

    private static final String STORE = "content-keys.p12";
    private static final String PASSWORD_FILE = "content-keys.password";
    private static final int KEY_BITS = 256;

    private final Path folder;

    private ContentKeys(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /**
     * Makes a store with a new AES-256 key.
     *
     * @param folder made if it is not there
     * @param id of the key, in lower case
     */
    public static ContentKeys create(Path folder, String id) {
        ContentKeys keys = new ContentKeys(folder);
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve(PASSWORD_FILE));
            createOwnerOnly(folder.resolve(PASSWORD_FILE));
            Files.writeString(folder.resolve(PASSWORD_FILE), PASSWORD);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            keys.add(store, id);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("Cannot make a key store in " + folder, e);
        }
        return keys;
    }

    /** Adds another new key. */
    public ContentKeys add(String id) {
        try (InputStream in = Files.newInputStream(store())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            add(store, id);
            return this;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("Cannot add a key to " + store(), e);
        }
    }

    private void add(KeyStore store, String id) throws IOException, GeneralSecurityException {
        if (!Files.exists(store())) {
            createOwnerOnly(store());
        }
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        generator.init(KEY_BITS);
        store.setEntry(
                id,
                new KeyStore.SecretKeyEntry(generator.generateKey()),
                new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
        try (OutputStream out = Files.newOutputStream(store())) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private static void createOwnerOnly(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** The key store's file. */
    public Path store() {
        return folder.resolve(STORE);
    }

    /** What {@code nifi.properties} says to encrypt content, new claims with this key. */
    public Map<String, String> properties(String activeId) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("nifi.content.repository.implementation", "io.nifireplay.repository.EncryptedContentRepository");
        properties.put("nifi.repository.encryption.protocol.version", "1");
        properties.put("nifi.repository.encryption.key.id", activeId);
        properties.put("nifi.repository.encryption.key.provider", "KEYSTORE");
        properties.put("nifi.repository.encryption.key.provider.keystore.location", store().toString());
        properties.put(
                "nifi.repository.encryption.key.provider.keystore.password.file",
                folder.resolve(PASSWORD_FILE).toString());
        return properties;
    }
}
