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

import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;

/** Makes key stores, adds keys to them, and lists them: what bin/keyring does. It never prints a key or a password. */
public final class KeyringCommand {
    /**
     * The shortest password for a new key store. Whoever has the file can try passwords as fast as their machines allow.
     */
    static final int MIN_PASSWORD_LENGTH = 12;

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int NOT_UNDERSTOOD = 2;

    private static final String USAGE = """
            keyring create FILE [--id ID]    makes a key store with one new AES-256 key; only its owner may read it
            keyring add FILE [--id ID]       adds a new key; those that are there stay
            keyring list FILE                shows the ids of the keys

              --id ID               the new key's id: today's date (UTC) when not given
              --type PKCS12|BCFKS   when the name does not tell: .p12, .pfx, .pkcs12 or .bcfks
              --password-env NAME   the variable of the environment that holds the key store's password
              --password-file FILE  the file that holds it, which nobody but its owner may read
                                    (with neither, it is asked for)
            """;

    private final PasswordPrompt prompt;
    private final InstantSource clock;
    private final SecureRandom random;
    private final PrintStream out;
    private final PrintStream err;

    KeyringCommand(PasswordPrompt prompt, InstantSource clock, SecureRandom random, PrintStream out, PrintStream err) {
        this.prompt = prompt;
        this.clock = clock;
        this.random = random;
        this.out = out;
        this.err = err;
    }

    /** Exits with 0 when it was done, 1 when it could not be, 2 when the arguments cannot be understood. */
    public static void main(String... arguments) {
        KeyringCommand command = new KeyringCommand(
                PasswordPrompt.ofConsole(), InstantSource.system(), new SecureRandom(), System.out, System.err);
        System.exit(command.run(arguments));
    }

    int run(String... words) {
        if (words.length == 1 && (words[0].equals("--help") || words[0].equals("help"))) {
            out.print(USAGE);
            return DONE;
        }
        try {
            KeyringArguments arguments = KeyringArguments.parse(words);
            char[] password = password(arguments);
            try {
                act(arguments, password);
            } finally {
                Arrays.fill(password, '\0');
            }
            return DONE;
        } catch (KeyringArguments.UsageException e) {
            err.println(e.getMessage());
            err.println();
            err.print(USAGE);
            return NOT_UNDERSTOOD;
        } catch (KeyringException e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }

    private void act(KeyringArguments arguments, char[] password) throws KeyringException {
        KeyStoreFile store = KeyStoreFile.at(arguments.file(), arguments.type());
        String id = arguments
                .id()
                .orElseGet(() ->
                        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString());
        switch (arguments.action()) {
            case CREATE -> {
                store.create(password, id, random);
                out.println("Made the key store " + arguments.file() + " with the key '" + id + "'.");
                out.println("Keep a copy of it and of its password, apart from the data: without them nothing that was"
                        + " sealed can be read again.");
            }
            case ADD -> {
                store.add(password, id, random);
                out.println("Added the key '" + id + "' to " + arguments.file() + ".");
                String newest = store.readNewest(password).activeId();
                if (!newest.equals(id)) {
                    out.println("'" + newest + "' comes after it in the alphabet and stays the active one, unless '"
                            + id + "' is named as the active key.");
                }
                out.println("Keep a copy of the file as it is now.");
            }
            case LIST -> {
                Keyring keyring = store.readNewest(password);
                for (String each : new TreeSet<>(keyring.ids())) {
                    out.println(each + (each.equals(keyring.activeId()) ? "   (active, unless another is named)" : ""));
                }
            }
        }
    }

    private char[] password(KeyringArguments arguments) throws KeyringException {
        boolean isNew = arguments.action() == KeyringArguments.Action.CREATE;
        Optional<PasswordSource> source = arguments.password();
        char[] password = source.isPresent()
                ? source.get().read()
                : ask((isNew ? "Password for the new key store " : "Password of the key store ") + arguments.file());
        if (!isNew) {
            return password;
        }
        if (password.length < MIN_PASSWORD_LENGTH) {
            throw new KeyringException("The password has " + password.length + " characters: take at least "
                    + MIN_PASSWORD_LENGTH + ", at random, since whoever gets the file can try as many as they like");
        }
        if (source.isEmpty() && !Arrays.equals(password, ask("The same once more"))) {
            throw new KeyringException("The two passwords are not the same; nothing was made");
        }
        return password;
    }

    private char[] ask(String question) throws KeyringException {
        return prompt.ask(question)
                .orElseThrow(
                        () -> new KeyringException("No password was given, or there is no console to ask for it on:"
                                + " use --password-env or --password-file"));
    }
}
