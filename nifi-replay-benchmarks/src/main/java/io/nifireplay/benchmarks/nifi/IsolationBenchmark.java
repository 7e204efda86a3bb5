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
import io.nifireplay.systemtest.downstream.Delivery;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.instance.FreePorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a replay in one partition costs new events of another: the time from a sender's request to the call of the
 * downstream, while a job replays beside them and while none does. Both share the journal, the processors and the
 * downstream; the job has a rate, as one that a person opens beside a flow that runs.
 */
public final class IsolationBenchmark implements Benchmark {
    private static final int EVENTS = 1_000;
    private static final int QUICK_EVENTS = 200;
    private static final int SENT_PER_SECOND = 100;
    private static final int REPLAYED_PER_SECOND = 200;
    /** A replay must outlast the sender. */
    private static final double OUTLASTS = 1.5;
    /** The latency may be 1.1 times as long. */
    private static final double BAR = 1 / 1.1;

    private static final long LEASE_MILLIS = 1_000;
    private static final int CALLS_AT_ONCE = 8;
    private static final double MILLIS = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String UNIT = "1/s, of the median latency";
    private static final String OURS = "beside a replay in another partition";
    private static final String PEER = "without a replay";

    @Override
    public String name() {
        return "isolation";
    }

    @Override
    public String description() {
        return "latency of new events while a job replays in another partition, against no replay";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int events = settings.size(EVENTS, QUICK_EVENTS);
        try (BenchNiFi nifi = BenchNiFi.start(settings, name());
                DownstreamService downstream = DownstreamService.start()) {
            Intake intake = new Intake(nifi, downstream, events);
            Map<String, Runs> runs = BenchNiFi.takeTurns(
                    settings,
                    UNIT,
                    List.of(
                            Contestant.of(OURS, () -> intake.run(events, true)),
                            Contestant.of(PEER, () -> intake.run(events, false))));
            return List.of(result(runs.get(OURS), runs.get(PEER), intake, events));
        }
    }

    private static final class Intake {
        private final DownstreamService downstream;
        private final ControllerService journal;
        private final MissedEvents missed;
        private final Processor request;
        private final Connection requests;
        private final Processor replayEvents;
        private final List<Processor> flow;
        private final URI uri;
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final Map<Boolean, List<Double>> slow = new HashMap<>();
        private int rounds;

        private Intake(BenchNiFi nifi, DownstreamService downstream, int events) {
            this.downstream = downstream;
            int port = FreePorts.next();
            uri = URI.create("http://127.0.0.1:" + port + "/events");
            journal = nifi.journal("journal", Map.of());
            missed = MissedEvents.inPortions(nifi, nifi.journalEvent(journal), LEASE_MILLIS, replayed(events));
            Processor listen = nifi.group()
                    .createProcessor("ListenHTTP")
                    .set(Map.of(
                            "Listening Port",
                            String.valueOf(port),
                            "Base Path",
                            "events",
                            "HTTP Headers to receive as Attributes (Regex)",
                            "event-key"));
            Processor journalEvent = nifi.journalEvent(journal)
                    .set(Map.of("Idempotency Key", "${event-key:replaceEmpty(${uuid})}", "Partition", "live"));
            replayEvents = nifi.group()
                    .createProcessor("ReplayEvents")
                    .set("Event Journal", journal)
                    .autoTerminate("drill", "report", "failure");
            Processor guard = nifi.guardDelivery(journal);
            Processor call = nifi.group()
                    .createProcessor("InvokeHTTP")
                    .set(Map.of(
                            "HTTP Method",
                            "POST",
                            "HTTP URL",
                            downstream.uri().toString(),
                            DownstreamService.KEY_HEADER,
                            "${replay.idempotency.key}"))
                    .concurrentTasks(CALLS_AT_ONCE)
                    .autoTerminate("Response", "Failure", "Retry", "No Retry");
            Processor complete = nifi.completeEvent(journal).autoTerminate("success");
            listen.to(journalEvent, "success");
            replayEvents.to(journalEvent, "replayed");
            journalEvent.to(guard, "accepted");
            guard.to(call, "deliver");
            call.to(complete, "Original");
            request = nifi.group().createProcessor("GenerateFlowFile");
            requests = request.to(replayEvents, "success");
            flow = List.of(complete, call, guard, journalEvent, replayEvents, listen);
        }

