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

import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.replay.JobState;
import java.util.Optional;

/** The governed job {@code job} of one coordinator, which one person asks for and another agrees to. */
final class ApprovedJob {
    static final String COORDINATOR = "coordinator";
    static final Caller ANN = new Caller("ann", true, Optional.empty());
    static final Caller CLEO = new Caller("cleo", false, Optional.of("policy service"));

    private ApprovedJob() {}

    static GovernedJob start(RocksDBJournal journal) {
        return journal.coordinator(COORDINATOR).start("job", of(journal).version(), "go", ANN);
    }

    static GovernedJob of(RocksDBJournal journal) {
        return of(journal, "job");
    }

    static GovernedJob of(RocksDBJournal journal, String id) {
        return journal.coordinator(COORDINATOR).job(id).orElseThrow();
    }

    /** It is not started: its rows are not those that were planned. */
    static void assertFailsAtItsStart(RocksDBJournal journal) {
        assertThatThrownBy(() -> start(journal))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("changed from outside");
        assertThat(of(journal).state()).isEqualTo(JobState.FAILED);
    }
}
