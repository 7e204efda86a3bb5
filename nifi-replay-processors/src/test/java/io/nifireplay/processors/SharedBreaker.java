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
package io.nifireplay.processors;

import io.nifireplay.journal.EventRef;
import io.nifireplay.services.breaker.BreakerOperation;
import io.nifireplay.services.breaker.BreakerSettings;
import io.nifireplay.services.breaker.BreakerWindow;
import io.nifireplay.services.breaker.Call;
import io.nifireplay.services.breaker.CallOutcome;
import io.nifireplay.services.breaker.CircuitBreaker;
import io.nifireplay.services.breaker.CircuitBreakerService;
import io.nifireplay.services.breaker.DownstreamBreaker;
import io.nifireplay.services.breaker.ReplayPace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.TestRunner;

/** A real circuit breaker that several runners share, with time that passes when a test says so. */
final class SharedBreaker {
    static final Duration OPEN_TIME = Duration.ofSeconds(30);
    static final int PROBES = 2;

    private final PassingClock clock = new PassingClock();
    private final CircuitBreaker breaker = new DownstreamBreaker(
            new BreakerSettings(
                    new BreakerWindow.Calls(4),
                    2,
                    50,
                    100,
                    Duration.ofSeconds(1),
                    OPEN_TIME,
                    PROBES,
                    Duration.ofMinutes(1),
                    Pattern.compile("5\\d\\d"),
                    BreakerOperation.AUTOMATIC),
            clock,
            new ReplayPace(50, clock::nanos),
            (before, now) -> {});

    private static final class PassingClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        long nanos() {
            return now.toEpochMilli() * 1_000_000;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("A test asks for no zone");
        }
    }

    private static final class Service extends AbstractControllerService implements CircuitBreakerService {
        private final CircuitBreaker breaker;

        private Service(CircuitBreaker breaker) {
            this.breaker = breaker;
        }

        @Override
        public CircuitBreaker getCircuitBreaker() {
            return breaker;
        }
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    /** Fails calls until it is open. */
    void open() {
        for (int i = 1; breaker.standing().isClosed(); i++) {
            breaker.end(
                    new Call(new EventRef("elsewhere", i), 1, 1, "delivery", 0),
                    new CallOutcome.Failed("503", Duration.ZERO));
        }
    }

    void pass(Duration time) {
        clock.now = clock.now.plus(time);
    }

    void isThatOf(JournalRunner runner) {
        TestRunner nifi = runner.nifi();
        Service service = new Service(breaker);
        try {
            nifi.addControllerService("breaker", service);
        } catch (InitializationException e) {
            throw new IllegalStateException(e);
        }
        nifi.enableControllerService(service);
        nifi.setProperty(Breakers.CIRCUIT_BREAKER, "breaker");
    }
}
