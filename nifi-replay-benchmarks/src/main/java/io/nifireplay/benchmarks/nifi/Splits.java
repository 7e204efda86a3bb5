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

import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.Processor;
import java.util.Map;

/** One large FlowFile that is cut into slices, and the slices read. */
final class Splits {
    private static final int SLICE_BYTES = 10_000;
    private static final double NANOS = 1e9;

    private final Processor generate;
    private final Processor segment;
    private final Processor read;
    private final Connection in;
    private final Connection out;
    private final int count;

    Splits(BenchNiFi nifi, Processor read, int megabytes) {
        this.read = read;
        count = (int) Math.ceilDiv((long) megabytes << 20, SLICE_BYTES);
        generate = nifi.group()
                .createProcessor("GenerateFlowFile")
                .set(Map.of("File Size", megabytes + " MB", "Data Format", "Binary", "Unique FlowFiles", "true"));
        segment = nifi.group()
                .createProcessor("SegmentContent")
                .set("Segment Size", SLICE_BYTES + " B")
                .autoTerminate("original");
        in = Line.unbounded(generate.to(segment, "success"));
        Line.unbounded(segment.to(read, "segments"));
        out = Line.unbounded(read.to(nifi.group().createFunnel(), "success"));
    }

    /** How many slices. */
    int count() {
        return count;
    }

    /** Slices a second, from the cut to the last that was read. */
    double run() throws InterruptedException {
        generate.runOnce();
        in.awaitCount(1);
        read.start();
        long start = System.nanoTime();
        segment.start();
        Line.awaitCount(out, count, start);
        double seconds = (System.nanoTime() - start) / NANOS;
        segment.stop();
        read.stop();
        out.empty();
        return count / seconds;
    }
}
