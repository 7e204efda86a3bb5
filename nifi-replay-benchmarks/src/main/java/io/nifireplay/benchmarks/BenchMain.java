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
package io.nifireplay.benchmarks;

import io.nifireplay.benchmarks.audit.AuditAppendBenchmark;
import io.nifireplay.benchmarks.audit.AuditVerifyBenchmark;
import io.nifireplay.benchmarks.journal.GrowthBenchmark;
import io.nifireplay.benchmarks.journal.JournalBenchmark;
import io.nifireplay.benchmarks.nifi.AuditedFlowBenchmark;
import io.nifireplay.benchmarks.nifi.ContentRepositoryBenchmark;
import io.nifireplay.benchmarks.nifi.IsolationBenchmark;
import io.nifireplay.benchmarks.nifi.JournalEventBenchmark;
import io.nifireplay.benchmarks.nifi.ProvenanceAuditBenchmark;
import io.nifireplay.benchmarks.nifi.RecoverBenchmark;
import io.nifireplay.benchmarks.nifi.RecoverableFlowBenchmark;
import io.nifireplay.benchmarks.nifi.ReplayBenchmark;
import io.nifireplay.benchmarks.nifi.ReplayProvenanceBenchmark;
import io.nifireplay.benchmarks.repository.RepositoryBenchmark;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code bin/bench} starts. */
public final class BenchMain {
    static final List<Benchmark> BENCHMARKS = List.of(
            new JournalEventBenchmark(),
            new RecoverableFlowBenchmark(),
            new AuditedFlowBenchmark(),
            new ReplayBenchmark(),
            new ReplayProvenanceBenchmark(),
            new RecoverBenchmark(),
            new IsolationBenchmark(),
            new JournalBenchmark(),
            new GrowthBenchmark(),
            new RepositoryBenchmark(),
            new ContentRepositoryBenchmark(),
            new AuditAppendBenchmark(),
            new AuditVerifyBenchmark(),
            new ProvenanceAuditBenchmark());

    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 2;
    private static final int FAILED = 1;
    private static final int BAR_MISSED = 2;
    private static final int USAGE = 64;

    private BenchMain() {}

    /** Exit status 0: all ran; 1: one could not be run; 2: with {@code --check}, a bar was missed; 64: wrong call. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Set<String> names = new LinkedHashSet<>();
        boolean quick = false;
        boolean check = false;
        int rounds = 0;
        for (String argument : arguments) {
            switch (argument) {
                case "--list" -> {
                    BENCHMARKS.forEach(
                            benchmark -> out.printf("%-18s %s%n", benchmark.name(), benchmark.description()));
                    return;
                }
                case "--quick" -> quick = true;
                case "--check" -> check = true;
                default -> {
                    if (argument.matches("--rounds=[1-9][0-9]?")) {
                        rounds = Integer.parseInt(argument.substring("--rounds=".length()));
                    } else {
                        names.add(argument);
                    }
                }
            }
        }
        Set<String> known = BENCHMARKS.stream().map(Benchmark::name).collect(Collectors.toSet());
        for (String name : names) {
            if (!known.contains(name)) {
                System.err.println("There is no benchmark '" + name + "': bin/bench --list names them");
                System.exit(USAGE);
            }
        }
        Path target = Path.of("target", "bench");
        BenchSettings settings = new BenchSettings(
                quick, rounds > 0 ? rounds : quick ? QUICK_ROUNDS : ROUNDS, target.resolve("work"), out);
        List<BenchResult> results = new ArrayList<>();
        boolean failed = false;
        for (Benchmark benchmark : BENCHMARKS) {
            if (!names.isEmpty() && !names.contains(benchmark.name())) {
                continue;
            }
            out.printf("%s: %s%n", benchmark.name(), benchmark.description());
            try {
                for (BenchResult result : benchmark.run(settings)) {
                    result.write(target);
                    results.add(result);
                }
            } catch (Exception e) {
                failed = true;
                out.printf("  failed: %s%n", e);
                e.printStackTrace();
            } finally {
                BenchSettings.delete(settings.work());
            }
        }
        if (!results.isEmpty()) {
            out.printf("%n%s", Table.of(results));
            results.forEach(result -> out.printf("%s: %s%n", result.name(), result.details()));
        }
        if (failed) {
            System.exit(FAILED);
        }
        if (check && !results.stream().allMatch(BenchResult::met)) {
            System.exit(BAR_MISSED);
        }
        System.exit(0);
    }
}
