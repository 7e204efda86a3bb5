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
package io.nifireplay.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.entry.EntryJson;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.testing.ChildJvm;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.TileDirectory;
import io.nifireplay.audit.tiles.TilePath;
import io.nifireplay.audit.tiles.TileReading;
import io.nifireplay.audit.verify.HeldCheckpoint;
import io.nifireplay.audit.verify.HeldFiles;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends is killed at any moment: what it was told is there, and no two checkpoints contradict each other. */
class KilledAppenderTest {
    private static final int ROUNDS = 50;
    private static final List<String> SMALL =
            List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    @TempDir
    private Path directory;

    @Test
    void nothingAcknowledgedIsLostAndNoTwoSignedCheckpointsContradictEachOther() throws Exception {
        long seed = Long.getLong("killed-appender.seed", System.nanoTime());
        System.out.println("KilledAppenderTest: -Dkilled-appender.seed=" + seed);
        Random dice = new Random(seed);
        Path trail = directory.resolve("trail");
        Path outside = directory.resolve("outside");
        Map<Long, Long> numbers = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (String line : runAndKill(trail, outside, round, dice)) {
                String[] words = line.split(" ");
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    Long before = numbers.put(Long.parseLong(words[0]) + i, Long.parseLong(words[2]) + i);
                    assertThat(before)
                            .as("round %d: the index %s was given before", round, words[0])
                            .isNull();
                }
            }
        }
        TransparencyLog.open(KilledAppender.options(trail, outside)).close();

        check(trail.resolve("log"), numbers);
        checkpointsAgree(trail.resolve("log"), outside);
    }

    private List<String> runAndKill(Path trail, Path outside, int round, Random dice) throws Exception {
        try (ChildJvm child = ChildJvm.start(
                directory.resolve("scratch"),
                SMALL,
                KilledAppender.class,
                trail.toString(),
                outside.toString(),
                Integer.toString(round),
                Long.toString(dice.nextLong()))) {
            List<String> said = new ArrayList<>();
            said.add(child.line());
            // Not a wait for anything: the moment of the kill.
            LockSupport.parkNanos(Duration.ofMillis(dice.nextInt(250)).toNanos());
            said.addAll(child.kill());
            return said;
        }
    }

    private static void check(Path log, Map<Long, Long> numbers) throws Exception {
        TileDirectory tiles = new TileDirectory(log);
        VerificationReport report =
                LogVerifier.verify(VerificationRequest.of(log, Keys.signing(1).verifierKey()));
        assertThat(report.problems()).isEmpty();
        long size = report.head().orElseThrow().size();
        Map<Long, EntryBundle> bundles = new HashMap<>();
        for (Map.Entry<Long, Long> known : numbers.entrySet()) {
            long index = known.getKey();
            assertThat(index).as("acknowledged, and in the tree").isLessThan(size);
            long bundle = index / TilePath.FULL;
            if (!bundles.containsKey(bundle)) {
                int width = (int) Math.min(TilePath.FULL, size - bundle * TilePath.FULL);
                bundles.put(bundle, TileReading.entries(tiles, new TilePath(TilePath.ENTRIES, bundle, width)));
            }
            assertThat(bundles.get(bundle).entry((int) (index % TilePath.FULL)))
                    .isEqualTo(EntryJson.bytes(Entries.brief(known.getValue())));
        }
        System.out.println("KilledAppenderTest: " + numbers.size() + " acknowledged, " + size + " in the log");
    }

    private static void checkpointsAgree(Path log, Path outside) throws Exception {
        List<HeldCheckpoint> held = HeldFiles.read(List.of(outside), Optional.empty());
        Map<Long, Hash> roots = new HashMap<>();
        for (HeldCheckpoint each : held) {
            Hash before = roots.put(
                    each.checkpoint().head().size(), each.checkpoint().head().root());
            assertThat(before)
                    .as(each.source())
                    .isIn(null, each.checkpoint().head().root());
        }
        VerificationReport report = LogVerifier.verify(
                VerificationRequest.of(log, Keys.signing(1).verifierKey()).withHeld(held));
        assertThat(report.problems()).isEmpty();
        assertThat(report.compared()).hasSize(held.size()).hasSizeGreaterThan(ROUNDS / 2);
    }
}
