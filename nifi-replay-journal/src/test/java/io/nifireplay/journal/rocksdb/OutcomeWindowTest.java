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

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OutcomeWindowTest {
    private static final long LENGTH = 60_000;

    /** Time until the next outcome, in milliseconds; an even one fails. */
    @Property
    void countsWhatIsYoungerThanTheWindowButForASliceOfIt(
            @ForAll @Size(max = 200) List<@IntRange(min = 1, max = 20_000) Integer> pauses) {
        OutcomeWindow window = new OutcomeWindow(Duration.ofMillis(LENGTH));
        List<long[]> all = new ArrayList<>();
        long now = 0;
        for (int pause : pauses) {
            now += pause;
            window.add(now, pause % 2 == 0);
            all.add(new long[] {now, pause % 2 == 0 ? 1 : 0});
        }
        long end = now;
        long slice = LENGTH / 60;
        long surely = all.stream().filter(one -> end - one[0] < LENGTH - slice).count();
        long perhaps = all.stream().filter(one -> end - one[0] < LENGTH).count();
        assertThat(window.settled(end)).isBetween(surely, perhaps);
        assertThat(window.failed(end))
                .isBetween(
                        all.stream()
                                .filter(one -> end - one[0] < LENGTH - slice && one[1] == 1)
                                .count(),
                        all.stream()
                                .filter(one -> end - one[0] < LENGTH && one[1] == 1)
                                .count());
        assertThat(window.settled(end + LENGTH)).isZero();
    }
}
