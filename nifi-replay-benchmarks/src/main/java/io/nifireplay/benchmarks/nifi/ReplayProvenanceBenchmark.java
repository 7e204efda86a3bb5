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
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Processor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Missed events back into a queue from NiFi's provenance: by a job of ReplayProvenance, and by a loop over NiFi's REST API.
 * Both are measured from the wish to the arrival of the last FlowFile in the queue; both pay for their look into
 * provenance, and only the job skips what is completed and survives a restart.
 */
public final class ReplayProvenanceBenchmark implements Benchmark {
    private static final int EVENTS = 2_000;
    private static final int QUICK_EVENTS = 500;
    private static final double BAR = 1.4;
    private static final long LEASE_MILLIS = 1_000;
    private static final double NANOS = 1e9;
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
        try (BenchNiFi nifi = BenchNiFi.start(settings, name())) {
            ControllerService journal = nifi.journal(
                    "journal", Map.of("Lease Duration", LEASE_MILLIS + " ms", "Content In Journal", "none"));
            Processor journalEvent = nifi.journalEvent(journal);
            MissedEvents missed = MissedEvents.inPortions(nifi, journalEvent, LEASE_MILLIS, events);
            Job job = new Job(nifi, journal, journalEvent, missed);
            Map<String, Runs> runs = BenchNiFi.takeTurns(
                    settings, UNIT, List.of(Contestant.of(OURS, () -> job.run(events)), Contestant.of(PEER, () -> {
                        missed.make(events);
                        return RestLoop.run(nifi.client().rest(), journalEvent, missed, events);
                    })));
            return List.of(result(runs.get(OURS), runs.get(PEER), events));
        }
    }

    private static final class Job {
        private final Processor request;
        private final Processor replayProvenance;
        private final Connection requests;
        private final MissedEvents missed;

        private Job(BenchNiFi nifi, ControllerService journal, Processor journalEvent, MissedEvents missed) {
            this.missed = missed;
            request = nifi.group().createProcessor("GenerateFlowFile");
            replayProvenance = nifi.group()
                    .createProcessor("ReplayProvenance")
                    .set("Event Journal", journal)
                    .set(Map.of("NiFi API URL", nifi.apiUrl(), "JournalEvent Processors", journalEvent.id()))
                    .autoTerminate("report", "failure");
            requests = request.to(replayProvenance, "success");
        }

        private double run(int events) throws InterruptedException {
            Instant from = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            String job = missed.make(events);
            request.set("Custom Text", """
                    {"action": "replay", "job": "%s", "reason": "benchmark", "select": {"time": {"from": "%s"}}}
                    """.formatted(job, from)).runOnce();
            requests.awaitCount(1);
            long start = System.nanoTime();
            replayProvenance.start();
            Line.awaitCount(missed.queue(), events, start);
            double seconds = (System.nanoTime() - start) / NANOS;
            replayProvenance.stop();
            missed.queue().empty();
            return events / seconds;
        }
    }

    private BenchResult result(Runs ours, Runs peer, int events) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put(
                "ours",
                events
                        + " missed events a round: rights are looked at, provenance is searched, a job is opened and run");
        details.put("peer", events + " of such events a round: one provenance query, then one request an event");
        details.put("event", "1 KB; both end in a queue before JournalEvent; the journal has no content");
        return new BenchResult(name(), UNIT, ours, PEER, peer, OptionalDouble.of(BAR), "bin/bench " + name(), details);
    }
}
