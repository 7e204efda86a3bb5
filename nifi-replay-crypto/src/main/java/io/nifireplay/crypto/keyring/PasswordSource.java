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
import java.util.Optional;
import java.util.function.Function;

/** Where a key store's password comes from when it is not to lie in a configuration file or on a command line. */
public sealed interface PasswordSource {
    /**
     * Reads the password. The caller may overwrite the array when it has no more use for it.
     *
     * @throws KeyringException when there is none, or when others than its owner may read it
     */
    char[] read() throws KeyringException;

    /** A variable of the process's environment. */
    static PasswordSource environmentVariable(String name) {
        return new EnvironmentVariable(name, variable -> Optional.ofNullable(System.getenv(variable)));
    }

    /**
     * A file that holds the password in UTF-8 and nothing else; a line break at its end does not count. It is refused when
     * others than its owner have any right to it.
     */
    static PasswordSource ownerOnlyFile(Path file) {
        return new OwnerOnlyFile(file);
    }

    /** Takes the password from a variable. */
    record EnvironmentVariable(String name, Function<String, Optional<String>> environment) implements PasswordSource {
        @Override
        public char[] read() throws KeyringException {
            throw new UnsupportedOperationException();
        }
    }

    /** Takes the password from a file that only its owner may read. */
    record OwnerOnlyFile(Path file) implements PasswordSource {
        @Override
        public char[] read() throws KeyringException {
            throw new UnsupportedOperationException();
        }
    }
}
