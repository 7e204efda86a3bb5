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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.Policies;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody who may write the journal's directory changes which events an approved job has. */
class EditedItemsTest {

    @TempDir
    Path directory;

    private long number;

    /** What is done to the rows of the job, which has events 1 and 2 of partitions b and a. */
    private enum Edit {
        AN_EVENT_MORE {
            @Override
            void of(RawRows rows, long number) {
                rows.put(Table.ITEMS, JobRows.itemKey(number, new Place(1, 3)), ItemState.PENDING.toBytes(1));
            }
        },
        ANOTHER_GENERATION {
            @Override
            void of(RawRows rows, long number) {
                rows.put(Table.ITEMS, JobRows.itemKey(number, new Place(1, 1)), ItemState.PENDING.toBytes(2));
            }
        },
        DONE_ALREADY {
            @Override
            void of(RawRows rows, long number) {
                rows.put(Table.ITEMS, JobRows.itemKey(number, new Place(1, 1)), ItemState.SETTLED.toBytes(1));
            }
        },
        AN_EVENT_OF_ANOTHER_PARTITION {
            @Override
            void of(RawRows rows, long number) {
                rows.put(Table.ITEMS, JobRows.itemKey(number, new Place(9, 1)), ItemState.PENDING.toBytes(1));
            }
        },
        NO_ITEM {
            @Override
            void of(RawRows rows, long number) {
                rows.put(Table.ITEMS, JobRows.itemKey(number, new Place(1, 1)), new byte[] {1, 0});
            }
        };

        abstract void of(RawRows rows, long number);
    }

    @Test
    void whatNobodyHasChangedIsStarted() {
        plan();
        try (RocksDBJournal journal = open()) {
            assertThat(ApprovedJob.start(journal).state()).isEqualTo(JobState.RUNNING);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJobWithOtherItemsThanThoseOfItsPlanFails(Edit edit) {
        plan();
        try (RawRows rows = new RawRows(directory)) {
            edit.of(rows, number);
        }

        try (RocksDBJournal journal = open()) {
            ApprovedJob.assertFailsAtItsStart(journal);

            assertThat(journal.emit(100)).isEmpty();
            var outbox = journal.outbox().orElseThrow();
            List<Notice> notices = outbox.pending(outbox.last(), Integer.MAX_VALUE);
            assertThat(notices.get(notices.size() - 2).happening())
                    .isInstanceOfSatisfying(Happening.JobChanged.class, told -> {
                        assertThat(told.after()).isEqualTo("FAILED");
                        assertThat(told.why()).contains("changed from outside");
                        assertThat(told.requester()).isEmpty();
                    });
            assertThat(notices.getLast().happening())
                    .isInstanceOfSatisfying(
                            Happening.RequestRefused.class,
                            refused -> assertThat(refused.asked()).isEqualTo("start"));
        }
    }

    @Test
    void anEventThatIsNotThereAnyMoreAsksForAnotherPlan() {
        plan();
        try (RawRows rows = new RawRows(directory)) {
            rows.put(Table.ITEMS, JobRows.itemKey(number, new Place(1, 77)), ItemState.PENDING.toBytes(1));
        }

        try (RocksDBJournal journal = open()) {
            assertThatThrownBy(() -> ApprovedJob.start(journal))
                    .isInstanceOf(IllegalTransitionException.class)
                    .hasMessageContaining("b/77")
                    .hasMessageContaining("Plan it again");
            assertThat(ApprovedJob.of(journal).state()).isEqualTo(JobState.APPROVED);
        }
    }

    /** Events 1, 2 and 3 of partition b, which is number 1, and of a, number 2; a job over the first two of each. */
    private void plan() {
        try (RocksDBJournal journal = open()) {
            journal.govern(new Pin(ApprovedJob.COORDINATOR, "policy service", Policies.LOOSE, Instant.EPOCH));
            for (String partition : List.of("b", "a")) {
                for (int i = 1; i <= 3; i++) {
                    complete(journal, partition, i);
                }
            }
            ReplayCoordinator coordinator = journal.coordinator(ApprovedJob.COORDINATOR);
            Selector firstTwo = Selector.ALL.withKeys(List.of("a1", "a2", "b1", "b2"));
            GovernedJob drafted = coordinator.draft(
                    new ReplayRequest("job", firstTwo, ReplayMode.FORCED, false, Limits.NONE, "wrong", "ann"),
                    ApprovedJob.ANN);
            GovernedJob planned = coordinator.plan("job", drafted.version(), ApprovedJob.ANN);
            GovernedJob byPartition = coordinator.draft(
                    new ReplayRequest(
                            "same",
                            Selector.ALL.withPartitions(Set.of("a", "b")),
                            ReplayMode.FORCED,
                            false,
                            Limits.NONE,
                            "wrong",
                            "ann"),
                    ApprovedJob.ANN);
            coordinator.plan("same", byPartition.version(), ApprovedJob.ANN);
            coordinator.approve("job", planned.version(), "agreed", ApprovedJob.CLEO);
            coordinator.approve("same", ApprovedJob.of(journal, "same").version(), "agreed", ApprovedJob.CLEO);
            assertThat(coordinator
                            .start("same", ApprovedJob.of(journal, "same").version(), "go", ApprovedJob.ANN)
                            .state())
                    .as("however its events were selected")
                    .isEqualTo(JobState.RUNNING);
            coordinator.abort("same", ApprovedJob.of(journal, "same").version(), "enough", ApprovedJob.ANN);
            number = journal.job("job").orElseThrow().number();
        }
    }

    private static void complete(RocksDBJournal journal, String partition, int i) {
        Arrival arrival = new Arrival.Fresh(
                "f",
                Envelope.of(partition + i, partition),
                Content.of((partition + i).getBytes(StandardCharsets.UTF_8)),
                List.of("call"));
        Token token = ((Admission.Accepted) journal.admit(List.of(arrival)).getFirst()).token();
        journal.claim(List.of(new Claim(token, "f", "call", Fragment.WHOLE, false, Optional.empty())));
        journal.record(List.of(new Outcome.Completed(token, "f", "call", Fragment.WHOLE, Optional.empty())));
    }

    private RocksDBJournal open() {
        return RocksDBJournal.open(RocksDBOptions.defaults(directory).withOutbox(true));
    }
}
