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
package io.nifireplay.processors.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.processors.provenance.TargetPolicies;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the policy lets a job over provenance have NiFi replay before its JournalEvents; over a real journal. */
class ProvenanceCommandsTest {
    @TempDir
    Path directory;

    private final AtomicInteger searches = new AtomicInteger();
    private RocksDBJournal journal;

    @BeforeEach
    void open() {
        journal = RocksDBJournal.open(RocksDBOptions.defaults(directory));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void opensAJobBeforeAJournalEventThatThePolicyLists() throws Exception {
        journal.govern(TargetPolicies.listing("j1"));

        replay("j1", () -> found("j1"));

        assertThat(journal.job("job").orElseThrow().state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void refusesOneThatThePolicyDoesNotListBeforeItSearches() {
        journal.govern(TargetPolicies.listing("j1"));

        assertRefused("j2", () -> found("j2"));

        assertThat(searches).hasValue(0);
    }

    @Test
    void refusesAQueueThatLeadsToOneThatThePolicyDoesNotList() {
        journal.govern(TargetPolicies.listing("j1"));

        assertRefused("j1", () -> found("j1", "j2"));
    }

    @Test
    void refusesWhatThePolicyDoesNotListAnyMoreWhenTheSearchIsOver() {
        journal.govern(TargetPolicies.listing("j1", "j2"));

        assertRefused("j2", () -> {
            journal.govern(TargetPolicies.listing("j1"));
            return found("j2");
        });
    }

    @Test
    void asksNobodyWhereNoCoordinatorGoverns() throws Exception {
        replay("j2", () -> found("j2"));

        assertThat(journal.job("job")).isPresent();
    }

    private interface Searching {
        ProvenanceFindings search();
    }

    private void assertRefused(String processor, Searching searching) {
        assertThatThrownBy(() -> replay(processor, searching))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("does not let NiFi replay before [j2]")
                .hasMessageContaining("Provenance Targets in policy service policy service");
        assertThat(journal.jobs()).isEmpty();
    }

    private void replay(String processor, Searching searching) throws Exception {
        ProvenanceCommands commands = new ProvenanceCommands(
                journal, InstantSource.system(), Optional.empty(), new ProvenanceCommands.Search() {
                    @Override
                    public Set<String> targets() {
                        return Set.of("j1", "j2");
                    }

                    @Override
                    public ProvenanceFindings find(ProvenanceSelection selection) {
                        searches.incrementAndGet();
                        return searching.search();
                    }
                });
        commands.execute(new ProvenanceCommand.Replay(
                new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "why", "test"),
                new ProvenanceSelection(
                        Set.of(processor),
                        Optional.empty(),
                        Optional.empty(),
                        Set.of(),
                        Map.of(),
                        Set.of(),
                        OptionalLong.empty())));
    }

    private static ProvenanceFindings found(String... leadTo) {
        ProvenanceSource source = new ProvenanceSource("", 1, "f", "queue", Optional.empty(), Optional.empty());
        return new ProvenanceFindings(1, List.of(source), Set.of(leadTo), 0, 0, 0);
    }
}
