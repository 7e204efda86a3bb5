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

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** Where a key store's password comes from when it is not to lie in a configuration file or on a command line. */
public sealed interface PasswordSource {
    /** The longest file that is taken for a password, in bytes. */
    int MAX_FILE_BYTES = 4_096;

    /**
     * Reads the password. The caller may overwrite the array when it has no more use for it.
     *
     * @throws KeyringException when there is none, or when others than its owner may read it
     */
    char[] read() throws KeyringException;

    /** A password that is at hand already. */
    static PasswordSource given(String password) {
        return new Given(password);
    }

    /** A variable of the process's environment. */
    static PasswordSource environmentVariable(String name) {
        return new EnvironmentVariable(name, EnvironmentVariable.OF_THE_PROCESS);
    }

    /**
     * A file that holds the password in UTF-8 and nothing else; a line break at its end does not count. It is refused when
     * others than its owner have any right to it.
     */
    static PasswordSource ownerOnlyFile(Path file) {
        return new OwnerOnlyFile(file);
    }

    /** Gives what it was given, and never prints it. */
    record Given(String password) implements PasswordSource {
        @Override
        public char[] read() throws KeyringException {
            if (password.isEmpty()) {
                throw new KeyringException("The password of the key store is empty");
            }
            return password.toCharArray();
        }

        @Override
        public String toString() {
            return "Given[]";
        }
    }

    /** Takes the password from a variable. */
    record EnvironmentVariable(String name, Function<String, Optional<String>> environment) implements PasswordSource {
        /** One object, so that two sources of the same variable are equal. */
        private static final Function<String, Optional<String>> OF_THE_PROCESS =
                variable -> Optional.ofNullable(System.getenv(variable));

        @Override
        public char[] read() throws KeyringException {
            String password = environment
                    .apply(name)
                    .orElseThrow(() -> new KeyringException("The environment variable " + name
                            + ", which is to hold the key store's password, is not set"));
            if (password.isEmpty()) {
                throw new KeyringException(
                        "The environment variable " + name + ", which is to hold the key store's password, is empty");
            }
            return password.toCharArray();
        }
    }

    /** Takes the password from a file that only its owner may read. */
    record OwnerOnlyFile(Path file) implements PasswordSource {
        @Override
        public char[] read() throws KeyringException {
            byte[] bytes;
            try {
                requireOwnerOnly();
                try (InputStream in = Files.newInputStream(file)) {
                    bytes = in.readNBytes(MAX_FILE_BYTES + 1);
                }
            } catch (NoSuchFileException e) {
                throw new KeyringException("There is no password file " + file, e);
            } catch (KeyringException e) {
                throw e;
            } catch (IOException e) {
                throw new KeyringException("The password file " + file + " cannot be read: " + e, e);
            }
            if (bytes.length > MAX_FILE_BYTES) {
                throw new KeyringException("The password file " + file + " has more than " + MAX_FILE_BYTES
                        + " bytes: it is to hold the password and nothing else");
            }
            return password(bytes);
        }

        private void requireOwnerOnly() throws IOException {
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (view == null) {
                throw new KeyringException("Who may read the password file " + file
                        + " cannot be found out on this file system: give the password in an environment variable");
            }
            Optional<String> rights =
                    OwnerOnly.rightsOfOthers(view.readAttributes().permissions());
            if (rights.isPresent()) {
                throw new KeyringException("The password file " + file + " can be used by others than its owner ("
                        + rights.get() + "): chmod 600 it, and change the password if others may have read it");
            }
        }

        private char[] password(byte[] bytes) throws KeyringException {
            CharBuffer characters;
            try {
                characters = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException e) {
                throw new KeyringException("The password file " + file + " is not UTF-8", e);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
            int end = characters.limit();
            if (end > 0 && characters.get(end - 1) == '\n') {
                end--;
            }
            if (end > 0 && characters.get(end - 1) == '\r') {
                end--;
            }
            if (end == 0) {
                throw new KeyringException("The password file " + file + " is empty");
            }
            char[] password = new char[end];
            characters.get(password);
            Arrays.fill(characters.array(), '\0');
            return password;
        }
    }
}
