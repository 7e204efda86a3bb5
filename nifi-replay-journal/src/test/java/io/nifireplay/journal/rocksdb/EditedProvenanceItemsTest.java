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

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.Policies;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.FakeTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody who may write the journal's directory changes what an approved job over provenance is to have NiFi replay. */
class EditedProvenanceItemsTest {
    private static final Place KNOWN = new Place(1, 1);
    private static final Place UNSEEN = new Place(0, 2);

    @TempDir
    Path directory;

    private final FakeTime time = new FakeTime(1);
    private long number;

    /** What is done to the rows of the job, which has event 1 of partition p, and an unseen one as its item 2. */
    private enum Edit {
        ONE_MORE {
            @Override
            void of(RawRows rows, long number) {
                put(rows, number, new Place(0, 3), item(3, source(3), Optional.empty()));
            }
        },
        ONE_OF_ANOTHER_PARTITION {
            @Override
            void of(RawRows rows, long number) {
                put(rows, number, new Place(9, 1), item(3, source(3), Optional.of(new EventRef("q", 1))));
            }
        },
        ANOTHER_EVENT_OF_PROVENANCE {
            @Override
            void of(RawRows rows, long number) {
                put(rows, number, UNSEEN, item(2, source(77), Optional.empty()));
            }
        },
        ANOTHER_QUEUE {
            @Override
            void of(RawRows rows, long number) {
                ProvenanceSource elsewhere =
                        new ProvenanceSource("", 2, "f2", "another", Optional.empty(), Optional.empty());
                put(rows, number, UNSEEN, item(2, elsewhere, Optional.empty()));
            }
        },
        ANOTHER_FLOW_FILE {
            @Override
            void of(RawRows rows, long number) {
                ProvenanceSource other = new ProvenanceSource("", 1, "f9", "queue", Optional.empty(), Optional.empty());
                put(rows, number, KNOWN, item(1, other, Optional.of(new EventRef("p", 1))));
            }
        },
        ANOTHER_EVENT_OF_THE_JOURNAL {
            @Override
            void of(RawRows rows, long number) {
                put(rows, number, KNOWN, item(1, source(1), Optional.of(new EventRef("p", 2))));
            }
        },
        REFUSED_ALREADY {
            @Override
            void of(RawRows rows, long number) {
                ProvenanceSource gone = new ProvenanceSource(
                        "", 2, "f2", "queue", Optional.empty(), Optional.of(ItemStanding.CONTENT_EXPIRED));
                put(rows, number, UNSEEN, item(2, gone, Optional.empty()));
            }
        },
        ASKED_ALREADY {
            @Override
            void of(RawRows rows, long number) {
                put(rows, number, UNSEEN, item(2, source(2), Optional.empty()).askedAt(5));
            }
        },
        DONE_ALREADY {
            @Override
            void of(RawRows rows, long number) {
                rows.put(Table.ITEMS, JobRows.itemKey(number, UNSEEN), ItemState.SETTLED.toBytes(0));
            }
        },
        ONE_LESS {
            @Override
            void of(RawRows rows, long number) {
                rows.delete(Table.ITEMS, JobRows.itemKey(number, UNSEEN));
                rows.delete(Table.PROVENANCE, JobRows.itemKey(number, UNSEEN));
            }
        },
        ONE_LESS_IN_ONE_TABLE {
            @Override
            void of(RawRows rows, long number) {
                rows.delete(Table.PROVENANCE, JobRows.itemKey(number, UNSEEN));
            }
        },
        ONE_MORE_IN_ONE_TABLE {
            @Override
            void of(RawRows rows, long number) {
                rows.put(Table.ITEMS, JobRows.itemKey(number, new Place(1, 2)), ItemState.PENDING.toBytes(0));
            }
        },
        NO_ITEM {
            @Override
            void of(RawRows rows, long number) {
                rows.put(Table.PROVENANCE, JobRows.itemKey(number, UNSEEN), new byte[] {'{', '}', '}'});
            }
        };

        abstract void of(RawRows rows, long number);

        private static ProvenanceItem item(long number, ProvenanceSource source, Optional<EventRef> event) {
            return ProvenanceItem.of(number, source, event);
        }

        private static void put(RawRows rows, long job, Place place, ProvenanceItem item) {
            rows.put(Table.ITEMS, JobRows.itemKey(job, place), ItemState.PENDING.toBytes(0));
            rows.put(Table.PROVENANCE, JobRows.itemKey(job, place), JsonRow.write(item));
        }
    }

    @Test
    void whatNobodyHasChangedIsStarted() {
        plan();
        try (RocksDBJournal journal = open()) {
            assertThat(ApprovedJob.start(journal).state()).isEqualTo(JobState.RUNNING);
            assertThat(journal.ask("job", 100)).hasSize(2);
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

            assertThat(journal.ask("job", 100)).isEmpty();
        }
    }

    /** Events 1 and 2 of partition p, which is number 1; a job over the first, and over a FlowFile that is not known. */
    private void plan() {
        try (RocksDBJournal journal = open()) {
            journal.govern(
                    new Pin(ApprovedJob.COORDINATOR, "policy service", Policies.approvalAbove(0), Instant.EPOCH));
            for (String key : List.of("a", "b")) {
                Content content = Content.of(key.getBytes(StandardCharsets.UTF_8));
                journal.admit(List.of(new Arrival.Fresh("f", Envelope.of(key, "p"), content, List.of("call"))));
            }
            // They are missed once their leases have ended.
            time.pass(RocksDBOptions.defaults(directory).lease().plusMillis(1));
            ReplayCoordinator coordinator = journal.coordinator(ApprovedJob.COORDINATOR);
            ProvenanceSelection all = new ProvenanceSelection(
                    Set.of(), Optional.empty(), Optional.empty(), Set.of(), Map.of(), Set.of(), OptionalLong.empty());
            coordinator.draft(
                    new ReplayRequest(
                            "job",
                            Selector.ALL,
                            ReplayMode.MISSED_ONLY,
                            false,
                            Limits.NONE,
                            "lost",
                            "ann",
                            Optional.of(all)),
                    ApprovedJob.ANN);
            long asked = coordinator.plan("job", 1, ApprovedJob.ANN).version();
            ProvenanceSource known = new ProvenanceSource("", 1, "f1", "queue", Optional.of("a"), Optional.empty());
            journal.planned("job", asked, all, new ProvenanceFindings(2, List.of(known, source(2)), Set.of(), 0, 0, 0));
            coordinator.approve("job", ApprovedJob.of(journal).version(), "agreed", ApprovedJob.CLEO);
            number = journal.job("job").orElseThrow().number();
            assertThat(ApprovedJob.of(journal).plan().orElseThrow().numbers().emitted())
                    .isEqualTo(2);
        }
    }

    private static ProvenanceSource source(long id) {
        return new ProvenanceSource("", id, "f" + id, "queue", Optional.empty(), Optional.empty());
    }

    private RocksDBJournal open() {
        return RocksDBJournal.open(
                RocksDBOptions.defaults(directory).withOutbox(true).withTime(time.journalTime()));
    }
}
