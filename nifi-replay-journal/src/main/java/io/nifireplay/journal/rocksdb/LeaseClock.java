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

import java.util.function.LongSupplier;

/**
 * Milliseconds for which a journal has been open, over all its life: what leases are measured by, so that they stop while
 * nobody could have worked. It is stored now and then; after a crash it goes on from there, so it may lag and never leads.
 */
final class LeaseClock {
    /** How far the stored value may lag. */
    static final long STORE_EVERY_MILLIS = 1_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier ticker;
    private final long storedMillis;
    private final long openedNanos;
    private long lastStored;

    LeaseClock(long storedMillis, LongSupplier ticker) {
        this.storedMillis = storedMillis;
        this.ticker = ticker;
        openedNanos = ticker.getAsLong();
        lastStored = storedMillis;
    }

    long millis() {
        return storedMillis + (ticker.getAsLong() - openedNanos) / NANOS_PER_MILLI;
    }

    /** Whether a value should be stored again; the caller stores it. */
    boolean isDue(long millis) {
        return millis - lastStored >= STORE_EVERY_MILLIS;
    }

    void stored(long millis) {
        lastStored = millis;
    }
}
