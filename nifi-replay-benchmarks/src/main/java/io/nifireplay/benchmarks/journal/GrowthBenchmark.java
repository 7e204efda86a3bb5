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
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
    private static final List<Long> QUICK_STAGES = List.of(10_000L, 30_000L, 100_000L);
    private static final double BAR = 0.7;

    private final Events events = new Events(CONTENT_BYTES);

    /** What the journal occupies with so many keys in it. */
    private record Stage(long keys, ProcessMemory memory, double bytesPerEvent) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s, %.0f bytes on disk an event", memory, bytesPerEvent);
        }
    }

    @Override
    public String name() {
        return "journal-growth";
    }

    @Override
    public String description() {
        return "admission into a journal with 10,000,000 keys against one with 100,000; memory, bytes on disk";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        List<Long> stages = settings.quick() ? QUICK_STAGES : STAGES;
        long few = stages.getFirst();
        Path folder = settings.fresh("growth");
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("content", CONTENT_BYTES + " bytes, small so that ten million fit in some minutes");
        details.put("batch", BATCH + " events, one durable write, " + THREADS + " threads");
        try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(folder))) {
            long keys = 0;
            for (long size : stages) {
                keys = fill(journal, keys, size);
                Stage stage = new Stage(keys, ProcessMemory.now(), (double) diskBytes(folder) / keys);
                details.put(keys(keys), stage.toString());
                settings.say("%s: %s", keys(keys), stage);
            }
            // Both sizes take turns, not only one after the other: what the machine does meanwhile shows in both.
            Large large = new Large(journal, keys, roundBatches(settings));
            String small = "a journal with " + keys(few);
            Map<String, Runs> runs = Contestant.takeTurns(
                    settings,
                    "events/s",
                    List.of(Contestant.of(keys(keys), large::round), Contestant.of(small, () -> small(settings, few))));
            details.put("after the rounds", ProcessMemory.now().toString());
            return List.of(new BenchResult(
                    name(),
                    "events/s",
                    runs.get(keys(keys)),
                    small,
                    runs.get(small),
                    OptionalDouble.of(BAR),
                    "bin/bench " + name(),
                    details));
        }
    }

    private static String keys(long count) {
        return String.format(Locale.ROOT, "%,d keys", count);
    }

    private static int roundBatches(BenchSettings settings) {
        return settings.size(ROUND_BATCHES, QUICK_ROUND_BATCHES);
    }

    /** Brings the journal to a size; batches are made by the writers themselves. */
    private long fill(RocksDBJournal journal, long keys, long size) throws Exception {
        List<Long> starts = LongStream.range(0, (size - keys) / BATCH)
                .mapToObj(batch -> keys + batch * BATCH)
                .toList();
        Writers.write(THREADS, starts, first -> journal.admit(events.batch(first, BATCH)));
        return keys + (long) starts.size() * BATCH;
    }

    /** Admissions a second of new events. */
    private double admit(RocksDBJournal journal, long keys, int batches) throws Exception {
        List<List<Arrival>> prepared = LongStream.range(0, batches)
                .mapToObj(batch -> events.batch(keys + batch * BATCH, BATCH))
                .toList();
        double events = (double) batches * BATCH;
        return events / Writers.write(THREADS, prepared, journal::admit).seconds();
    }

    private final class Large {
        private final RocksDBJournal journal;
        private final int batches;
        private long keys;

        private Large(RocksDBJournal journal, long keys, int batches) {
            this.journal = journal;
            this.keys = keys;
            this.batches = batches;
        }

        private double round() throws Exception {
            double rate = admit(journal, keys, batches);
            keys += (long) batches * BATCH;
            return rate;
        }
    }

    private double small(BenchSettings settings, long size) throws Exception {
        Path folder = settings.fresh("growth-small");
        try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(folder))) {
            long keys = fill(journal, 0, size);
            return admit(journal, keys, roundBatches(settings));
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
