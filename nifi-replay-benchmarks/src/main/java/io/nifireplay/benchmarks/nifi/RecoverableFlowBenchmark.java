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
import io.nifireplay.systemtest.client.ControllerService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What it costs a FlowFile that its flow is recoverable. */
public final class RecoverableFlowBenchmark implements Benchmark {
    /** A round takes some seconds, so that the start of the processors counts little. */
    private static final int FLOW_FILES = 80_000;

    private static final int QUICK_FLOW_FILES = 10_000;
    private static final double BAR = 0.5;
    private static final double MICROS = 1e6;
    private static final String UNIT = "FlowFiles/s";
    private static final String OURS = "JournalEvent, GuardDelivery, CompleteEvent";
    private static final String PEER = "three UpdateAttribute";

    @Override
    public String name() {
        return "recoverable-flow";
    }

    @Override
    public String description() {
        return "JournalEvent, GuardDelivery and CompleteEvent in a row against three UpdateAttribute";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int flowFiles = settings.size(FLOW_FILES, QUICK_FLOW_FILES);
        try (BenchNiFi nifi = BenchNiFi.start(settings, name())) {
            ControllerService journal = nifi.journal("journal", Map.of());
            Line ours = nifi.recoverableFlow(journal);
            Line peer = new Line(
                    nifi,
                    List.of(nifi.updateAttribute(), nifi.updateAttribute(), nifi.updateAttribute()),
                    List.of("success", "success", "success"));
            Map<String, Runs> runs = BenchNiFi.takeTurns(
                    settings,
                    UNIT,
                    List.of(
                            Contestant.of(OURS, () -> ours.run(flowFiles)),
                            Contestant.of(PEER, () -> peer.run(flowFiles))));
            return List.of(result(runs.get(OURS), ours, runs.get(PEER), peer, flowFiles));
        }
    }

    private BenchResult result(Runs ours, Line line, Runs peer, Line peerLine, int flowFiles) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("processor time per FlowFile, µs", line.cpuMicros());
        details.put("processor time per FlowFile, peer, µs", peerLine.cpuMicros());
        details.put(
                "cost of being recoverable, µs per FlowFile",
                Table.number(MICROS / ours.median() - MICROS / peer.median()));
        details.put("FlowFiles a round", flowFiles + " of 1 KB, each an event of its own");
        details.put("concurrent tasks", BenchNiFi.TASKS + " for each processor, all at the same time");
        details.put("ours", "batches of up to 1,000, each synced to disk, run duration 0");
        details.put("peer", "run duration " + BenchNiFi.RUN_DURATION_MILLIS + " ms");
        return new BenchResult(name(), UNIT, ours, PEER, peer, OptionalDouble.of(BAR), "bin/bench " + name(), details);
    }
}
