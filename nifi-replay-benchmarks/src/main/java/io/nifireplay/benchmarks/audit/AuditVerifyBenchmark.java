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

import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.TileDirectory;
import io.nifireplay.audit.tiles.TilePath;
import io.nifireplay.audit.tiles.TileReading;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import io.nifireplay.benchmarks.BenchResult;
import io.nifireplay.benchmarks.BenchSettings;
import io.nifireplay.benchmarks.Benchmark;
import io.nifireplay.benchmarks.Contestant;
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.benchmarks.Table;
import io.nifireplay.benchmarks.Writers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The whole verification of a log, from its files, beside SHA-256 alone over the same entries in memory; and proofs of single
 * entries of it.
 */
public final class AuditVerifyBenchmark implements Benchmark {
    private static final int BATCHES = 1_000;
    private static final int QUICK_BATCHES = 60;
    private static final int THREADS = 2;
    private static final int SHA256_BYTES = 32;
    private static final double BAR = 0.4;
    private static final double NANOS = 1e9;
    private static final String UNIT = "entries/s";
    private static final String OURS = "verification";
    private static final String PEER = "bare SHA-256";

    @Override
    public String name() {
        return "audit-verify";
    }

    @Override
    public String description() {
        return "verification of an audit trail of 1 million entries against SHA-256 alone over the same bytes; proofs from cold files";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int batches = settings.size(BATCHES, QUICK_BATCHES);
        Path directory = settings.fresh("verified");
        SignedCheckpoint checkpoint;
        try (TransparencyLog log = TransparencyLog.open(LogOptions.defaults(directory, Trail.key()))) {
            for (int batch = 0; batch < batches; batch++) {
                log.append(Trail.batch((long) batch * Trail.BATCH));
            }
            checkpoint = log.checkpoint();
        }
        Path files = directory.resolve("log");
        long size = checkpoint.head().size();
        List<EntryBundle> bundles = bundles(files, size);
        Map<String, Runs> runs = Contestant.takeTurns(
                settings,
                UNIT,
                List.of(
                        Contestant.of(OURS, () -> verify(files, size)),
                        Contestant.of(PEER, () -> hash(bundles, size))));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("threads", THREADS);
        details.put("entries", Table.number(size) + " of close to 500 bytes");
        details.put(
                "ours", "reads all files, hashes entries and nodes, checks canonical JSON, tiles, root and signature");
        details.put("peer", "SHA-256 of each entry by itself, in memory, and nothing else");
        String command = "bin/bench " + name();
        BenchResult verification = new BenchResult(
                name(), UNIT, runs.get(OURS), PEER, runs.get(PEER), OptionalDouble.of(BAR), command, details);
        settings.say("inclusion proofs of single entries");
        ColdFiles cold = new ColdFiles(settings.fresh("cold"));
        return List.of(verification, new InclusionProofs(files, checkpoint, cold).result(settings, command));
    }

    private static List<EntryBundle> bundles(Path files, long size) throws Exception {
        TileDirectory store = new TileDirectory(files);
        List<EntryBundle> bundles = new ArrayList<>();
        for (long from = 0; from < size; from += TilePath.FULL) {
            int width = (int) Math.min(TilePath.FULL, size - from);
            bundles.add(TileReading.entries(store, new TilePath(TilePath.ENTRIES, from / TilePath.FULL, width)));
        }
        return bundles;
    }

    private static double verify(Path files, long size) throws Exception {
        long start = System.nanoTime();
        VerificationReport report = LogVerifier.verify(
                VerificationRequest.of(files, Trail.key().verifierKey()).withThreads(THREADS));
        double seconds = (System.nanoTime() - start) / NANOS;
        if (!report.isIntact() || report.entries() != size) {
            throw new IllegalStateException("The log of the benchmark is not intact: " + report.text());
        }
        return size / seconds;
    }

    private static double hash(List<EntryBundle> bundles, long size) throws Exception {
        ThreadLocal<MessageDigest> digests = ThreadLocal.withInitial(AuditVerifyBenchmark::sha256);
        byte[][] sinks = new byte[bundles.size()][SHA256_BYTES];
        List<Integer> numbers = IntStream.range(0, bundles.size()).boxed().toList();
        Writers.Taken taken = Writers.write(THREADS, numbers, number -> {
            MessageDigest sha256 = digests.get();
            EntryBundle bundle = bundles.get(number);
            for (int i = 0; i < bundle.width(); i++) {
                sha256.update(bundle.bytes(), bundle.start(i), bundle.length(i));
                sha256.digest(sinks[number], 0, SHA256_BYTES);
            }
        });
        return size / taken.seconds();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
