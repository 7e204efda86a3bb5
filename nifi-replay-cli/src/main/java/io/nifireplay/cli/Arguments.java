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

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * A command line, taken apart: words, and options with their values. Options that {@code --config} names are in its file as
 * well, which is a Java properties file with the options' names, without the dashes, as keys; the command line goes before.
 */
final class Arguments {
    /** Options that are there or not. */
    private static final Set<String> FLAGS = Set.of("json", "help", "all", "strict-order", "include-unknown");

    /** Options that may come several times. */
    private static final Set<String> LISTS =
            Set.of("partition", "key", "state", "attribute", "processor", "event-type", "flow-file");

    private static final Set<String> CONNECTION = Set.of(
            "nifi",
            "coordinator",
            "key-store",
            "password-env",
            "password-file",
            "trust-store",
            "trust-password-env",
            "trust-password-file",
            "token-file");

    private static final Set<String> VALUES = Set.of(
            "config",
            "reason",
            "version",
            "file",
            "job",
            "mode",
            "from",
            "to",
            "error-type",
            "since",
            "over",
            "lineage-of",
            "rate",
            "concurrency",
            "error-budget");

    private final List<String> words = new ArrayList<>();
    private final Map<String, List<String>> options = new LinkedHashMap<>();

    private Arguments() {}

    /** @throws CommandException for an option that is not known, has no value, or comes twice; for a file that cannot be read */
    static Arguments of(String... arguments) throws CommandException {
        Arguments parsed = new Arguments();
        for (int at = 0; at < arguments.length; at++) {
            if (!arguments[at].startsWith("--")) {
                parsed.words.add(arguments[at]);
                continue;
            }
            String name = arguments[at].substring(2);
            if (FLAGS.contains(name)) {
                parsed.put(name, "true");
            } else if (VALUES.contains(name) || LISTS.contains(name) || CONNECTION.contains(name)) {
                if (at + 1 == arguments.length) {
                    throw wrong("--" + name + " needs a value behind it");
                }
                parsed.put(name, arguments[++at]);
            } else {
                throw wrong("There is no option --" + name);
            }
        }
        Optional<String> config = parsed.option("config");
        if (config.isPresent()) {
            parsed.addConfig(Path.of(config.get()));
        }
        return parsed;
    }

    List<String> words() {
        return List.copyOf(words);
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name)).map(List::getFirst);
    }

    List<String> all(String name) {
        return options.getOrDefault(name, List.of());
    }

    /** The same, with an option more. */
    Arguments with(String name, String value) throws CommandException {
        Arguments more = new Arguments();
        more.words.addAll(words);
        options.forEach((option, values) -> more.options.put(option, new ArrayList<>(values)));
        more.put(name, value);
        return more;
    }

    String required(String name, String why) throws CommandException {
        return option(name).orElseThrow(() -> wrong("--" + name + " is missing: " + why));
    }

    /** @throws CommandException when an option is there that is neither of these nor about the connection */
    void only(Set<String> allowed) throws CommandException {
        for (String name : options.keySet()) {
            if (!allowed.contains(name)
                    && !CONNECTION.contains(name)
                    && !name.equals("json")
                    && !name.equals("config")) {
                throw wrong("--" + name + " means nothing for '" + words.getFirst() + "'");
            }
        }
    }

    static CommandException wrong(String message) {
        return new CommandException(ExitStatus.WRONG_CALL, message);
    }

    private void put(String name, String value) throws CommandException {
        List<String> values = options.computeIfAbsent(name, unused -> new ArrayList<>());
        if (!values.isEmpty() && !LISTS.contains(name)) {
            throw wrong("--" + name + " comes twice");
        }
        values.add(value);
    }

    private void addConfig(Path file) throws CommandException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw wrong("The file " + file + " cannot be read: " + e);
        }
        for (String name : properties.stringPropertyNames()) {
            if (!CONNECTION.contains(name)) {
                throw wrong(
                        "The file " + file + " has '" + name + "', which is no option about the connection; those are "
                                + String.join(", ", CONNECTION.stream().sorted().toList()));
            }
            if (!overruled(name)) {
                put(name, properties.getProperty(name));
            }
        }
    }

    /** A password from one place takes the place of one from another. */
    private boolean overruled(String name) {
        return has(name)
                || name.startsWith("password-") && (has("password-env") || has("password-file"))
                || name.startsWith("trust-password-") && (has("trust-password-env") || has("trust-password-file"));
    }
}
