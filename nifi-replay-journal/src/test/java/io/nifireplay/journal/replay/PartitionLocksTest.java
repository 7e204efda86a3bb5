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
package io.nifireplay.journal.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PartitionLocksTest {
    private final PartitionLocks locks = new PartitionLocks();

    @Test
    void whoWaitsIsToldForWhomAndForTheFirstPartitionByName() {
        locks.enter(1, "one", List.of("b", "c"));
        locks.enter(2, "two", List.of("a"));
        locks.enter(3, "three", List.of("d", "c", "b", "a"));

        assertThat(locks.waitsFor(1)).isEmpty();
        assertThat(locks.waitsFor(2)).isEmpty();
        assertThat(locks.waitsFor(3)).contains(new JobWait("two", "a"));
        assertThat(locks.leave(2)).isTrue();
        assertThat(locks.waitsFor(3)).contains(new JobWait("one", "b"));
        assertThat(locks.leave(1)).isTrue();
        assertThat(locks.waitsFor(3)).isEmpty();
        assertThat(locks.leave(1)).isFalse();
    }

    @Test
    void aWaitIsSaidInWords() {
        assertThat(new JobWait("one", "orders")).hasToString("Waits for replay job one, which has partition 'orders'");
        assertThat(new JobWait("one", "").toString()).contains("one").contains("does not know");
    }

    @Provide
    Arbitrary<List<Set<String>>> jobs() {
        return Arbitraries.of("a", "b", "c", "d", "e")
                .set()
                .ofMaxSize(4)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    /** Jobs end in any order of those that may run: each gets its turn, and no two of one partition run at once. */
    @Property(tries = 500)
    void everybodyHasHisTurnAndNobodyAPartitionOfAnother(
            @ForAll("jobs") List<Set<String>> jobs, @ForAll List<Integer> dice) {
        PartitionLocks line = new PartitionLocks();
        Map<Long, Set<String>> open = new TreeMap<>();
        for (int i = 0; i < jobs.size(); i++) {
            open.put((long) i, jobs.get(i));
            line.enter(i, "job " + i, jobs.get(i));
        }
        int throwNumber = 0;
        while (!open.isEmpty()) {
            List<Long> running = new ArrayList<>();
            Set<String> taken = new HashSet<>();
            for (long turn : open.keySet()) {
                if (line.waitsFor(turn).isEmpty()) {
                    running.add(turn);
                    assertThat(Collections.disjoint(open.get(turn), taken))
                            .as("nobody else has a partition of job %d", turn)
                            .isTrue();
                    taken.addAll(open.get(turn));
                }
            }
            assertThat(running).as("somebody runs, so nobody waits for ever").isNotEmpty();
            int thrown = dice.isEmpty() ? 0 : Math.floorMod(dice.get(throwNumber++ % dice.size()), running.size());
            long over = running.get(thrown);
            line.leave(over);
            open.remove(over);
        }
    }

    /** Who has his partitions keeps them until he leaves, whoever comes and goes. */
    @Property(tries = 500)
    void nobodyLosesWhatHeHas(@ForAll("jobs") List<Set<String>> jobs, @ForAll List<Boolean> ends) {
        PartitionLocks line = new PartitionLocks();
        Set<Long> running = new HashSet<>();
        for (int i = 0; i < jobs.size(); i++) {
            line.enter(i, "job " + i, jobs.get(i));
            for (long turn = 0; turn <= i; turn++) {
                if (line.waitsFor(turn).isEmpty()) {
                    running.add(turn);
                }
            }
            assertThat(running)
                    .allSatisfy(turn -> assertThat(line.waitsFor(turn)).isEmpty());
            boolean ended = i < ends.size() && ends.get(i);
            if (ended) {
                long over = running.iterator().next();
                line.leave(over);
                running.remove(over);
            }
        }
    }
}
