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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.systemtest.disk.PlaintextSearch;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Real events through a real NiFi that loses its downstream and is killed twice, and what came of each of them.
 *
 * <p>Exit status: 0 when nothing is lost, nothing was delivered more than once, and conflicts and dead letters are exactly
 * those of the plan; 1 when not; 2 when the demo could not be carried out.
 */
public final class Demo {
    private static final Duration SLOWNESS = Duration.ofMillis(150);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String JOB = "after-the-outage";
    private static final String KEY_ID = "demo";

    /** A word of every event: of its content, its attributes and its key. */
    private static final String WORD_OF_ALL = "earthquake";

    private static final String JOURNAL = "event_journal";
    private static final JsonMapper JSON = new JsonMapper();

    private final DemoOptions options;
    private final PrintStream out;
    private final List<SourceEvent> events;
    private final Plan plan;
    private final DownstreamService downstream;
    private final NiFiInstance nifi;
    private final ContentKeys keys;
    private final Progress progress;

    private Demo(
            DemoOptions options,
            PrintStream out,
            DownstreamService downstream,
            NiFiInstance nifi,
            ContentKeys keys,
            Progress progress) {
        this.options = options;
        this.out = out;
        this.events = Earthquakes.first(options.events());
        this.plan = Plan.of(events, options.seed());
        this.downstream = downstream;
        this.nifi = nifi;
        this.keys = keys;
        this.progress = progress;
    }

