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
package io.nifireplay.journal.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private final TokenBucket bucket = new TokenBucket(0);

    private int after(Duration time, double perSecond) {
        int tokens = bucket.available(perSecond, time.toNanos());
        bucket.take(tokens);
        return tokens;
    }

    @Test
    void keepsToTheRate() {
        int taken = 0;
        for (int millis = 0; millis <= 10_000; millis += 10) {
            taken += after(Duration.ofMillis(millis), 100);
        }
        assertThat(taken).isBetween(995, 1_000);
    }

    @Test
    void givesOutNoCrumbs() {
        assertThat(after(Duration.ofMillis(49), 1_000)).isZero();
        assertThat(after(Duration.ofMillis(51), 1_000)).isEqualTo(51);
        assertThat(after(Duration.ofMillis(90), 1_000)).isZero();
    }

    @Test
    void givesOutSmallPortionsOfALowerRate() {
        assertThat(after(Duration.ofMillis(9), 200)).isZero();
        assertThat(after(Duration.ofMillis(11), 200)).isEqualTo(2);
    }

    @Test
    void givesOutSingleEventsAtALowRate() {
        assertThat(after(Duration.ofMillis(900), 1)).isZero();
        assertThat(after(Duration.ofMillis(1_000), 1)).isEqualTo(1);
        assertThat(after(Duration.ofMillis(1_900), 1)).isZero();
    }

    @Test
    void holdsNoMoreThanAQuarterOfASecond() {
        assertThat(after(Duration.ofHours(1), 1_000)).isEqualTo(250);
    }
}
