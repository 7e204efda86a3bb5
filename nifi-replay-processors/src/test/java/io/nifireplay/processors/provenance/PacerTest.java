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
package io.nifireplay.processors.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);

    @Test
    void spreadsRequestsThatComeAtOnce() {
        Pacer pacer = pacer(OptionalDouble.of(4));
        long start = now.get();

        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            delays.add(pacer.reserve() - start);
        }

        // Over the clock's end too.
        long interval = interval(4);
        assertThat(interval).isBetween(SECOND / 4, SECOND / 4 + SECOND / 100);
        assertThat(delays)
                .containsExactlyElementsOf(
                        LongStream.range(0, 9).map(i -> i * interval).boxed().toList());
    }

    @Test
    void makesUpForNothing() {
        Pacer pacer = pacer(OptionalDouble.of(10));
        pacer.reserve();
        now.addAndGet(100 * SECOND);
        long late = now.get();

        assertThat(pacer.reserve()).isEqualTo(late);
        assertThat(pacer.reserve() - late).isEqualTo(interval(10));
    }

    @Test
    void letsAllGoWithoutARateAndWhenNobodyIsToWait() throws InterruptedException {
        Pacer free = pacer(OptionalDouble.empty());
        Pacer stopped = new Pacer(OptionalDouble.of(0.001), now::get, () -> false);
        for (int i = 0; i < 1_000; i++) {
            // The clock stands: whoever waited would wait for ever.
            free.await();
            stopped.await();
        }
        assertThat(stopped.reserve() - now.get()).isEqualTo(1_000 * interval(0.001));
    }

    private static long interval(double rate) {
        return (long) Math.ceil(Pacer.MARGIN * SECOND / rate);
    }

    private Pacer pacer(OptionalDouble rate) {
        return new Pacer(rate, now::get, () -> true);
    }
}
