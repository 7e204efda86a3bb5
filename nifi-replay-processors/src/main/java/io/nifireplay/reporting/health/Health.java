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

import io.nifireplay.journal.JournalStatistics.Arrivals;
import io.nifireplay.journal.JournalStatistics.Outcomes;
import io.nifireplay.journal.JournalStatistics.Unsettled;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a journal and its replays are doing, from one reading to the next.
 *
 * @param now the later reading
 * @param interval the time between the two; zero when there was none before
 * @param arrivals what arrived in between
 * @param outcomes what came of events in between
 */
public record Health(Reading now, Duration interval, Arrivals arrivals, Outcomes outcomes) {
    private static final Arrivals NO_ARRIVALS = new Arrivals(0, 0, 0, 0, 0, 0, 0, 0, 0);
    private static final Outcomes NO_OUTCOMES = new Outcomes(0, 0, 0, Map.of());
    private static final double MILLIS_PER_SECOND = 1000;

    /** The first reading: what was before it is nobody's. */
    public static Health first(Reading now) {
        return new Health(now, Duration.ZERO, NO_ARRIVALS, NO_OUTCOMES);
    }

    /** A later reading. A journal that was opened again in between counts from 0: then all that it counts is new. */
    public static Health between(Reading before, Reading now) {
        Arrivals a = before.statistics().arrivals();
        Arrivals b = now.statistics().arrivals();
        Outcomes c = before.statistics().outcomes();
        Outcomes d = now.statistics().outcomes();
        Map<String, Long> failures = new TreeMap<>();
        d.failures().forEach((type, count) -> {
            long more = more(c.failures().getOrDefault(type, 0L), count);
            if (more > 0) {
                failures.put(type, more);
            }
        });
        return new Health(
                now,
                Duration.between(before.time(), now.time()),
                new Arrivals(
                        more(a.accepted(), b.accepted()),
                        more(a.retried(), b.retried()),
                        more(a.replayed(), b.replayed()),
                        more(a.duplicates(), b.duplicates()),
                        more(a.inFlight(), b.inFlight()),
                        more(a.conflicts(), b.conflicts()),
                        more(a.deadLetters(), b.deadLetters()),
                        more(a.rejected(), b.rejected()),
                        more(a.outsideOfJobs(), b.outsideOfJobs())),
                new Outcomes(
                        more(c.completed(), d.completed()),
                        more(c.withoutClaim(), d.withoutClaim()),
                        more(c.givenUp(), d.givenUp()),
                        failures));
    }

    private static long more(long before, long now) {
        return now >= before ? now - before : now;
    }

    /** Events that are not settled. */
    public long backlog() {
        return now.statistics().backlog().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    public long backlog(Status status) {
        return now.statistics().backlog().getOrDefault(status, 0L);
    }

    /** Events that jobs and retries brought back a second, as far as they were admitted. */
    public double replaysPerSecond() {
        return perSecond(arrivals.replayed() + arrivals.retried());
    }

    public double completionsPerSecond() {
        return perSecond(outcomes.completed());
    }

    private double perSecond(long count) {
        return interval.isPositive() ? count * MILLIS_PER_SECOND / interval.toMillis() : 0;
    }

    /** Attempts that came to an end: completed or failed. */
    public long attempts() {
        return outcomes.completed() + failed();
    }

    private long failed() {
        return outcomes.failures().values().stream().mapToLong(Long::longValue).sum();
    }

    /** The share of attempts that completed their event, 0 to 1; empty when none came to an end. */
    public Optional<Double> successShare() {
        return attempts() == 0 ? Optional.empty() : Optional.of((double) outcomes.completed() / attempts());
    }

    /** How long the oldest event waits that is not settled. */
    public Optional<Duration> oldestAge() {
        return oldest().map(event -> {
            Duration age = Duration.between(event.admitted(), now.time());
            return age.isNegative() ? Duration.ZERO : age;
        });
    }

    public Optional<Unsettled> oldest() {
        return now.statistics().oldest();
    }

    /** Jobs that were started and are not over. */
    public long openJobs() {
        return now.jobs().stream().filter(job -> job.state().isUnderWay()).count();
    }

    /** Events of these jobs that are not settled. */
    public long leftInJobs() {
        return now.jobs().stream()
                .filter(job -> job.state().isUnderWay())
                .mapToLong(job -> job.progress().left())
                .sum();
    }

    /** How long the job takes that takes longest, at the rate so far; empty when none is known. */
    public Optional<Duration> timeLeft() {
        return now.jobs().stream()
                .map(JobStatus::timeLeft)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }

    public Instant time() {
        return now.time();
    }
}
