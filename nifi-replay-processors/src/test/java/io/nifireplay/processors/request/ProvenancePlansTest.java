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
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.processors.provenance.GovernedJobs;
import io.nifireplay.processors.provenance.TargetPolicies;
import io.nifireplay.processors.request.ProvenancePlans.Result;
import io.nifireplay.processors.rest.ClusterNotReadyException;
import io.nifireplay.processors.rest.MissingPolicyException;
import io.nifireplay.processors.rest.NiFiApiException;
import io.nifireplay.processors.rest.Policy;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of plans that people have asked a coordinator for. */
class ProvenancePlansTest {
    @TempDir
    Path directory;

    private final List<ProvenanceSelection> searched = new ArrayList<>();
    private RocksDBJournal journal;
    private Instant started = Instant.now();

    private interface Searching {
        ProvenanceFindings search() throws NiFiApiException, IOException;
    }

    @BeforeEach
    void open() {
        journal = RocksDBJournal.open(RocksDBOptions.defaults(directory));
        journal.govern(TargetPolicies.listing("j1", "j2"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void searchesForWhatWasSelectedAndHandsInWhatItFound() throws Exception {
        jobs().ask("job");

        assertThat(make(() -> found("j1", 1, 2)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Planned.class,
                        planned -> assertThat(planned.job().plan().emitted()).isEqualTo(2));

        assertThat(searched)
                .singleElement()
                .satisfies(selection -> assertThat(selection.processors())
                        .as("where the request names none")
                        .containsExactlyInAnyOrder("j1", "j2"));
        assertThat(job("job").state()).isEqualTo(JobState.APPROVED);
        assertThat(job("job").plan().orElseThrow().provenance().orElseThrow().flowFiles())
                .isEqualTo(2);
        assertThat(make(() -> found("j1", 1))).as("nobody asks for another").isEmpty();
    }

    @Test
    void looksAtNoJobWhosePlanNobodyAskedFor() throws Exception {
        journal.open(new ReplayRequest("own", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "r", "t"));
        jobs().coordinator().draft(GovernedJobs.request("drafted"), GovernedJobs.OPERATOR);

        assertThat(make(() -> found("j1", 1))).isEmpty();
        assertThat(searched).isEmpty();
    }

    @Test
    void saysWhichRightIsMissing() throws Exception {
        jobs().ask("job");

        assertNotPlanned(
                () -> {
                    throw MissingPolicyException.of(Set.of(Policy.viewData("j1")), "");
                },
                "view the data");
    }

    @Test
    void saysThatNothingWasFound() throws Exception {
        jobs().ask("job");

        assertNotPlanned(
                () -> new ProvenanceFindings(5, List.of(), Set.of(), 2, 3, 0), "5 provenance events are selected");
    }

    @Test
    void saysThatThereIsTooMuch() throws Exception {
        jobs().ask("job");

        assertNotPlanned(
                () -> {
                    throw new NiFiApiException("Component j1 has too many: select a narrower window");
                },
                "narrower window");
    }

    @Test
    void saysThatAJournalEventIsNoneOfItsOwn() throws Exception {
        journal.govern(TargetPolicies.listing("j1", "j2"));
        ReplayRequest other = GovernedJobs.request("job", "j3");
        assertThatThrownBy(() -> jobs().coordinator().draft(other, GovernedJobs.OPERATOR))
                .hasMessageContaining("j3");
        jobs().ask("job", "j1");

        assertNotPlanned(() -> found("j3", 1), "does not let NiFi replay before [j3]");
    }

    @Test
    void asksForNothingThatThePolicyDoesNotListAnyMore() throws Exception {
        jobs().ask("job", "j2");
        journal.govern(TargetPolicies.listing("j1"));

        assertNotPlanned(() -> found("j2", 1), "does not let NiFi replay before [j2]");
        assertThat(searched).isEmpty();
    }

    @Test
    void whatSomebodyChangedDuringTheSearchIsLeftToHim() throws Exception {
        jobs().ask("job");

        List<Result> results = make(() -> {
            jobs().coordinator().edit("job", job("job").version(), GovernedJobs.request("job"), GovernedJobs.OPERATOR);
            return found("j1", 1);
        });
        assertThat(results).singleElement().isInstanceOf(Result.Overtaken.class);
        assertThat(job("job").state()).isEqualTo(JobState.DRAFTED);

        jobs().coordinator().plan("job", job("job").version(), GovernedJobs.OPERATOR);
        results = make(() -> {
            jobs().coordinator().abort("job", job("job").version(), "after all not", GovernedJobs.OPERATOR);
            throw new NiFiApiException("nothing to see");
        });
        assertThat(results).singleElement().isInstanceOf(Result.Overtaken.class);
        assertThat(job("job").state()).isEqualTo(JobState.ABORTED);
    }

    @Test
    void isPatientWithANiFiThatStarts() throws Exception {
        jobs().ask("job");
        Searching unreachable = () -> {
            throw new ConnectException("refused");
        };

        assertThat(make(unreachable)).singleElement().isInstanceOf(Result.Waits.class);
        assertThat(job("job").state()).isEqualTo(JobState.PLANNING);

        Instant late = started.plus(ProvenancePlans.PATIENCE).plusSeconds(60);
        started = late.minusSeconds(1);
        assertThat(make(late, unreachable))
                .as("this component was started just now")
                .singleElement()
                .isInstanceOf(Result.Waits.class);
        started = Instant.EPOCH;
        assertThat(make(late, unreachable)).singleElement().isInstanceOf(Result.NotPlanned.class);
        assertThat(job("job").state()).isEqualTo(JobState.DRAFTED);
        assertThat(job("job").stateReason()).contains("is NiFi API URL right?");
    }

    @Test
    void waitsForItsCluster() {
        jobs().ask("job");

        assertThatThrownBy(() -> make(() -> {
                    throw new ClusterNotReadyException("not connected");
                }))
                .isInstanceOf(ClusterNotReadyException.class);
        assertThat(job("job").state()).isEqualTo(JobState.PLANNING);
    }

    private void assertNotPlanned(Searching searching, String why) throws Exception {
        assertThat(make(searching))
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.NotPlanned.class,
                        result -> assertThat(result.why()).contains(why));
        assertThat(job("job").state()).isEqualTo(JobState.DRAFTED);
        assertThat(job("job").stateReason()).contains("Not planned", why);
        assertThat(make(searching)).as("nobody asks for it any more").isEmpty();
    }

    private List<Result> make(Searching searching) throws Exception {
        return make(Instant.now(), searching);
    }

    private List<Result> make(Instant now, Searching searching) throws Exception {
        ProvenanceCommands.Search search = new ProvenanceCommands.Search() {
            @Override
            public Set<String> targets() {
                return Set.of("j1", "j2");
            }

            @Override
            public ProvenanceFindings find(ProvenanceSelection selection) throws NiFiApiException, IOException {
                searched.add(selection);
                return searching.search();
            }
        };
        return new ProvenancePlans(journal, search, () -> now, started).make();
    }

    private GovernedJob job(String id) {
        return jobs().job(id);
    }

    private GovernedJobs jobs() {
        return new GovernedJobs(journal);
    }

    private static ProvenanceFindings found(String leadTo, long... events) {
        List<ProvenanceSource> sources = new ArrayList<>();
        for (long event : events) {
            sources.add(new ProvenanceSource("", event, "f" + event, "queue", Optional.empty(), Optional.empty()));
        }
        return new ProvenanceFindings(events.length, sources, Set.of(leadTo), 0, 0, 0);
    }
}
