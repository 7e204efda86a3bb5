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
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.Policies;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plan of a governed job has a row of its own, so that its progress does not write it again. */
class PlanRowTest {
    private static final Caller ANN = new Caller("ann", true, Optional.empty());
    private static final Caller CLEO = new Caller("cleo", false, Optional.of("policy service"));
    private static final int PARTITIONS = 300;

    @TempDir
    Path directory;

    @Test
    void theRowThatChangesWithEachEventDoesNotGrowWithThePlan() {
        long number;
        byte[] planned;
        try (RocksDBJournal journal = open()) {
            number = start(journal);
        }
        try (RawRows rows = new RawRows(directory)) {
            planned = rows.get(Table.JOBS, JobRows.key(number, Jobs.PLAN));
            assertThat(planned.length).isGreaterThan(PARTITIONS * "partition 100".length());
        }
        try (RocksDBJournal journal = open()) {
            Emission emission = journal.emit(1).getFirst();
            complete(
                    journal,
                    new Arrival.WithToken(
                            "again",
                            journal.tokens()
                                    .read(emission.token().orElseThrow())
                                    .orElseThrow(),
                            content(emission.envelope().key())));
            assertThat(job(journal).progress().completed()).isEqualTo(1);
        }
        try (RawRows rows = new RawRows(directory)) {
            assertThat(rows.get(Table.JOBS, JobRows.key(number, Jobs.STANDING)).length)
                    .isLessThan(2_000);
            assertThat(rows.get(Table.JOBS, JobRows.key(number, Jobs.PLAN))).isEqualTo(planned);
        }
    }

    @Test
    void aPlanThatWasWrittenInTheOtherRowGoesIntoItsOwn() {
        long number;
        GovernedJob before;
        try (RocksDBJournal journal = open()) {
            number = start(journal);
            before = job(journal);
        }
        try (RawRows rows = new RawRows(directory)) {
            byte[] key = JobRows.key(number, Jobs.STANDING);
            JobRows.Standing standing = JsonRow.read(rows.get(Table.JOBS, key), JobRows.Standing.class);
            FrozenPlan plan = JsonRow.read(rows.get(Table.JOBS, JobRows.key(number, Jobs.PLAN)), FrozenPlan.class);
            Optional<Governing> withPlan = standing.governing().map(by -> by.withPlan(Optional.of(plan)));
            rows.put(
                    Table.JOBS,
                    key,
                    JsonRow.write(new JobRows.Standing(
                            standing.state(),
                            standing.reason(),
                            standing.progress(),
                            standing.changed(),
                            standing.ranMillis(),
                            standing.version(),
                            withPlan,
                            standing.turn())));
            rows.delete(Table.JOBS, JobRows.key(number, Jobs.PLAN));
        }

        try (RocksDBJournal journal = open()) {
            assertThat(job(journal)).isEqualTo(before);
            journal.coordinator("coordinator").pause("job", before.version(), "wait", CLEO);
        }
        try (RawRows rows = new RawRows(directory)) {
            assertThat(rows.get(Table.JOBS, JobRows.key(number, Jobs.PLAN))).isNotEmpty();
        }
        try (RocksDBJournal journal = open()) {
            assertThat(job(journal).plan()).isEqualTo(before.plan());
        }
    }

    @Test
    void anEditedJobHasNoPlanOverARestartEither() {
        try (RocksDBJournal journal = open()) {
            govern(journal);
            ReplayCoordinator coordinator = journal.coordinator("coordinator");
            coordinator.draft(request(), ANN);
            GovernedJob planned = coordinator.plan("job", 1, ANN);
            GovernedJob edited = coordinator.edit("job", planned.version(), request(), ANN);
            assertThat(edited.plan()).isEmpty();
        }
        try (RocksDBJournal journal = open()) {
            assertThat(job(journal).plan()).isEmpty();
            assertThat(job(journal).state()).isEqualTo(JobState.DRAFTED);
        }
    }

    @Test
    void aRowOfANewerVersionIsRefusedAndNotTakenForDamaged() {
        byte[] newer = "{\"heads\":{\"1\":5},\"until\":7}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> JsonRow.read(newer, JobRows.Hold.class))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("'until'")
                .hasMessageContaining("newer");
    }

    private long start(RocksDBJournal journal) {
        govern(journal);
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            arrivals.add(new Arrival.Fresh(
                    "f" + i, Envelope.of("key " + i, "partition " + i), content("key " + i), List.of("call")));
        }
        arrivals.forEach(arrival -> complete(journal, arrival));
        ReplayCoordinator coordinator = journal.coordinator("coordinator");
        coordinator.draft(request(), ANN);
        GovernedJob planned = coordinator.plan("job", 1, ANN);
        GovernedJob approved = coordinator.approve("job", planned.version(), "agreed", CLEO);
        coordinator.start("job", approved.version(), "go", ANN);
        return journal.job("job").orElseThrow().number();
    }

    private static void govern(RocksDBJournal journal) {
        journal.govern(new Pin("coordinator", "policy service", Policies.LOOSE, Instant.EPOCH));
    }

    private static ReplayRequest request() {
        return new ReplayRequest("job", Selector.ALL, ReplayMode.FORCED, false, Limits.NONE, "wrong", "ann");
    }

    private static void complete(RocksDBJournal journal, Arrival arrival) {
        Token token = ((Admission.Accepted) journal.admit(List.of(arrival)).getFirst()).token();
        String flowFile = journal.find(token.event()).orElseThrow().state().owner();
        journal.claim(List.of(new Claim(token, flowFile, "call", Fragment.WHOLE, false, Optional.empty())));
        journal.record(List.of(new Outcome.Completed(token, flowFile, "call", Fragment.WHOLE, Optional.empty())));
    }

    private RocksDBJournal open() {
        return RocksDBJournal.open(RocksDBOptions.defaults(directory));
    }

    private static GovernedJob job(RocksDBJournal journal) {
        return journal.coordinator("coordinator").job("job").orElseThrow();
    }

    private static Content content(String key) {
        return Content.of(key.getBytes(StandardCharsets.UTF_8));
    }
}
