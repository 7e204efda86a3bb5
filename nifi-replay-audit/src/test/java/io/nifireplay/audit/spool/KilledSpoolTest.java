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
package io.nifireplay.audit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry.ReplayRefused;
import io.nifireplay.audit.entry.PersonalId;
import io.nifireplay.audit.personal.PersonalIds;
import io.nifireplay.audit.spool.Refusals.Heard;
import io.nifireplay.audit.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that records refusals is killed at any moment, while another drains: what is lost is the end, and nothing is twice. */
class KilledSpoolTest {
    private static final int ROUNDS = 20;

    @TempDir
    private Path folder;

    @Test
    void aKillLosesNothingButTheLastMoment() throws Exception {
        long seed = Long.getLong("killed-spool.seed", System.nanoTime());
        System.out.println("KilledSpoolTest: -Dkilled-spool.seed=" + seed);
        Random dice = new Random(seed);
        Path spool = folder.resolve("spool");
        RefusalDrain drain = new RefusalDrain(spool, Clock.systemUTC());
        List<String> problems = new ArrayList<>();
        try (WatchedTrail trail = new WatchedTrail(folder.resolve("trail"))) {
            for (int round = 0; round < ROUNDS; round++) {
                try (ChildJvm child = ChildJvm.start(
                        folder.resolve("scratch"),
                        List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"),
                        Recorder.class,
                        spool.toString(),
                        Integer.toString(round))) {
                    child.line();
                    long end = System.nanoTime()
                            + Duration.ofMillis(200 + dice.nextInt(600)).toNanos();
                    while (System.nanoTime() < end) {
                        problems.addAll(drain(drain, trail));
                    }
                    child.kill();
                }
            }
            // Whoever writes next lets all that is left be drained.
            Refusals.spool(spool, Refusals.of("CN=the end"));
            problems.addAll(drain(drain, trail));

            assertThat(problems).allMatch(problem -> problem.contains("has no end, as after a crash"));
            Set<String> records = new HashSet<>();
            List<Set<Integer>> rounds = new ArrayList<>(IntStream.range(0, ROUNDS)
                    .mapToObj(i -> (Set<Integer>) new HashSet<Integer>())
                    .toList());
            for (ReplayRefused entry : trail.entries.stream()
                    .filter(ReplayRefused.class::isInstance)
                    .map(ReplayRefused.class::cast)
                    .toList()) {
                assertThat(records.add(entry.refused().orElseThrow().record())).isTrue();
                String identity = ((PersonalId.Plain) ((Actor.User) entry.actor()).identity()).id();
                if (identity.contains("/")) {
                    String[] words = identity.split("/");
                    assertThat(rounds.get(Integer.parseInt(words[0])).add(Integer.parseInt(words[1])))
                            .isTrue();
                }
            }
            assertThat(rounds)
                    .allSatisfy(numbers -> assertThat(numbers)
                            .isNotEmpty()
                            .containsExactlyInAnyOrderElementsOf(
                                    IntStream.range(0, numbers.size()).boxed().toList()));
        }
    }

    private List<String> drain(RefusalDrain drain, WatchedTrail trail) {
        return Files.isDirectory(folder.resolve("spool"))
                ? drain.drain(trail, PersonalIds.plain()).problems()
                : List.of();
    }

    /** Records one refusal after the other, until it is killed. */
    static final class Recorder {
        private Recorder() {}

        public static void main(String[] arguments) {
            RefusalSpool spool = RefusalSpool.start(
                    new SpoolOptions(
                            Path.of(arguments[0]),
                            SpoolOptions.DEFAULT_MAX_BYTES,
                            SpoolOptions.DEFAULT_QUEUE,
                            Duration.ofMillis(50),
                            Clock.systemUTC()),
                    new Heard());
            for (int number = 0; true; number++) {
                spool.record(Refusals.of(arguments[1] + "/" + number));
                if (number == 500) {
                    System.out.println("begun");
                }
                // A pace that the disk keeps up with, so that none is counted instead of recorded.
                LockSupport.parkNanos(Duration.ofNanos(200_000).toNanos());
            }
        }
    }
}
