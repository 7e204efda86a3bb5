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

import io.nifireplay.audit.merkle.InclusionProof;
import io.nifireplay.audit.merkle.TreeHasher;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.TileDirectory;
import io.nifireplay.audit.tiles.TilePath;
import io.nifireplay.audit.tiles.TileReading;
import io.nifireplay.audit.tiles.TileStore;
import io.nifireplay.audit.tiles.TiledTree;
import io.nifireplay.benchmarks.BenchResult;
import io.nifireplay.benchmarks.BenchSettings;
import io.nifireplay.benchmarks.Contestant;
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.benchmarks.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/**
 * Inclusion proofs of single entries that are asked for out of the blue: the entry and the hashes beside its way are read from
 * files that are in nobody's cache, and the proof is checked. One after the other, by one thread.
 */
final class InclusionProofs {
    private static final String NAME = "audit-inclusion";
    private static final String UNIT = "proofs/s";
    private static final String OURS = "proofs";
    private static final int PROOFS = 200;
    private static final int QUICK_PROOFS = 20;
    private static final double BAR_MILLIS = 5;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Path files;
    private final SignedCheckpoint checkpoint;
    private final ColdFiles cold;
    private final Random dice = new Random(7);
    private final List<Double> millis = new ArrayList<>();

    InclusionProofs(Path files, SignedCheckpoint checkpoint, ColdFiles cold) {
        this.files = files;
        this.checkpoint = checkpoint;
        this.cold = cold;
    }

    BenchResult result(BenchSettings settings, String command) throws Exception {
        int proofs = settings.size(PROOFS, QUICK_PROOFS);
        Runs ours = Contestant.takeTurns(settings, UNIT, List.of(Contestant.of(OURS, () -> round(proofs))))
                .get(OURS);
        List<Double> sorted =
                millis.subList(proofs, millis.size()).stream().sorted().toList();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put(
                "files",
                cold.canDrop()
                        ? "cold: those that a proof reads are taken out of the system's cache before it (posix_fadvise)"
                        : "WARM: in the system's cache, as there is no GNU dd to take them out of it");
        details.put("entries", Table.number(checkpoint.head().size()));
        details.put(
                "proof",
                "reads bundle and tiles, from nothing that is kept, and checks the proof; " + proofs + " a round");
        details.put("milliseconds, median", rounded(sorted.get(sorted.size() / 2)));
        details.put("milliseconds, 99 of 100", rounded(sorted.get(sorted.size() * 99 / 100)));
        details.put("milliseconds, slowest", rounded(sorted.getLast()));
        return new BenchResult(
                NAME,
                UNIT,
                ours,
                "the bar: 5 ms a proof",
                Runs.of(MILLIS_PER_SECOND / BAR_MILLIS),
                OptionalDouble.of(1),
                command,
                details);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private double round(int proofs) throws Exception {
        double sum = 0;
        for (int i = 0; i < proofs; i++) {
            long index = dice.nextLong(checkpoint.head().size());
            Set<Path> read = new LinkedHashSet<>();
            TileDirectory directory = new TileDirectory(files);
            // Which files it reads is known by doing it.
            prove(index, path -> {
                read.add(files.resolve(path));
                return directory.read(path);
            });
            cold.drop(read);
            long start = System.nanoTime();
            prove(index, new TileDirectory(files));
            double taken = (System.nanoTime() - start) / NANOS_PER_MILLI;
            millis.add(taken);
            sum += taken;
        }
        return proofs * MILLIS_PER_SECOND / sum;
    }

    private void prove(long index, TileStore store) throws Exception {
        long size = checkpoint.head().size();
        long bundle = index / TilePath.FULL;
        int width = (int) Math.min(TilePath.FULL, size - bundle * TilePath.FULL);
        EntryBundle entries = TileReading.entries(store, new TilePath(TilePath.ENTRIES, bundle, width));
        InclusionProof proof = new TiledTree(store, size).tree().inclusion(index, size);
        if (!proof.proves(
                new TreeHasher().leaf(entries.entry((int) (index % TilePath.FULL))),
                checkpoint.head().root())) {
            throw new IllegalStateException("The entry " + index + " is not in the tree");
        }
    }
}
