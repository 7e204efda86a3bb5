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
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Whether a journal with many keys admits as fast as one with few. */
public final class GrowthBenchmark implements Benchmark {
    private static final int CONTENT_BYTES = 64;
    private static final int BATCH = 1_000;
    private static final int THREADS = 2;
    private static final int ROUND_BATCHES = 100;
    private static final int QUICK_ROUND_BATCHES = 10;
    private static final List<Long> STAGES = List.of(100_000L, 1_000_000L, 10_000_000L);
    private static final List<Long> QUICK_STAGES = List.of(10_000L, 100_000L, 500_000L);
    private static final double BAR = 0.7;

    private final Events events = new Events(CONTENT_BYTES);

    /** What was measured with so many keys in the journal. */
    private record Stage(long keys, Runs ours, Runs reference, ProcessMemory memory, double bytesPerEvent) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,.0f events/s (%,.0f … %,.0f), raw RocksDB beside it %,.0f/s, %s, %.0f bytes on disk an event",
                    ours.median(),
                    ours.minimum(),
                    ours.maximum(),
                    reference.median(),
                    memory,
                    bytesPerEvent);
        }
    }

    @Override
    public String name() {
        return "journal-growth";
    }

    @Override
    public String description() {
        return "admission with 10,000,000 keys in the journal against admission with 100,000; memory, bytes on disk";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        Path folder = settings.fresh("growth");
        List<Stage> stages = new ArrayList<>();
        try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(folder))) {
            long keys = 0;
            // The code is to be warm before the first stage is measured.
            warmUp(settings);
            for (long size : settings.quick() ? QUICK_STAGES : STAGES) {
                keys = fill(journal, keys, size);
                Stage stage = measure(settings, journal, folder, keys);
                keys += (long) settings.rounds() * roundBatches(settings) * BATCH;
                stages.add(stage);
                settings.say("%,d keys: %s", stage.keys(), stage);
            }
        }
        Stage first = stages.getFirst();
        Stage last = stages.getLast();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("content", CONTENT_BYTES + " bytes, small so that ten million fit in some minutes");
        details.put("batch", BATCH + " events, one durable write, " + THREADS + " threads");
        for (Stage stage : stages) {
            details.put(String.format(Locale.ROOT, "%,d keys", stage.keys()), stage.toString());
        }
        details.put(
                "ratio of raw RocksDB beside it",
                last.reference().median() / first.reference().median());
        return List.of(new BenchResult(
                name(),
                "events/s",
                last.ours(),
                String.format(Locale.ROOT, "the same journal with %,d keys", first.keys()),
                first.ours(),
                OptionalDouble.of(BAR),
                "bin/bench " + name(),
                details));
    }

    private static int roundBatches(BenchSettings settings) {
        return settings.size(ROUND_BATCHES, QUICK_ROUND_BATCHES);
    }

    private void warmUp(BenchSettings settings) throws Exception {
        Path folder = settings.fresh("warm-up");
        try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(folder))) {
            fill(journal, 0, settings.size(300_000, 20_000));
        }
        BenchSettings.delete(folder);
    }

    /** Brings the journal to a size; batches are made by the writers themselves, and not measured. */
    private long fill(RocksDBJournal journal, long keys, long size) throws Exception {
        List<Long> starts = LongStream.range(0, (size - keys) / BATCH)
                .map(i -> keys + i * BATCH)
                .boxed()
                .toList();
        Writers.write(THREADS, starts, first -> journal.admit(events.batch(first, BATCH)));
        return keys + (long) starts.size() * BATCH;
    }

    /** Ours and raw RocksDB take turns: what the machine does meanwhile shows in both. */
    private Stage measure(BenchSettings settings, RocksDBJournal journal, Path folder, long keys) throws Exception {
        double bytesPerEvent = (double) diskBytes(folder) / keys;
        List<Double> ours = new ArrayList<>();
        List<Double> reference = new ArrayList<>();
        int batches = roundBatches(settings);
        long at = keys;
        for (int round = 0; round < settings.rounds(); round++) {
            long start = at;
            List<List<Arrival>> prepared = LongStream.range(0, batches)
                    .mapToObj(batch -> events.batch(start + batch * BATCH, BATCH))
                    .toList();
            ours.add(batches
                    * BATCH
                    / Writers.write(THREADS, prepared, journal::admit).seconds());
            at += (long) batches * BATCH;
            reference.add(reference(settings, batches));
        }
        return new Stage(keys, new Runs(ours), new Runs(reference), ProcessMemory.now(), bytesPerEvent);
    }

    private double reference(BenchSettings settings, int batches) throws Exception {
        List<List<RawRocksDB.Row>> prepared = LongStream.range(0, batches)
                .mapToObj(batch -> LongStream.range(batch * BATCH, (batch + 1) * BATCH)
                        .mapToObj(number -> new RawRocksDB.Row(
                                ByteBuffer.allocate(Long.BYTES).putLong(number).array(), events.bytes(number)))
                        .toList())
                .toList();
        try (RawRocksDB db = new RawRocksDB(settings.fresh("reference"))) {
            return batches * BATCH / Writers.write(THREADS, prepared, db::write).seconds();
        }
    }

    private static long diskBytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(GrowthBenchmark::size)
                    .sum();
        }
    }

    /** RocksDB removes files in the background. */
    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
