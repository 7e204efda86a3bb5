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

import java.io.Console;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes and shows keyrings: what stands behind {@code bin/keyring}. The password comes from an environment variable, from a
 * file that only its owner may read, or from the console, and never from the command line, which other users can see.
 */
public final class KeyringCommand {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private static final String USAGE = """
            Usage: keyring create FILE --id ID   makes a key store with one new AES-256 key, readable to its owner alone
                   keyring add FILE --id ID      adds a new AES-256 key; the others stay
                   keyring list FILE             shows the ids of the keys, never the keys

              --type PKCS12|BCFKS     the kind of key store; by default what the file's name tells: .p12 or .bcfks
              --password-env NAME     takes the password from this environment variable
              --password-file FILE    takes it from this file, which only its owner may use (chmod 600)
                                      without either it is asked for

            A PKCS12 key store knows ids in lower case only.""";

    private static final Set<String> ACTIONS = Set.of("create", "add", "list");
    private static final Set<String> OPTIONS = Set.of("--id", "--type", "--password-env", "--password-file");

    private final Function<String, Optional<String>> environment;
    private final Function<String, Optional<char[]>> console;
    private final SecureRandom random;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * @param environment the variables of the process
     * @param console asks a person for a password, which is not shown; empty when nobody can be asked
     */
    KeyringCommand(
            Function<String, Optional<String>> environment,
            Function<String, Optional<char[]>> console,
            SecureRandom random,
            PrintStream out,
            PrintStream err) {
        this.environment = environment;
        this.console = console;
        this.random = random;
        this.out = out;
        this.err = err;
    }

    /** Ends with 0 when it is done, 1 when it could not be, 2 when the arguments are wrong. */
    public static void main(String[] arguments) {
        Optional<Console> terminal = Optional.ofNullable(System.console());
        KeyringCommand command = new KeyringCommand(
                name -> Optional.ofNullable(System.getenv(name)),
                prompt -> terminal.map(asked -> asked.readPassword("%s: ", prompt)),
                new SecureRandom(),
                System.out,
                System.err);
        System.exit(command.run(List.of(arguments)));
    }

    int run(List<String> arguments) {
        if (arguments.equals(List.of("--help"))) {
            out.println(USAGE);
            return DONE;
        }
        try {
            perform(Arguments.of(arguments));
            return DONE;
        } catch (MisuseException e) {
            err.println(e.getMessage());
            err.println(USAGE);
            return MISUSED;
        } catch (KeyringException e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }

    private void perform(Arguments arguments) throws KeyringException, MisuseException {
        KeyStoreFile store = KeyStoreFile.at(arguments.file(), arguments.type());
        boolean creates = arguments.action().equals("create");
        char[] password = password(arguments, creates);
        try {
            switch (arguments.action()) {
                case "create" -> {
                    store.create(password, arguments.id(), random);
                    out.println(
                            "Made " + arguments.file() + " (" + arguments.type() + ") with the key " + arguments.id());
                }
                case "add" -> {
                    store.add(password, arguments.id(), random);
                    out.println("Added the key " + arguments.id() + " to " + arguments.file()
                            + ". It seals nothing before it is made the active one");
                }
                default -> store.ids(password).forEach(out::println);
            }
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private char[] password(Arguments arguments, boolean creates) throws KeyringException {
        Optional<PasswordSource> source = arguments
                .option("--password-env")
                .<PasswordSource>map(name -> new PasswordSource.EnvironmentVariable(name, environment))
                .or(() -> arguments.option("--password-file").map(file -> PasswordSource.ownerOnlyFile(Path.of(file))));
        if (source.isPresent()) {
            return source.get().read();
        }
        char[] password = ask("Password of " + arguments.file());
        if (creates) {
            char[] again = ask("The same once more");
            boolean same = Arrays.equals(password, again);
            Arrays.fill(again, '\0');
            if (!same) {
                throw new KeyringException("The two passwords are not the same; nothing was made");
            }
        }
        return password;
    }

    private char[] ask(String prompt) throws KeyringException {
        return console.apply(prompt)
                .orElseThrow(() -> new KeyringException("There is no console to ask for the password: give it with"
                        + " --password-env or --password-file"));
    }

    /** Arguments of a form that can be carried out. */
    private record Arguments(String action, Path file, KeyStoreType type, Map<String, String> options) {
        static Arguments of(List<String> words) throws MisuseException {
            if (words.isEmpty() || !ACTIONS.contains(words.get(0))) {
                throw new MisuseException(
                        words.isEmpty() ? "What is to be done?" : "'" + words.get(0) + "' is not known");
            }
            if (words.size() < 2 || words.get(1).startsWith("--")) {
                throw new MisuseException("The key store's file is missing");
            }
            String action = words.get(0);
            Map<String, String> options = options(words.subList(2, words.size()));
            if (action.equals("list") == options.containsKey("--id")) {
                throw new MisuseException(action.equals("list") ? "list takes no --id" : "--id is missing");
            }
            if (options.containsKey("--password-env") && options.containsKey("--password-file")) {
                throw new MisuseException("The password comes from one place: --password-env or --password-file");
            }
            Path file = path(words.get(1));
            if (options.containsKey("--password-file")) {
                path(options.get("--password-file"));
            }
            return new Arguments(action, file, type(file, Optional.ofNullable(options.get("--type"))), options);
        }

        private static Map<String, String> options(List<String> words) throws MisuseException {
            Map<String, String> options = new HashMap<>();
            for (int i = 0; i < words.size(); i += 2) {
                String name = words.get(i);
                if (!OPTIONS.contains(name)) {
                    throw new MisuseException("There is no option " + name
                            + (name.startsWith("--pass")
                                    ? ". A password on a command line can be seen by others"
                                    : ""));
                }
                if (i + 1 == words.size() || options.put(name, words.get(i + 1)) != null) {
                    throw new MisuseException(name + " needs one value, once");
                }
            }
            return options;
        }

        private static Path path(String text) throws MisuseException {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new MisuseException("'" + text + "' is not a path");
            }
        }

        private static KeyStoreType type(Path file, Optional<String> named) throws MisuseException {
            if (named.isPresent()) {
                try {
                    return KeyStoreType.valueOf(named.get().toUpperCase(Locale.ROOT));
                } catch (IllegalArgumentException e) {
                    throw new MisuseException("--type is PKCS12 or BCFKS, not " + named.get());
                }
            }
            return KeyStoreType.ofName(file)
                    .orElseThrow(
                            () -> new MisuseException(
                                    "The name " + file
                                            + " does not tell the type of the key store: give it with --type, or name it .p12 or .bcfks"));
        }

        Optional<String> option(String name) {
            return Optional.ofNullable(options.get(name));
        }

        String id() {
            return options.getOrDefault("--id", "");
        }
    }

    /** Arguments that cannot be carried out. */
    private static final class MisuseException extends Exception {
        private static final long serialVersionUID = 1L;

        MisuseException(String message) {
            super(message);
        }
    }
}
