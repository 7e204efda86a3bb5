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
package io.nifireplay.benchmarks.audit;

import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.benchmarks.BenchResult;
import io.nifireplay.benchmarks.BenchSettings;
import io.nifireplay.benchmarks.Benchmark;
import io.nifireplay.benchmarks.Contestant;
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.benchmarks.Writers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Appends to the audit trail, durable batch by batch, beside the same bytes in a plain file with the same syncs. The time of the
 * trail includes the encoding, all hashes, and the checkpoints of each second and at the end, with their files.
 */
public final class AuditAppendBenchmark implements Benchmark {
    private static final int BATCHES = 1_000;
    private static final int QUICK_BATCHES = 60;
    /** Batches are appended again and again, since a million entries in memory would be measured too. */
    private static final int PREPARED = 50;

    private static final int MANY_THREADS = 2;
    private static final double BAR = 100_000;
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e6;
    private static final String UNIT = "entries/s";
    private static final String OURS = "audit trail";
    private static final String PEER = "plain file, same syncs";

    private final Map<String, List<Double>> cpuMicros = new LinkedHashMap<>();

    @Override
    public String name() {
        return "audit-append";
    }

    @Override
    public String description() {
        return "durable appends to the audit trail, 500-byte entries, against the same bytes in a plain file";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        List<BenchResult> results = new ArrayList<>();
        int batches = settings.size(BATCHES, QUICK_BATCHES);
        for (int threads : new int[] {MANY_THREADS, 1}) {
            settings.say("%d thread(s)", threads);
            cpuMicros.clear();
            Map<String, Runs> runs = Contestant.takeTurns(
                    settings,
                    UNIT,
                    List.of(
                            Contestant.of(OURS, () -> trail(settings, threads, batches)),
                            Contestant.of(PEER, () -> file(settings, threads, batches))));
            results.add(result(runs.get(OURS), runs.get(PEER), threads, batches));
        }
        return results;
    }

    private static <B> List<B> repeated(List<B> prepared, int batches) {
        List<B> all = new ArrayList<>(batches);
        for (int i = 0; i < batches; i++) {
            all.add(prepared.get(i % prepared.size()));
        }
        return all;
    }

    private static List<List<AuditEntry>> prepared() {
        List<List<AuditEntry>> prepared = new ArrayList<>();
        for (int i = 0; i < PREPARED; i++) {
            prepared.add(Trail.batch((long) i * Trail.BATCH));
        }
        return prepared;
    }

    private double trail(BenchSettings settings, int threads, int batches) throws Exception {
        List<List<AuditEntry>> all = repeated(prepared(), batches);
        try (TransparencyLog log = TransparencyLog.open(LogOptions.defaults(settings.fresh("audit"), Trail.key()))) {
            Writers.Taken taken = Writers.write(threads, all, log::append);
            long start = System.nanoTime();
            log.checkpoint();
            double publishing = (System.nanoTime() - start) / NANOS;
            return rate(OURS, batches, taken.seconds() + publishing, taken.cpuSeconds());
        }
    }

    private double file(BenchSettings settings, int threads, int batches) throws Exception {
        List<List<byte[]>> all =
                repeated(prepared().stream().map(Trail::encoded).toList(), batches);
        try (PlainFile file = new PlainFile(settings.fresh("plain").resolve("file"))) {
            Writers.Taken taken = Writers.write(threads, all, file::write);
            return rate(PEER, batches, taken.seconds(), taken.cpuSeconds());
        }
    }

    private double rate(String contestant, int batches, double seconds, double cpuSeconds) {
        double entries = (double) batches * Trail.BATCH;
        cpuMicros.computeIfAbsent(contestant, absent -> new ArrayList<>()).add(cpuSeconds * MICROS / entries);
        return entries / seconds;
    }

    private double cpu(String contestant) {
        // The least is what it costs undisturbed.
        return Math.round(new Runs(cpuMicros.get(contestant)).minimum() * 100) / 100.0;
    }

    private BenchResult result(Runs ours, Runs peer, int threads, int batches) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("threads", threads);
        details.put("batch", Trail.BATCH + " entries, one durable write; " + batches + " batches a round");
        details.put(
                "entry",
                Trail.encoded(Trail.batch(0)).getFirst().length
                        + " bytes of canonical JSON, encoded by the caller's thread");
        details.put("bar", "100,000 entries/s with 2 threads; the ratio is for information");
        details.put("checkpoints", "one a second and one at the end, within the time that is measured");
        details.put("processor time per entry, µs", cpu(OURS));
        details.put("processor time per entry, peer, µs", cpu(PEER));
        details.put(
                "others",
                "tessera's POSIX storage, not run here: by its own documents 2,900 entries/s on a mirrored pair of SAS disks"
                        + " without antispam, 1,600/s with it (transparency-dev/tessera, docs/performance.md)");
        return new BenchResult(
                name() + (threads == 1 ? "-one-thread" : ""),
                UNIT,
                ours,
                PEER,
                peer,
                threads == MANY_THREADS ? OptionalDouble.of(BAR / peer.median()) : OptionalDouble.empty(),
                "bin/bench " + name(),
                details);
    }
}
