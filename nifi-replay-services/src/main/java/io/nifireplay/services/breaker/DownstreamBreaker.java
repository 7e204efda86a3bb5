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
package io.nifireplay.services.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/**
 * A circuit breaker over Resilience4j's state machine, which has the sliding windows and the transitions. What is added
 * here is for calls whose beginning and end are far apart, with queues and a restart between them: a probe is known by its
 * call, a probe without an outcome is given up after a time, and late outcomes of other calls do not decide in its stead.
 */
public final class DownstreamBreaker implements CircuitBreaker {
    private static final CallFailedException FAILED = new CallFailedException();

    private final BreakerSettings settings;
    private final Clock clock;
    private final BreakerListener listener;
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker machine;
    private final ReplayPace pace;
    /** Probes that have begun and not ended, and when they began; the oldest first. */
    private final SequencedMap<Call, Instant> probes = new LinkedHashMap<>();

    private int permissions;
    private String lastError = "";
    private BreakerStanding standing;

    /** The state machine wants a throwable; the error's type is kept beside it. */
    private static final class CallFailedException extends Exception {
        private static final long serialVersionUID = 1;

        private CallFailedException() {
            super("The call failed", null, false, false);
        }
    }

    /** @param pace which hears of all outcomes, too */
    public DownstreamBreaker(BreakerSettings settings, Clock clock, ReplayPace pace, BreakerListener listener) {
        this.settings = settings;
        this.clock = clock;
        this.pace = pace;
        this.listener = listener;
        machine = new CircuitBreakerStateMachine("downstream", config(settings, clock));
        String reason = switch (settings.operation()) {
            case AUTOMATIC -> "No call was made yet";
            case HELD_OPEN -> {
                machine.transitionToForcedOpenState();
                yield "A person holds it open, by the property Operation";
            }
            case HELD_CLOSED -> {
                machine.transitionToDisabledState();
                yield "A person holds it closed, by the property Operation";
            }
        };
        standing = new BreakerStanding(state(), clock.instant(), 0, reason);
        pace.follow(standing.state());
    }

    private static CircuitBreakerConfig config(BreakerSettings settings, Clock clock) {
        CircuitBreakerConfig.Builder config = CircuitBreakerConfig.custom()
                .clock(clock)
                .failureRateThreshold(settings.failurePercent())
                .slowCallRateThreshold(settings.slowPercent())
                .slowCallDurationThreshold(settings.slowCall())
                .waitDurationInOpenState(settings.openTime())
                .permittedNumberOfCallsInHalfOpenState(settings.probes());
        return switch (settings.window()) {
            case BreakerWindow.Calls calls ->
                config.slidingWindow(calls.count(), settings.minimumCalls(), SlidingWindowType.COUNT_BASED)
                        .build();
            case BreakerWindow.Time time ->
                config.slidingWindow(
                                Math.toIntExact(time.time().toSeconds()),
                                settings.minimumCalls(),
                                SlidingWindowType.TIME_BASED)
                        .build();
        };
    }

    @Override
    public synchronized BreakerStanding standing() {
        return standing;
    }

    @Override
    public synchronized int room(int max) {
        look();
        return switch (standing.state()) {
            case CLOSED -> max;
            case OPEN -> 0;
            case HALF_OPEN -> Math.min(max, permissions);
        };
    }

    @Override
    public synchronized int begin(List<Call> calls) {
        look();
        return switch (standing.state()) {
            case CLOSED -> calls.size();
            case OPEN -> 0;
            case HALF_OPEN -> (int) calls.stream().takeWhile(this::beginProbe).count();
        };
    }

    private boolean beginProbe(Call call) {
        // A FlowFile that comes again after its session was rolled back has its permission still.
        if (!probes.containsKey(call)) {
            if (permissions == 0) {
                return false;
            }
            machine.tryAcquirePermission();
            permissions--;
        }
        probes.putLast(call, clock.instant());
        return true;
    }

    @Override
    public synchronized void withdraw(Call call) {
        if (probes.remove(call) != null) {
            release();
        }
    }

    @Override
    public synchronized void end(Call call, CallOutcome outcome) {
        look();
        boolean failed = outcome instanceof CallOutcome.Failed failure && settings.counts(failure.errorType());
        pace.heard(failed || outcome.duration().compareTo(settings.slowCall()) > 0);
        boolean decides = switch (standing.state()) {
            case CLOSED -> true;
            case OPEN -> false;
            case HALF_OPEN -> probes.remove(call) != null;
        };
        if (!decides) {
            return;
        }
        long nanos = outcome.duration().toNanos();
        if (failed && outcome instanceof CallOutcome.Failed failure) {
            lastError = failure.errorType();
            machine.onError(nanos, TimeUnit.NANOSECONDS, FAILED);
        } else {
            machine.onSuccess(nanos, TimeUnit.NANOSECONDS);
        }
        note();
    }

    @Override
    public synchronized int replays(int max) {
        // Looked at first: what it finds may change the pace.
        int room = room(max);
        return Math.min(room, pace.allowance());
    }

    @Override
    public void replayed(int count) {
        pace.spend(count);
    }

    @Override
    public double replaysPerSecond() {
        return pace.perSecond();
    }

    /** Does what is due by time: half open after the open time, and the giving up of probes that nobody hears of. */
    private void look() {
        if (standing.state() == BreakerState.OPEN && machine.tryAcquirePermission()) {
            machine.releasePermission();
            note();
        }
        Instant givenUp = clock.instant().minus(settings.probeTimeout());
        for (Iterator<Instant> begun = probes.values().iterator();
                begun.hasNext() && !begun.next().isAfter(givenUp); ) {
            begun.remove();
            release();
        }
    }

    private void release() {
        machine.releasePermission();
        permissions++;
    }

    private void note() {
        BreakerState now = state();
        if (now == standing.state()) {
            return;
        }
        probes.clear();
        permissions = settings.probes();
        boolean opened = standing.isClosed() && now == BreakerState.OPEN;
        BreakerStanding before = standing;
        standing = new BreakerStanding(
                now, clock.instant(), before.openings() + (opened ? 1 : 0), reason(before.state(), now));
        pace.follow(now);
        listener.changed(before, standing);
    }

    private String reason(BreakerState before, BreakerState now) {
        return switch (now) {
            case CLOSED -> "The probes got through";
            case HALF_OPEN ->
                settings.openTime().toSeconds() + " seconds have passed: up to " + settings.probes()
                        + " calls are let through as probes";
            case OPEN -> {
                // The state machine hands what it measured on to the open state.
                Metrics metrics = machine.getMetrics();
                String what = before == BreakerState.HALF_OPEN ? "probes" : "last calls";
                yield "Of the " + metrics.getNumberOfBufferedCalls() + " " + what + ", "
                        + metrics.getNumberOfFailedCalls() + " failed and " + metrics.getNumberOfSlowCalls()
                        + " were slow"
                        + (lastError.isEmpty() ? "" : "; the last error was of type " + lastError);
            }
        };
    }

    private BreakerState state() {
        return switch (machine.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
            case OPEN, FORCED_OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
        };
    }
}
