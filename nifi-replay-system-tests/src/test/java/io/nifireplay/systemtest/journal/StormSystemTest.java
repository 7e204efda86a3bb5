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
package io.nifireplay.systemtest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A downstream that is overloaded, or out, is not stormed, and gets everything once. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class StormSystemTest {
    private static final Duration OPEN_TIME = Duration.ofSeconds(2);
    private static final int PROBES = 3;
    private static final Duration RECOVERY = Duration.ofMinutes(3);
    /** What has left the guard when the breaker opens is called still. */
    private static final int BEHIND_THE_GUARD = 10;

    private final DownstreamService downstream = DownstreamService.start();

    @AfterEach
    void stopTheDownstream() {
        downstream.close();
    }

    /** An intake with a breaker between the guard and the downstream. */
    private final class Intake {
        private final JournalFlow flow;
        private final ControllerService breaker;
        private final Processor journalEvent;
        private final Processor guard;
        private final Processor complete;
        private final Source source;

        Intake(ProcessGroup group, Duration lease) {
            flow = new JournalFlow(group, lease.toSeconds() + " sec");
            breaker = group.createService("StandardCircuitBreaker")
                    .set(Map.of(
                            "Window Calls",
                            "20",
                            "Minimum Calls",
                            "10",
                            "Open Time",
                            OPEN_TIME.toSeconds() + " sec",
                            "Probes",
                            String.valueOf(PROBES)))
                    .enable();
            journalEvent = flow.journalEvent();
            guard = flow.guardDelivery()
                    .set(Map.of("Circuit Breaker", breaker.id(), "Batch Size", String.valueOf(BEHIND_THE_GUARD)))
                    .penaltyAndYield("500 ms", "500 ms");
            Processor call = flow.add(
                    "InvokeHTTP",
                    Map.of(
                            "HTTP Method",
                            "POST",
                            "HTTP URL",
                            downstream.uri().toString(),
                            "Response Header Request Attributes Enabled",
                            "true",
                            DownstreamService.KEY_HEADER,
                            "${replay.idempotency.key}"));
            // InvokeHTTP penalizes what failed: the breaker would hear of it 30 seconds late.
            call.autoTerminate("Response").penaltyAndYield("0 sec", "1 sec");
            complete = flow.completeEvent().set("Circuit Breaker", breaker.id());
            Processor fail = flow.completeEvent()
                    .set(Map.of(
                            "Circuit Breaker",
                            breaker.id(),
                            "Outcome",
                            "failed",
                            "Maximum Attempts",
                            "100",
                            "Initial Retry Delay",
                            "1 sec",
                            "Maximum Retry Delay",
                            "2 sec"));
            flow.connect(journalEvent, "accepted", guard).backPressure(0);
            flow.connect(guard, "deliver", call).backPressure(BEHIND_THE_GUARD);
            flow.connect(call, "Original", complete);
            for (String failure : List.of("Failure", "Retry", "No Retry")) {
                flow.connect(call, failure, fail);
            }
            flow.end(complete, "success").backPressure(0);
            flow.end(fail, "failed").backPressure(0);
            new Replays(flow, journalEvent).processor().set("Circuit Breaker", breaker.id());
            source = flow.source(journalEvent);
            flow.start();
        }

        String breakerState() {
            return breaker.componentState().get("state");
        }

        int openings() {
            return Integer.parseInt(breaker.componentState().get("openings"));
        }

        void awaitAccepted(long events) {
            await().pollInterval(Duration.ofMillis(250))
                    .atMost(RECOVERY)
                    .untilAsserted(() -> assertThat(downstream.acceptedKeys()).isEqualTo(events));
        }

        /** The journal's last word, once all outcomes have come. */
        List<EventView> completedEvents(long events) {
            flow.queue(complete, "success").awaitCount(events);
            return flow.readEvents();
        }
    }

    @Test
    void recoversEverythingThroughADownstreamThatFailsAboveFiftyCallsASecond(ProcessGroup group) {
        int events = 600;
        downstream.honourIdempotencyKeys(false);
        downstream.limit(50);
        Intake intake = new Intake(group, Duration.ofMinutes(10));
        Instant began = Instant.now();

        intake.source.send(events);
        intake.awaitAccepted(events);

        System.out.printf(
                "%d events through a downstream of 50/s in %d s: the breaker opened %d times, %d calls were refused%n",
                events, Duration.between(began, Instant.now()).toSeconds(), intake.openings(), downstream.refused());
        assertThat(intake.openings()).isPositive();
        assertThat(downstream.acceptedMoreThanOnce()).isZero();
        assertThat(intake.completedEvents(events))
                .hasSize(events)
                .allSatisfy(event -> assertThat(event.state().status()).isEqualTo(Status.COMPLETED));
    }

    @Test
    void anOutageReachesTheDownstreamWithProbesOnlyAndNoLeaseRunsOut(ProcessGroup group) {
        Duration lease = Duration.ofSeconds(8);
        Duration outage = Duration.ofSeconds(20);
        downstream.honourIdempotencyKeys(false);
        downstream.unavailable(true);
        Intake intake = new Intake(group, lease);
        int first = 30;
        intake.source.send(first);
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Timeouts.FLOW)
                .until(() -> !intake.breakerState().equals("closed"));
        intake.flow.queue(intake.guard, "deliver").awaitEmpty();

        long before = downstream.refused();
        Instant began = Instant.now();
        // More than there will be probes: the last of them waits through all of the outage.
        int waiting = 60;
        intake.source.send(waiting);
        intake.source.send("late", "it waits before the guard");
        await().pollInterval(Duration.ofMillis(250))
                .atMost(outage.multipliedBy(2))
                .until(() -> Instant.now().isAfter(began.plus(outage)));

        long seconds = Duration.between(began, Instant.now()).toSeconds();
        long probes = (seconds / OPEN_TIME.toSeconds() + 1) * PROBES;
        long reached = downstream.refused() - before;
        System.out.printf(
                "In %d s of an outage %d calls reached the downstream; %d probes may%n", seconds, reached, probes);
        assertThat(reached).isBetween(2L * PROBES, probes + BEHIND_THE_GUARD);
        assertThat(intake.openings()).isOne();
        assertThat(intake.guard.bulletins())
                .filteredOn(bulletin -> bulletin.message().contains("wait in the queue"))
                .hasSize(1);
        // Its lease would have run out by now, and this would be a takeover.
        intake.source.send("late", "it waits before the guard");
        intake.flow.queue(intake.journalEvent, "in flight").awaitCount(1);

        downstream.unavailable(false);
        int all = first + waiting + 1;
        intake.awaitAccepted(all);
        assertThat(downstream.acceptedMoreThanOnce()).isZero();
        await().atMost(Timeouts.FLOW).until(() -> intake.breakerState().equals("closed"));
        assertThat(intake.completedEvents(all))
                .hasSize(all)
                .allSatisfy(event -> assertThat(event.state().status()).isEqualTo(Status.COMPLETED));
    }
}
