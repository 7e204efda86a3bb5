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

import io.nifireplay.journal.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is still well.
 *
 * @param backlog events that are not settled, at most
 * @param deadLetters dead letters that nobody has acknowledged, at most
 * @param oldest how long an event may wait that is not settled
 * @param successShare the share of attempts that complete their event, at least, 0 to 1; looked at in intervals with {@link
 *     #SAMPLE} attempts or more
 */
public record HealthLimits(
        Optional<Long> backlog, Optional<Long> deadLetters, Optional<Duration> oldest, Optional<Double> successShare) {
    /** A share of fewer attempts says nothing. */
    public static final int SAMPLE = 20;

    /** Limits that are passed. */
    public List<Alarm> passed(Health health) {
        List<Alarm> alarms = new ArrayList<>();
        backlog.filter(limit -> health.backlog() > limit)
                .ifPresent(limit -> alarms.add(new Alarm(
                        "backlog",
                        health.backlog() + " events are not settled; the limit is " + limit
                                + ". Look at where they stand: in flight and delivering means that the flow is slow, failed"
                                + " that its downstream is out",
                        "The backlog is within its limit of " + limit + " again")));
        long dead = health.backlog(Status.DEAD_LETTER);
        deadLetters
                .filter(limit -> dead > limit)
                .ifPresent(limit -> alarms.add(new Alarm(
                        "dead letters",
                        dead + " dead letters wait for a person; the limit is " + limit
                                + ". Replay them once their cause is mended, or acknowledge them",
                        "The dead letters are within their limit of " + limit + " again")));
        oldest.filter(limit -> health.oldestAge()
                        .filter(age -> age.compareTo(limit) > 0)
                        .isPresent())
                .ifPresent(limit -> alarms.add(new Alarm(
                        "oldest event",
                        "Event " + health.oldest().orElseThrow().event() + " waits for "
                                + words(health.oldestAge().orElseThrow()) + " and is not settled; the limit is "
                                + words(limit) + ". DetectMissedEvents says what was missed",
                        "No event waits longer than " + words(limit) + " any more")));
        successShare
                .filter(limit -> health.attempts() >= SAMPLE)
                .filter(limit -> health.successShare().orElse(1.0) < limit)
                .ifPresent(limit -> alarms.add(new Alarm(
                        "success",
                        String.format(
                                Locale.ROOT,
                                "%.0f %% of %d attempts completed their event; the limit is %.0f %%. Failures by type: %s."
                                        + " Look at the downstream",
                                health.successShare().orElseThrow() * 100,
                                health.attempts(),
                                limit * 100,
                                health.outcomes().failures()),
                        "Enough attempts complete their event again")));
        return alarms;
    }

    private static String words(Duration time) {
        Duration seconds = Duration.ofSeconds(time.toSeconds());
        return seconds.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
