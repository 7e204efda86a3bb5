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
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.ContentKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Two NiFis that do the same, one with the encrypted content repository and one with NiFi's plain one. */
public final class ContentRepositoryBenchmark implements Benchmark {
    private static final double BAR = 0.85;
    private static final String OURS = "EncryptedContentRepository";
    private static final String PLAIN = "FileSystemRepository";

    /**
     * What flows through.
     *
     * @param times how often in a round: what a NiFi does now and then, such as checkpoints, is to be in each
     */
    private record Load(String suffix, String size, int flowFiles, int quickFlowFiles, int atOnce, int times) {}

    private static final List<Load> LOADS =
            List.of(new Load("1kb", "1 KB", 40_000, 10_000, 5_000, 4), new Load("10mb", "10 MB", 60, 20, 10, 4));
    private static final int SPLIT_MEGABYTES = 256;
    private static final int QUICK_SPLIT_MEGABYTES = 32;

    @Override
    public String name() {
        return "repository-nifi";
    }

    @Override
    public String description() {
        return "flows in a running NiFi with the encrypted content repository against the plain one: 1 KB, 10 MB, splits";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        Path folder = settings.fresh(name());
        ContentKeys keys = ContentKeys.create(folder.resolve("keys"), "benchmark");
        try (BenchNiFi encrypted = BenchNiFi.start(folder.resolve("encrypted"), keys.properties("benchmark"));
                BenchNiFi plain = BenchNiFi.start(folder.resolve("plain"), Map.of())) {
            List<BenchResult> results = new ArrayList<>();
            for (Load load : LOADS) {
                int flowFiles = settings.size(load.flowFiles(), load.quickFlowFiles());
                settings.say("%s", load.size());
                Line ours = line(encrypted, load);
                Line theirs = line(plain, load);
                Map<String, Runs> runs = BenchNiFi.takeTurns(
                        settings,
                        "FlowFiles/s",
                        List.of(
                                Contestant.of(OURS, () -> run(ours, flowFiles, load.times())),
                                Contestant.of(PLAIN, () -> run(theirs, flowFiles, load.times()))));
                Map<String, Object> details = new LinkedHashMap<>();
                details.put("flow", "ModifyBytes (reads and writes all) and CryptographicHashContent (reads all)");
                details.put("FlowFiles a round", load.times() + " times " + flowFiles + " of " + load.size());
                details.put("processor time per FlowFile, µs", ours.cpuMicros());
                details.put("processor time per FlowFile, peer, µs", theirs.cpuMicros());
                details.put("concurrent tasks", BenchNiFi.TASKS);
                results.add(result(load.suffix(), "FlowFiles/s", runs, OptionalDouble.of(BAR), details));
            }
            results.add(split(settings, encrypted, plain));
            return results;
        }
    }

    /** The rate over all times. */
    private static double run(Line line, int flowFiles, int times) throws InterruptedException {
        double seconds = 0;
        for (int i = 0; i < times; i++) {
            seconds += flowFiles / line.run(flowFiles);
        }
        return times * flowFiles / seconds;
    }

    private static Line line(BenchNiFi nifi, Load load) {
        Processor modify = nifi.group()
                .createProcessor("ModifyBytes")
                .set(Map.of("Start Offset", "1 B", "End Offset", "0 B", "Remove All Content", "false"))
                .concurrentTasks(BenchNiFi.TASKS)
                .runDuration(BenchNiFi.RUN_DURATION_MILLIS);
        return new Line(nifi, List.of(modify, hash(nifi)), List.of("success", "success"), load.size(), load.atOnce());
    }

    private static Processor hash(BenchNiFi nifi) {
        return nifi.group()
                .createProcessor("CryptographicHashContent")
                .set(Map.of("Hash Algorithm", "SHA-256"))
                .concurrentTasks(BenchNiFi.TASKS)
                .runDuration(BenchNiFi.RUN_DURATION_MILLIS)
                .autoTerminate("failure");
    }

    /** Pieces of one large claim, each read by itself: what they skip is most of the claim. */
    private BenchResult split(BenchSettings settings, BenchNiFi encrypted, BenchNiFi plain) throws Exception {
        int megabytes = settings.size(SPLIT_MEGABYTES, QUICK_SPLIT_MEGABYTES);
        settings.say("splits of %d MB", megabytes);
        Splits ours = new Splits(encrypted, hash(encrypted), megabytes);
        Splits theirs = new Splits(plain, hash(plain), megabytes);
        Map<String, Runs> runs = Contestant.takeTurns(
                settings, "splits/s", List.of(Contestant.of(OURS, ours::run), Contestant.of(PLAIN, theirs::run)));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("flow", "SplitText into pieces of 100 lines, about 10 KB, each read by CryptographicHashContent");
        details.put("pieces", ours.count());
        details.put("NiFi 1.28 decrypts all before a piece", "see repository-split-nifi-1 of bin/bench repository");
        return result("split", "splits/s", runs, OptionalDouble.empty(), details);
    }

    private BenchResult result(
            String suffix, String unit, Map<String, Runs> runs, OptionalDouble bar, Map<String, Object> details) {
        return new BenchResult(
                name() + "-" + suffix,
                unit,
                runs.get(OURS),
                PLAIN,
                runs.get(PLAIN),
                bar,
                "bin/bench " + name(),
                details);
    }
}
