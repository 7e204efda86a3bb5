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
package io.nifireplay.systemtest.downstream;

import java.util.concurrent.TimeUnit;

/** A token bucket that holds one second's worth. */
final class RateLimit {
    private final double perSecond;
    private double tokens;
    private long filled = System.nanoTime();

    private RateLimit(double perSecond) {
        this.perSecond = perSecond;
        this.tokens = perSecond;
    }

    static RateLimit of(int perSecond) {
        return new RateLimit(perSecond);
    }

    static RateLimit none() {
        return new RateLimit(Double.POSITIVE_INFINITY);
    }

    synchronized boolean allows() {
        if (Double.isInfinite(perSecond)) {
            return true;
        }
        long now = System.nanoTime();
        tokens = Math.min(perSecond, tokens + perSecond * (now - filled) / TimeUnit.SECONDS.toNanos(1));
        filled = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
