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
import io.nifireplay.systemtest.instance.FreePorts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** JournalEvent beside NiFi's own way to tell duplicates, and beside a processor that does next to nothing. */
public final class JournalEventBenchmark implements Benchmark {
    /** A round takes more than a second, so that the start of the processors counts little. */
    private static final int FLOW_FILES = 80_000;

    private static final int SLOW_FLOW_FILES = 40_000;
    private static final int QUICK_FLOW_FILES = 10_000;
    private static final double BAR_DETECT_DUPLICATE = 5;
    private static final double AIM_UPDATE_ATTRIBUTE = 1;
    private static final String UNIT = "FlowFiles/s";
    private static final String OURS = "JournalEvent";
    private static final String DETECT_DUPLICATE = "DetectDuplicate over MapCacheServer";
    private static final String UPDATE_ATTRIBUTE = "UpdateAttribute";
    private static final String AS_MANY = "UpdateAttribute that writes as many attributes as JournalEvent";

    @Override
    public String name() {
        return "journal-event";
    }

    @Override
    public String description() {
        return "JournalEvent in a running NiFi against DetectDuplicate over MapCacheServer, and beside UpdateAttribute";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int flowFiles = settings.size(FLOW_FILES, QUICK_FLOW_FILES);
        int slowFlowFiles = settings.size(SLOW_FLOW_FILES, QUICK_FLOW_FILES);
        try (BenchNiFi nifi = BenchNiFi.start(settings, name())) {
            ControllerService journal = nifi.journal("journal", Map.of());
            Line ours = new Line(nifi, List.of(nifi.journalEvent(journal)), List.of("accepted"));
            Line detectDuplicate = new Line(nifi, List.of(detectDuplicate(nifi)), List.of("non-duplicate"));
            Line updateAttribute = new Line(nifi, List.of(nifi.updateAttribute()), List.of("success"));
            Line asMany = new Line(nifi, List.of(asManyAttributes(nifi)), List.of("success"));
            Map<String, Runs> runs = BenchNiFi.takeTurns(
                    settings,
                    UNIT,
                    List.of(
                            Contestant.of(OURS, () -> ours.run(flowFiles)),
                            Contestant.of(DETECT_DUPLICATE, () -> detectDuplicate.run(slowFlowFiles)),
                            Contestant.of(UPDATE_ATTRIBUTE, () -> updateAttribute.run(flowFiles)),
                            Contestant.of(AS_MANY, () -> asMany.run(flowFiles))));
            return List.of(
                    result(
                            runs,
                            "-detect-duplicate",
                            DETECT_DUPLICATE,
                            OptionalDouble.of(BAR_DETECT_DUPLICATE),
                            ours,
                            detectDuplicate,
                            flowFiles,
                            slowFlowFiles),
                    result(
                            runs,
                            "-update-attribute",
                            UPDATE_ATTRIBUTE,
                            OptionalDouble.of(AIM_UPDATE_ATTRIBUTE),
                            ours,
                            updateAttribute,
                            flowFiles,
                            slowFlowFiles),
                    result(
                            runs,
                            "-as-many-attributes",
                            AS_MANY,
                            OptionalDouble.empty(),
                            ours,
                            asMany,
                            flowFiles,
                            slowFlowFiles));
        }
    }

    private static Processor detectDuplicate(BenchNiFi nifi) {
        String port = String.valueOf(FreePorts.next());
        nifi.group()
                .createService("MapCacheServer")
                .set(Map.of(
                        "Port",
                        port,
                        "Maximum Cache Entries",
                        "10000000",
                        "Persistence Directory",
                        nifi.folder("map-cache")))
                .enable();
        ControllerService cache = nifi.group()
                .createService("MapCacheClientService")
                .set(Map.of("Server Hostname", "localhost", "Server Port", port))
                .enable();
        return nifi.group()
                .createProcessor("DetectDuplicate")
                .set("Distributed Cache Service", cache)
                .set("Cache Entry Identifier", "${uuid}")
                .concurrentTasks(BenchNiFi.TASKS)
                .runDuration(BenchNiFi.RUN_DURATION_MILLIS)
                .autoTerminate("duplicate", "failure");
    }

    /** Shows what of JournalEvent's cost is NiFi's, which writes attributes into provenance and its own repository. */
    private static Processor asManyAttributes(BenchNiFi nifi) {
        return nifi.updateAttribute(Map.of(
                "replay.event.id", "default/1000000",
                "replay.attempt", "1",
                "replay.idempotency.key", "${uuid}",
                "replay.token", "AQAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAAWRlZmF1bHRSuTm0MyqcuwkqL3zlUQaV"));
    }

    private BenchResult result(
            Map<String, Runs> runs,
            String suffix,
            String peer,
            OptionalDouble bar,
            Line line,
            Line peerLine,
            int flowFiles,
            int slowFlowFiles) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("processor time per FlowFile, µs", line.cpuMicros());
        details.put("processor time per FlowFile, peer, µs", peerLine.cpuMicros());
        details.put(
                "FlowFiles a round",
                flowFiles + " of 1 KB, each with a key of its own; DetectDuplicate " + slowFlowFiles);
        details.put("concurrent tasks", BenchNiFi.TASKS);
        details.put("JournalEvent", "batches of up to 1,000, each synced to disk, run duration 0");
        details.put(
                "peers",
                "run duration " + BenchNiFi.RUN_DURATION_MILLIS + " ms; MapCacheServer persistent, not synced");
        return new BenchResult(
                name() + suffix, UNIT, runs.get(OURS), peer, runs.get(peer), bar, "bin/bench " + name(), details);
    }
}