        private static int replayed(int events) {
            return (int) (OUTLASTS * events / SENT_PER_SECOND * REPLAYED_PER_SECOND);
        }

        private double run(int events, boolean beside) throws InterruptedException {
            int replayed = replayed(events);
            long before = downstream.acceptedKeys();
            if (beside) {
                String partition = missed.makeAndLengthenLeases(journal, replayed);
                request.set("Custom Text", """
                        {"action": "replay", "job": "%s", "reason": "benchmark",
                         "select": {"partitions": ["%s"]}, "limits": {"ratePerSecond": %d}}
                        """.formatted(partition, partition, REPLAYED_PER_SECOND))
                        .runOnce();
                requests.awaitCount(1);
            }
            flow.forEach(Processor::start);
            if (beside) {
                awaitDelivered(before + 1);
            }
            Map<String, Instant> sent = send(events);
            awaitDelivered(before + events + (beside ? replayed : 0));
            flow.reversed().forEach(Processor::stop);
            List<Double> latencies = latencies(sent);
            slow.computeIfAbsent(beside, absent -> new ArrayList<>()).add(latencies.get(latencies.size() * 99 / 100));
            return MILLIS / latencies.get(latencies.size() / 2);
        }

        /** At a steady pace, whatever the answers take. */
        private Map<String, Instant> send(int events) {
            rounds++;
            Map<String, Instant> sent = new LinkedHashMap<>();
            List<CompletableFuture<?>> answers = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < events; i++) {
                long due = start + i * (TimeUnit.SECONDS.toNanos(1) / SENT_PER_SECOND);
                while (System.nanoTime() - due < 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                String key = "live-" + rounds + "-" + i;
                HttpRequest post = HttpRequest.newBuilder(uri)
                        .header("event-key", key)
                        .POST(HttpRequest.BodyPublishers.ofString("event " + key))
                        .build();
                sent.put(key, Instant.now());
                answers.add(http.sendAsync(post, BodyHandlers.discarding()));
            }
            answers.forEach(CompletableFuture::join);
            return sent;
        }

        private void awaitDelivered(long keys) throws InterruptedException {
            long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
            while (downstream.acceptedKeys() < keys) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException(
                            "Of " + keys + " events only " + downstream.acceptedKeys() + " were delivered");
                }
                Thread.sleep(100);
            }
        }

        /** In milliseconds, rising. */
        private List<Double> latencies(Map<String, Instant> sent) {
            List<Double> latencies = new ArrayList<>(sent.size());
            for (Delivery delivery : downstream.deliveries()) {
                Instant began = sent.get(delivery.key());
                if (began != null) {
                    latencies.add(Duration.between(began, delivery.time()).toNanos() / NANOS_PER_MILLI);
                }
            }
            return latencies.stream().sorted().toList();
        }
    }

    private BenchResult result(Runs ours, Runs peer, Intake intake, int events) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("median beside a replay, ms", Table.number(MILLIS / ours.median()));
        details.put("median without, ms", Table.number(MILLIS / peer.median()));
        details.put("99 % beside a replay, ms", Table.number(new Runs(intake.slow.get(true)).median()));
        details.put("99 % without, ms", Table.number(new Runs(intake.slow.get(false)).median()));
        details.put(
                "new events a round",
                events + ", " + SENT_PER_SECOND + "/s, from the request to the downstream's call");
        details.put("replayed beside them", REPLAYED_PER_SECOND + "/s, through the same processors");
        return new BenchResult(name(), UNIT, ours, PEER, peer, OptionalDouble.of(BAR), "bin/bench " + name(), details);
    }
}
