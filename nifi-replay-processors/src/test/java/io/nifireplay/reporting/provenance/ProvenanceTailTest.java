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
package io.nifireplay.reporting.provenance;

import static io.nifireplay.reporting.provenance.NiFiEvents.modified;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.junit.jupiter.api.Test;

class ProvenanceTailTest {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int MAX = 100;

    private final MemoryStore store = new MemoryStore();
    private final TestClock clock = new TestClock();
    private final ProvenanceTail tail = new ProvenanceTail(store, GRACE, clock);

    private Position position = Position.BEGINNING;

    /** Reads what there is; ids of events, or of a gap as a negative pair. */
    private List<Object> read() throws IOException {
        List<Object> read = new ArrayList<>();
        while (true) {
            switch (tail.next(position, MAX)) {
                case ProvenanceTail.Next.Nothing nothing -> {
                    return read;
                }
                case ProvenanceTail.Next.Missing missing -> {
                    read.add(missing.gap());
                    position = missing.then();
                }
                case ProvenanceTail.Next.Events events -> {
                    events.events().stream()
                            .filter(event -> !position.skips(event))
                            .map(ProvenanceEventRecord::getEventId)
                            .forEach(read::add);
                    position = position.after(events.events().getLast());
                    // As over a restart.
                    position = Position.of(position.state()).orElseThrow();
                }
            }
        }
    }

    private static List<Object> ids(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .<Object>mapToObj(Long::valueOf)
                .toList();
    }

    @Test
    void readsAllOnceAndInOrder() throws IOException {
        assertThat(read()).isEmpty();
        store.write(0, 249);
        assertThat(read()).isEqualTo(ids(0, 249));
        assertThat(read()).isEmpty();
        store.write(250, 250);
        assertThat(read()).isEqualTo(ids(250, 250));
    }

    @Test
    void beginsWithTheOldestThatIsThereOrBehindAll() throws IOException {
        store.write(40, 45);
        assertThat(read()).isEmpty();
        clock.pass(GRACE);
        assertThat(read()).isEqualTo(ids(40, 45));

        position = tail.end();
        assertThat(read()).isEmpty();
        store.write(46, 46);
        assertThat(read()).isEqualTo(ids(46, 46));
        assertThat(new ProvenanceTail(new MemoryStore(), GRACE, clock).end()).isEqualTo(Position.BEGINNING);
    }

    @Test
    void waitsForAnEventThatIsWrittenAfterALaterOne() throws IOException {
        store.write(0, 4).write(6, 9);
        assertThat(read()).isEqualTo(ids(0, 4));
        clock.pass(GRACE.minusMillis(1));
        assertThat(read()).isEmpty();
        store.write(5, 5);
        assertThat(read()).isEqualTo(ids(5, 9));
    }

    @Test
    void leavesNothingOutInWhateverOrderEventsAreWritten() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            List<Long> order = new ArrayList<>(
                    LongStream.range(round * 200L, round * 200L + 200).boxed().toList());
            Collections.shuffle(order, random);
            List<Object> read = new ArrayList<>();
            for (long id : order) {
                store.write(id, id);
                if (random.nextInt(5) == 0) {
                    read.addAll(read());
                }
            }
            read.addAll(read());
            assertThat(read).isEqualTo(ids(round * 200L, round * 200L + 199));
        }
    }

    @Test
    void callsAHoleThatStaysAGapAndGoesOnBehindIt() throws IOException {
        store.write(0, 4).write(7, 9);
        assertThat(read()).isEqualTo(ids(0, 4));
        clock.pass(GRACE);
        assertThat(read()).containsExactly(new Gap(5, 6, Gap.Reason.NEVER_WRITTEN), 7L, 8L, 9L);
        store.write(10, 10);
        assertThat(read()).isEqualTo(ids(10, 10));
    }

    @Test
    void givesEachHoleItsOwnGraceTime() throws IOException {
        store.write(0, 0).write(2, 2).write(4, 4);
        assertThat(read()).isEqualTo(ids(0, 0));
        clock.pass(GRACE);
        assertThat(read()).containsExactly(new Gap(1, 1, Gap.Reason.NEVER_WRITTEN), 2L);
        clock.pass(GRACE);
        assertThat(read()).containsExactly(new Gap(3, 3, Gap.Reason.NEVER_WRITTEN), 4L);
    }

    @Test
    void callsWhatNiFiCountsAndDoesNotHandOutAGap() throws IOException {
        store.write(0, 4).count(7);
        assertThat(read()).isEqualTo(ids(0, 4));
        clock.pass(GRACE);
        assertThat(read()).containsExactly(new Gap(5, 7, Gap.Reason.UNREADABLE));
        store.write(8, 8);
        assertThat(read()).isEqualTo(ids(8, 8));
    }

    @Test
    void saysAtOnceWhatRolledOverUnread() throws IOException {
        store.write(0, 4);
        read();
        store.write(5, 20).rollOver(15);
        assertThat(read())
                .startsWith(new Gap(5, 14, Gap.Reason.ROLLED_OVER), 15L)
                .hasSize(7);
    }

    @Test
    void goesOnWhenOnlyWhatItHasReadRolledOver() throws IOException {
        store.write(0, 4);
        read();
        store.write(5, 9).rollOver(5);
        assertThat(read()).isEqualTo(ids(5, 9));
        store.rollOver(9);
        assertThat(read()).isEmpty();
    }

    @Test
    void noticesAnotherRepositoryWithFewerEvents() throws IOException {
        store.write(0, 20);
        read();
        store.loseFrom(0).write(modified(0, "new"));
        assertThat(read()).startsWith(new Gap(21, 21, Gap.Reason.ANOTHER_REPOSITORY));
        assertThat(position.last()).isZero();
    }

    @Test
    void noticesAnotherRepositoryThatHasCaughtUp() throws IOException {
        store.write(0, 5);
        read();
        store.loseFrom(0);
        long later = NiFiEvents.TIME + 1_000_000;
        for (long id = 0; id <= 9; id++) {
            long time = later + id;
            store.write(NiFiEvents.event(
                    id, ProvenanceEventType.CREATE, "new " + id, Map.of(), builder -> builder.setEventTime(time)));
        }
        List<Object> expected = new ArrayList<>(List.of(new Gap(6, 6, Gap.Reason.ANOTHER_REPOSITORY)));
        expected.addAll(ids(0, 9));
        assertThat(read()).isEqualTo(expected);
    }

    @Test
    void doesNotTakeAgainWhatItHasReadWhenTheRepositoryLostItsEnd() throws IOException {
        store.write(0, 20);
        read();
        store.loseFrom(18);
        assertThat(read()).containsExactly(new Gap(21, 21, Gap.Reason.ANOTHER_REPOSITORY));
        store.write(NiFiEvents.event(
                18,
                ProvenanceEventType.CREATE,
                "new",
                Map.of(),
                builder -> builder.setEventTime(NiFiEvents.TIME + 5_000)));
        assertThat(read()).isEqualTo(ids(18, 18));
    }

    @Test
    void comesAgainAfterAFailedReading() throws IOException {
        store.write(0, 4);
        store.breakDown(true);
        assertThatThrownBy(this::read).isInstanceOf(IOException.class);
        store.breakDown(false);
        assertThat(read()).isEqualTo(ids(0, 4));
    }
}
