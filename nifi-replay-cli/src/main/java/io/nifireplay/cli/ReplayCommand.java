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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks for replay jobs, approves them, starts and stops them, and shows how they stand: what bin/replay does. */
public final class ReplayCommand {
    static final String USAGE = """
            replay list                                      all jobs
            replay status JOB                                one job
            replay request --job JOB [what] --reason TEXT    makes a job that does nothing yet
            replay edit JOB (--file FILE | [what])           changes it, before it was started
            replay plan JOB                                  what it would do; freezes the set of events (over provenance
                                                             it is 'planning' until ReplayProvenance has searched)
            replay approve JOB --version N --reason TEXT     agrees to what 'status' shows as version N
            replay start JOB --reason TEXT
            replay pause JOB --reason TEXT
            replay resume JOB --reason TEXT
            replay abort JOB --reason TEXT                   ends it for good
            replay policy                                    who governs, by which rules, and what you may do
            replay policy approve DIGEST --reason TEXT       lets in the policy that waits

            what:
              --mode MODE             'missed only' (when not given), 'forced', 'drill'
              --partition P  --key K  --state S  --attribute NAME=VALUE     each may come several times
              --from TIME  --to TIME  first admitted from (inclusive) to (exclusive), as 2026-11-23T10:15:30Z
              --error-type REGEX  --since RECOVERY-POINT
              --over provenance       from NiFi's own provenance, by a ReplayProvenance that runs; then which of it:
                --processor ID  --event-type TYPE  --flow-file UUID  --attribute NAME=VALUE    each several times
                --from TIME  --to TIME  (when the provenance event happened)  --lineage-of EVENT-ID
              --all                   all events, in place of these
              --include-unknown       those of unknown outcome, too
              --rate N  --concurrency N  --error-budget SHARE  --strict-order
              --file FILE             the request as JSON in place of all these (docs/rest.md); - for standard input

            where and who, also in a file that --config names, one 'option = value' a line:
              --nifi URL              such as https://nifi.example:8443
              --coordinator ID|NAME   when there are several
              --key-store FILE        PKCS12, with your certificate and its key
              --password-env NAME | --password-file FILE          its password
              --trust-store FILE      PKCS12, with the authority of NiFi's certificate; else the JDK's
              --trust-password-env NAME | --trust-password-file FILE
              --token-file FILE       a Bearer token, in place of a certificate
            Files with a password or token must be their owner's alone.

              --json                  what NiFi answers, as it is
              --version N             do it only if the job still is at version N

            Exit status: 0 done, 1 not possible as things stand, 2 NiFi does not answer, 3 not permitted, 4 not found,
            64 the call or the request cannot be understood.
            """;

    /** A job that runs changes by itself, too: so often a stop that was meant for any version is tried again. */
    private static final int TRIES = 5;

