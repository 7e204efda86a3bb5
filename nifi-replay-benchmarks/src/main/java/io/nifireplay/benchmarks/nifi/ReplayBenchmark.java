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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Missed events back into a queue: by a replay job, and as NiFi itself does it, one REST request an event. Both replay
 * FlowFiles that JournalEvent had admitted and that were lost behind it; both are measured from the wish to the arrival of
 * the last FlowFile in the queue.
 */
public final class ReplayBenchmark implements Benchmark {
    private static final int EVENTS = 20_000;
    private static final int QUICK_EVENTS = 5_000;
    private static final int BY_REST = 1_000;
    private static final int QUICK_BY_REST = 200;
    private static final double BAR = 20;
    private static final long LEASE_MILLIS = 1_000;
    private static final double NANOS = 1e9;
    private static final String UNIT = "events/s";
    private static final String OURS = "ReplayEvents";
    private static final String PEER = "replay through NiFi's REST API, one connection kept alive";

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String description() {
        return "a replay job of ReplayEvents against replay of the same events through NiFi's REST API";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int events = settings.size(EVENTS, QUICK_EVENTS);
        int byRest = settings.size(BY_REST, QUICK_BY_REST);
        try (BenchNiFi nifi = BenchNiFi.start(settings, name())) {
            // Nothing is emitted a second time, as nothing is admitted here.
            ControllerService journal = nifi.journal(
                    "journal", Map.of("Lease Duration", LEASE_MILLIS + " ms", "Re-emission Time", "1 hour"));
            Processor journalEvent = nifi.journalEvent(journal);
            MissedEvents missed = new MissedEvents(nifi, journalEvent, LEASE_MILLIS);
            Job job = new Job(nifi, journal);
            Map<String, Runs> runs = BenchNiFi.takeTurns(
                    settings,
                    UNIT,
                    List.of(
                            Contestant.of(OURS, () -> job.run(missed.make(events), events)),
                            Contestant.of(
                                    PEER, () -> RestLoop.run(nifi.client().rest(), journalEvent, missed, byRest))));
            return List.of(result(runs.get(OURS), runs.get(PEER), events, byRest));
        }
    }

    private static final class Job {
        private final Processor request;
        private final Processor replayEvents;
        private final Connection requests;
        private final Connection replayed;

        private Job(BenchNiFi nifi, ControllerService journal) {
            request = nifi.group().createProcessor("GenerateFlowFile");
            replayEvents = nifi.group()
                    .createProcessor("ReplayEvents")
                    .set("Event Journal", journal)
                    .autoTerminate("drill", "report", "failure");
            requests = request.to(replayEvents, "success");
            replayed = Line.unbounded(replayEvents.to(nifi.group().createFunnel(), "replayed"));
        }

        private double run(String partition, int events) throws InterruptedException {
            request.set("Custom Text", """
                    {"action": "replay", "job": "%s", "mode": "missed only", "reason": "benchmark",
                     "select": {"partitions": ["%s"]}, "limits": {"concurrency": %d}}
                    """.formatted(partition, partition, events))
                    .runOnce();
            requests.awaitCount(1);
            long start = System.nanoTime();
            replayEvents.start();
            Line.awaitCount(replayed, events, start);
            double seconds = (System.nanoTime() - start) / NANOS;
            replayEvents.stop();
            replayed.empty();
            return events / seconds;
        }
    }

    private BenchResult result(Runs ours, Runs peer, int events, int byRest) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put(
                "ours", events + " missed events a round: the job is planned, opened and emitted, batches of 1,000");
        details.put("peer", byRest + " of such events a round: one provenance query, then one request an event");
        details.put("event", "1 KB; both end in a queue before JournalEvent");
        return new BenchResult(name(), UNIT, ours, PEER, peer, OptionalDouble.of(BAR), "bin/bench " + name(), details);
    }
}
