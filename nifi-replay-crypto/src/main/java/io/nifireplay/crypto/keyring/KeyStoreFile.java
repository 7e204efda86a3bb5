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

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;

/**
 * A key store on disk that holds a keyring: AES-256 keys under the store's password, each under its id as alias. Entries
 * that are no secret keys (certificates, private keys) are left alone.
 */
public final class KeyStoreFile {
    private final Path file;
    private final KeyStoreType type;

    private KeyStoreFile(Path file, KeyStoreType type) {
        this.file = file;
        this.type = type;
    }

    /** The key store of this type at this path, which need not be there yet. */
    public static KeyStoreFile at(Path file, KeyStoreType type) {
        return new KeyStoreFile(file, type);
    }

    /**
     * Reads the keyring.
     *
     * @param activeId the id of the key that is to seal new data; upper and lower case are one in a PKCS12 store
     * @throws KeyringException when the file is missing or cannot be read, the password is wrong, an entry is a secret key
     *     but no AES-256 key, there is no key, or none with the active id
     */
    public Keyring read(char[] password, String activeId) throws KeyringException {
        throw new UnsupportedOperationException(file + " " + type);
    }

    /**
     * The ids of the keys in the store.
     *
     * @throws KeyringException as {@link #read} does, but for the active id
     */
    public Set<String> ids(char[] password) throws KeyringException {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes the store with one new key in it. The file is readable to its owner alone.
     *
     * @throws KeyringException when there is a file already, or it cannot be written; nothing is left behind then
     */
    public void create(char[] password, String id, SecureRandom random) throws KeyringException {
        throw new UnsupportedOperationException();
    }

    /**
     * Adds a new key. The old file stays as it is until the new one is complete; its rights and owner are kept.
     *
     * @throws KeyringException when the store cannot be opened or written, or has a key with this id
     */
    public void add(char[] password, String id, SecureRandom random) throws KeyringException {
        throw new UnsupportedOperationException();
    }
}
