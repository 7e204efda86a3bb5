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
import io.nifireplay.systemtest.audit.SigningKeys;
import io.nifireplay.systemtest.client.ControllerService;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What it costs a flow that its journal tells an audit trail. */
public final class AuditedFlowBenchmark implements Benchmark {
    /** A round takes some seconds, so that the start of the processors counts little. */
    private static final int FLOW_FILES = 160_000;

    private static final int QUICK_FLOW_FILES = 10_000;
    private static final double BAR = 0.9;
    private static final String UNIT = "FlowFiles/s";
    private static final String OURS = "with an audit trail";
    private static final String PEER = "without an audit trail";

    @Override
    public String name() {
        return "audited-flow";
    }

    @Override
    public String description() {
        return "JournalEvent, GuardDelivery and CompleteEvent with an audit trail against the same without";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int flowFiles = settings.size(FLOW_FILES, QUICK_FLOW_FILES);
        try (BenchNiFi nifi = BenchNiFi.start(settings, name())) {
            ControllerService audited = nifi.group()
                    .createService("RocksDBEventJournal")
                    .set("Directory", nifi.folder("audited-journal"))
                    .set("Audit Trail", trail(nifi))
                    .enable();
            Line ours = nifi.recoverableFlow(audited);
            Line peer = nifi.recoverableFlow(nifi.journal("journal", Map.of()));
            Map<String, Runs> runs = BenchNiFi.takeTurns(
                    settings,
                    UNIT,
                    List.of(
                            Contestant.of(OURS, () -> ours.run(flowFiles)),
                            Contestant.of(PEER, () -> peer.run(flowFiles))));
            return List.of(result(runs.get(OURS), ours, runs.get(PEER), peer, flowFiles));
        }
    }

    private static ControllerService trail(BenchNiFi nifi) {
        SigningKeys keys = SigningKeys.create(Path.of(nifi.folder("audit-signing.p12")), "audit");
        return nifi.group()
                .createService("TransparencyLogAuditTrail")
                .set(Map.of(
                        "Directory",
                        nifi.folder("audit_trail"),
                        "Log Name",
                        "example.com/audit/benchmark",
                        "Key Store",
                        keys.store().toString(),
                        "Key Store Password",
                        SigningKeys.PASSWORD,
                        "Key Alias",
                        "audit",
                        "Personal Ids",
                        "plain"))
                .enable();
    }

    private BenchResult result(Runs ours, Line line, Runs peer, Line peerLine, int flowFiles) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("processor time per FlowFile, µs", line.cpuMicros());
        details.put("processor time per FlowFile, without a trail, µs", peerLine.cpuMicros());
        details.put("FlowFiles a round", flowFiles + " of 1 KB, each an event of its own");
        details.put("concurrent tasks", BenchNiFi.TASKS + " for each processor, all at the same time");
        details.put("the trail", "each batch is in it, synced, before it moves on; a signed checkpoint a second");
        return new BenchResult(name(), UNIT, ours, PEER, peer, OptionalDouble.of(BAR), "bin/bench " + name(), details);
    }
}
