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
package io.nifireplay.services.audit;

import io.nifireplay.audit.key.KeyStoreSigningKey;
import io.nifireplay.audit.key.PemSigningKey;
import io.nifireplay.audit.key.SigningKeyException;
import io.nifireplay.audit.key.SigningKeySource;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.services.keyring.FileVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which keys sign a trail, and where they are kept. Two settings are equal when they name the same keys. */
sealed interface SigningKeySettings {
    /** The key that signs. */
    SigningKeySource current();

    /** The key that signed until now, when another takes over. */
    Optional<SigningKeySource> previous();

    /** The files that hold them. */
    List<Path> files();

    /**
     * Reads the keys.
     *
     * @param name of the trail
     * @throws SigningKeyException when one cannot be read
     */
    default SigningKeys read(String name) throws SigningKeyException {
        Optional<SigningKeySource> previous = previous();
        Optional<SigningKey> before =
                previous.isPresent() ? Optional.of(previous.get().read(name)) : Optional.empty();
        return new SigningKeys(current().read(name), before);
    }

    /** The files as they are now. To be asked before {@link #read}: what is written meanwhile shows as another version. */
    default List<Optional<FileVersion>> versions() {
        return files().stream().map(FileVersion::of).toList();
    }

    /** A password that is not shown. */
    record Password(String text) {
        char[] characters() {
            return text.toCharArray();
        }

        @Override
        public String toString() {
            return "Password[]";
        }
    }

    /**
     * Keys in a key store.
     *
     * @param keyPassword of the keys; empty where it is that of the store
     * @param previousAlias of the key that signed until now
     */
    record InKeyStore(
            Path file,
            KeyStoreType type,
            Password password,
            String alias,
            Optional<Password> keyPassword,
            Optional<String> previousAlias)
            implements SigningKeySettings {
        @Override
        public SigningKeySource current() {
            return source(alias);
        }

        @Override
        public Optional<SigningKeySource> previous() {
            return previousAlias.map(this::source);
        }

        private SigningKeySource source(String each) {
            KeyStoreSigningKey key = switch (type) {
                case PKCS12 -> KeyStoreSigningKey.pkcs12(file, each, password.characters());
                case BCFKS -> KeyStoreSigningKey.bcfks(file, each, password.characters());
            };
            return keyPassword.map(own -> key.withKeyPassword(own.characters())).orElse(key);
        }

        @Override
        public List<Path> files() {
            return List.of(file);
        }
    }

    /**
     * Keys in PEM files.
     *
     * @param password of the key; empty where it is not encrypted
     * @param previousFile of the key that signed until now
     * @param previousPassword of that key; empty where it is not encrypted
     */
    record InPemFiles(
            Path file, Optional<Password> password, Optional<Path> previousFile, Optional<Password> previousPassword)
            implements SigningKeySettings {
        @Override
        public SigningKeySource current() {
            return source(file, password);
        }

        @Override
        public Optional<SigningKeySource> previous() {
            return previousFile.map(each -> source(each, previousPassword));
        }

        private static SigningKeySource source(Path each, Optional<Password> own) {
            return own.map(password -> PemSigningKey.withPassword(each, password.characters()))
                    .orElseGet(() -> PemSigningKey.plain(each));
        }

        @Override
        public List<Path> files() {
            List<Path> files = new ArrayList<>(List.of(file));
            previousFile.ifPresent(files::add);
            return files;
        }
    }
}
