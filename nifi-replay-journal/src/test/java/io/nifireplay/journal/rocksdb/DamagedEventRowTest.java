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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.contract.Carried;
import io.nifireplay.journal.contract.EventJournalContract;
import io.nifireplay.journal.contract.JournalEngine;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.replay.UnreadableEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A damaged row of attributes and content is the trouble of its own event, and of no other. */
class DamagedEventRowTest {
    @Nested
    class Plain extends DamagedRow {
        Plain() {
            super(RocksDBEngine.PLAIN);
        }
    }

    @Nested
    class Sealed extends DamagedRow {
        Sealed() {
            super(RocksDBEngine.SEALED);
        }
    }

    abstract static class DamagedRow extends EventJournalContract {
        private final List<UnreadableEvent> unreadable = new ArrayList<>();

        DamagedRow(JournalEngine engine) {
            super(engine);
        }

        @Test
        void dueRetriesOfOthersGoOn() {
            failed("a");
            failed("b");
            failed("c");
            damage(2);
            time.pass(Duration.ofMinutes(1));

            assertThat(emit()).containsExactlyInAnyOrder("a", "c");
            assertThat(unreadable).singleElement().satisfies(one -> {
                assertThat(one.event()).isEqualTo(new EventRef(PARTITION, 2));
                assertThat(one.job()).isEmpty();
                assertThat(one.reason()).isNotBlank();
            });
        }

        @Test
        void aJobEmitsTheOthersAndEndsWithoutIt() {
            settings = settings.withOutbox(true);
            reopen();
            deadLetter("a");
            deadLetter("b");
            deadLetter("c");
            journal.open(request(Limits.NONE));
            damage(2);

            List<Emission> emissions = journal.emit(100, unreadable::add);
            assertThat(emissions)
                    .extracting(emission -> emission.envelope().key())
                    .containsExactly("a", "c");
            emissions.forEach(this::complete);
            triesAgain(2);

            assertThat(unreadable)
                    .hasSize(UnreadableEvent.MAX_TRIES)
                    .allSatisfy(one -> assertThat(one.job()).contains("job"));
            assertEndedWithout(new EventRef(PARTITION, 2), 2);
        }

        @Test
        void strictOrderGoesOnBehindIt() {
            settings = settings.withOutbox(true);
            reopen();
            deadLetter("a");
            deadLetter("b");
            journal.open(request(new Limits(Optional.empty(), 10, Optional.empty(), Optional.empty(), true)));
            damage(1);

            assertThat(emit()).isEmpty();
            triesAgain(2);
            Emission next = journal.emit(100).getFirst();

            assertThat(next.envelope().key()).isEqualTo("b");
            complete(next);
            assertEndedWithout(new EventRef(PARTITION, 1), 1);
        }

        @Test
        void aContentThatCouldNotBeOpenedCountsAsOne() {
            settings = settings.withOutbox(true);
            reopen();
            deadLetter("a");
            journal.open(request(Limits.NONE));
            for (int i = 1; i <= UnreadableEvent.MAX_TRIES; i++) {
                assertThat(status().state()).as("before try %d", i).isEqualTo(JobState.RUNNING);
                Emission emission = journal.emit(100).getFirst();
                journal.unreadable(List.of(new UnreadableEvent(emission.event(), emission.job(), "chunk 3 is gone")));
                time.pass(RE_EMIT_AFTER.plusMillis(1));
            }
            assertEndedWithout(new EventRef(PARTITION, 1), 0);
            assertThat(state("a").status()).as("it stays missed").isEqualTo(Status.DEAD_LETTER);
        }

        private void assertEndedWithout(EventRef event, int completed) {
            assertThat(status().state()).isEqualTo(JobState.FINISHED);
            assertThat(status().progress().rejected()).isEqualTo(1);
            assertThat(status().progress().completed()).isEqualTo(completed);
            assertThat(status().stateReason()).contains("could not be read").contains(event.toString());
            assertThat(journal.outbox()
                            .map(outbox -> outbox.pending(outbox.last(), 1_000))
                            .orElseThrow())
                    .extracting(Notice::happening)
                    .filteredOn(Happening.Rejected.class::isInstance)
                    .singleElement()
                    .satisfies(told -> {
                        assertThat(((Happening.Rejected) told).event()).contains(event);
                        assertThat(((Happening.Rejected) told).reason()).contains("could not be read");
                    });
        }

        private void triesAgain(int times) {
            for (int i = 0; i < times; i++) {
                assertThat(status().state()).isEqualTo(JobState.RUNNING);
                time.pass(RE_EMIT_AFTER.plusMillis(1));
                assertThat(emit()).isEmpty();
            }
        }

        private List<String> emit() {
            return journal.emit(100, unreadable::add).stream()
                    .map(emission -> emission.envelope().key())
                    .toList();
        }

        private void complete(Emission emission) {
            Carried carried = acceptEmission("r" + emission.event().position(), emission);
            deliver(carried);
            complete(carried);
        }

        private JobStatus status() {
            return journal.job("job").orElseThrow();
        }

        private static ReplayRequest request(Limits limits) {
            return new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, limits, "a test", "a tester");
        }

        /** The row of the n-th event is another one. */
        private void damage(int position) {
            close();
            try (RawRows rows = new RawRows(directory.resolve("journal"))) {
                byte[] key = rows.keys(Table.EVENTS).get(position - 1);
                rows.put(Table.EVENTS, key, new byte[] {120, 1, 2, 3});
            }
            journal = openAt(directory);
        }
    }
}
