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
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The law, whatever the downstream. */
class ReplayRateTest {
    @Property
    void staysWithinWhatItSaw(
            @ForAll @DoubleRange(min = 0.1, max = 1000) double step,
            @ForAll @Size(max = 200) List<@DoubleRange(min = -10_000, max = 10_000) Double> intervals) {
        ReplayRate rate = ReplayRate.first(step);
        for (double achieved : intervals) {
            ReplayRate next = achieved >= 0 ? rate.increased(achieved) : rate.decreased(-achieved);
            if (achieved >= 0) {
                assertThat(next.perSecond())
                        .isBetween(
                                rate.perSecond(),
                                Math.max(rate.perSecond() * ReplayRate.SLOW_START, rate.perSecond() + step));
            } else {
                assertThat(next.perSecond())
                        .isBetween(
                                ReplayRate.LEAST, Math.max(ReplayRate.LEAST, ReplayRate.DECREASE * rate.perSecond()));
            }
            rate = next;
        }
    }

    @Property
    void aRateThatIsNotMadeUseOfDoesNotGrow(@ForAll @DoubleRange(min = 1, max = 1e6) double perSecond) {
        ReplayRate rate = new ReplayRate(perSecond, Double.POSITIVE_INFINITY, 10);
        assertThat(rate.increased(perSecond * 0.49)).isEqualTo(rate);
    }

    @Property
    void keepsADownstreamBusyAndSeldomAboveWhatItCanDo(@ForAll @IntRange(min = 100, max = 20_000) int capacity) {
        double step = capacity / 100.0;
        ReplayRate rate = ReplayRate.first(step);
        double through = 0;
        int intervals = 2_000;
        for (int i = 0; i < intervals; i++) {
            double done = Math.min(rate.perSecond(), capacity);
            boolean trouble = rate.perSecond() > capacity * 1.05;
            if (i >= 100) {
                through += done;
                assertThat(rate.perSecond()).isLessThanOrEqualTo(capacity * 1.05 + step);
            }
            rate = trouble ? rate.decreased(done) : rate.increased(done);
        }
        assertThat(through / (intervals - 100)).isGreaterThan(0.8 * capacity);
    }

    /** Chiu and Jain's result: with the same step, whoever shares a downstream comes to equal shares of it. */
    @Property
    void thoseWhoShareADownstreamComeToEqualShares(
            @ForAll @DoubleRange(min = 1, max = 1000) double first,
            @ForAll @DoubleRange(min = 1, max = 1000) double second) {
        double capacity = 1000;
        ReplayRate one = new ReplayRate(first, ReplayRate.LEAST, 5);
        ReplayRate other = new ReplayRate(second, ReplayRate.LEAST, 5);
        for (int i = 0; i < 3_000; i++) {
            double sum = one.perSecond() + other.perSecond();
            boolean trouble = sum > capacity;
            double share = trouble ? capacity / sum : 1;
            double achievedOne = one.perSecond() * share;
            double achievedOther = other.perSecond() * share;
            one = trouble ? one.decreased(achievedOne) : one.increased(achievedOne);
            other = trouble ? other.decreased(achievedOther) : other.increased(achievedOther);
        }
        assertThat(one.perSecond()).isCloseTo(other.perSecond(), within(0.01 * capacity));
    }
}
