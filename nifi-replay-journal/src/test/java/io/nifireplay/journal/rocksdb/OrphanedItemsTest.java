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
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that died while it planned a job has left items that no job has. */
class OrphanedItemsTest {
    @TempDir
    Path directory;

    @Test
    void goWithTheNextOpeningAndThoseOfAJobStay() {
        long number;
        try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(directory))) {
            journal.admit(List.of(new Arrival.Fresh(
                    "flowfile",
                    Envelope.of("key", "p"),
                    Content.of("content".getBytes(StandardCharsets.UTF_8)),
                    List.of("call"))));
            number = journal.open(new ReplayRequest(
                            "job", Selector.ALL, ReplayMode.DRILL, false, Limits.NONE, "a drill", "ann"))
                    .number();
        }
        byte[] ofTheJob = JobRows.itemKey(number, new Place(1, 1));
        try (RawRows rows = new RawRows(directory)) {
            assertThat(rows.keys(Table.ITEMS)).containsExactly(ofTheJob);
            for (long position = 1; position <= 3; position++) {
                rows.put(Table.ITEMS, JobRows.itemKey(number + 1, new Place(1, position)), new byte[] {1});
                rows.put(Table.PROVENANCE, JobRows.itemKey(number + 2, new Place(0, position)), new byte[] {'{', '}'});
            }
        }

        RocksDBJournal.open(RocksDBOptions.defaults(directory)).close();

        try (RawRows rows = new RawRows(directory)) {
            assertThat(rows.keys(Table.ITEMS)).containsExactly(ofTheJob);
            assertThat(rows.keys(Table.PROVENANCE)).isEmpty();
        }
    }
}
