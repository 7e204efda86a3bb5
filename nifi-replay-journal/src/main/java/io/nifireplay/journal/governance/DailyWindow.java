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
package io.nifireplay.journal.governance;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * When replay jobs may emit.
 *
 * @param from first moment of the day
 * @param to first moment after it; before {@code from} for a window over midnight, never the same
 * @param zone whose clock it is
 */
public record DailyWindow(LocalTime from, LocalTime to, ZoneId zone) {
    public DailyWindow {
        if (from.equals(to)) {
            throw new IllegalArgumentException("The daily time window begins and ends at " + from + ": it is empty");
        }
    }

    public boolean isOpen(Instant now) {
        return sinceStart(now.atZone(zone).toLocalTime()) < length();
    }

    /** Whether it is open at a time at which the other is not; windows of different zones do not compare, so it may. */
    boolean isLooserThan(DailyWindow other) {
        boolean within = zone.equals(other.zone) && other.sinceStart(from) + length() <= other.length();
        return !within;
    }

    private long length() {
        return sinceStart(to);
    }

    /** Nanoseconds from the beginning of the window to the next time that the clock shows this. */
    private long sinceStart(LocalTime time) {
        return Math.floorMod(
                time.toNanoOfDay() - from.toNanoOfDay(), Duration.ofDays(1).toNanos());
    }
}
