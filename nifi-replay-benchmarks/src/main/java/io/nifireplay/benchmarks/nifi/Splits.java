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

/** One large text that is split by its lines, and the pieces read. */
final class Splits {
    /** About 10 KB: lines of random text, as GenerateFlowFile makes it, have some 90 characters. */
    private static final String LINES = "100";

    private static final double NANOS = 1e9;

    private final Processor generate;
    private final Processor split;
    private final Processor read;
    private final Connection in;
    private final Connection original;
    private final Connection out;
    private int count;

    Splits(BenchNiFi nifi, Processor read, int megabytes) {
        this.read = read;
        generate = nifi.group()
                .createProcessor("GenerateFlowFile")
                .set(Map.of("File Size", megabytes + " MB", "Data Format", "Text", "Unique FlowFiles", "true"));
        split = nifi.group()
                .createProcessor("SplitText")
                .set("Line Split Count", LINES)
                .autoTerminate("failure");
        in = Line.unbounded(generate.to(split, "success"));
        Line.unbounded(split.to(read, "splits"));
        original = split.to(nifi.group().createFunnel(), "original");
        out = Line.unbounded(read.to(nifi.group().createFunnel(), "success"));
    }

    /** How many pieces the last text had. */
    int count() {
        return count;
    }

    /** Pieces a second, from the beginning of the split to the last piece that was read. */
    double run() throws InterruptedException {
        generate.runOnce();
        in.awaitCount(1);
        read.start();
        long start = System.nanoTime();
        split.start();
        Line.awaitCount(original, 1, start);
        count = Integer.parseInt(original.onlyFlowFile().attribute("fragment.count"));
        Line.awaitCount(out, count, start);
        double seconds = (System.nanoTime() - start) / NANOS;
        split.stop();
        read.stop();
        out.empty();
        original.empty();
        return count / seconds;
    }
}
