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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.replay.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rules for what is within its limits and odd nevertheless.
 *
 * <ol>
 *   <li>The same event again and again: it was admitted again more often than a limit within a window.
 *   <li>A requester who replays far more than usual: an open job has at least {@value #MIN_JOB_EVENTS} events and is far
 *       larger, by {@link Outliers}, than the requester's {@value #MIN_JOBS} or more earlier jobs that the journal knows.
 *   <li>A replay rate far from its own history: of an interval in which at least {@value #MIN_REPLAYS} events came back, by
 *       {@link Outliers}, compared with {@value #MIN_INTERVALS} or more of the last {@value #MAX_INTERVALS} intervals with
 *       replays.
 *   <li>A replay outside of any job: JournalEvent saw a FlowFile that NiFi had replayed from its provenance, and that no
 *       job had asked for, as far as the journal can tell.
 *   <li>A completion without a claim: the flow leads an event past GuardDelivery.
 * </ol>
 */
public final class OddPatterns {
    static final int MIN_JOB_EVENTS = 100;
    static final int MIN_JOBS = 5;
    static final int MIN_REPLAYS = 100;
    static final int MIN_INTERVALS = 12;
    static final int MAX_INTERVALS = 100;

    private static final int SAMPLES_A_WINDOW = 60;

    private final int maxRepetitions;
    private final Duration window;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Deque<Double> rates = new ArrayDeque<>();

    /** How often events were admitted again until a time. */
    private record Sample(Instant time, Map<EventRef, Long> repeated) {}

    /**
     * @param maxRepetitions how often the same event may be admitted again within the window, 1 or more
     * @param window above 0
     */
    public OddPatterns(int maxRepetitions, Duration window) {
        this.maxRepetitions = maxRepetitions;
        this.window = window;
    }

    /** The patterns that there are now. To be asked for each interval, in order. */
    public List<Alarm> look(Health health) {
        List<Alarm> alarms = new ArrayList<>();
        repeatedEvents(health, alarms);
        largeJobs(health, alarms);
        rate(health, alarms);
        if (health.arrivals().outsideOfJobs() > 0) {
            alarms.add(new Alarm(
                    "outside of jobs",
                    health.arrivals().outsideOfJobs()
                            + " FlowFiles came that somebody replayed from NiFi's provenance, outside of any job."
                            + " ProvenanceAuditReportingTask tells who did",
                    "No more replays from NiFi's provenance came"));
        }
        if (health.outcomes().withoutClaim() > 0) {
            alarms.add(new Alarm(
                    "without claim",
                    health.outcomes().withoutClaim()
                            + " events were completed without a claim: a part of the flow leads past GuardDelivery, and nothing"
                            + " there keeps a side effect from being done twice",
                    "No more events were completed without a claim"));
        }
        return alarms;
    }

    private void repeatedEvents(Health health, List<Alarm> alarms) {
        Instant begin = health.time().minus(window);
        // The last one before the window is what it began with.
        while (samples.size() > 1 && second().time().compareTo(begin) <= 0) {
            samples.removeFirst();
        }
        Map<EventRef, Long> now = health.now().statistics().repeated();
        Map<EventRef, Long> then = samples.isEmpty() ? now : samples.getFirst().repeated();
        now.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), since(then.getOrDefault(entry.getKey(), 0L), entry.getValue())))
                .filter(entry -> entry.getValue() > maxRepetitions)
                .max(Map.Entry.<EventRef, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .ifPresent(entry -> alarms.add(new Alarm(
                        "repeated event",
                        "Event " + entry.getKey() + " was admitted again " + entry.getValue()
                                + " times within the window; the limit is " + maxRepetitions
                                + ". It fails each time, or something sends it round: look at its last error",
                        "No event is admitted again and again any more")));
        Duration spacing = window.dividedBy(SAMPLES_A_WINDOW);
        if (samples.isEmpty() || !samples.getLast().time().plus(spacing).isAfter(health.time())) {
            samples.addLast(new Sample(health.time(), now));
        }
    }

    private Sample second() {
        return samples.stream().skip(1).findFirst().orElseThrow();
    }

    private static long since(long then, long now) {
        // Lower: the journal was opened again, and counts from 0.
        return now >= then ? now - then : now;
    }

    private static void largeJobs(Health health, List<Alarm> alarms) {
        List<JobStatus> jobs = health.now().jobs();
        jobs.stream()
                .filter(job -> job.state().isUnderWay() && job.progress().total() >= MIN_JOB_EVENTS)
                .filter(job -> isFarLarger(job, jobs))
                .max(Comparator.comparingLong(job -> job.progress().total()))
                .ifPresent(job -> alarms.add(new Alarm(
                        "large job",
                        "Replay job " + job.request().job() + " has "
                                + job.progress().total()
                                + " events, far more than the earlier jobs of "
                                + job.request().requester()
                                + ". Pause or abort it when that is not meant",
                        "No replay job is far larger than usual any more")));
    }

    private static boolean isFarLarger(JobStatus job, List<JobStatus> jobs) {
        List<Double> earlier = jobs.stream()
                .filter(other -> other.number() < job.number())
                .filter(other ->
                        other.request().requester().equals(job.request().requester()))
                .map(other -> (double) other.progress().total())
                .toList();
        return earlier.size() >= MIN_JOBS && Outliers.isFarAbove(job.progress().total(), earlier);
    }

    private void rate(Health health, List<Alarm> alarms) {
        long replays = health.arrivals().replayed() + health.arrivals().retried();
        double rate = health.replaysPerSecond();
        if (!(rate > 0)) {
            return;
        }
        if (replays >= MIN_REPLAYS && rates.size() >= MIN_INTERVALS && Outliers.isFarAbove(rate, rates)) {
            alarms.add(new Alarm(
                    "replay rate",
                    String.format(
                            Locale.ROOT,
                            "%.1f events a second come back, far more than usual (%.1f). Look at the jobs that run, and give"
                                    + " them a rate",
                            rate,
                            Outliers.median(rates.stream()
                                    .mapToDouble(Double::doubleValue)
                                    .toArray())),
                    "Replays come at their usual rate again"));
        }
        rates.addLast(rate);
        if (rates.size() > MAX_INTERVALS) {
            rates.removeFirst();
        }
    }
}
