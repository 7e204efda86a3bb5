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
package io.nifireplay.services.testing;

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.KeyringException;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Key stores for tests, of one password. */
public final class KeyStores {
    public static final String PASSWORD = "pass word of a test";

    private KeyStores() {}

    /** Makes a PKCS12 key store that has new keys of these ids. */
    public static Path create(Path file, String... ids) throws KeyringException {
        return create(file, KeyStoreType.PKCS12, ids);
    }

    public static Path create(Path file, KeyStoreType type, String... ids) throws KeyringException {
        KeyStoreFile.at(file, type).create(PASSWORD.toCharArray(), ids[0], new SecureRandom());
        for (int i = 1; i < ids.length; i++) {
            KeyStoreFile.at(file, type).add(PASSWORD.toCharArray(), ids[i], new SecureRandom());
        }
        return file;
    }

    /** Adds a new key to a PKCS12 key store. */
    public static void add(Path file, String id) throws KeyringException {
        KeyStoreFile.at(file, KeyStoreType.PKCS12).add(PASSWORD.toCharArray(), id, new SecureRandom());
    }
}
