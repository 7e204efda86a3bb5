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

import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Lets requests go one by one, never closer than a rate allows. The journal gives a job its share of a quarter of a second
 * at once; here it is spread, and what was missed in a pause is not made up for, so that NiFi sees the rate in every second.
 */
final class Pacer {
    private static final double NANOS = 1e9;
    /** So much slower than the rate: requests in flight may be held up, and come all at once, on top of a full second. */
    static final double MARGIN = 1.02;

    private static final long MAX_PARK_NANOS = 50_000_000;

    private final long intervalNanos;
    private final LongSupplier nanoTime;
    private final BooleanSupplier goesOn;
    private long next;

    /**
     * @param ratePerSecond empty for no limit
     * @param goesOn false once nobody is to wait any more
     */
    Pacer(OptionalDouble ratePerSecond, LongSupplier nanoTime, BooleanSupplier goesOn) {
        intervalNanos = ratePerSecond.isEmpty() ? 0 : (long) Math.ceil(MARGIN * NANOS / ratePerSecond.getAsDouble());
        this.nanoTime = nanoTime;
        this.goesOn = goesOn;
        next = nanoTime.getAsLong();
    }

    /** When the next request may go, on the clock of {@code nanoTime}; each call is one. */
    synchronized long reserve() {
        long now = nanoTime.getAsLong();
        long at = next - now > 0 ? next : now;
        next = at + intervalNanos;
        return at;
    }

    /** Returns when the next request may go. */
    void await() throws InterruptedException {
        if (intervalNanos == 0) {
            return;
        }
        long at = reserve();
        for (long left = at - nanoTime.getAsLong(); left > 0 && goesOn.getAsBoolean(); ) {
            LockSupport.parkNanos(Math.min(left, MAX_PARK_NANOS));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            left = at - nanoTime.getAsLong();
        }
    }
}
