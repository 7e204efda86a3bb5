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

import io.nifireplay.journal.replay.TokenBucket;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How fast events may be replayed to a downstream: {@link ReplayRate}, over the outcomes of all calls, those of new events
 * too, since they share the downstream. While the circuit breaker is open nothing is replayed; half open a few
 * events are, which may be its probes, and when it closes the rate starts anew. Every method may be called by several threads at once.
 */
public final class ReplayPace {
    /** The law is applied so often at most: about the time in which a change of the rate shows. */
    static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    /** With fewer outcomes than this an interval lasts on, up to {@link #LONGEST_INTERVAL_NANOS}. */
    static final int SAMPLE = 10;

    static final long LONGEST_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** So large a share of calls may fail or be slow without anything being concluded of it. */
    static final double TOLERATED_SHARE = 0.05;

    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final double NANOS_PER_SECOND = 1e9;

    private final LongSupplier ticker;
    private final double step;
    private ReplayRate rate;
    private BreakerState state = BreakerState.CLOSED;
    private long intervalBegan;
    private long heard;
    private long bad;
    private final TokenBucket bucket;
    private long lastSpent;

    /**
     * @param stepPerSecond how much the rate rises a second while all goes well, events a second, above 0
     * @param ticker nanoseconds
     */
    public ReplayPace(double stepPerSecond, LongSupplier ticker) {
        this.ticker = ticker;
        step = stepPerSecond * INTERVAL_NANOS / NANOS_PER_SECOND;
        rate = ReplayRate.first(step);
        long now = ticker.getAsLong();
        bucket = new TokenBucket(now);
        intervalBegan = now;
        lastSpent = now;
    }

    /** The rate as it is, events a second; 0 while nothing is replayed. */
    public synchronized double perSecond() {
        return state == BreakerState.OPEN ? 0 : rate.perSecond();
    }

    /** How many events may be replayed now: what the {@link TokenBucket} gives out. */
    public synchronized int allowance() {
        long now = ticker.getAsLong();
        if (now - lastSpent > IDLE_NANOS) {
            rate = rate.idle();
            lastSpent = now;
        }
        int tokens = bucket.available(rate.perSecond(), now);
        return state == BreakerState.OPEN ? 0 : tokens;
    }

    /** So many were replayed. */
    public synchronized void spend(int count) {
        if (count > 0) {
            bucket.take(count);
            lastSpent = ticker.getAsLong();
        }
    }

    /** @param trouble whether the call failed by the downstream's fault, or was slow */
    synchronized void heard(boolean trouble) {
        long now = ticker.getAsLong();
        if (heard == 0) {
            intervalBegan = now;
        }
        heard++;
        if (trouble) {
            bad++;
        }
        long lasted = now - intervalBegan;
        if (lasted >= INTERVAL_NANOS && (heard >= SAMPLE || lasted >= LONGEST_INTERVAL_NANOS)) {
            double achieved = (heard - bad) * NANOS_PER_SECOND / lasted;
            rate = bad > heard * TOLERATED_SHARE ? rate.decreased(achieved) : rate.increased(achieved);
            beginInterval();
        }
    }

    /** The breaker went over to another state. */
    synchronized void follow(BreakerState next) {
        state = next;
        if (next != BreakerState.OPEN) {
            rate = ReplayRate.first(step);
            beginInterval();
        }
    }

    /** It begins with its first outcome. */
    private void beginInterval() {
        heard = 0;
        bad = 0;
    }
}
