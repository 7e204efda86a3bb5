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
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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
}
