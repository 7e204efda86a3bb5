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

/**
 * The law by which a replay finds out how fast its downstream can be: additive increase, multiplicative decrease. D.-M.
 * Chiu and R. Jain ("Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer Networks",
 * 1989) show that of the linear laws it alone leads those who share a resource to equal shares of all that it can do. TCP
 * uses it (RFC 5681), and its slow start is here too, to find out the order of magnitude at first and after an outage.
 *
 * <p>It speaks of rates, where TCP speaks of windows, and differs in two numbers. The slow start grows by half an interval
 * and not to the double, because the answer comes late, through NiFi's queues, and at the double of what a downstream can do
 * half of its calls fail, which opens a circuit breaker. The decrease is to 0.7 of what got through (as RFC 9438), because
 * that is known here, and not to the half of what was sent.
 *
 * @param perSecond how many events a second, {@link #LEAST} or more
 * @param threshold where the slow start ends: what was left after the last decrease, infinite before any
 * @param step what is added an interval, events a second, above 0
 */
public record ReplayRate(double perSecond, double threshold, double step) {
    /** Below this nothing would ever be found out. */
    public static final double LEAST = 1;

    /** What a replay begins with, events a second. */
    public static final double FIRST = 20;

    static final double SLOW_START = 1.5;
    static final double DECREASE = 0.7;

    public ReplayRate {
        if (!(perSecond >= LEAST) || !(step > 0) || Double.isInfinite(perSecond)) {
            throw new IllegalArgumentException("A rate of " + perSecond + " that rises by " + step + " is none");
        }
    }

    /** Of a downstream of which nothing is known. */
    public static ReplayRate first(double step) {
        return new ReplayRate(FIRST, Double.POSITIVE_INFINITY, step);
    }

    /**
     * After an interval in which all went well.
     *
     * @param achieved calls a second that got through; a rate that is not made use of proves nothing, and does not grow
     */
    public ReplayRate increased(double achieved) {
        if (achieved < perSecond / 2) {
            return this;
        }
        double next = perSecond < threshold ? Math.min(perSecond * SLOW_START, threshold) : perSecond + step;
        return new ReplayRate(next, threshold, step);
    }

    /**
     * After an interval in which too many calls failed or were slow.
     *
     * @param achieved calls a second that got through all the same
     */
    public ReplayRate decreased(double achieved) {
        double next = Math.max(LEAST, DECREASE * Math.min(perSecond, achieved));
        return new ReplayRate(next, next, step);
    }

    /** After a while without replays, what was known of the downstream is old (RFC 5681, 4.1). */
    public ReplayRate idle() {
        return perSecond <= FIRST ? this : new ReplayRate(FIRST, threshold, step);
    }
}
