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
package io.nifireplay.reporting.health;

import java.util.Arrays;
import java.util.Collection;

/**
 * Tells a number that is far above the usual, by the modified z-score of Iglewicz and Hoaglin (How to Detect and Handle
 * Outliers, ASQC 1993; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17): 0.6745 times the distance from the median,
 * divided by the median absolute deviation, is above 3.5. The median and this deviation are not moved by the outliers that
 * they are to find, as a mean would be. When more than half of the numbers are equal the deviation is 0; the mean absolute
 * deviation times 1.253314 stands in for it then, and where that is 0, too, twice the median is the bound.
 */
final class Outliers {
    static final double BOUND = 3.5;

    private static final double NORMAL_QUARTILE = 0.6745;
    private static final double MEAN_DEVIATION_FACTOR = 1.253314;

    private Outliers() {}

    /** @param usual at least one number */
    static boolean isFarAbove(double value, Collection<Double> usual) {
        double median = median(usual.stream().mapToDouble(Double::doubleValue).toArray());
        double[] deviations =
                usual.stream().mapToDouble(number -> Math.abs(number - median)).toArray();
        double mad = median(deviations);
        double distance = value - median;
        if (mad > 0) {
            return NORMAL_QUARTILE * distance / mad > BOUND;
        }
        double meanDeviation = Arrays.stream(deviations).average().orElse(0);
        return meanDeviation > 0 ? distance / (MEAN_DEVIATION_FACTOR * meanDeviation) > BOUND : value > 2 * median;
    }

    static double median(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
