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

/**
 * A rate limit as a token bucket that holds a quarter of a second, and gives out a portion or more: a twentieth of a second
 * of a high rate, less of a lower one, and one token at least. The rate may be another at each call. For one thread at a
 * time.
 */
public final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;
    /** More than the time after which somebody who found nothing to emit asks again. */
    private static final double BURST_SECONDS = 0.25;

    /** Many small batches cost NiFi and the journal far more than a few of this size. */
    private static final double PORTION_SECONDS = 0.05;
    /** Below this rate there is time for smaller batches, behind which other events wait less. */
    private static final double HIGH_RATE = 1_000;

    private double tokens;
    private long filledNanos;

    /** @param nanos now, as {@link System#nanoTime} gives it */
    public TokenBucket(long nanos) {
        filledNanos = nanos;
    }

    /**
     * How many may be taken now, 0 while they are too few.
     *
     * @param ratePerSecond tokens a second, above 0
     * @param nanos now, as {@link System#nanoTime} gives it
     */
    public int available(double ratePerSecond, long nanos) {
        double burst = Math.max(1, ratePerSecond * BURST_SECONDS);
        tokens = Math.min(burst, tokens + ratePerSecond * (nanos - filledNanos) / NANOS_PER_SECOND);
        filledNanos = nanos;
        double portion = ratePerSecond * PORTION_SECONDS * Math.min(1, ratePerSecond / HIGH_RATE);
        return tokens >= Math.max(1, portion) ? (int) tokens : 0;
    }

    public void take(int count) {
        tokens -= count;
    }
}
