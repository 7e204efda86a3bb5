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
package io.nifireplay.cli;

import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.crypto.keyring.OwnerOnly;
import io.nifireplay.crypto.keyring.PasswordSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * By what NiFi knows who asks, and by what the caller knows that it is NiFi. Passwords and tokens are no arguments: others on
 * the machine can see those.
 *
 * @param tls absent for the JDK's own trust and no certificate
 * @param token a Bearer token
 */
record Credentials(Optional<SSLContext> tls, Optional<String> token) {
    private static final String STORE = "PKCS12";

    static Credentials of(Arguments arguments) throws CommandException {
        Optional<String> keyStore = arguments.option("key-store");
        Optional<String> trustStore = arguments.option("trust-store");
        Optional<String> tokenFile = arguments.option("token-file");
        if (keyStore.isPresent() && tokenFile.isPresent()) {
            throw Arguments.wrong(
                    "Give --key-store or --token-file, not both: NiFi would take one of the two for who asks");
        }
        Optional<SSLContext> tls = keyStore.isEmpty() && trustStore.isEmpty()
                ? Optional.empty()
                : Optional.of(context(keyStore, trustStore, arguments));
        return new Credentials(
                tls, tokenFile.isEmpty() ? Optional.empty() : Optional.of(token(Path.of(tokenFile.get()))));
    }

    private static SSLContext context(Optional<String> keyStore, Optional<String> trustStore, Arguments arguments)
            throws CommandException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keyStore.isPresent() ? keys(Path.of(keyStore.get()), arguments) : null,
                    trustStore.isPresent() ? trust(Path.of(trustStore.get()), arguments) : null,
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw Arguments.wrong("The JDK cannot use the key store or trust store: " + e.getMessage());
        }
    }

    private static KeyManager[] keys(Path file, Arguments arguments) throws CommandException, GeneralSecurityException {
        char[] password = password("password", "key store " + file, arguments);
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store(file, password), password);
            return factory.getKeyManagers();
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private static TrustManager[] trust(Path file, Arguments arguments)
            throws CommandException, GeneralSecurityException {
        char[] password = password("trust-password", "trust store " + file, arguments);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store(file, password));
        return factory.getTrustManagers();
    }

    private static KeyStore store(Path file, char[] password) throws CommandException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(STORE);
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
            return store;
        } catch (IOException e) {
            throw Arguments.wrong("The " + STORE + " file " + file + " cannot be opened: " + e.getMessage());
        }
    }

    private static char[] password(String option, String of, Arguments arguments) throws CommandException {
        Optional<String> variable = arguments.option(option + "-env");
        Optional<String> file = arguments.option(option + "-file");
        if (variable.isPresent() == file.isPresent()) {
            throw Arguments.wrong("Say where the password of the " + of + " comes from: --" + option + "-env or --"
                    + option + "-file");
        }
        try {
            return (variable.isPresent()
                            ? PasswordSource.environmentVariable(variable.get())
                            : PasswordSource.ownerOnlyFile(Path.of(file.get())))
                    .read();
        } catch (KeyringException e) {
            throw Arguments.wrong(e.getMessage());
        }
    }

    private static String token(Path file) throws CommandException {
        try {
            Optional<String> rights = OwnerOnly.rightsOfOthers(file);
            if (rights.isPresent()) {
                throw Arguments.wrong("The token file " + file + " can be used by others than its owner ("
                        + rights.get() + "): chmod 600 it, and get another token if others may have read it");
            }
            String token = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (token.isEmpty() || token.chars().anyMatch(Character::isWhitespace)) {
                throw Arguments.wrong("The token file " + file + " must hold one token and nothing else");
            }
            return token;
        } catch (IOException e) {
            throw Arguments.wrong("The token file " + file + " cannot be read: " + e);
        }
    }
}
