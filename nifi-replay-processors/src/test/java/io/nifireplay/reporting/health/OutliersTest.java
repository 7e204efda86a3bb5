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

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutliersTest {
    private static final List<Double> USUAL = List.of(9.0, 10.0, 10.5, 11.0, 12.0);

    @Test
    void findsWhatIsFarAboveTheMedian() {
        // Median 10.5, median absolute deviation 0.5: the bound is 10.5 + 3.5 * 0.5 / 0.6745 = 13.09.
        assertThat(Outliers.isFarAbove(13.0, USUAL)).isFalse();
        assertThat(Outliers.isFarAbove(13.2, USUAL)).isTrue();
        assertThat(Outliers.isFarAbove(0, USUAL)).isFalse();
    }

    @Test
    void isNotMovedByEarlierOutliers() {
        assertThat(Outliers.isFarAbove(100, List.of(9.0, 10.0, 10.5, 11.0, 5_000.0)))
                .isTrue();
    }

    @Test
    void hasABoundWhereMostOrAllNumbersAreEqual() {
        List<Double> mostlyEqual = List.of(5.0, 5.0, 5.0, 5.0, 10.0);
        // Mean absolute deviation 1: the bound is 5 + 3.5 * 1.253314 = 9.39.
        assertThat(Outliers.isFarAbove(9.3, mostlyEqual)).isFalse();
        assertThat(Outliers.isFarAbove(9.4, mostlyEqual)).isTrue();
        List<Double> equal = Collections.nCopies(5, 5.0);
        assertThat(Outliers.isFarAbove(10, equal)).isFalse();
        assertThat(Outliers.isFarAbove(10.1, equal)).isTrue();
    }
}
