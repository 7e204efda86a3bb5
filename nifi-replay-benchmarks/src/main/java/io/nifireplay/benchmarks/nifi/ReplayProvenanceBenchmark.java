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
package io.nifireplay.benchmarks.nifi;

import io.nifireplay.benchmarks.BenchResult;
import io.nifireplay.benchmarks.BenchSettings;
import io.nifireplay.benchmarks.Benchmark;
import io.nifireplay.benchmarks.Contestant;
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Processor;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Missed events back into a queue from NiFi's provenance: by a job of ReplayProvenance, and by a loop over NiFi's REST API.
 * Both are measured from the wish to the last replay, as NiFi's provenance has recorded it; both pay for their look into
 * provenance, and only the job skips what is completed and survives a restart. A second row tells whether a job keeps to
 * its rate.
 */
public final class ReplayProvenanceBenchmark implements Benchmark {
    private static final int EVENTS = 5_000;

    private static final int QUICK_EVENTS = 500;
    private static final double BAR = 1.4;
    private static final int LIMITED_EVENTS = 1_000;
    private static final int QUICK_LIMITED_EVENTS = 500;
    private static final int PORTION = 500;
    private static final int RATE = 100;
    /** Never above the limit by more than 5 %. */
    private static final double RATE_BAR = 1 / 1.05;

    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final long POLL_MILLIS = 500;
    private static final long WINDOW_MILLIS = 1_000;
    private static final long LEASE_MILLIS = 1_000;
    private static final double MILLIS = 1e3;
    private static final String UNIT = "events/s";
    private static final String OURS = "ReplayProvenance";
    private static final String PEER = "a loop over NiFi's REST API, one connection kept alive";

    @Override
    public String name() {
        return "replay-provenance";
    }

    @Override
    public String description() {
        return "a job of ReplayProvenance against a loop over NiFi's REST API for the same events";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int events = settings.size(EVENTS, QUICK_EVENTS);
        int limited = settings.size(LIMITED_EVENTS, QUICK_LIMITED_EVENTS);
        try (BenchNiFi nifi = BenchNiFi.start(settings, name())) {
            ControllerService journal = nifi.journal(
                    "journal", Map.of("Lease Duration", LEASE_MILLIS + " ms", "Content In Journal", "none"));
            Processor journalEvent = nifi.journalEvent(journal);
            Replays replays = new Replays(nifi, journal, journalEvent);
            Map<String, Runs> runs = BenchNiFi.takeTurns(
                    settings,
                    UNIT,
                    List.of(
                            Contestant.of(OURS, () -> rate(replays.byJob(events, ""))),
                            Contestant.of(PEER, () -> rate(replays.byLoop(events)))));
            String limits = ", \"limits\": {\"ratePerSecond\": %d}".formatted(RATE);
            double kept = RATE / (double) mostInASecond(replays.byJob(limited, limits));
            return List.of(result(runs.get(OURS), runs.get(PEER), events), limit(kept, limited));
        }
    }

    private static double rate(Replayed replayed) {
        return replayed.times().length * MILLIS / (replayed.last() - replayed.startMillis());
    }

    /** In any second, wherever it begins. */
    private static int mostInASecond(Replayed replayed) {
        long[] times = replayed.times();
        int most = 0;
        int first = 0;
        for (int i = 0; i < times.length; i++) {
            while (times[i] - times[first] >= WINDOW_MILLIS) {
                first++;
            }
            most = Math.max(most, i - first + 1);
        }
        return most;
    }

    /** When it was asked for, and when NiFi replayed what, milliseconds since the epoch. */
    private record Replayed(long startMillis, long[] times) {
        private long last() {
            return times[times.length - 1];
        }
    }

    private static final class Replays {
        private final BenchNiFi nifi;
        private final Processor journalEvent;
        private final MissedEvents missed;
        private final Processor request;

        private Replays(BenchNiFi nifi, ControllerService journal, Processor journalEvent) {
            this.nifi = nifi;
            this.journalEvent = journalEvent;
            missed = MissedEvents.inPortions(nifi, journalEvent, LEASE_MILLIS, PORTION);
            request = nifi.group().createProcessor("GenerateFlowFile");
            Processor replayProvenance = nifi.group()
                    .createProcessor("ReplayProvenance")
                    .set("Event Journal", journal)
                    .set(Map.of("NiFi API URL", nifi.apiUrl(), "JournalEvent Processors", journalEvent.id()))
                    .autoTerminate("report", "failure");
            request.to(replayProvenance, "success");
            replayProvenance.start();
        }

        private Replayed byJob(int events, String limits) throws InterruptedException {
            Instant from = nextSecond();
            String job = missed.make(events);
            request.set("Custom Text", """
                    {"action": "replay", "job": "%s", "reason": "benchmark", "select": {"time": {"from": "%s"}}%s}
                    """.formatted(job, from, limits));
            long start = System.currentTimeMillis();
            request.runOnce();
            return replayed(start, from, events);
        }

        private Replayed byLoop(int events) throws InterruptedException {
            Instant from = nextSecond();
            missed.make(events);
            long start = System.currentTimeMillis();
            RestLoop.run(nifi.client().rest(), window(from), events);
            return replayed(start, from, events);
        }

        /** NiFi finds events by whole seconds: this round's are in other ones than those before. */
        private static Instant nextSecond() throws InterruptedException {
            Instant next = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
            Thread.sleep(Duration.between(Instant.now(), next).plusMillis(1));
            return next;
        }

        /** Looks at the queue seldom, so that NiFi is not kept from its work. */
        private Replayed replayed(long start, Instant from, int events) throws InterruptedException {
            long nanos = System.nanoTime();
            while (missed.queue().count() < events) {
                if (System.nanoTime() - nanos > TIMEOUT.toNanos()) {
                    throw new IllegalStateException("Only " + missed.queue().count() + " of " + events
                            + " were replayed within " + TIMEOUT + "; see the bulletins and logs of the NiFi");
                }
                Thread.sleep(POLL_MILLIS);
            }
            missed.queue().empty();
            return new Replayed(start, window(from).replays(events));
        }

        private ProvenanceWindow window(Instant from) {
            return new ProvenanceWindow(nifi.client().rest(), journalEvent.id(), from);
        }
    }

    private BenchResult result(Runs ours, Runs peer, int events) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put(
                "ours",
                events
                        + " missed events a round: rights are looked at, provenance is searched, a job is opened and run");
        details.put("peer", events + " of such events a round: one provenance query, then one request an event");
        details.put("end", "the time of the last REPLAY event in NiFi's provenance");
        details.put("event", "1 KB; both end in a queue before JournalEvent; the journal has no content");
        return new BenchResult(name(), UNIT, ours, PEER, peer, OptionalDouble.of(BAR), "bin/bench " + name(), details);
    }

    private BenchResult limit(double kept, int events) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("ours", "the limit divided by the most REPLAY events in any second of a job of " + events);
        details.put("limit", RATE + " a second");
        return new BenchResult(
                name() + "-rate",
                "limit/most in a second",
                Runs.of(kept),
                "the job's rate limit",
                Runs.of(1),
                OptionalDouble.of(RATE_BAR),
                "bin/bench " + name(),
                details);
    }
}
