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
import io.nifireplay.benchmarks.Table;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.downstream.DownstreamService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How soon all that an outage has left behind is delivered, through a downstream with a limit of its own. What is compared
 * with is the slower of two: the downstream at its limit, and NiFi calling the same downstream for as many FlowFiles that
 * wait in a queue, without a journal; once with the call alone, and once with an UpdateAttribute in the place of each of
 * our processors. Measured from the wish to the last outcome that is recorded.
 */
public final class RecoverBenchmark implements Benchmark {
    private static final int EVENTS = 100_000;
    private static final int QUICK_EVENTS = 20_000;
    private static final int DOWNSTREAM_PER_SECOND = 5_000;
    /** At most 1.15 of the time of the slower one. */
    private static final double BAR = 1 / 1.15;

    private static final long LEASE_MILLIS = 1_000;
    private static final int CALLS_AT_ONCE = 8;
    /** Calls end one by one: so their outcomes are recorded by the batch, as the playbook says. */
    private static final String OUTCOMES_EVERY = "50 ms";

    private static final double NANOS = 1e9;
    private static final double MICROS = 1e6;
    private static final String UNIT = "events/s";
    private static final String OURS = "a replay job, to the last outcome";
    private static final String NIFI = "NiFi alone";
    private static final String PEER = "the slower of the downstream's limit and InvokeHTTP alone";
    private static final String STEPS = "NiFi in as many steps";
    private static final String PEER_STEPS =
            "the slower of the downstream's limit and the same flow with UpdateAttribute in our places";

    @Override
    public String name() {
        return "recover";
    }

    @Override
    public String description() {
        return "missed events through a downstream that takes 5,000/s: by a replay job, against what it and NiFi can do";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int events = settings.size(EVENTS, QUICK_EVENTS);
        try (BenchNiFi nifi = BenchNiFi.start(settings, name())) {
            Recovery recovery = new Recovery(nifi);
            Calls calls = new Calls(nifi, List.of(), List.of());
            Calls steps = new Calls(
                    nifi,
                    List.of(replayed(nifi), admitted(nifi), nifi.updateAttribute()),
                    List.of(nifi.updateAttribute().every(OUTCOMES_EVERY)));
            // A round takes so long that one is enough to warm up.
            Map<String, Runs> runs = Contestant.takeTurns(
                    settings,
                    UNIT,
                    List.of(
                            Contestant.of(OURS, () -> recovery.run(events)),
                            Contestant.of(NIFI, () -> calls.run(events)),
                            Contestant.of(STEPS, () -> steps.run(events))));
            return List.of(
                    result(name(), PEER, runs.get(OURS), runs.get(NIFI), recovery, calls, events),
                    result(name() + "-steps", PEER_STEPS, runs.get(OURS), runs.get(STEPS), recovery, steps, events));
        }
    }

    /** Writes what ReplayEvents does. */
    private static Processor replayed(BenchNiFi nifi) {
        return nifi.updateAttribute(Map.of(
                "replay.event.id", "default/1000000",
                "replay.idempotency.key", "${uuid}",
                "replay.job.id", "after-the-outage",
                "replay.token", "AQEAAAAAAAAAAAAAAQAAAAEAAAAAAAAAAWRlZmF1bHRSuTm0MyqcuwkqL3zlUQaV"));
    }

    /** Writes what JournalEvent does. */
    private static Processor admitted(BenchNiFi nifi) {
        return nifi.updateAttribute(Map.of(
                "replay.attempt", "2",
                "replay.reason", "replayed by a job",
                "replay.token", "AQAAAAAAAAAAAAAAAQAAAAIAAAAAAAAAAWRlZmF1bHRSuTm0MyqcuwkqL3zlUQaV"));
    }

    private static Processor invokeHttp(BenchNiFi nifi, String key) {
        return nifi.group()
                .createProcessor("InvokeHTTP")
                .set(Map.of(
                        "HTTP Method",
                        "POST",
                        "HTTP URL",
                        "http://127.0.0.1/",
                        "Response Header Request Attributes Enabled",
                        "true",
                        DownstreamService.KEY_HEADER,
                        key))
                .concurrentTasks(CALLS_AT_ONCE)
                .autoTerminate("Response")
                .penaltyAndYield("0 sec", "1 sec");
    }

    /** A downstream that has seen nothing yet, and keeps to its limit. */
    private static DownstreamService downstream(Processor invokeHttp) {
        DownstreamService downstream = DownstreamService.start();
        downstream.honourIdempotencyKeys(false);
        downstream.limit(DOWNSTREAM_PER_SECOND);
        invokeHttp.set("HTTP URL", downstream.uri().toString());
        return downstream;
    }

    private static void check(DownstreamService downstream, int events) {
        if (downstream.acceptedKeys() != events || downstream.acceptedMoreThanOnce() > 0) {
            throw new IllegalStateException("Of " + events + " events " + downstream.acceptedKeys()
                    + " were delivered, " + downstream.acceptedMoreThanOnce() + " of them more than once");
        }
    }

    /** Missed events, a replay job, and the flow of the template heal-after-outage without its intake. */
    private static final class Recovery {
        private final BenchNiFi nifi;
        private final ControllerService journal;
        private final ControllerService breaker;
        private final MissedEvents missed;
        private final Processor request;
        private final Connection requests;
        private final Processor invokeHttp;
        private final List<Processor> flow;
        private final Connection done;
        private long refused;
        private long calls;
        private long openings;
        private double leastCpuMicros = Double.MAX_VALUE;

