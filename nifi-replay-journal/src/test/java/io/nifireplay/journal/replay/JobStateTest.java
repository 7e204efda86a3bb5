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
package io.nifireplay.journal.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.JobRules;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a job may go: the whole table, said a second time. */
class JobStateTest {
    private static final Map<JobState, String> NEXT = Map.of(
            JobState.DRAFTED, "DRAFTED PLANNING PLANNED ABORTED FAILED",
            JobState.PLANNING, "DRAFTED PLANNED ABORTED FAILED",
            JobState.PLANNED, "DRAFTED PLANNING PLANNED AWAITING_APPROVAL APPROVED ABORTED FAILED",
            JobState.AWAITING_APPROVAL, "DRAFTED PLANNING PLANNED APPROVED ABORTED FAILED",
            JobState.APPROVED, "DRAFTED PLANNING PLANNED AWAITING_APPROVAL RUNNING ABORTED FAILED",
            JobState.RUNNING, "PAUSED FINISHED ABORTED FAILED",
            JobState.PAUSED, "RUNNING FINISHED ABORTED FAILED",
            JobState.FINISHED, "",
            JobState.ABORTED, "",
            JobState.FAILED, "");

    @ParameterizedTest
    @EnumSource
    void leadsWhereTheTableSaysAndNowhereElse(JobState from) {
        Set<String> allowed = Set.of(NEXT.get(from).split(" "));
        for (JobState to : JobState.values()) {
            if (allowed.contains(to.name())) {
                JobRules.requireTransition("job", from, to);
            } else {
                Assertions.assertThatThrownBy(() -> JobRules.requireTransition("job", from, to))
                        .isInstanceOf(IllegalTransitionException.class)
                        .hasMessageContaining(from.words())
                        .hasMessageContaining(to.words());
            }
        }
    }

    @Test
    void runsOnlyFromApprovedOrPaused() {
        for (JobState from : JobState.values()) {
            assertThat(from.next().contains(JobState.RUNNING))
                    .isEqualTo(from == JobState.APPROVED || from == JobState.PAUSED);
        }
    }

    @Test
    void isBeforeItsStartUnderWayOrOver() {
        EnumSet<JobState> all = EnumSet.noneOf(JobState.class);
        for (JobState state : JobState.values()) {
            int kinds = (state.isBeforeStart() ? 1 : 0) + (state.isUnderWay() ? 1 : 0) + (state.isOver() ? 1 : 0);
            assertThat(kinds).as("%s", state).isEqualTo(1);
            all.add(state);
        }
        assertThat(all).hasSize(NEXT.size());
    }
}
