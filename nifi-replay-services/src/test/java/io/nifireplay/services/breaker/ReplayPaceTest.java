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

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReplayPaceTest {
    private static final Duration TICK = Duration.ofMillis(10);

    private final TestTime time = new TestTime();
    private final ReplayPace pace = new ReplayPace(50, time::nanos);

    /** A downstream that does so much a second and fails what is more, called at the pace; what got through a second. */
    private double replay(Duration howLong, double capacityPerSecond) {
        long through = 0;
        double capacity = 0;
        for (Duration passed = Duration.ZERO; passed.compareTo(howLong) < 0; passed = passed.plus(TICK)) {
            time.pass(TICK);
            capacity = Math.min(capacityPerSecond * 0.1, capacity + capacityPerSecond * TICK.toMillis() / 1000.0);
            int count = pace.allowance();
            pace.spend(count);
            for (int i = 0; i < count; i++) {
                boolean fails = capacity < 1;
                pace.heard(fails);
                if (!fails) {
                    capacity--;
                    through++;
                }
            }
        }
        return through * 1000.0 / howLong.toMillis();
    }

    @Test
    void findsOutWhatTheDownstreamCanDo() {
        replay(Duration.ofSeconds(10), 500);
        assertThat(replay(Duration.ofSeconds(60), 500)).isBetween(0.75 * 500, 500.0);
        assertThat(pace.perSecond()).isBetween(0.6 * 500, 1.5 * 500);
    }

    @Test
    void slowsDownWhenTheDownstreamCanDoLessAndSpeedsUpAgain() {
        replay(Duration.ofSeconds(20), 500);
        assertThat(replay(Duration.ofSeconds(5), 50)).isLessThanOrEqualTo(55);
        assertThat(pace.perSecond()).isLessThan(100);
        replay(Duration.ofSeconds(20), 500);
        assertThat(pace.perSecond()).isGreaterThan(300);
    }

    @Test
    void gathersNoMoreThanAQuarterOfASecond() {
        replay(Duration.ofSeconds(20), 500);
        double perSecond = pace.perSecond();
        time.pass(Duration.ofSeconds(9));
        assertThat(pace.allowance()).isLessThanOrEqualTo((int) (perSecond / 4));
    }

    @Test
    void givesOutNoCrumbs() {
        replay(Duration.ofSeconds(20), 3_000);
        time.pass(Duration.ofMillis(250));
        pace.spend(pace.allowance());
        int portion = (int) (pace.perSecond() * 0.05);
        assertThat(portion).isGreaterThan(50);
        time.pass(Duration.ofMillis(25));
        assertThat(pace.allowance()).isZero();
        time.pass(Duration.ofMillis(30));
        assertThat(pace.allowance()).isGreaterThanOrEqualTo(portion);
    }

    @Test
    void startsSlowlyAfterALongRest() {
        replay(Duration.ofSeconds(20), 500);
        time.pass(Duration.ofHours(1));
        pace.allowance();
        assertThat(pace.perSecond()).isEqualTo(ReplayRate.FIRST);
    }

    @Test
    void oneFailureAfterALongRestIsNoTrend() {
        time.pass(Duration.ofHours(1));
        pace.heard(true);
        assertThat(pace.perSecond()).isEqualTo(ReplayRate.FIRST);
    }

    @Test
    void startsAnewWhenTheBreakerCloses() {
        replay(Duration.ofSeconds(20), 500);
        pace.follow(BreakerState.OPEN);
        assertThat(pace.perSecond()).isZero();
        assertThat(pace.allowance()).isZero();
        pace.follow(BreakerState.HALF_OPEN);
        pace.follow(BreakerState.CLOSED);
        assertThat(pace.perSecond()).isEqualTo(ReplayRate.FIRST);
    }
}
