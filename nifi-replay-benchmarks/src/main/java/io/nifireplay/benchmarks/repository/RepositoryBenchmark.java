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
package io.nifireplay.benchmarks.repository;

import io.nifireplay.benchmarks.BenchResult;
import io.nifireplay.benchmarks.BenchSettings;
import io.nifireplay.benchmarks.Benchmark;
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.benchmarks.Table;
import io.nifireplay.systemtest.instance.ContentKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The encrypted content repository without NiFi around it, between the limit (NiFi's plain repository, which it is made of)
 * and what users of NiFi 1 had.
 */
public final class RepositoryBenchmark implements Benchmark {
    private static final int CLAIM_BYTES = 1024;
    private static final int CLAIMS = 200_000;
    private static final int QUICK_CLAIMS = 20_000;
    private static final int LARGE_MEGABYTES = 512;
    private static final int QUICK_LARGE_MEGABYTES = 64;
    private static final int END_READS = 200;
    private static final int SLOW_END_READS = 5;
    private static final int LARGE_READS = 3;
    private static final double MEGA = 1e6;
    private static final double FLOOR_READ_MEGABYTES = 2_000;
    private static final double FLOOR_END_READS = 1_000;
    private static final double EXTRA_BYTES = 120;

    private static final String OURS = "EncryptedContentRepository";
    private static final String PLAIN = "FileSystemRepository 2.3.0";
    private static final String NIFI_1 = "EncryptedFileSystemRepository 1.28.1";
    private static final String COMMAND = "bin/bench repository";

    /** What is measured; more is better. */
    private enum Figure {
        WRITE_SMALL("claims/s"),
        READ_SMALL("claims/s"),
        WRITE_LARGE("MB/s"),
        WRITE_LARGE_UNSYNCED("MB/s"),
        READ_LARGE("MB/s"),
        READ_END("reads/s"),
        READ_SLICES("splits/s"),
        CLAIMS_PER_MEGABYTE("claims/MB");

        private final String unit;

        Figure(String unit) {
            this.unit = unit;
        }
    }

    private final Map<String, Map<Figure, List<Double>>> reached = new LinkedHashMap<>();

    /** By version and figure: the least processor time of one claim, read, or MB, in µs. */
    private final Map<String, Map<Figure, Double>> cpuMicros = new LinkedHashMap<>();

    @Override
    public String name() {
        return "repository";
    }

    @Override
    public String description() {
        return "encrypted content repository against NiFi's plain one and the encrypted one of NiFi 1.28: 1 KB, 512 MB";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        reached.clear();
        cpuMicros.clear();
        Path keyFolder = settings.fresh("keys");
        Map<String, String> encryption =
                new LinkedHashMap<>(ContentKeys.create(keyFolder, "benchmark").properties("benchmark"));
        Map<String, String> encryption1 = new LinkedHashMap<>(encryption);
        encryption1.put("nifi.repository.encryption.key.provider.keystore.password", ContentKeys.PASSWORD);
        List<RepositoryVersion> versions = List.of(
                RepositoryVersion.of(
                        OURS, "nifi-2-repository", encryption.get("nifi.content.repository.implementation")),
                RepositoryVersion.of(
                        PLAIN, "nifi-2-repository", "org.apache.nifi.controller.repository.FileSystemRepository"),
                RepositoryVersion.of(
                        NIFI_1,
                        "nifi-1-repository",
                        "org.apache.nifi.controller.repository.crypto.EncryptedFileSystemRepository"));
        for (int round = 0; round <= settings.rounds(); round++) {
            for (RepositoryVersion version : versions) {
                Map<Figure, Double> figures =
                        round(settings, version, version.name().equals(NIFI_1) ? encryption1 : encryption);
                StringBuilder line = new StringBuilder(round == 0 ? "warm-up:" : "round " + round + ":");
                line.append("  ").append(version.name());
                figures.forEach((figure, value) ->
                        line.append("  ").append(figure).append(" ").append(Table.number(value)));
                settings.say("%s", line);
                if (round > 0) {
                    figures.forEach((figure, value) -> reached.computeIfAbsent(
                                    version.name(), absent -> new EnumMap<>(Figure.class))
                            .computeIfAbsent(figure, absent -> new ArrayList<>())
                            .add(value));
                }
            }
        }
        return results(settings);
    }

    private Map<Figure, Double> round(BenchSettings settings, RepositoryVersion version, Map<String, String> properties)
            throws Exception {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        int claims = settings.size(CLAIMS, QUICK_CLAIMS);
        double megabytes = settings.size(LARGE_MEGABYTES, QUICK_LARGE_MEGABYTES);
        long bytes = (long) megabytes << 20;
        try (RepositoryDriver small = version.open(settings.fresh("repository"), properties)) {
            System.gc();
            put(figures, version, Figure.WRITE_SMALL, claims, small.writeClaims(claims, CLAIM_BYTES));
            figures.put(Figure.CLAIMS_PER_MEGABYTE, claims * MEGA / small.bytesOnDisk());
            System.gc();
            put(figures, version, Figure.READ_SMALL, claims, small.readClaims());
            put(figures, version, Figure.WRITE_LARGE_UNSYNCED, megabytes, small.writeLarge(bytes));
        }
        Map<String, String> synced = new LinkedHashMap<>(properties);
        synced.put("nifi.content.repository.always.sync", "true");
        try (RepositoryDriver large = version.open(settings.fresh("repository"), synced)) {
            System.gc();
            put(figures, version, Figure.WRITE_LARGE, megabytes, large.writeLarge(bytes));
            // The first reading warms up.
            for (int i = 0; i < LARGE_READS; i++) {
                put(figures, version, Figure.READ_LARGE, megabytes, large.readLarge());
            }
            int times = version.name().equals(NIFI_1) ? SLOW_END_READS : END_READS;
            large.readAtTheEnd(times, CLAIM_BYTES);
            put(figures, version, Figure.READ_END, times, large.readAtTheEnd(times, CLAIM_BYTES));
            put(figures, version, Figure.READ_SLICES, times, large.readSlices(times, CLAIM_BYTES));
        } finally {
            settings.fresh("repository");
        }
        return figures;
    }

    private void put(
            Map<Figure, Double> figures,
            RepositoryVersion version,
            Figure figure,
            double amount,
            RepositoryDriver.Taken taken) {
        figures.merge(figure, amount / taken.seconds(), Math::max);
        cpuMicros
                .computeIfAbsent(version.name(), absent -> new EnumMap<>(Figure.class))
                .merge(figure, taken.cpuSeconds() * MEGA / amount, Math::min);
    }

    private List<BenchResult> results(BenchSettings settings) {
        String large = settings.size(LARGE_MEGABYTES, QUICK_LARGE_MEGABYTES) + " MB";
        String cached = "one claim of " + large + ", in 64 KiB reads, from the file system's cache, one thread";
        String synced = "one claim of " + large + " in 64 KiB writes, synced to disk (always.sync) with its close";
        double allowed = plainBytesOfAClaim() + EXTRA_BYTES;
        List<BenchResult> results = new ArrayList<>();
        results.add(result("-write-1kb", Figure.WRITE_SMALL, PLAIN, 0.6, "claims of 1 KB, 100 a stream, 1 MB a file"));
        results.add(result("-write-1kb-nifi-1", Figure.WRITE_SMALL, NIFI_1, 3, "as above"));
        results.add(result("-read-1kb", Figure.READ_SMALL, PLAIN, 0.6, "the same claims, in order, a stream each"));
        results.add(result("-read-1kb-nifi-1", Figure.READ_SMALL, NIFI_1, 4, "as above"));
        results.add(result("-write-512mb", Figure.WRITE_LARGE, PLAIN, 0.9, synced));
        results.add(result("-write-512mb-nifi-1", Figure.WRITE_LARGE, NIFI_1, 0, synced));
        results.add(result(
                "-write-512mb-cached", Figure.WRITE_LARGE_UNSYNCED, PLAIN, 0, "the same into the file system's cache"));
        results.add(floor("-read-512mb", Figure.READ_LARGE, "the bar: 2 GB/s", FLOOR_READ_MEGABYTES, cached));
        results.add(result("-read-512mb-nifi-1", Figure.READ_LARGE, NIFI_1, 1, cached));
        results.add(result("-read-512mb-plain", Figure.READ_LARGE, PLAIN, 0, cached));
        results.add(floor(
                "-read-end",
                Figure.READ_END,
                "the bar: 1 ms a read",
                FLOOR_END_READS,
                "open a claim of " + large + ", skip to its last KB, read it"));
        results.add(result("-read-end-nifi-1", Figure.READ_END, NIFI_1, 0, "as above"));
        String splits = "1 KB slices spread over a claim of " + large + ", each from a stream of its own";
        results.add(result("-split-nifi-1", Figure.READ_SLICES, NIFI_1, 0, splits));
        results.add(result("-split-plain", Figure.READ_SLICES, PLAIN, 0, splits));
        results.add(floor(
                "-size-1kb",
                Figure.CLAIMS_PER_MEGABYTE,
                "plain and " + (int) EXTRA_BYTES + " bytes more",
                MEGA / allowed,
                String.format(
                        Locale.ROOT,
                        "bytes on disk per 1 KB claim: plain %.1f, ours %.1f, 1.28.1 %.1f; the key's id has 9 bytes",
                        plainBytesOfAClaim(),
                        MEGA / runs(OURS, Figure.CLAIMS_PER_MEGABYTE).median(),
                        MEGA / runs(NIFI_1, Figure.CLAIMS_PER_MEGABYTE).median())));
        return results;
    }

    private double plainBytesOfAClaim() {
        return MEGA / runs(PLAIN, Figure.CLAIMS_PER_MEGABYTE).median();
    }

    private Runs runs(String version, Figure figure) {
        return new Runs(reached.get(version).get(figure));
    }

    /** @param bar 0 for none */
    private BenchResult result(String suffix, Figure figure, String peer, double bar, String what) {
        return new BenchResult(
                name() + suffix,
                figure.unit,
                runs(OURS, figure),
                peer,
                runs(peer, figure),
                bar > 0 ? OptionalDouble.of(bar) : OptionalDouble.empty(),
                COMMAND,
                details(figure, what));
    }

    private BenchResult floor(String suffix, Figure figure, String floor, double value, String what) {
        return new BenchResult(
                name() + suffix,
                figure.unit,
                runs(OURS, figure),
                floor,
                Runs.of(value),
                OptionalDouble.of(1),
                COMMAND,
                details(figure, what));
    }

    private Map<String, Object> details(Figure figure, String what) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("what", what);
        cpuMicros.forEach((version, figures) -> {
            if (figures.containsKey(figure)) {
                details.put(
                        "processor time, µs per " + figure.unit.replaceAll("s?/s$", "") + ", " + version,
                        Math.round(figures.get(figure) * 100) / 100.0);
            }
        });
        return details;
    }
}
