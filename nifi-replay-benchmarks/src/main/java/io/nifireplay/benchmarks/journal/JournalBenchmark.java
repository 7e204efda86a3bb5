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
package io.nifireplay.benchmarks.journal;

import io.nifireplay.benchmarks.BenchResult;
import io.nifireplay.benchmarks.BenchSettings;
import io.nifireplay.benchmarks.Benchmark;
import io.nifireplay.benchmarks.Contestant;
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.benchmarks.Writers;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import javax.crypto.spec.SecretKeySpec;

/** The journal without NiFi around it: how much deciding, indexing and hashing cost beside storing the bytes alone. */
public final class JournalBenchmark implements Benchmark {
    private static final int CONTENT_BYTES = 1024;
    private static final int BATCH = 1_000;
    private static final int BATCHES = 150;
    private static final int QUICK_BATCHES = 20;
    private static final int MANY_THREADS = 2;
    /** The JVM compiles the journal for some seconds; RocksDB is compiled when it comes. */
    private static final int WARM_UPS = 5;

    private static final double BAR_ROCKSDB = 0.5;
    private static final double BAR_LOG = 1.0;
    private static final double BAR_SEALED = 0.8;
    private static final String UNIT = "events/s";
    private static final String JOURNAL = "journal";
    private static final String SEALED = "sealed journal";
    private static final String ROCKSDB = "raw RocksDB";
    private static final String LOG = "NiFi's SequentialAccessWriteAheadLog";

    private static final double MICROS = 1e6;
    private static final int KEY_BYTES = 32;

    private final Events events = new Events(CONTENT_BYTES);
    private final Map<String, List<Double>> cpuMicros = new HashMap<>();

    @Override
    public String name() {
        return "journal";
    }

    @Override
    public String description() {
        return "admission into the journal alone, 1 KB events, synced, against raw RocksDB and NiFi's write-ahead log;"
                + " sealed against plain";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        List<BenchResult> results = new ArrayList<>();
        for (int threads : new int[] {MANY_THREADS, 1}) {
            settings.say("%d thread(s)", threads);
            cpuMicros.clear();
            int batches = settings.size(BATCHES, QUICK_BATCHES);
            Map<String, Runs> runs = Contestant.takeTurns(
                    settings,
                    WARM_UPS,
                    UNIT,
                    List.of(
                            Contestant.of(JOURNAL, () -> journal(settings, threads, batches)),
                            Contestant.of(SEALED, () -> sealed(settings, threads, batches)),
                            Contestant.of(ROCKSDB, () -> rocksDB(settings, threads, batches)),
                            Contestant.of(LOG, () -> log(settings, threads, batches))));
            String suffix = threads == 1 ? "-one-thread" : "";
            results.add(result(name() + "-rocksdb" + suffix, runs, JOURNAL, ROCKSDB, BAR_ROCKSDB, threads));
            results.add(result(name() + "-nifi-log" + suffix, runs, JOURNAL, LOG, BAR_LOG, threads));
            results.add(result(name() + "-sealed" + suffix, runs, SEALED, JOURNAL, BAR_SEALED, threads));
        }
        return results;
    }

    private BenchResult result(String name, Map<String, Runs> runs, String ours, String peer, double bar, int threads) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("threads", threads);
        details.put("batch", BATCH + " events, one durable write");
        details.put("event", CONTENT_BYTES + " bytes of content, half random and half words, and 4 attributes");
        details.put("processor time per event, µs", cpu(ours));
        details.put("processor time per event, peer, µs", cpu(peer));
        if (!peer.equals(JOURNAL)) {
            details.put(
                    "peer",
                    "the same key, attributes and content in one row or record; the journal's own index is extra");
        }
        return new BenchResult(
                name, UNIT, runs.get(ours), peer, runs.get(peer), OptionalDouble.of(bar), "bin/bench journal", details);
    }

    private double cpu(String contestant) {
        // The least is what it costs undisturbed.
        return Math.round(new Runs(cpuMicros.get(contestant)).minimum() * 100) / 100.0;
    }

    private double journal(BenchSettings settings, int threads, int batches) throws Exception {
        List<List<Arrival>> prepared = arrivals(batches);
        try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(settings.fresh("journal")))) {
            return rate(JOURNAL, batches, Writers.write(threads, prepared, journal::admit));
        }
    }

    private double sealed(BenchSettings settings, int threads, int batches) throws Exception {
        List<List<Arrival>> prepared = arrivals(batches);
        Keyring keyring = Keyring.of("benchmark", Map.of("benchmark", new SecretKeySpec(new byte[KEY_BYTES], "AES")));
        try (RocksDBJournal journal =
                RocksDBJournal.openSealed(RocksDBOptions.defaults(settings.fresh("sealed-journal")), () -> keyring)) {
            return rate(SEALED, batches, Writers.write(threads, prepared, journal::admit));
        }
    }

    private List<List<Arrival>> arrivals(int batches) {
        return LongStream.range(0, batches)
                .mapToObj(batch -> events.batch(batch * BATCH, BATCH))
                .toList();
    }

    private double rocksDB(BenchSettings settings, int threads, int batches) throws Exception {
        List<List<RawRocksDB.Row>> prepared = prepare(
                batches,
                number -> new RawRocksDB.Row(
                        ByteBuffer.allocate(Long.BYTES).putLong(number).array(), events.bytes(number)));
        try (RawRocksDB db = new RawRocksDB(settings.fresh("rocksdb"))) {
            return rate(ROCKSDB, batches, Writers.write(threads, prepared, db::write));
        }
    }

    private double log(BenchSettings settings, int threads, int batches) throws Exception {
        List<List<NiFiWriteAheadLog.Event>> prepared =
                prepare(batches, number -> new NiFiWriteAheadLog.Event(Events.key(number), events.bytes(number)));
        try (NiFiWriteAheadLog log = new NiFiWriteAheadLog(settings.fresh("log"))) {
            return rate(LOG, batches, Writers.write(threads, prepared, log::write));
        }
    }

    private static <R> List<List<R>> prepare(int batches, LongFunction<R> row) {
        return LongStream.range(0, batches)
                .mapToObj(batch -> LongStream.range(batch * BATCH, (batch + 1) * BATCH)
                        .mapToObj(row)
                        .toList())
                .toList();
    }

    private double rate(String contestant, int batches, Writers.Taken taken) {
        double events = (double) batches * BATCH;
        cpuMicros.computeIfAbsent(contestant, absent -> new ArrayList<>()).add(taken.cpuSeconds() * MICROS / events);
        return events / taken.seconds();
    }
}
