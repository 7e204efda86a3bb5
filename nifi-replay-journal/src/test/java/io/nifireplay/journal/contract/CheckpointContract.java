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
package io.nifireplay.journal.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.RecoveryPoint;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.LongRange;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.testing.Envelopes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How far each partition has come, recovery points, gaps in the producer's numbers, and acknowledged dead letters. */
public abstract class CheckpointContract extends EventJournalContract {
    protected CheckpointContract(JournalEngine engine) {
        super(engine);
    }

    @Test
    void aNewJournalHasNoCheckpoints() {
        assertThat(journal.checkpoints()).isEmpty();
        assertThat(journal.recoveryPoints()).isEmpty();
    }

    @Test
    void theLowWatermarkStopsBelowTheFirstOpenEvent() {
        List<Carried> events = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            events.add(accept("f" + i, "key " + i));
        }
        assertCheckpoint(0, 6);
        complete(events.get(2));
        complete(events.get(4));
        assertCheckpoint(0, 6, 3, 5);
        complete(events.get(0));
        assertCheckpoint(1, 6, 3, 5);
        reopen();
        assertCheckpoint(1, 6, 3, 5);
        complete(events.get(1));
        assertCheckpoint(3, 6, 5);
        complete(events.get(3));
        complete(events.get(5));
        assertCheckpoint(6, 6);
        assertThat(checkpoint(PARTITION).open()).isZero();
        reopen();
        assertCheckpoint(6, 6);
    }

    @Test
    void isRightAfterCompletionsInAnyOrder() {
        int count = 2_000;
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arrivals.add(fresh("f" + i, "key " + i));
        }
        List<Carried> left = new ArrayList<>();
        var answers = journal.admit(arrivals);
        for (int i = 0; i < count; i++) {
            left.add(carried("f" + i, "key " + i, accepted(answers.get(i))));
        }
        Random random = new Random(7);
        Set<Long> settled = new HashSet<>();
        while (left.size() > 10) {
            for (int i = 0; i < 199; i++) {
                Carried next = left.remove(random.nextInt(left.size()));
                complete(next);
                settled.add(next.event().position());
            }
            Checkpoint checkpoint = checkpoint(PARTITION);
            assertThat(checkpoint.open()).isEqualTo(left.size());
            for (long position = 1; position <= count; position++) {
                assertThat(checkpoint.isSettled(position)).isEqualTo(settled.contains(position));
            }
            assertThat(checkpoint.isSettled(checkpoint.lowWatermark() + 1)).isFalse();
        }
    }

    @Test
    void partitionsComeInTheOrderOfTheirNames() {
        for (String name : List.of("b", "a", "ab", "Z")) {
            completed("key " + name, name);
        }
        assertThat(journal.checkpoints()).extracting(Checkpoint::partition).containsExactly("Z", "a", "ab", "b");
    }

    @Test
    void failedAndDeadLettersAreOpenUntilAPersonAcknowledges() {
        failed("a");
        deadLetter("b");
        deadLetter("c");
        assertCheckpoint(0, 3);

        assertThat(journal.acknowledge(Selector.ALL, new Cause("ann", "told by phone")))
                .as("a is no dead letter")
                .isEqualTo(2);

        assertCheckpoint(0, 3, 2, 3);
        assertThat(state("b").acknowledged()).isTrue();
        assertThat(state("b").status()).isEqualTo(Status.DEAD_LETTER);
        assertThat(state("b").isSettled()).isTrue();
        assertThat(state("a").status()).isEqualTo(Status.FAILED);
        assertThat(journal.acknowledge(Selector.ALL, new Cause("ann", "told by phone")))
                .as("once")
                .isZero();
        reopen();
        assertCheckpoint(0, 3, 2, 3);
    }

    @Test
    void acknowledgesWhatIsSelected() {
        deadLetter("a");
        deadLetter("b");
        deadLetter("c");

        assertThat(journal.acknowledge(
                        Selector.ALL.withKeys(List.of("b", "nobody")), new Cause("ann", "told by phone")))
                .isEqualTo(1);
        assertThat(journal.acknowledge(
                        Selector.ALL.withPositions(LongRange.of(3, 9)), new Cause("ann", "told by phone")))
                .isEqualTo(1);
        assertCheckpoint(0, 3, 2, 3);
    }

    @Test
    void keepsRecoveryPointsTheOldestFirst() {
        Carried a = accept("f1", "a");
        accept("f2", "b");
        completed("c");
        RecoveryPoint taken = journal.takeRecoveryPoint("before the release");
        time.pass(Duration.ofMinutes(1));
        complete(a);
        accept("f4", "d", "payments");
        journal.takeRecoveryPoint("another");
        reopen();

        List<RecoveryPoint> points = journal.recoveryPoints();
        assertThat(points).extracting(RecoveryPoint::name).containsExactly("before the release", "another");
        assertThat(points.get(0)).isEqualTo(taken);
        assertThat(points.get(0).time()).isEqualTo(time.now().minusSeconds(60));
        assertThat(points.get(0).checkpoints()).singleElement().satisfies(checkpoint -> {
            assertThat(checkpoint.partition()).isEqualTo(PARTITION);
            assertThat(checkpoint.lowWatermark()).isZero();
            assertThat(checkpoint.head()).isEqualTo(3);
            assertThat(checkpoint.settledAbove().toArray()).containsExactly(3);
        });
        assertThat(points.get(1).checkpoints())
                .extracting(Checkpoint::partition)
                .containsExactly(PARTITION, "payments");
        assertThat(points.get(1).checkpoints().get(0).lowWatermark()).isEqualTo(1);
    }

    @Test
    void aRecoveryPointOfTheSameNameReplacesTheOld() {
        accept("f1", "a");
        journal.takeRecoveryPoint("x");
        time.pass(Duration.ofMinutes(1));
        journal.takeRecoveryPoint("y");
        time.pass(Duration.ofMinutes(1));
        accept("f2", "b");
        journal.takeRecoveryPoint("x");

        assertThat(journal.recoveryPoints()).extracting(RecoveryPoint::name).containsExactly("y", "x");
        assertThat(journal.recoveryPoints().get(1).checkpoints().get(0).head()).isEqualTo(2);
    }

    @Test
    void aRecoveryPointDoesNotMoveWithTheJournal() {
        List<Carried> events = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            events.add(accept("f" + i, "key " + i));
        }
        complete(events.get(5));
        RecoveryPoint point = journal.takeRecoveryPoint("x");
        events.forEach(this::complete);

        assertThat(point.checkpoints().get(0).settledAbove().toArray()).containsExactly(6);
        assertThat(journal.recoveryPoints()
                        .get(0)
                        .checkpoints()
                        .get(0)
                        .settledAbove()
                        .toArray())
                .containsExactly(6);
    }

    @Test
    void selectsWhatWasOpenAtARecoveryPointOrCameAfterIt() {
        completed("done before");
        Carried open = accept("f2", "open then, done now");
        accept("f3", "still open");
        completed("done before too");
        journal.takeRecoveryPoint("x");
        complete(open);
        completed("came after");
        completed("in a new partition", "another");
        reopen();

        assertThat(scan(Selector.ALL.withSinceRecoveryPoint("x")))
                .containsExactly("in a new partition", "open then, done now", "still open", "came after");
    }

    @Test
    void anUnknownRecoveryPointIsRefused() {
        assertThatThrownBy(() -> scan(Selector.ALL.withSinceRecoveryPoint("nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void listsTheNumbersThatAProducerLeftOut() {
        sequences(PARTITION, 7, 3, 12, 4);
        sequences("another", 1, 2, 3);
        accept("f", "without a number");

        assertThat(journal.missingSequences(PARTITION, 100)).containsExactly(5L, 6L, 8L, 9L, 10L, 11L);
        assertThat(journal.missingSequences(PARTITION, 3)).containsExactly(5L, 6L, 8L);
        assertThat(journal.missingSequences("another", 100)).isEmpty();
        assertThat(journal.missingSequences("nowhere", 100)).isEmpty();
        sequences(PARTITION, 5, 9, 2);
        reopen();
        assertThat(journal.missingSequences(PARTITION, 100)).containsExactly(6L, 8L, 10L, 11L);
    }

    @Test
    void anEnormousGapIsListedAsFarAsAskedAtNoCost() {
        sequences(PARTITION, 0, Long.MAX_VALUE);

        assertThat(journal.missingSequences(PARTITION, 3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void theSameNumberTwiceIsNoGap() {
        accept(fresh("f1", Envelopes.withSequence("a", PARTITION, 1), content("a")), "a");
        accept(fresh("f2", Envelopes.withSequence("b", PARTITION, 1), content("b")), "b");
        accept(fresh("f3", Envelopes.withSequence("c", PARTITION, 3), content("c")), "c");

        assertThat(journal.missingSequences(PARTITION, 10)).containsExactly(2L);
        assertThat(scan(Selector.ALL.withSequences(LongRange.of(1, 1)))).containsExactly("a", "b");
    }

    @Test
    void aConflictOrADuplicateFillsNoGap() {
        sequences(PARTITION, 1, 4);
        admit(fresh("g1", Envelopes.withSequence(PARTITION + " 1", PARTITION, 2), contentOf(PARTITION + " 1")));
        admit(fresh("g2", Envelopes.withSequence(PARTITION + " 4", PARTITION, 3), content("other")));

        assertThat(journal.missingSequences(PARTITION, 10)).containsExactly(2L, 3L);
    }

    @Test
    void theWatermarkStaysWhenKeysAreForgotten() {
        completed("a");
        completed("b");
        time.pass(JournalSettings.KEY_RETENTION.plusDays(1));
        assertThat(journal.expire()).isPositive();
        assertCheckpoint(2, 2);
        reopen();
        assertCheckpoint(2, 2);
        assertThat(accept("f3", "a").event()).isEqualTo(new EventRef(PARTITION, 3));
    }

    private void sequences(String partition, long... numbers) {
        for (long number : numbers) {
            String key = partition + " " + number;
            accept(fresh("f " + key, Envelopes.withSequence(key, partition, number), contentOf(key)), key);
        }
    }

    private void assertCheckpoint(long lowWatermark, long head, long... settledAbove) {
        Checkpoint checkpoint = checkpoint(PARTITION);
        assertThat(checkpoint.lowWatermark()).as("low watermark").isEqualTo(lowWatermark);
        assertThat(checkpoint.head()).as("head").isEqualTo(head);
        assertThat(checkpoint.settledAbove().toArray()).as("settled above").containsExactly(settledAbove);
        assertThat(checkpoint.open()).isEqualTo(head - lowWatermark - settledAbove.length);
    }
}
