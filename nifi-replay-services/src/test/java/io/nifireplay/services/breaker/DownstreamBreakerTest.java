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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.EventRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DownstreamBreakerTest {
    private static final Duration OPEN_TIME = Duration.ofSeconds(30);
    private static final Duration PROBE_TIMEOUT = Duration.ofMinutes(2);
    private static final int PROBES = 3;
    private static final int MAX = 1000;

    private final TestTime time = new TestTime();
    private final List<BreakerStanding> heard = new ArrayList<>();
    private final DownstreamBreaker breaker = breaker(BreakerOperation.AUTOMATIC, new BreakerWindow.Calls(10));
    private int calls;

    private DownstreamBreaker breaker(BreakerOperation operation, BreakerWindow window) {
        return new DownstreamBreaker(
                new BreakerSettings(
                        window,
                        4,
                        50,
                        80,
                        Duration.ofSeconds(1),
                        OPEN_TIME,
                        PROBES,
                        PROBE_TIMEOUT,
                        Pattern.compile("429|5\\d\\d|.*Exception"),
                        operation),
                time,
                new ReplayPace(50, time::nanos),
                (before, now) -> heard.add(now));
    }

    private Call call() {
        return new Call(new EventRef("orders", ++calls), 1, 1, "delivery", 0);
    }

    private static CallOutcome done() {
        return new CallOutcome.Done(Duration.ofMillis(10));
    }

    private static CallOutcome failed(String type) {
        return new CallOutcome.Failed(type, Duration.ofMillis(10));
    }

    private void end(DownstreamBreaker of, int count, CallOutcome outcome) {
        IntStream.range(0, count).forEach(i -> of.end(call(), outcome));
    }

    private void open() {
        end(breaker, 4, failed("503"));
        assertThat(breaker.standing().state()).isEqualTo(BreakerState.OPEN);
    }

    private void halfOpen() {
        open();
        time.pass(OPEN_TIME.plusMillis(1));
        assertThat(breaker.room(MAX)).isEqualTo(PROBES);
        assertThat(breaker.standing().state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    private List<Call> beginProbes() {
        List<Call> probes = List.of(call(), call(), call());
        assertThat(breaker.begin(probes)).isEqualTo(PROBES);
        return probes;
    }

    @Test
    void letsEveryCallBeginWhileItIsClosed() {
        assertThat(breaker.room(MAX)).isEqualTo(MAX);
        assertThat(breaker.begin(List.of(call(), call()))).isEqualTo(2);
    }

    @Test
    void opensWhenTheShareOfFailuresIsReachedAndSaysWhy() {
        end(breaker, 2, done());
        end(breaker, 2, failed("java.net.ConnectException"));
        assertThat(breaker.standing().state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.standing().openings()).isOne();
        assertThat(breaker.standing().reason())
                .isEqualTo("Of the 4 last calls, 2 failed and 0 were slow; the last error was of type"
                        + " java.net.ConnectException");
        assertThat(breaker.room(MAX)).isZero();
        assertThat(breaker.begin(List.of(call()))).isZero();
    }

    @Test
    void concludesNothingFromFewCalls() {
        end(breaker, 3, failed("503"));
        assertThat(breaker.standing().isClosed()).isTrue();
    }

    @Test
    void anErrorOfTheEventItselfShowsThatTheDownstreamAnswers() {
        end(breaker, 50, failed("422"));
        assertThat(breaker.standing().isClosed()).isTrue();
    }

    @Test
    void opensWhenTooManyCallsAreSlow() {
        end(breaker, 1, done());
        end(breaker, 4, new CallOutcome.Done(Duration.ofMillis(1001)));
        assertThat(breaker.standing().state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.standing().reason()).isEqualTo("Of the 5 last calls, 0 failed and 4 were slow");
    }

    @Test
    void forgetsFailuresThatAreOlderThanItsWindow() {
        DownstreamBreaker byTime = breaker(BreakerOperation.AUTOMATIC, new BreakerWindow.Time(Duration.ofSeconds(10)));
        end(byTime, 3, failed("503"));
        time.pass(Duration.ofSeconds(11));
        end(byTime, 3, failed("503"));
        assertThat(byTime.standing().isClosed()).isTrue();
        end(byTime, 1, failed("503"));
        assertThat(byTime.standing().isClosed()).isFalse();
    }

    @Test
    void letsOnlyItsProbesThroughWhenItIsHalfOpen() {
        halfOpen();
        assertThat(breaker.begin(List.of(call(), call(), call(), call()))).isEqualTo(PROBES);
        assertThat(breaker.room(MAX)).isZero();
        assertThat(breaker.begin(List.of(call()))).isZero();
    }

    @Test
    void closesWhenTheProbesGetThrough() {
        halfOpen();
        beginProbes().forEach(probe -> breaker.end(probe, done()));
        assertThat(breaker.standing().isClosed()).isTrue();
        assertThat(breaker.room(MAX)).isEqualTo(MAX);
        assertThat(heard)
                .extracting(BreakerStanding::state)
                .containsExactly(BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED);
    }

    @Test
    void opensAgainWhenTheProbesFailAndThatIsTheSameOpening() {
        halfOpen();
        beginProbes().forEach(probe -> breaker.end(probe, failed("503")));
        assertThat(breaker.standing().state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.standing().openings()).isOne();
        assertThat(breaker.standing().reason()).startsWith("Of the 3 probes, 3 failed");
        time.pass(OPEN_TIME.plusMillis(1));
        assertThat(breaker.room(MAX)).isEqualTo(PROBES);
    }

    @Test
    void lateOutcomesOfOtherCallsDoNotDecideInsteadOfTheProbes() {
        halfOpen();
        List<Call> probes = beginProbes();
        end(breaker, 20, done());
        end(breaker, 20, failed("503"));
        assertThat(breaker.standing().state()).isEqualTo(BreakerState.HALF_OPEN);
        probes.forEach(probe -> breaker.end(probe, done()));
        assertThat(breaker.standing().isClosed()).isTrue();
    }

    @Test
    void anOutcomeThatIsToldTwiceCountsOnce() {
        halfOpen();
        List<Call> probes = beginProbes();
        for (int i = 0; i < PROBES; i++) {
            breaker.end(probes.getFirst(), done());
        }
        assertThat(breaker.standing().state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    @Test
    void aProbeThatWasNotMadeLeavesItsPlaceToAnother() {
        halfOpen();
        List<Call> probes = beginProbes();
        breaker.withdraw(probes.getFirst());
        breaker.withdraw(probes.getFirst());
        assertThat(breaker.room(MAX)).isOne();
        assertThat(breaker.begin(List.of(call(), call()))).isOne();
    }

    @Test
    void probesOfWhichNobodyHearsDoNotBlockItForEver() {
        halfOpen();
        List<Call> lost = beginProbes();
        time.pass(PROBE_TIMEOUT.minusMillis(1));
        assertThat(breaker.room(MAX)).isZero();
        time.pass(Duration.ofMillis(1));
        assertThat(breaker.room(MAX)).isEqualTo(PROBES);
        List<Call> others = beginProbes();
        lost.forEach(probe -> breaker.end(probe, failed("503")));
        assertThat(breaker.standing().state()).isEqualTo(BreakerState.HALF_OPEN);
        others.forEach(probe -> breaker.end(probe, done()));
        assertThat(breaker.standing().isClosed()).isTrue();
    }

    @Test
    void aProbeThatComesAgainHasItsPermissionStill() {
        halfOpen();
        List<Call> probes = beginProbes();
        assertThat(breaker.begin(probes)).isEqualTo(PROBES);
        assertThat(breaker.begin(List.of(call()))).isZero();
    }

    @Test
    void aPersonCanHoldItOpen() {
        DownstreamBreaker held = breaker(BreakerOperation.HELD_OPEN, new BreakerWindow.Calls(10));
        time.pass(OPEN_TIME.plusDays(1));
        assertThat(held.room(MAX)).isZero();
        assertThat(held.replays(MAX)).isZero();
        assertThat(held.standing().reason()).contains("person");
    }

    @Test
    void aPersonCanHoldItClosed() {
        DownstreamBreaker held = breaker(BreakerOperation.HELD_CLOSED, new BreakerWindow.Calls(10));
        end(held, 100, failed("503"));
        assertThat(held.room(MAX)).isEqualTo(MAX);
    }

    @Test
    void replaysNothingWhileItIsOpenAndFewWhenItIsHalfOpen() {
        time.pass(Duration.ofSeconds(1));
        assertThat(breaker.replays(MAX)).isPositive();
        open();
        assertThat(breaker.replays(MAX)).isZero();
        assertThat(breaker.replaysPerSecond()).isZero();
        time.pass(OPEN_TIME.plusMillis(1));
        assertThat(breaker.replays(MAX)).isBetween(1, PROBES);
        beginProbes();
        assertThat(breaker.replays(MAX)).isZero();
    }

    @Test
    void refusesAMinimumThatItsWindowNeverReaches() {
        assertThatThrownBy(() -> breaker(BreakerOperation.AUTOMATIC, new BreakerWindow.Calls(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Of the last 3 calls there are never 4 outcomes: make the window larger, or the minimum smaller");
    }
}
