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
package io.nifireplay.processors.rest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * A span between whole seconds, as NiFi's provenance is asked for: NiFi reads no fractions, and takes the end as the very
 * beginning of that second. So windows beside each other share a bound, and what happened at it is in both.
 *
 * @param from absent for no lower bound; a fraction is left out
 * @param to the end; a fraction is rounded up
 */
public record TimeWindow(Optional<Instant> from, Instant to) {
    private static final long FIRST_CUT_SECONDS = 3_600;

    public TimeWindow {
        from = from.map(time -> time.truncatedTo(ChronoUnit.SECONDS));
        Instant whole = to.truncatedTo(ChronoUnit.SECONDS);
        to = whole.equals(to) ? to : whole.plusSeconds(1);
    }

    /** Whether it spans one second at most, and cannot be split. */
    boolean isOneSecond() {
        return from.isPresent() && !from.get().plusSeconds(1).isBefore(to);
    }

    /**
     * Two windows that have all of it. One without a lower bound is cut an hour before its end, and four times as far each
     * further time.
     *
     * @param cuts how often a window without a lower bound was cut before
     */
    List<TimeWindow> split(int cuts) {
        Instant middle = from.map(start -> start.plusSeconds(ChronoUnit.SECONDS.between(start, to) / 2))
                .orElseGet(() -> to.minusSeconds(FIRST_CUT_SECONDS << Math.min(2 * cuts, 20)));
        return List.of(new TimeWindow(from, middle), new TimeWindow(Optional.of(middle), to));
    }
}
