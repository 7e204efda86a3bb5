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
package io.nifireplay.reporting.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.JournalStatistics.Unsettled;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.JobState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthMonitorTest {
    private static final HealthLimits NO_LIMITS =
            new HealthLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private final Readings readings = new Readings();

    @Test
    void countsWhatCameBetweenTwoReadings() {
        HealthMonitor monitor = new HealthMonitor(NO_LIMITS, Optional.empty());
        readings.completed = 1_000;
        assertThat(monitor.read(readings.next()).health().completionsPerSecond())
                .isZero();

        readings.completed += 90;
        readings.replayed += 60;
        readings.retried += 60;
        readings.failures.put("503", 10L);
        Health health = monitor.read(readings.next()).health();

        assertThat(health.completionsPerSecond()).isEqualTo(1.5);
        assertThat(health.replaysPerSecond()).isEqualTo(2);
        assertThat(health.successShare()).contains(0.9);
        assertThat(health.outcomes().failures()).containsEntry("503", 10L);
    }

    @Test
    void countsFromZeroWhenTheJournalWasOpenedAgain() {
        HealthMonitor monitor = new HealthMonitor(NO_LIMITS, Optional.empty());
        readings.completed = 1_000;
        monitor.read(readings.next());
        readings.completed = 30;

        assertThat(monitor.read(readings.next()).health().outcomes().completed())
                .isEqualTo(30);
    }

    @Test
    void tellsALimitThatIsPassedOnceAndOnceThatItIsWellAgain() {
        HealthMonitor monitor = new HealthMonitor(
                new HealthLimits(Optional.of(10L), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty());
        readings.backlog.put(Status.FAILED, 10L);
        assertThat(monitor.read(readings.next()).news().begun()).isEmpty();

        readings.backlog.put(Status.IN_FLIGHT, 1L);
        assertThat(monitor.read(readings.next()).news().begun())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.message()).contains("11 events", "limit is 10"));
        assertThat(monitor.read(readings.next()).news()).isEqualTo(new Alarms.News(List.of(), List.of()));

        readings.backlog.clear();
        Alarms.News news = monitor.read(readings.next()).news();
        assertThat(news.begun()).isEmpty();
        assertThat(news.over()).extracting(Alarm::subject).containsExactly("backlog");
        assertThat(monitor.read(readings.next()).news().over()).isEmpty();
    }

    @Test
    void knowsEachLimit() {
        HealthMonitor monitor = new HealthMonitor(
                new HealthLimits(
                        Optional.empty(), Optional.of(0L), Optional.of(Duration.ofMinutes(5)), Optional.of(0.9)),
                Optional.empty());
        monitor.read(readings.next());
        readings.backlog.put(Status.DEAD_LETTER, 1L);
        readings.oldest = Optional.of(
                new Unsettled(new EventRef("orders", 7), Status.DEAD_LETTER, Readings.START.minusSeconds(3_600)));
        readings.completed = 17;
        readings.failures.put("503", 3L);

        assertThat(monitor.read(readings.next()).news().begun())
                .extracting(Alarm::subject)
                .containsExactly("dead letters", "oldest event", "success");
    }

    @Test
    void saysNothingOfASuccessShareOfFewAttempts() {
        HealthMonitor monitor = new HealthMonitor(
                new HealthLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(0.9)),
                Optional.empty());
        monitor.read(readings.next());
        readings.failures.put("503", HealthLimits.SAMPLE - 1L);
        assertThat(monitor.read(readings.next()).news().begun()).isEmpty();
        readings.failures.merge("503", (long) HealthLimits.SAMPLE, Long::sum);
        assertThat(monitor.read(readings.next()).news().begun()).hasSize(1);
    }

    @Test
    void noticesAnEventThatComesAgainAndAgainWithinTheWindowOnly() {
        OddPatterns patterns = new OddPatterns(3, Duration.ofMinutes(10));
        EventRef event = new EventRef("orders", 7);
        readings.repeated.put(event, 100L);
        // Before the first reading is not within the window.
        assertThat(look(patterns)).isEmpty();

        // Three times in ten minutes may be, over and over.
        for (int minute = 0; minute < 40; minute++) {
            readings.repeated.merge(event, minute % 4 == 0 ? 1L : 0L, Long::sum);
            assertThat(look(patterns)).as("minute " + minute).isEmpty();
        }
        readings.repeated.merge(event, 2L, Long::sum);
        assertThat(look(patterns)).singleElement().satisfies(alarm -> {
            assertThat(alarm.subject()).isEqualTo("repeated event");
            assertThat(alarm.message()).contains("orders/7");
        });
        for (int minute = 0; minute < 10; minute++) {
            look(patterns);
        }
        assertThat(look(patterns)).isEmpty();
    }

    @Test
    void noticesAReplayJobFarLargerThanTheRequestersEarlierOnes() {
        OddPatterns patterns = patterns();
        for (long events : new long[] {90, 100, 110, 105, 95}) {
            readings.job("maria", events, JobState.FINISHED);
        }
        readings.job("maria", 120, JobState.RUNNING);
        readings.job("newcomer", 50_000, JobState.RUNNING);
        assertThat(look(patterns)).isEmpty();

        readings.job("maria", 5_000, JobState.RUNNING);
        assertThat(look(patterns)).singleElement().satisfies(alarm -> {
            assertThat(alarm.subject()).isEqualTo("large job");
            assertThat(alarm.message()).contains("job-8", "5000", "maria");
        });
    }

    @Test
    void noticesAReplayRateFarAboveItsHistory() {
        OddPatterns patterns = patterns();
        HealthMonitor monitor = new HealthMonitor(NO_LIMITS, Optional.of(patterns));
        monitor.read(readings.next());
        for (int minute = 0; minute < OddPatterns.MIN_INTERVALS; minute++) {
            readings.replayed += 110 + minute % 3 * 10;
            assertThat(monitor.read(readings.next()).news().begun()).isEmpty();
            // Minutes without a replay are no part of the history.
            assertThat(monitor.read(readings.next()).news().begun()).isEmpty();
        }
        readings.replayed += 130;
        assertThat(monitor.read(readings.next()).news().begun()).isEmpty();
        readings.replayed += 2_000;
        assertThat(monitor.read(readings.next()).news().begun())
                .extracting(Alarm::subject)
                .containsExactly("replay rate");
    }

    @Test
    void noticesReplaysOutsideOfJobsAndCompletionsWithoutAClaim() {
        HealthMonitor monitor = new HealthMonitor(NO_LIMITS, Optional.of(patterns()));
        readings.outsideOfJobs = 5;
        readings.withoutClaim = 5;
        // What was before the first reading is nobody's news.
        assertThat(monitor.read(readings.next()).news().begun()).isEmpty();

        readings.outsideOfJobs++;
        readings.withoutClaim++;
        assertThat(monitor.read(readings.next()).news().begun())
                .extracting(Alarm::subject)
                .containsExactly("outside of jobs", "without claim");
        assertThat(monitor.read(readings.next()).news().over()).hasSize(2);
    }

    private List<Alarm> look(OddPatterns patterns) {
        return patterns.look(Health.first(readings.next()));
    }

    private static OddPatterns patterns() {
        return new OddPatterns(10, Duration.ofHours(1));
    }
}
