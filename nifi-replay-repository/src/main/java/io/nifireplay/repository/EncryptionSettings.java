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
package io.nifireplay.repository;

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.crypto.keyring.PasswordSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.util.NiFiProperties;

/**
 * What {@code nifi.properties} says about encryption, under the names that NiFi 1.x had for it, and three of our own.
 *
 * @param keyring the keys, read from the key store
 * @param readPlainClaims whether claims from before encryption was switched on may be read
 */
record EncryptionSettings(Keyring keyring, boolean readPlainClaims) {
    static final String PREFIX = "nifi.repository.encryption.";

    /** The version of the format; 1 is the only one, and taken when there is none. */
    static final String PROTOCOL_VERSION = PREFIX + "protocol.version";

    /** The id of the key that seals new claims. */
    static final String KEY_ID = PREFIX + "key.id";

    /** Where keys come from; {@code KEYSTORE} is the only one, and taken when there is none. */
    static final String KEY_PROVIDER = PREFIX + "key.provider";

    /** The key store's file; its name tells its type. */
    static final String LOCATION = PREFIX + "key.provider.keystore.location";

    /** The key store's password, here in the open. */
    static final String PASSWORD = PREFIX + "key.provider.keystore.password";

    /** Ours: the environment variable that holds the password instead. */
    static final String PASSWORD_ENVIRONMENT = PASSWORD + ".environment.variable";

    /** Ours: the file that holds the password instead; nobody but its owner may have any right to it. */
    static final String PASSWORD_FILE = PASSWORD + ".file";

    /** Ours: {@code true} while claims from before the switch-on are to be read. Off unless told. */
    static final String READ_PLAIN_CLAIMS = PREFIX + "migration.read.plain.claims";

    private static final String VERSION = "1";
    private static final String PROVIDER = "KEYSTORE";

    /**
     * Reads the settings and the key store. Nothing is written.
     *
     * @throws KeyringException when a setting is missing or cannot be, or the key store cannot be opened; the message names
     *     the property or the file
     */
    static EncryptionSettings of(NiFiProperties properties) throws KeyringException {
        requireOnly(properties, PROTOCOL_VERSION, VERSION);
        requireOnly(properties, KEY_PROVIDER, PROVIDER);
        Path location = Path.of(require(properties, LOCATION, "the key store that holds the keys"));
        String keyId = require(properties, KEY_ID, "the id of the key that seals new claims");
        boolean readPlainClaims = flag(properties, READ_PLAIN_CLAIMS);
        KeyStoreType type = KeyStoreType.ofName(location)
                .orElseThrow(() -> new KeyringException("The name of the key store " + location + " in " + LOCATION
                        + " does not tell its type: it is to end with .p12 or .bcfks"));
        char[] password = password(properties);
        try {
            return new EncryptionSettings(KeyStoreFile.at(location, type).read(password, keyId), readPlainClaims);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private static char[] password(NiFiProperties properties) throws KeyringException {
        Optional<String> plain = value(properties, PASSWORD);
        Optional<String> environment = value(properties, PASSWORD_ENVIRONMENT);
        Optional<String> file = value(properties, PASSWORD_FILE);
        List<String> given = new ArrayList<>();
        plain.ifPresent(any -> given.add(PASSWORD));
        environment.ifPresent(any -> given.add(PASSWORD_ENVIRONMENT));
        file.ifPresent(any -> given.add(PASSWORD_FILE));
        if (given.size() != 1) {
            throw new KeyringException("The key store's password is to come from one of " + PASSWORD + ", "
                    + PASSWORD_ENVIRONMENT + " and " + PASSWORD_FILE + " in nifi.properties; "
                    + (given.isEmpty() ? "none of them is set" : "set are " + given));
        }
        if (plain.isPresent()) {
            return plain.get().toCharArray();
        }
        return (environment.isPresent()
                        ? PasswordSource.environmentVariable(environment.get())
                        : PasswordSource.ownerOnlyFile(Path.of(file.orElseThrow())))
                .read();
    }

    private static boolean flag(NiFiProperties properties, String name) throws KeyringException {
        String value = value(properties, name).orElse("false");
        if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            throw new KeyringException(name + " is '" + value + "' in nifi.properties: it is to be true or false");
        }
        return value.equalsIgnoreCase("true");
    }

    private static void requireOnly(NiFiProperties properties, String name, String only) throws KeyringException {
        String value = value(properties, name).orElse(only);
        if (!value.equals(only)) {
            throw new KeyringException(name + " is '" + value
                    + "' in nifi.properties: the encrypted content repository knows only " + only);
        }
    }

    private static String require(NiFiProperties properties, String name, String meaning) throws KeyringException {
        return value(properties, name)
                .orElseThrow(() -> new KeyringException(
                        "The encrypted content repository needs " + name + " in nifi.properties: " + meaning));
    }

    private static Optional<String> value(NiFiProperties properties, String name) {
        return Optional.ofNullable(properties.getProperty(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }
}
