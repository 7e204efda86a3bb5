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
package io.nifireplay.systemtest.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    private final List<SourceEvent> events = Earthquakes.first(Earthquakes.COUNT);

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(Plan.of(events, 7)).isEqualTo(Plan.of(events, 7)).isNotEqualTo(Plan.of(events, 8));
    }

    @Test
    void plansOneThingForAnEventAtMost() {
        Plan plan = Plan.of(events, 1);
        List<String> keys = new ArrayList<>(plan.twiceAtOnce());
        keys.addAll(plan.twice());
        keys.addAll(plan.conflicting());
        keys.addAll(plan.refused().keySet());
        keys.addAll(plan.failing().keySet());
        keys.addAll(plan.unanswered());
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void sendsFivePercentTwiceInEachWay() {
        Plan plan = Plan.of(events, 1);
        assertThat(plan.sentTwice()).isEqualTo(85);
        assertThat(plan.twiceAtOnce()).isNotEmpty();
        assertThat(plan.twice()).isNotEmpty();
        assertThat(plan.conflicting()).isNotEmpty();
    }

    @Test
    void hasEventsOfDifferentKeys() {
        assertThat(events).hasSize(1707);
        assertThat(events.stream().map(SourceEvent::key)).doesNotHaveDuplicates();
    }
}
