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

import io.nifireplay.benchmarks.Table;
import io.nifireplay.systemtest.client.Connectable;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Processors in a row between two queues: the first is filled, then all are started, and the last is waited for. */
final class Line {
    private static final String CONTENT_SIZE = "1 KB";
    private static final int GENERATED_AT_ONCE = 5_000;
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final long POLL_MILLIS = 50;
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e6;

    private final BenchNiFi nifi;
    private final int generatedAtOnce;
    private final Processor generator;
    private final List<Processor> processors;
    private final Connection in;
    private final Connection out;
    private double leastCpuMicros = Double.MAX_VALUE;

    /** @param relationships of each processor the one that leads on */
    Line(BenchNiFi nifi, List<Processor> processors, List<String> relationships) {
        this(nifi, processors, relationships, CONTENT_SIZE, GENERATED_AT_ONCE);
    }

    /**
     * @param contentSize of each FlowFile, such as {@code 1 KB}
     * @param generatedAtOnce how many FlowFiles the generator makes at once
     */
    Line(
            BenchNiFi nifi,
            List<Processor> processors,
            List<String> relationships,
            String contentSize,
            int generatedAtOnce) {
        this.nifi = nifi;
        this.generatedAtOnce = generatedAtOnce;
        this.processors = processors;
        ProcessGroup group = nifi.group();
        generator = group.createProcessor("GenerateFlowFile")
                .set(Map.of(
                        "File Size",
                        contentSize,
                        "Batch Size",
                        String.valueOf(generatedAtOnce),
                        "Data Format",
                        "Binary",
                        "Unique FlowFiles",
                        "true"));
        in = unbounded(generator.to(processors.getFirst(), "success"));
        for (int i = 0; i + 1 < processors.size(); i++) {
            unbounded(processors.get(i).to(processors.get(i + 1), relationships.get(i)));
        }
        Connectable end = group.createFunnel();
        out = unbounded(processors.getLast().to(end, relationships.getLast()));
    }

    /** A queue that never stops what fills it. */
    static Connection unbounded(Connection connection) {
        return connection.backPressure(0).backPressure("0 B");
    }

    Connection in() {
        return in;
    }

    /**
     * Fills the first queue with new FlowFiles, and lets them run through.
     *
     * @param flowFiles how many, a multiple of what is generated at once
     * @return FlowFiles a second, from the start of the processors to the arrival of the last FlowFile
     */
    double run(int flowFiles) throws InterruptedException {
        fill(flowFiles);
        // The first one last: the others wait for it.
        processors.reversed().stream().limit(processors.size() - 1L).forEach(Processor::start);
        double startCpu = nifi.cpuSeconds();
        long start = System.nanoTime();
        processors.getFirst().start();
        awaitCount(out, flowFiles, start);
        double seconds = (System.nanoTime() - start) / NANOS;
        leastCpuMicros = Math.min(leastCpuMicros, (nifi.cpuSeconds() - startCpu) * MICROS / flowFiles);
        processors.forEach(Processor::stop);
        out.empty();
        return flowFiles / seconds;
    }

    /** What NiFi used of a processor for a FlowFile, in µs, at the least: a busy machine distorts it little. */
    String cpuMicros() {
        return Table.number(leastCpuMicros);
    }

    void fill(int flowFiles) {
        for (int made = 0; made < flowFiles; made += generatedAtOnce) {
            generator.runOnce();
        }
        in.awaitCount(flowFiles);
    }

    static void awaitCount(Connection queue, long count, long startNanos) throws InterruptedException {
        while (queue.count() < count) {
            if (System.nanoTime() - startNanos > TIMEOUT.toNanos()) {
                throw new IllegalStateException("Of " + count + " FlowFiles only " + queue.count() + " arrived within "
                        + TIMEOUT + "; see the bulletins and logs of the NiFi");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
