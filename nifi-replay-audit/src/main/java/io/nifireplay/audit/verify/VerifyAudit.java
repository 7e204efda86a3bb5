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
package io.nifireplay.audit.verify;

import io.nifireplay.audit.held.TimeStamps;
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.VerifierKey;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code bin/verify-audit} starts. */
public final class VerifyAudit {
    /** The log is intact, as far as could be checked. */
    public static final int INTACT = 0;
    /** Something does not fit. */
    public static final int DOES_NOT_FIT = 1;
    /** It could not be checked: a file cannot be read, or what was held elsewhere could not be compared. */
    public static final int NOT_CHECKED = 2;
    /** It was called in a wrong way. */
    public static final int USAGE = 64;

    static final String HELP = """
            Verifies an audit trail: every entry, every hash, every signature.

              verify-audit DIRECTORY --key KEY... [--since CHECKPOINT]... [--event ID] [--time-stamps CERTIFICATES] [--json]

              DIRECTORY      of the trail, or its part 'log', or a copy of that
              --key          the verifier key that you trust, name+id+key, or a file with it; once for each, where the trail has
                             changed its key and you have more than one: each must be a key of the trail
              --since        a checkpoint that was held elsewhere, or a folder of such: shows whether the trail was cut off or
                             exchanged since; once for each. With none of the trail among them nothing is said of it
              --event        looks for an event (position/partition), or any id that entries have, and proves what is found
              --time-stamps  certificates of time stamp authorities that you trust: time stamps beside checkpoints are verified
              --json         the report for machines

            Exit status: 0 intact, 1 something does not fit, 2 it could not be checked, 64 wrong call.
            """;

    private VerifyAudit() {}

    private static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        private UsageException(String message) {
            super(message);
        }
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(List.of(arguments), out, err));
    }

    /** Verifies as the arguments say, and yields the exit status. */
    public static int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.contains("--help")) {
            out.print(HELP);
            return INTACT;
        }
        try {
            Call call = Call.parse(arguments);
            VerificationReport report = LogVerifier.verify(call.request());
            out.print(call.isJson ? report.json() + "\n" : report.text());
            return report.isIntact() ? INTACT : DOES_NOT_FIT;
        } catch (UsageException e) {
            err.println(e.getMessage());
            err.print(HELP);
            return USAGE;
        } catch (IOException | UncheckedIOException e) {
            err.println("It could not be checked: " + e.getMessage());
            return NOT_CHECKED;
        }
    }

    private static final class Call {
        private Optional<Path> directory = Optional.empty();
        private final List<String> keys = new ArrayList<>();
        private final List<Path> since = new ArrayList<>();
        private Optional<String> event = Optional.empty();
        private Optional<Path> certificates = Optional.empty();
        private boolean isJson;

        private static Call parse(List<String> arguments) throws UsageException {
            Call call = new Call();
            List<String> left = new ArrayList<>(arguments);
            while (!left.isEmpty()) {
                String argument = left.removeFirst();
                switch (argument) {
                    case "--key" -> call.keys.add(value(argument, left));
                    case "--since" -> call.since.add(Path.of(value(argument, left)));
                    case "--event" -> call.event = Optional.of(value(argument, left));
                    case "--time-stamps" -> call.certificates = Optional.of(Path.of(value(argument, left)));
                    case "--json" -> call.isJson = true;
                    default -> call.operand(argument);
                }
            }
            return call;
        }

        private static String value(String option, List<String> left) throws UsageException {
            if (left.isEmpty()) {
                throw new UsageException("Something must follow " + option);
            }
            return left.removeFirst();
        }

        private void operand(String argument) throws UsageException {
            if (argument.startsWith("--") || directory.isPresent()) {
                throw new UsageException("What is '" + argument + "'?");
            }
            directory = Optional.of(Path.of(argument));
        }

        private VerificationRequest request() throws UsageException, IOException {
            Path given = directory.orElseThrow(() -> new UsageException("Which directory?"));
            Path log = VerificationRequest.logOf(given);
            Optional<TimeStamps> stamps =
                    certificates.isPresent() ? Optional.of(TimeStamps.trusting(certificates.get())) : Optional.empty();
            List<VerifierKey> trusted = verifierKeys();
            VerificationRequest request = VerificationRequest.of(log, trusted.getFirst())
                    .withFurtherKeys(trusted.subList(1, trusted.size()))
                    .withHeld(HeldFiles.read(since, stamps));
            return event.isPresent() ? request.withEvent(event.get()) : request;
        }

        private List<VerifierKey> verifierKeys() throws UsageException, IOException {
            List<VerifierKey> trusted = new ArrayList<>();
            for (String key : keys) {
                trusted.add(verifierKey(key));
            }
            if (trusted.isEmpty()) {
                throw new UsageException("Which --key do you trust?");
            }
            if (trusted.stream().map(VerifierKey::name).distinct().count() > 1) {
                throw new UsageException("Keys of one trail have one name; these have several");
            }
            return trusted;
        }

        private static VerifierKey verifierKey(String key) throws UsageException, IOException {
            String text =
                    key.contains("+") ? key : Files.readString(Path.of(key)).strip();
            try {
                return VerifierKey.parse(text);
            } catch (MalformedNoteException e) {
                throw new UsageException(e.getMessage());
            }
        }
    }
}
