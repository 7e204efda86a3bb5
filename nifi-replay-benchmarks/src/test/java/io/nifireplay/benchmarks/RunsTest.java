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
package io.nifireplay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunsTest {
    @Test
    void medianIsTheValueInTheMiddle() {
        Runs runs = Runs.of(30, 10, 20);

        assertThat(runs.minimum()).isEqualTo(10);
        assertThat(runs.median()).isEqualTo(20);
        assertThat(runs.maximum()).isEqualTo(30);
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Runs.of(1, 100, 3, 2).median()).isEqualTo(2.5);
    }

    @Test
    void keepsTheOrderOfTheRounds() {
        assertThat(Runs.of(3, 1, 2).values()).containsExactly(3.0, 1.0, 2.0);
    }

    @Test
    void needsARound() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Runs(List.of()));
    }
}
