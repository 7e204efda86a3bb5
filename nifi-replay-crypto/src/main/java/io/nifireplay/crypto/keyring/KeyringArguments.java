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

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the keyring command was asked for. Passwords are no arguments: others on the machine can see those.
 *
 * @param file of the key store
 * @param id of the new key
 * @param password where it comes from; empty to ask for it
 */
record KeyringArguments(
        Action action, Path file, KeyStoreType type, Optional<String> id, Optional<PasswordSource> password) {

    /** What can be done with a key store. */
    enum Action {
        CREATE,
        ADD,
        LIST;

        private static Action of(String word) throws UsageException {
            return switch (word) {
                case "create" -> CREATE;
                case "add" -> ADD;
                case "list" -> LIST;
                default -> throw new UsageException("There is no '" + word + "': create, add or list");
            };
        }
    }

    /** A command that cannot be understood. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** @throws UsageException when something is missing, unknown, or there twice */
    static KeyringArguments parse(String... words) throws UsageException {
        if (words.length < 2) {
            throw new UsageException("Say what to do, and with which file");
        }
        Action action = Action.of(words[0]);
        Path file = path(words[1]);
        Optional<KeyStoreType> type = Optional.empty();
        Optional<String> id = Optional.empty();
        Optional<PasswordSource> password = Optional.empty();
        for (int at = 2; at < words.length; at += 2) {
            String option = words[at];
            if (at + 1 == words.length) {
                throw new UsageException("'" + option + "' needs a value behind it");
            }
            String value = words[at + 1];
            switch (option) {
                case "--id" -> id = once(option, id, value);
                case "--type" -> type = once(option, type, type(value));
                case "--password-env" -> password = once(option, password, PasswordSource.environmentVariable(value));
                case "--password-file" -> password = once(option, password, PasswordSource.ownerOnlyFile(path(value)));
                default -> throw new UsageException("There is no option '" + option + "'");
            }
        }
        if (action == Action.LIST && id.isPresent()) {
            throw new UsageException("list shows all keys: it takes no --id");
        }
        return new KeyringArguments(action, file, type.isPresent() ? type.get() : typeOf(file), id, password);
    }

    private static <T> Optional<T> once(String option, Optional<T> before, T value) throws UsageException {
        if (before.isPresent()) {
            throw new UsageException("'" + option + "' says what was said before");
        }
        return Optional.of(value);
    }

    private static KeyStoreType type(String value) throws UsageException {
        for (KeyStoreType type : KeyStoreType.values()) {
            if (type.name().equalsIgnoreCase(value)) {
                return type;
            }
        }
        throw new UsageException("There is no type '" + value + "': PKCS12 or BCFKS");
    }

    private static KeyStoreType typeOf(Path file) throws UsageException {
        return KeyStoreType.ofName(file)
                .orElseThrow(() -> new UsageException(
                        "The name of " + file + " does not tell its type: add --type PKCS12 or --type BCFKS"));
    }

    private static Path path(String text) throws UsageException {
        if (text.isBlank()) {
            throw new UsageException("The name of a file is empty");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "' is not a path: " + e.getReason());
        }
    }
}
