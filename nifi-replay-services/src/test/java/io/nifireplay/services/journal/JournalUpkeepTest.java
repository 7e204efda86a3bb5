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
package io.nifireplay.services.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.JournalTime;
import io.nifireplay.journal.RecoveryPoint;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalUpkeepTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path directory;

    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private RocksDBJournal journal;

    @BeforeEach
    void setUp() {
        journal = RocksDBJournal.open(RocksDBOptions.defaults(directory)
                .withTime(new JournalTime(() -> now, () -> now.toEpochMilli() * 1_000_000, new Random(7))));
    }

    @AfterEach
    void tearDown() {
        journal.close();
    }

    @Test
    void takesARecoveryPointAtOnceAndThenEverySoOften() {
        JournalUpkeep upkeep = upkeep(48);

        upkeep.run();
        upkeep.run();
        now = now.plus(HOUR).minusSeconds(1);
        upkeep.run();
        assertThat(names()).containsExactly("scheduled-2026-11-23T10:00:00Z");

        now = now.plusSeconds(1);
        upkeep.run();
        assertThat(names()).containsExactly("scheduled-2026-11-23T10:00:00Z", "scheduled-2026-11-23T11:00:00Z");
    }

    @Test
    void keepsTheLastFewAndThoseTakenByHand() {
        journal.takeRecoveryPoint("by hand");
        JournalUpkeep upkeep = upkeep(2);

        for (int hour = 0; hour < 5; hour++) {
            upkeep.run();
            now = now.plus(HOUR);
        }

        assertThat(names())
                .containsExactlyInAnyOrder(
                        "by hand", "scheduled-2026-11-23T13:00:00Z", "scheduled-2026-11-23T14:00:00Z");
    }

    @Test
    void goesByTheJournalWhenItIsOpenedAgain() {
        upkeep(48).run();
        now = now.plusSeconds(60);

        upkeep(48).run();

        assertThat(names()).hasSize(1);
    }

    @Test
    void takesNoneWhenNoneAreKept() {
        upkeep(0).run();

        assertThat(names()).isEmpty();
    }

    @Test
    void endsAPausedJobWhoseTimeHasComeAlthoughNobodyReplays() {
        journal.admit(List.of(
                new Arrival.Fresh("f", Envelope.of("key", "orders"), Content.of(new byte[] {1}), List.of("delivery"))));
        now = now.plus(Duration.ofDays(1));
        Limits untilInAnHour = new Limits(Optional.empty(), 10, Optional.of(now.plus(HOUR)), Optional.empty(), false);
        journal.open(
                new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, untilInAnHour, "a test", "ann"));
        journal.change("job", JobAction.PAUSE, new Cause("ann", "a test"));
        JournalUpkeep upkeep = upkeep(0);
        upkeep.run();
        assertThat(journal.job("job").orElseThrow().state()).isEqualTo(JobState.PAUSED);

        now = now.plus(HOUR);
        upkeep.run();

        assertThat(journal.job("job").orElseThrow().state()).isEqualTo(JobState.ABORTED);
    }

    private JournalUpkeep upkeep(int kept) {
        return new JournalUpkeep(journal, HOUR, kept, () -> now);
    }

    private Iterable<String> names() {
        return journal.recoveryPoints().stream().map(RecoveryPoint::name).toList();
    }
}
