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

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportScheduleTest {
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private final ReportSchedule schedule = new ReportSchedule(Duration.ofSeconds(30), () -> now);

    @Test
    void reportsARunningJobEverySoOften() {
        JobStatus running = job("j", JobState.RUNNING);

        assertThat(schedule.due(List.of(running))).isEmpty();
        now = now.plusSeconds(29);
        assertThat(schedule.due(List.of(running))).isEmpty();
        now = now.plusSeconds(1);
        assertThat(schedule.due(List.of(running))).containsExactly(running);
        assertThat(schedule.due(List.of(running))).isEmpty();
    }

    @Test
    void reportsEachChangeOfStateAtOnceAndOnce() {
        schedule.due(List.of(job("j", JobState.RUNNING)));

        assertThat(schedule.due(List.of(job("j", JobState.PAUSED)))).hasSize(1);
        assertThat(schedule.due(List.of(job("j", JobState.PAUSED)))).isEmpty();
        assertThat(schedule.due(List.of(job("j", JobState.FINISHED)))).hasSize(1);
        now = now.plusSeconds(1000);
        assertThat(schedule.due(List.of(job("j", JobState.FINISHED)))).isEmpty();
    }

    @Test
    void reportsAnEndThatItHasNotToldBefore() {
        assertThat(schedule.due(List.of(job("j", JobState.FINISHED)))).hasSize(1);
    }

    @Test
    void doesNotRepeatAfterARestartWhatItRemembers() {
        schedule.due(List.of(job("over", JobState.FINISHED), job("going", JobState.RUNNING)));
        ReportSchedule restarted = new ReportSchedule(Duration.ofSeconds(30), () -> now);
        restarted.recall(schedule.memory());
        restarted.recall(Map.of("strange", "no state"));

        assertThat(restarted.due(List.of(job("over", JobState.FINISHED), job("going", JobState.FINISHED))))
                .extracting(job -> job.request().job())
                .containsExactly("going");
    }

    @Test
    void repeatsAReportThatDidNotGetThrough() {
        JobStatus finished = job("j", JobState.FINISHED);
        schedule.due(List.of(finished));
        schedule.untell(finished);

        assertThat(schedule.due(List.of(finished))).hasSize(1);
    }

    @Test
    void forgetsJobsThatTheJournalForgot() {
        schedule.due(List.of(job("j", JobState.FINISHED)));
        schedule.due(List.of());

        assertThat(schedule.memory()).isEmpty();
    }

    private JobStatus job(String id, JobState state) {
        return new JobStatus(
                1,
                new ReplayRequest(id, Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "test", "test"),
                state,
                "test",
                new Plan(0, 0, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0),
                Progress.of(0),
                now,
                now,
                0);
    }
}
