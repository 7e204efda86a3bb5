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
package io.nifireplay.journal.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is counted as it changes is what counting all would give. */
class HeldEventsTest {
    private static final int PARTITIONS = 4;

    @Property(tries = 300)
    void countsAndNamesAsAScanOverAllHoldsWould(@ForAll long seed) {
        Random dice = new Random(seed);
        Partitions partitions = new Partitions();
        for (int i = 1; i <= PARTITIONS; i++) {
            partitions.obtain("p" + i);
        }
        HeldEvents held = new HeldEvents();
        Map<Long, Job> jobs = new TreeMap<>();
        Map<Long, Map<Integer, Long>> heads = new HashMap<>();
        for (int step = 0; step < 60; step++) {
            long number = 1 + dice.nextInt(4);
            switch (dice.nextInt(4)) {
                case 0 -> {
                    if (!jobs.containsKey(number)) {
                        Map<Integer, Long> from = new TreeMap<>();
                        for (int i = 1; i <= PARTITIONS; i++) {
                            if (dice.nextBoolean()) {
                                from.put(i, partitions.get(i).head());
                            }
                        }
                        jobs.put(number, job(number));
                        heads.put(number, from);
                        held.hold(partitions, jobs.get(number), from);
                    }
                }
                case 1 -> {
                    held.release(partitions, job(number));
                    jobs.remove(number);
                    heads.remove(number);
                }
                default -> {
                    int partition = 1 + dice.nextInt(PARTITIONS);
                    held.appended(new Place(partition, partitions.get(partition).nextPosition()));
                }
            }
            assertThat(held.count()).isEqualTo(counted(partitions, heads));
            assertThat(held.jobs()).containsExactlyElementsOf(jobs.values());
            Place place = new Place(1 + dice.nextInt(PARTITIONS), 1 + dice.nextInt(20));
            List<Job> behind = jobs.values().stream()
                    .filter(job ->
                            heads.get(job.number()).getOrDefault(place.partition(), Long.MAX_VALUE) < place.position())
                    .toList();
            assertThat(held.behind(place)).isEqualTo(behind);
        }
    }

    private static long counted(Partitions partitions, Map<Long, Map<Integer, Long>> heads) {
        Map<Integer, Long> lowest = new HashMap<>();
        heads.values().forEach(from -> from.forEach((partition, head) -> lowest.merge(partition, head, Math::min)));
        return lowest.entrySet().stream()
                .mapToLong(entry -> partitions.get(entry.getKey()).head() - entry.getValue())
                .sum();
    }

    private static Job job(long number) {
        ReplayRequest request = new ReplayRequest(
                "job" + number, Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "a test", "ann");
        return new Job(
                number,
                new JobRows.Opening(request, Plan.NONE, Instant.EPOCH, Optional.empty()),
                new JobRows.Standing(
                        JobState.RUNNING, "", Progress.of(1), Instant.EPOCH, 0, 1, Optional.empty(), number),
                0,
                0);
    }
}