    private static final Set<String> STEPS = Set.of("approve", "start", "pause", "resume", "abort");
    private static final Set<String> RUNNING = Set.of("pause", "resume", "abort");

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    /** @param in what {@code --file -} reads */
    public ReplayCommand(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    public static void main(String... arguments) {
        ExitStatus status = new ReplayCommand(System.in, System.out, System.err).run(arguments);
        System.out.flush();
        System.exit(status.code());
    }

    /** Never throws: what went wrong is told on the error stream. */
    public ExitStatus run(String... line) {
        try {
            if (List.of(line).contains("--help") || List.of(line).equals(List.of("help"))) {
                out.print(USAGE);
                return ExitStatus.DONE;
            }
            Arguments arguments = Arguments.of(line);
            Task task = task(arguments);
            NiFi nifi =
                    new NiFi(NiFi.base(arguments.required("nifi", "the address of NiFi")), Credentials.of(arguments));
            try (nifi) {
                Coordinator coordinator = Coordinator.find(nifi, arguments.option("coordinator"));
                task.run(coordinator, new Screen(out, arguments.has("json")));
            }
            return ExitStatus.DONE;
        } catch (CommandException e) {
            err.println(e.getMessage());
            if (e.status() == ExitStatus.WRONG_CALL) {
                err.println("replay --help says more.");
            }
            return e.status();
        }
    }

    /** What is to be done once the coordinator is found: so that a wrong call is told before anything is sent. */
    @FunctionalInterface
    private interface Task {
        void run(Coordinator coordinator, Screen screen) throws CommandException;
    }

    private Task task(Arguments arguments) throws CommandException {
        List<String> words = arguments.words();
        if (words.isEmpty()) {
            throw Arguments.wrong("Say what to do");
        }
        return switch (words.getFirst()) {
            case "list" -> {
                expect(arguments, 1, Set.of());
                yield (coordinator, screen) -> screen.jobs(coordinator.jobs());
            }
            case "status" -> {
                expect(arguments, 2, Set.of());
                yield (coordinator, screen) -> screen.job(coordinator.job(words.get(1)));
            }
            case "request" -> {
                expect(arguments, 1, RequestOptions.NAMES);
                ObjectNode request = RequestOptions.request(arguments, in);
                yield (coordinator, screen) -> screen.job(coordinator.draft(request));
            }
            case "edit" -> edit(arguments);
            case "plan" -> {
                expect(arguments, 2, Set.of("version"));
                yield onJob(arguments, Coordinator::plan);
            }
            case "policy" -> words.size() == 1 ? policy(arguments) : approvePolicy(arguments);
            default -> step(arguments);
        };
    }

    private Task edit(Arguments arguments) throws CommandException {
        Set<String> options = new HashSet<>(RequestOptions.NAMES);
        options.add("version");
        expect(arguments, 2, options);
        // The job is said before; a file says it all the same.
        Arguments withJob = arguments.has("file")
                ? arguments
                : arguments.with("job", arguments.words().get(1));
        ObjectNode request = RequestOptions.request(withJob, in);
        return onJob(arguments, (coordinator, job, version) -> coordinator.edit(job, version, request));
    }

    private static Task step(Arguments arguments) throws CommandException {
        String step = arguments.words().getFirst();
        if (!STEPS.contains(step)) {
            throw Arguments.wrong("There is no '" + step + "'");
        }
        expect(arguments, 2, Set.of("reason", "version"));
        String reason = arguments.required("reason", "why, for those who ask later");
        if (step.equals("approve")) {
            arguments.required(
                    "version", "the one that you have looked at; so nothing is approved that was changed since");
        }
        Change change = (coordinator, job, version) -> coordinator.change(step, job, version, reason);
        return RUNNING.contains(step) ? onRunningJob(arguments, change) : onJob(arguments, change);
    }

    private static Task policy(Arguments arguments) throws CommandException {
        expect(arguments, 1, Set.of());
        return (coordinator, screen) -> screen.governance(coordinator.governance());
    }

    private static Task approvePolicy(Arguments arguments) throws CommandException {
        if (!arguments.words().get(1).equals("approve")) {
            throw Arguments.wrong("There is no 'policy " + arguments.words().get(1) + "'");
        }
        expect(arguments, 3, Set.of("reason"));
        String digest = arguments.words().get(2);
        String reason = arguments.required("reason", "why, for those who ask later");
        return (coordinator, screen) -> screen.governance(coordinator.approvePolicy(digest, reason));
    }

    /** A change of a job at a version. */
    @FunctionalInterface
    private interface Change {
        JsonNode apply(Coordinator coordinator, String job, long version) throws CommandException;
    }

    private static Task onJob(Arguments arguments, Change change) throws CommandException {
        String job = arguments.words().get(1);
        Optional<Long> version = version(arguments);
        return (coordinator, screen) -> {
            long at = version.isPresent() ? version.get() : version(coordinator, job);
            screen.job(change.apply(coordinator, job, at));
        };
    }

    /** Stops a job, or lets it go on, whatever happens to it meanwhile, unless a version is said. */
    private static Task onRunningJob(Arguments arguments, Change change) throws CommandException {
        if (version(arguments).isPresent()) {
            return onJob(arguments, change);
        }
        String job = arguments.words().get(1);
        return (coordinator, screen) -> {
            for (int tried = 1; ; tried++) {
                long version = version(coordinator, job);
                try {
                    screen.job(change.apply(coordinator, job, version));
                    return;
                } catch (CommandException e) {
                    boolean changedMeanwhile =
                            e.status() == ExitStatus.NOT_POSSIBLE && version(coordinator, job) != version;
                    if (!changedMeanwhile || tried == TRIES) {
                        throw e;
                    }
                }
            }
        };
    }

    private static long version(Coordinator coordinator, String job) throws CommandException {
        return coordinator.job(job).path("version").asLong();
    }

    private static Optional<Long> version(Arguments arguments) throws CommandException {
        Optional<String> text = arguments.option("version");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.get().matches("[0-9]{1,18}")) {
            throw Arguments.wrong("--version is '" + text.get() + "', but must be a number, as 'status' shows it");
        }
        return Optional.of(Long.parseLong(text.get()));
    }

    private static void expect(Arguments arguments, int words, Set<String> options) throws CommandException {
        List<String> said = arguments.words();
        if (said.size() < words) {
            throw Arguments.wrong("'" + said.getFirst() + "' needs more: "
                    + (said.getFirst().equals("policy") ? "the digest" : "the job's id"));
        }
        if (said.size() > words) {
            throw Arguments.wrong("'" + said.get(words) + "' is too much");
        }
        arguments.only(options);
    }
}