        private Recovery(BenchNiFi nifi) {
            this.nifi = nifi;
            journal = nifi.journal("journal", Map.of());
            breaker = nifi.group().createService("StandardCircuitBreaker").enable();
            missed = new MissedEvents(nifi, nifi.journalEvent(journal), LEASE_MILLIS);
            Processor replayEvents = nifi.group()
                    .createProcessor("ReplayEvents")
                    .set("Event Journal", journal)
                    .set("Circuit Breaker", breaker)
                    .autoTerminate("drill", "report", "failure");
            Processor journalEvent = nifi.journalEvent(journal);
            Processor guard = nifi.guardDelivery(journal).set("Circuit Breaker", breaker);
            invokeHttp = invokeHttp(nifi, "${replay.idempotency.key}");
            Processor complete =
                    nifi.completeEvent(journal).set("Circuit Breaker", breaker).every(OUTCOMES_EVERY);
            Processor fail = nifi.completeEvent(journal)
                    .set("Circuit Breaker", breaker)
                    .set(Map.of(
                            "Outcome",
                            "failed",
                            "Maximum Attempts",
                            "100",
                            "Initial Retry Delay",
                            "1 sec",
                            "Maximum Retry Delay",
                            "2 sec"))
                    .every(OUTCOMES_EVERY)
                    .autoTerminate("success");
            request = nifi.group().createProcessor("GenerateFlowFile");
            requests = request.to(replayEvents, "success");
            replayEvents.to(journalEvent, "replayed");
            journalEvent.to(guard, "accepted");
            guard.to(invokeHttp, "deliver");
            invokeHttp.to(complete, "Original");
            invokeHttp.to(fail, "Failure", "Retry", "No Retry");
            done = Line.unbounded(complete.to(nifi.group().createFunnel(), "success"));
            flow = List.of(fail, complete, invokeHttp, guard, journalEvent, replayEvents);
        }

        private double run(int events) throws InterruptedException {
            String partition = missed.makeAndLengthenLeases(journal, events);
            try (DownstreamService downstream = downstream(invokeHttp)) {
                request.set("Custom Text", """
                        {"action": "replay", "job": "%s", "reason": "the outage is over",
                         "select": {"partitions": ["%s"]}}
                        """.formatted(partition, partition)).runOnce();
                requests.awaitCount(1);
                flow.subList(0, flow.size() - 1).forEach(Processor::start);
                double startCpu = nifi.cpuSeconds();
                long start = System.nanoTime();
                flow.getLast().start();
                Line.awaitCount(done, events, start);
                double seconds = (System.nanoTime() - start) / NANOS;
                leastCpuMicros = Math.min(leastCpuMicros, (nifi.cpuSeconds() - startCpu) * MICROS / events);
                flow.reversed().forEach(Processor::stop);
                done.empty();
                check(downstream, events);
                refused += downstream.refused();
                calls += downstream.deliveries().size();
                openings = Long.parseLong(breaker.componentState().getOrDefault("openings", "0"));
                return events / seconds;
            }
        }
    }

    /** The same calls for FlowFiles that wait in a queue. */
    private static final class Calls {
        private final Processor invokeHttp;
        private final Line line;

        /** @param before and after the call, what takes our processors' places */
        private Calls(BenchNiFi nifi, List<Processor> before, List<Processor> after) {
            invokeHttp = invokeHttp(nifi, "${uuid}");
            List<Processor> processors = Stream.of(before, List.of(invokeHttp), after)
                    .flatMap(List::stream)
                    .toList();
            line = new Line(
                    nifi,
                    processors,
                    processors.stream()
                            .map(processor -> processor == invokeHttp ? "Original" : "success")
                            .toList());
            Line.unbounded(invokeHttp.to(invokeHttp, "Failure", "Retry", "No Retry"));
        }

        private double run(int events) throws InterruptedException {
            try (DownstreamService downstream = downstream(invokeHttp)) {
                double rate = line.run(events);
                check(downstream, events);
                return rate;
            }
        }
    }

    private BenchResult result(
            String name, String peerName, Runs ours, Runs nifi, Recovery recovery, Calls alone, int events) {
        Runs peer = new Runs(nifi.values().stream()
                .map(rate -> Math.min(rate, DOWNSTREAM_PER_SECOND))
                .toList());
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("events", events + " of 1 KB, missed: admitted, their FlowFiles lost, their leases ended");
        details.put("ours, s", Table.number(events / ours.median()));
        details.put("ideal, s", Table.number((double) events / DOWNSTREAM_PER_SECOND));
        details.put("peer without the downstream's limit, s", Table.number(events / nifi.median()));
        details.put("bar, s", Table.number(events / peer.median() / BAR));
        details.put("NiFi's processor time per event, µs", Table.number(recovery.leastCpuMicros));
        details.put("NiFi's processor time per event, peer, µs", alone.line.cpuMicros());
        details.put(
                "ours",
                "ReplayEvents, JournalEvent, GuardDelivery, InvokeHTTP, CompleteEvent, with a circuit breaker that finds"
                        + " the rate; no rate is set");
        details.put("peer", "on a queue that is full, what is refused goes round again");
        details.put("calls at once", CALLS_AT_ONCE);
        details.put(
                "refused with 429, of all our calls",
                Table.number(100.0 * recovery.refused / Math.max(1, recovery.calls)) + " %");
        details.put("the breaker opened, in all rounds", recovery.openings);
        details.put("checked in each round", "each event was delivered, and none twice");
        return new BenchResult(
                name, UNIT, ours, peerName, peer, OptionalDouble.of(BAR), "bin/bench " + name(), details);
    }
}
