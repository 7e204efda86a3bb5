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

import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which versions can read the rows of jobs. */
class JobRowsTest {
    private static final String OLDER =
            "{\"ratePerSecond\":null,\"concurrency\":10000,\"endTime\":null,\"errorBudget\":null,\"strictOrder\":false}";

    @Test
    void limitsThatLetNewEventsPassAreAsOlderVersionsWroteThem() {
        assertThat(new String(JsonRow.write(Limits.NONE), StandardCharsets.UTF_8))
                .isEqualTo(OLDER);
        assertThat(JsonRow.read(OLDER.getBytes(StandardCharsets.UTF_8), Limits.class))
                .isEqualTo(Limits.NONE);
    }

    @Test
    void limitsThatHoldThemSayWhatOlderVersionsDoNotKnow() {
        Limits hold = Limits.NONE.withNewEvents(NewEvents.HOLD);
        byte[] row = JsonRow.write(hold);
        assertThat(new String(row, StandardCharsets.UTF_8)).contains("\"newEvents\":\"HOLD\"");
        assertThat(JsonRow.read(row, Limits.class)).isEqualTo(hold);
    }

    @Test
    void aRowThatIsTakenForAnotherIsRefused() {
        byte[] hold = JsonRow.write(new JobRows.Hold(Map.of(1, 17L)));
        assertThat(JsonRow.read(hold, JobRows.Hold.class).heads()).isEqualTo(Map.of(1, 17L));
        assertThatThrownBy(() -> JsonRow.read(hold, JobRows.Standing.class)).isInstanceOf(JournalException.class);
    }

    @Test
    void whatIsNotOverProvenanceIsAsOlderVersionsWroteIt() {
        ReplayRequest ofJournal =
                new ReplayRequest("job", Selector.ALL, ReplayMode.FORCED, false, Limits.NONE, "wrong", "ann");
        FrozenPlan plan =
                new FrozenPlan(Plan.NONE, "items", "policy", Instant.EPOCH, Optional.empty(), Optional.empty());
        Governing governing = Governing.drafted("coordinator", "ann", true).planned(plan, true);

        assertThat(text(ofJournal)).doesNotContain("provenance");
        assertThat(text(plan)).doesNotContain("provenance");
        assertThat(text(governing)).doesNotContain("planAskedBy");
        assertThat(JsonRow.read(JsonRow.write(ofJournal), ReplayRequest.class)).isEqualTo(ofJournal);
        assertThat(JsonRow.read(JsonRow.write(governing), Governing.class)).isEqualTo(governing);
    }

    @Test
    void aRequestOverProvenanceSaysWhatOlderVersionsDoNotKnow() {
        ReplayRequest request = new ReplayRequest(
                        "job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "lost", "ann")
                .over(new ProvenanceSelection(
                        Set.of("journal event"),
                        Optional.of(Instant.EPOCH),
                        Optional.empty(),
                        Set.of("ROUTE"),
                        Map.of("country", "NL"),
                        Set.of("f1"),
                        OptionalLong.of(7)));
        Governing asked = Governing.drafted("coordinator", "ann", false).planAsked("coordinator", "ben");

        assertThat(text(request)).contains("\"provenance\":{");
        assertThat(JsonRow.read(JsonRow.write(request), ReplayRequest.class)).isEqualTo(request);
        assertThat(JsonRow.read(JsonRow.write(asked), Governing.class)).isEqualTo(asked);
    }

    private static String text(Object row) {
        return new String(JsonRow.write(row), StandardCharsets.UTF_8);
    }
}
