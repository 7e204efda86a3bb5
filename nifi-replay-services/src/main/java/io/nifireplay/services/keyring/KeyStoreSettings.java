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
package io.nifireplay.services.keyring;

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.crypto.keyring.PasswordSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which keyring is wanted.
 *
 * @param store that holds it
 * @param password of the store; read each time, since it may be changed together with the file
 * @param activeId of the key that seals; empty for the last id in alphabetical order
 */
record KeyStoreSettings(KeyStoreFile store, PasswordSource password, Optional<String> activeId) {
    /** The files from which the keyring comes, as they are now. */
    record Versions(Optional<FileVersion> store, Optional<FileVersion> password) {}

    /** To be asked before {@link #read()}: what is written meanwhile then shows as another version. */
    Versions versions() {
        return new Versions(
                FileVersion.of(store.path()),
                switch (password) {
                    case PasswordSource.OwnerOnlyFile file -> FileVersion.of(file.file());
                    case PasswordSource.Given ignored -> Optional.empty();
                    case PasswordSource.EnvironmentVariable ignored -> Optional.empty();
                });
    }

    /** @throws KeyringException when the password or the key store cannot be read, or the wanted key is not there */
    Keyring read() throws KeyringException {
        char[] characters = password.read();
        try {
            return activeId.isPresent() ? store.read(characters, activeId.get()) : store.readNewest(characters);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }
}
