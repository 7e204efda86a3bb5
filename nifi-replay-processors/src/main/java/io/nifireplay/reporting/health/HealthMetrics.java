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

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nifireplay.journal.JournalStatistics.Arrivals;
import io.nifireplay.journal.JournalStatistics.Outcomes;
import io.nifireplay.journal.Status;
import io.nifireplay.processors.request.Words;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Health in Prometheus' text format. Counters are the journal's own since it was opened, so a rate is the scraper's to make.
 * There are no keys and no names of partitions, events, jobs or people in it; types of errors are.
 */
public final class HealthMetrics {
    /** Of the format that {@link #text} writes. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Set<String> failureTypes = ConcurrentHashMap.newKeySet();
    private final Tags tags;
    private volatile Health health;

    /**
     * @param journal its identity: the label of all metrics
     * @param first what there is to tell until there is more
     */
    public HealthMetrics(UUID journal, Health first) {
        tags = Tags.of("journal", journal.toString());
        health = first;
        registerGauges();
        registerCounters();
        update(first);
    }

    private void registerGauges() {
        for (Status status : Status.values()) {
            if (status != Status.COMPLETED) {
                gauge(
                        "nifi.replay.backlog",
                        "Events that are not settled, by where they stand",
                        Tags.of("state", Words.of(status)),
                        now -> now.backlog(status));
            }
        }
        time(
                "nifi.replay.oldest.age",
                "How long the oldest event waits that is not settled",
                now -> now.oldestAge().orElse(Duration.ZERO));
        gauge("nifi.replay.jobs.open", "Replay jobs that are not over", Tags.empty(), Health::openJobs);
        gauge("nifi.replay.jobs.left", "Events of open jobs that are not settled", Tags.empty(), Health::leftInJobs);
        time(
                "nifi.replay.jobs.time.left",
                "How long the longest job will take, as far as is known",
                now -> now.timeLeft().orElse(Duration.ZERO));
        gauge(
                "nifi.replay.journal.disk.bytes",
                "Size of the journal's files",
                Tags.empty(),
                now -> now.now().statistics().diskBytes());
    }

    private void registerCounters() {
        arrivals("accepted", Arrivals::accepted);
        arrivals("duplicate", Arrivals::duplicates);
        arrivals("in flight", Arrivals::inFlight);
        arrivals("conflict", Arrivals::conflicts);
        arrivals("dead letter", Arrivals::deadLetters);
        arrivals("rejected", Arrivals::rejected);
        replays("job", Arrivals::replayed);
        replays("retry", Arrivals::retried);
        replays("outside of jobs", Arrivals::outsideOfJobs);
        outcomes("nifi.replay.completed", "Events that were completed", Outcomes::completed);
        outcomes(
                "nifi.replay.completed.without.claim",
                "Events that were completed without a claim before the side effect",
                Outcomes::withoutClaim);
        outcomes("nifi.replay.given.up", "Events that became dead letters", Outcomes::givenUp);
    }

    private void arrivals(String answer, ToLongFunction<Arrivals> count) {
        counter(
                "nifi.replay.arrivals",
                "FlowFiles that asked for admission, by the journal's answer",
                Tags.of("answer", answer),
                now -> count.applyAsLong(now.now().statistics().arrivals()));
    }

    private void replays(String by, ToLongFunction<Arrivals> count) {
        counter(
                "nifi.replay.replays",
                "FlowFiles that brought an event back, by what brought them",
                Tags.of("by", by),
                now -> count.applyAsLong(now.now().statistics().arrivals()));
    }

    private void outcomes(String name, String description, ToLongFunction<Outcomes> count) {
        counter(
                name,
                description,
                Tags.empty(),
                now -> count.applyAsLong(now.now().statistics().outcomes()));
    }

    private void gauge(String name, String description, Tags own, ToDoubleFunction<Health> value) {
        Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.health))
                .description(description)
                .tags(tags.and(own))
                .register(registry);
    }

    private void time(String name, String description, Function<Health, Duration> value) {
        TimeGauge.builder(
                        name,
                        this,
                        TimeUnit.MILLISECONDS,
                        metrics -> value.apply(metrics.health).toMillis())
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void counter(String name, String description, Tags own, ToDoubleFunction<Health> value) {
        FunctionCounter.builder(name, this, metrics -> value.applyAsDouble(metrics.health))
                .description(description)
                .tags(tags.and(own))
                .register(registry);
    }

    /** What is told from now on. */
    public void update(Health next) {
        health = next;
        next.now().statistics().outcomes().failures().keySet().stream()
                .filter(failureTypes::add)
                .forEach(type -> counter(
                        "nifi.replay.failures",
                        "Attempts that failed, by the type of the error",
                        Tags.of("type", type),
                        now -> now.now().statistics().outcomes().failures().getOrDefault(type, 0L)));
    }

    /** All of it, in Prometheus' text format 0.0.4. */
    public String text() {
        return registry.scrape();
    }
}
