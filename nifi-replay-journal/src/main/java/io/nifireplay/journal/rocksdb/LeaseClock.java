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
package io.nifireplay.journal.rocksdb;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Milliseconds for which a journal has been open and not held, over all its life: what leases are measured by, so that
 * they stop while nobody could have worked. It is stored now and then; after a crash it goes on from there, so it may lag
 * and never leads. Holds are not stored: an opening begins without any.
 */
final class LeaseClock {
    /** How far the stored value may lag. */
    static final long STORE_EVERY_MILLIS = 1_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier ticker;
    private final long storedMillis;
    private final long openedNanos;
    private final Map<String, Long> holds = new HashMap<>();
    private volatile Standstill standstill;
    private long lastStored;

    /**
     * The holds of all, as one.
     *
     * @param before nanoseconds for which the clock stood before {@code from}
     * @param from since when it is known to stand, by the ticker
     * @param until when the last of the holds ends, by the ticker
     */
    private record Standstill(long before, long from, long until) {
        long nanos(long now) {
            return before + Math.max(0, Math.min(now - from, until - from));
        }
    }

    LeaseClock(long storedMillis, LongSupplier ticker) {
        this.storedMillis = storedMillis;
        this.ticker = ticker;
        openedNanos = ticker.getAsLong();
        standstill = new Standstill(0, openedNanos, openedNanos);
        lastStored = storedMillis;
    }

    long millis() {
        Standstill stands = standstill;
        long now = ticker.getAsLong();
        return storedMillis + (now - openedNanos - stands.nanos(now)) / NANOS_PER_MILLI;
    }

    /** Milliseconds since the journal was opened, held or not. */
    long openMillis() {
        return (ticker.getAsLong() - openedNanos) / NANOS_PER_MILLI;
    }

    /** Stands still for so long, from now, and at least as long as others hold it; zero ends this holder's hold. */
    synchronized void hold(String holder, Duration time) {
        long now = ticker.getAsLong();
        if (time.isZero()) {
            holds.remove(holder);
        } else {
            holds.put(holder, now + time.toNanos());
        }
        holds.values().removeIf(end -> end - now <= 0);
        long longest = holds.values().stream().mapToLong(end -> end - now).max().orElse(0);
        standstill = new Standstill(standstill.nanos(now), now, now + longest);
    }

    /** Whether a value should be stored again; the caller stores it. */
    boolean isDue(long millis) {
        return millis - lastStored >= STORE_EVERY_MILLIS;
    }

    void stored(long millis) {
        lastStored = millis;
    }
}
