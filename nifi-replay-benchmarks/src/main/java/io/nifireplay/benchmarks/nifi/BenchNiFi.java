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

import io.nifireplay.benchmarks.BenchSettings;
import io.nifireplay.benchmarks.Contestant;
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.NiFiInstance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A NiFi in which both sides of a comparison run, one after the other. */
final class BenchNiFi implements AutoCloseable {
    /** What NiFi's UI offers behind "Run duration" for more throughput. */
    static final int RUN_DURATION_MILLIS = 25;

    static final int TASKS = 2;

    /** A NiFi runs for months: what is measured is compiled code. */
    private static final int WARM_UPS = 5;

    /** Arguments for the JVM of NiFi, separated by blanks: to profile it. */
    static final String JVM_ARGUMENTS_PROPERTY = "nifireplay.benchmarks.nifi.jvm";

    private static final String HEAP = "2g";
    private static final double NANOS = 1e9;

    private final NiFiInstance nifi;
    private final ProcessGroup group;

    private BenchNiFi(NiFiInstance nifi) {
        this.nifi = nifi;
        group = nifi.client().root().createGroup("benchmark");
    }

    static BenchNiFi start(BenchSettings settings, String name) throws IOException {
        return start(settings.fresh(name), Map.of());
    }

    /** @param properties lines of nifi.properties */
    static BenchNiFi start(Path home, Map<String, String> properties) {
        // No swapping of long queues to disk, which would hit one round and spare another.
        NiFiInstance.Builder nifi = NiFiInstance.in(home)
                .heap(HEAP)
                .property("nifi.queue.swap.threshold", "1000000")
                .properties(properties);
        Stream.of(System.getProperty(JVM_ARGUMENTS_PROPERTY, "").split(" "))
                .filter(argument -> !argument.isEmpty())
                .forEach(nifi::jvmArgument);
        return new BenchNiFi(nifi.build().start());
    }

    /** Lets contestants take turns, once they are warm. */
    static Map<String, Runs> takeTurns(BenchSettings settings, String unit, List<Contestant> contestants)
            throws Exception {
        return Contestant.takeTurns(settings, settings.size(WARM_UPS, 1), unit, contestants);
    }

    ProcessGroup group() {
        return group;
    }

    /** Where its REST API is. */
    String apiUrl() {
        return nifi.canvas().resolve("/nifi-api").toString();
    }

    NiFiClient client() {
        return nifi.client();
    }

    /** What NiFi has used of the processors so far, in seconds of one; 0 where the system does not tell. */
    double cpuSeconds() {
        return ProcessHandle.of(nifi.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(duration -> duration.toNanos() / NANOS)
                .orElse(0.0);
    }

    /** A folder of this name in NiFi's home. */
    String folder(String name) {
        return nifi.home().resolve(name).toString();
    }

    /** An event journal of its own, enabled. */
    ControllerService journal(String name, Map<String, String> properties) {
        return group.createService("RocksDBEventJournal")
                .set("Directory", folder(name))
                .set(properties)
                .enable();
    }

    /** Takes events in; every FlowFile is an event of its own. */
    Processor journalEvent(ControllerService journal) {
        return group.createProcessor("JournalEvent")
                .set("Event Journal", journal)
                .set(Map.of("Idempotency Key Strategy", "Expression Language", "Idempotency Key", "${uuid}"))
                .concurrentTasks(TASKS)
                .autoTerminate("duplicate", "in flight", "conflict", "dead letter", "rejected", "failure");
    }

    Processor completeEvent(ControllerService journal) {
        return group.createProcessor("CompleteEvent")
                .set("Event Journal", journal)
                .concurrentTasks(TASKS)
                .autoTerminate("failed", "dead letter", "superseded", "rejected", "failure");
    }

    Processor guardDelivery(ControllerService journal) {
        return group.createProcessor("GuardDelivery")
                .set("Event Journal", journal)
                .concurrentTasks(TASKS)
                .autoTerminate("already completed", "superseded", "rejected");
    }

    /** JournalEvent, GuardDelivery and CompleteEvent in a row. */
    Line recoverableFlow(ControllerService journal) {
        return new Line(
                this,
                List.of(journalEvent(journal), guardDelivery(journal), completeEvent(journal)),
                List.of("accepted", "deliver", "success"));
    }

    /** What NiFi itself moves: writes an attribute, and does nothing else. */
    Processor updateAttribute() {
        return updateAttribute(Map.of("benchmark", "true"));
    }

    /** @param attributes what it writes, by name */
    Processor updateAttribute(Map<String, String> attributes) {
        return group.createProcessor("UpdateAttribute")
                .set(attributes)
                .concurrentTasks(TASKS)
                .runDuration(RUN_DURATION_MILLIS);
    }

    @Override
    public void close() {
        nifi.stop();
    }
}
