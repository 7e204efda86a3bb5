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
package io.nifireplay.systemtest.demo;

import java.nio.file.Path;

/**
 * How the demo is run.
 *
 * @param seed of the plan: what goes wrong with which event
 * @param events how many of the events are sent
 * @param keep whether NiFi is left running
 * @param bar whether the output is a terminal, which shows a progress bar
 * @param template the flow definition
 * @param output the folder for NiFi's home and the report
 */
record DemoOptions(long seed, int events, boolean keep, boolean bar, Path template, Path output) {
    static final String USAGE = """
            bin/demo [--seed N] [--events N] [--keep]

              --seed N     what goes wrong with which event: the same for the same number (default 1)
              --events N   how many events are sent, 100 to 1707 (default all)
              --keep       leaves NiFi running at the end, and says where its canvas is; the downstream ends with the
                           demo, so what is sent to that NiFi fails at its delivery and waits for its retry
            """;

    private static final int FEWEST = 100;

    /** All events, with nothing left behind. */
    static DemoOptions in(Path project) {
        return new DemoOptions(
                1,
                Earthquakes.COUNT,
                false,
                false,
                project.resolve("templates/recoverable-http-intake.json"),
                project.resolve("target/demo"));
    }

    DemoOptions withSeed(long value) {
        return new DemoOptions(value, events, keep, bar, template, output);
    }

    DemoOptions withEvents(int value) {
        if (value < FEWEST || value > Earthquakes.COUNT) {
            throw new IllegalArgumentException(
                    "--events is " + value + ", but must be " + FEWEST + " to " + Earthquakes.COUNT);
        }
        return new DemoOptions(seed, value, keep, bar, template, output);
    }

    DemoOptions withKeep() {
        return new DemoOptions(seed, events, true, bar, template, output);
    }

    DemoOptions withBar() {
        return new DemoOptions(seed, events, keep, true, template, output);
    }

    DemoOptions withOutput(Path value) {
        return new DemoOptions(seed, events, keep, bar, template, value);
    }

    /** @throws IllegalArgumentException with words for people */
    static DemoOptions parse(String[] arguments) {
        DemoOptions options = in(Path.of(""));
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--seed" -> options = options.withSeed(number(arguments, ++i));
                case "--events" -> options = options.withEvents(Math.toIntExact(number(arguments, ++i)));
                case "--keep" -> options = options.withKeep();
                case "--bar" -> options = options.withBar();
                default -> throw new IllegalArgumentException("'" + arguments[i] + "' is not known");
            }
        }
        return options;
    }

    private static long number(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " lacks its number");
        }
        try {
            return Long.parseLong(arguments[index]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + arguments[index] + "' is no number", e);
        }
    }
}