    public static void main(String[] arguments) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (List.of(arguments).contains("--help")) {
            out.print(DemoOptions.USAGE);
            return;
        }
        DemoOptions options;
        try {
            options = DemoOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            out.print(DemoOptions.USAGE);
            System.exit(2);
            return;
        }
        int status = 2;
        try {
            status = run(options, out).isRight() ? 0 : 1;
        } catch (RuntimeException e) {
            out.println();
            out.println("The demo could not be carried out: " + e.getMessage());
            e.printStackTrace(out);
        }
        System.exit(status);
    }

    /** Carries the demo out, prints what happens and the table, and writes {@code report.json}. */
    static DemoReport run(DemoOptions options, PrintStream out) throws InterruptedException {
        Homes.delete(options.output());
        ContentKeys keys = ContentKeys.create(options.output().resolve("keys"), KEY_ID);
        NiFiInstance nifi = NiFiInstance.in(options.output().resolve("nifi"))
                .heap("1g")
                .properties(keys.properties(KEY_ID))
                .build();
        try (DownstreamService downstream = DownstreamService.start();
                Progress progress = new Progress(out, options.bar(), options.events())) {
            DemoReport report = new Demo(options, out, downstream, nifi, keys, progress).play();
            report.write(options.output().resolve("report.json"));
            progress.end();
            out.println();
            out.print(report.table());
            out.println();
            out.println(
                    report.isRight()
                            ? "Nothing lost, nothing done twice."
                            : "NOT AS IT SHOULD BE: " + String.join("; ", report.problems()));
            return report;
        } finally {
            end(options, nifi, out);
        }
    }

    private DemoReport play() throws InterruptedException {
        progress.say("%,d earthquakes are to be delivered; seed %d".formatted(events.size(), options.seed()));
        plan.words().forEach(words -> progress.say("  " + words));
        plan.refused().forEach(downstream::fail);
        plan.failing().forEach((key, times) -> downstream.fail(key, 503, times));
        plan.unanswered().forEach(key -> downstream.loseAnswer(key, 1));

        nifi.start();
        progress.say("NiFi " + nifi.client().version() + " runs: " + nifi.canvas());
        progress.say("Content repository and journal are sealed with a key from " + keys.store());
        RecoverableIntake intake = RecoverableIntake.install(nifi.client().root(), options.template(), parameters());
        intake.start();
        try (Sender sender = new Sender(intake.address(), plan, events)) {
            progress.follow(sender::started, () -> (int) downstream.acceptedKeys());
            sendThroughTrouble(intake, sender);
            JsonNode job = replayWhatIsMissing(intake);
            return report(intake, sender, job);
        }
    }

    private void sendThroughTrouble(RecoverableIntake intake, Sender sender) throws InterruptedException {
        progress.say("The sender begins, on several connections");
        sender.start();

        send(sender, 0.15);
        downstream.slow(SLOWNESS);
        progress.say("The downstream is slow: " + SLOWNESS.toMillis() + " ms for each answer");
        // The rest is sent while NiFi starts again.
        sender.goOnTo(share(0.45));
        awaitStarted(sender, share(0.30));
        killAndStart("in the stream");
        downstream.slow(Duration.ZERO);
        progress.say("The downstream is quick again");
        send(sender, 0.50);

        downstream.goDown();
        progress.say("The downstream is out");
        send(sender, 0.75);
        // As long as it takes for some to run out of attempts.
        long enough = Math.max(5, events.size() / 20);
        await("dead letters", () -> intake.deadLetters().count() >= enough);
        downstream.comeBack();
        progress.say("The downstream is back; %,d dead letters wait for a person"
                .formatted(intake.deadLetters().count()));

        sender.goOnTo(events.size());
        sender.join();
        progress.say("The sender has its last answer");
        await("an end of all deliveries and retries", () -> {
            JsonNode states = intake.countAll().path("byState");
            return states.path("in flight").asLong()
                            + states.path("delivering").asLong()
                            + states.path("failed").asLong()
                    == 0;
        });
    }

    private JsonNode replayWhatIsMissing(RecoverableIntake intake) {
        long before = downstream.acceptedKeys();
        long missing = intake.countAll().at("/byState/dead letter").asLong();
        int rate = (int) Math.max(5, missing / 8);
        intake.replayMissed(JOB, rate, "The downstream was out");
        progress.say("A replay of the %,d that are missing is asked for, %d in a second".formatted(missing, rate));

        long third = before + (missing - plan.refused().size()) / 3;
        await("the replay's first third", () -> downstream.acceptedKeys() >= third);
        killAndStart("in the replay");
        await(
                "the end of the replay",
                () -> intake.job(JOB)
                        .map(job -> job.path("state").asText())
                        .filter("finished"::equals)
                        .isPresent());
        progress.say("The replay is finished");
        return intake.job(JOB).orElseThrow();
    }

    private DemoReport report(RecoverableIntake intake, Sender sender, JsonNode job) {
        Set<String> sent = new HashSet<>(events.stream().map(SourceEvent::key).toList());
        Set<String> notDelivered = new HashSet<>(sent);
        downstream.byKey().forEach((key, count) -> {
            if (count.accepted() > 0) {
                notDelivered.remove(key);
            }
        });
        JsonNode all = intake.countAll();
        long deadLetters = all.at("/byState/dead letter").asLong();
        long conflicts = all.path("conflicts").asLong();
        return new DemoReport(
                sent.size(),
                sender.acknowledged().size(),
                downstream.acceptedKeys(),
                notDelivered.size() - deadLettersAmong(intake, notDelivered),
                downstream.acceptedMoreThanOnce(),
                downstream.repeated(),
                sender.turnedAway(),
                conflicts,
                deadLetters,
                all.at("/byState/delivering").asLong(),
                job.at("/progress/completed").asLong()
                        + job.at("/progress/deadLetter").asLong(),
                progress.seconds(),
                readable("content_repository", JOURNAL),
                readable("flowfile_repository", "provenance_repository"),
                options.seed(),
                new DemoReport.Planned(
                        plan.sentTwice(),
                        plan.conflicting().size(),
                        plan.refused().size()),
                new DemoReport.AsPlanned(
                        conflicts == plan.conflicting().size()
                                && sender.conflicting().equals(plan.conflicting())
                                && conflictsAmong(intake, plan.conflicting()) == conflicts,
                        deadLetters == plan.refused().size()
                                && deadLettersAmong(intake, plan.refused().keySet()) == deadLetters));
    }

    /** How often a word of the events can be read in files of NiFi. */
    private long readable(String... folders) {
        Path[] paths =
                Stream.of(folders).map(folder -> nifi.home().resolve(folder)).toArray(Path[]::new);
        return PlaintextSearch.of(WORD_OF_ALL).hits(paths);
    }

    private void killAndStart(String when) {
        nifi.kill();
        progress.say("NiFi is killed (SIGKILL) " + when);
        nifi.start();
        progress.say("NiFi runs again, on what it left");
    }

    private void send(Sender sender, double share) {
        sender.goOnTo(share(share));
        awaitStarted(sender, share(share));
    }

    private static void awaitStarted(Sender sender, int events) {
        await("the sender's event " + events, () -> sender.started() >= events);
    }

    private int share(double share) {
        return (int) (events.size() * share);
    }

    private static void await(String what, Callable<Boolean> reached) {
        Awaitility.await(what)
                .pollInterval(Duration.ofMillis(50))
                .atMost(PATIENCE)
                .until(reached);
    }

    private static long deadLettersAmong(RecoverableIntake intake, Collection<String> keys) {
        return keys.isEmpty()
                ? 0
                : intake.count(selected(keys)).at("/byState/dead letter").asLong();
    }

    private static long conflictsAmong(RecoverableIntake intake, Collection<String> keys) {
        return keys.isEmpty()
                ? 0
                : intake.count(selected(keys)).path("conflicts").asLong();
    }

    private static ObjectNode selected(Collection<String> keys) {
        ObjectNode select = JSON.createObjectNode();
        ArrayNode array = select.putArray("keys");
        keys.forEach(array::add);
        return select;
    }

    private Map<String, String> parameters() {
        return Map.of(
                "Listening Port",
                String.valueOf(FreePorts.next()),
                "Downstream URL",
                downstream.uri().toString(),
                "Downstream Honours Idempotency Key",
                "true",
                "Maximum Attempts",
                "3",
                "First Retry Delay",
                "1 sec",
                "Longest Retry Delay",
                "2 sec",
                "Re-emission Time",
                "5 sec",
                "Journal Directory",
                nifi.home().resolve(JOURNAL).toString(),
                "Key Store",
                keys.store().toString(),
                "Key Store Password",
                ContentKeys.PASSWORD);
    }

    private static void end(DemoOptions options, NiFiInstance nifi, PrintStream out) {
        if (!nifi.isAlive()) {
            return;
        }
        if (!options.keep()) {
            nifi.close();
            return;
        }
        nifi.outlive();
        out.println();
        out.println("NiFi still runs: " + nifi.canvas());
        out.println("Stop it with:    kill " + nifi.pid());
        out.println("Its downstream has ended with this demo: what you send to that NiFi fails at its delivery.");
    }
}
