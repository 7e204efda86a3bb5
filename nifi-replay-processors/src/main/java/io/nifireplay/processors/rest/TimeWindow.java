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
 * A span of whole seconds, as NiFi's provenance is asked for.
 *
 * @param from the first second, absent for no lower bound
 * @param to the last second, inclusive
 */
public record TimeWindow(Optional<Instant> from, Instant to) {
    private static final long FIRST_CUT_SECONDS = 3_600;

    public TimeWindow {
        from = from.map(time -> time.truncatedTo(ChronoUnit.SECONDS));
        to = to.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Whether it holds one second alone, and cannot be split. */
    boolean isOneSecond() {
        return from.isPresent() && !from.get().isBefore(to);
    }

    /**
     * Two windows that have all its seconds, and none twice. One without a lower bound is cut an hour before its end, and
     * four times as far each further time.
     *
     * @param cuts how often a window without a lower bound was cut before
     */
    List<TimeWindow> split(int cuts) {
        Instant middle = from.map(start -> start.plusSeconds(ChronoUnit.SECONDS.between(start, to) / 2))
                .orElseGet(() -> to.minusSeconds(FIRST_CUT_SECONDS << Math.min(2 * cuts, 40)));
        return List.of(new TimeWindow(from, middle), new TimeWindow(Optional.of(middle.plusSeconds(1)), to));
    }
}
