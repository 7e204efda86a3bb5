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
package io.nifireplay.processors.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;

class QueueSharesTest {
    private static final String REPLAYED = "replayed";

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);

    private void enqueue(int count, String attribute) {
        for (int i = 0; i < count; i++) {
            runner.enqueue("content", Map.of(attribute, "true"));
        }
    }

    /** In each turn so many, what is taken is gone: how many of each turn were replayed events. */
    private List<Long> replayedInTurns(QueueShares shares, int turns, int room) {
        List<Long> replayed = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            List<FlowFile> taken = take(shares, room);
            replayed.add(taken.stream().filter(QueueSharesTest::isReplayed).count());
        }
        return replayed;
    }

    private List<FlowFile> take(QueueShares shares, int room) {
        ProcessSession session = runner.getProcessSessionFactory().createSession();
        List<FlowFile> taken = shares.take(session, room, QueueSharesTest::isReplayed);
        session.remove(taken);
        session.commitAsync();
        return taken;
    }

    private static boolean isReplayed(FlowFile flowFile) {
        return flowFile.getAttributes().containsKey(REPLAYED);
    }

    @Test
    void mixesThemInTheQueuesOrderAsItComes() {
        enqueue(5, REPLAYED);
        enqueue(5, "new");
        assertThat(replayedInTurns(new QueueShares(ReplayedEvents.WITH_NEW, 0), 2, 5))
                .containsExactly(5L, 0L);
    }

    @Test
    void newOnesComeFirstAndReplayedOnesTakeWhatIsLeft() {
        enqueue(5, REPLAYED);
        enqueue(7, "new");
        assertThat(replayedInTurns(new QueueShares(ReplayedEvents.AFTER_NEW, 0), 3, 5))
                .containsExactly(0L, 3L, 2L);
    }

    @Test
    void newOnesStandFirstInABatchThatHoldsAll() {
        enqueue(2, REPLAYED);
        enqueue(2, "new");
        assertThat(take(new QueueShares(ReplayedEvents.AFTER_NEW, 0), 10))
                .extracting(QueueSharesTest::isReplayed)
                .containsExactly(false, false, true, true);
    }

    @Test
    void replayedOnesGetTheirShareWhileBothWait() {
        enqueue(100, "new");
        enqueue(100, REPLAYED);
        assertThat(replayedInTurns(new QueueShares(ReplayedEvents.BY_WEIGHT, 0.2), 5, 10))
                .containsOnly(2L);
    }

    @Test
    void aShareOfLessThanOneFlowFileIsSavedUp() {
        enqueue(100, "new");
        enqueue(100, REPLAYED);
        List<Long> replayed = replayedInTurns(new QueueShares(ReplayedEvents.BY_WEIGHT, 0.25), 40, 1);
        assertThat(replayed.stream().mapToLong(Long::longValue).sum()).isEqualTo(10);
        assertThat(replayed.subList(0, 4)).contains(1L);
    }

    @Test
    void whatOneKindLeavesTheOtherTakes() {
        enqueue(100, REPLAYED);
        QueueShares shares = new QueueShares(ReplayedEvents.BY_WEIGHT, 0.2);
        assertThat(replayedInTurns(shares, 3, 10)).containsOnly(10L);
    }

    @Test
    void aShareThatNobodyUsedIsNotSavedUp() {
        enqueue(200, "new");
        QueueShares shares = new QueueShares(ReplayedEvents.BY_WEIGHT, 0.2);
        assertThat(replayedInTurns(shares, 10, 10)).containsOnly(0L);
        enqueue(100, REPLAYED);
        assertThat(replayedInTurns(shares, 2, 10)).containsOnly(2L);
    }

    @Test
    void looksAtNoMoreOfALongQueueThanItsBound() {
        enqueue(QueueShares.EXAMINED, REPLAYED);
        enqueue(10, "new");
        assertThat(replayedInTurns(new QueueShares(ReplayedEvents.AFTER_NEW, 0), 1, 5))
                .containsExactly(5L);
    }
}
