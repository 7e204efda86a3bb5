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
package io.nifireplay.journal.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a failed event is tried again: exponential back-off with full jitter, as in "Exponential Backoff And Jitter"
 * (AWS Architecture Blog, 2015): a random time between nothing and the back-off, after what the downstream asked to wait.
 *
 * @param maxAttempts how many failures make a dead letter, 1 or more
 * @param initialDelay the back-off after the first failure
 * @param maxDelay the bound that the back-off doubles up to
 * @param earliest what the downstream asked to wait at least, such as HTTP's Retry-After: the back-off begins behind it, so
 *     that those who were told the same do not come back together
 */
public record RetryPolicy(int maxAttempts, Duration initialDelay, Duration maxDelay, Duration earliest) {
    /** No second try. */
    public static final RetryPolicy NEVER = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

    /** Of a downstream that asks for nothing. */
    public RetryPolicy(int maxAttempts, Duration initialDelay, Duration maxDelay) {
        this(maxAttempts, initialDelay, maxDelay, Duration.ZERO);
    }

    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("At least 1 attempt, not " + maxAttempts);
        }
        if (initialDelay.isNegative() || maxDelay.compareTo(initialDelay) < 0) {
            throw new IllegalArgumentException(
                    "The longest delay, " + maxDelay + ", is below the first, " + initialDelay);
        }
        if (earliest.isNegative()) {
            throw new IllegalArgumentException("A retry cannot be due " + earliest + " from now");
        }
    }

    /** The same, not before a time has passed. */
    public RetryPolicy notBefore(Duration time) {
        return new RetryPolicy(maxAttempts, initialDelay, maxDelay, time);
    }

    /** Whether the budget is used up after this many failures. */
    public boolean isUsedUp(int failures) {
        return failures >= maxAttempts;
    }

    /**
     * @param failures how often it failed, 1 or more
     * @return milliseconds, at least what the downstream asked for, at most the back-off more
     */
    public long delayMillis(int failures, RandomGenerator random) {
        long max = maxDelay.toMillis();
        long initial = initialDelay.toMillis();
        int doublings = Math.min(failures - 1, 62);
        long backOff = initial > (max >> doublings) ? max : initial << doublings;
        return earliest.toMillis() + (backOff == 0 ? 0 : random.nextLong(backOff + 1));
    }
}
