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
package io.nifireplay.services.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.JournalStatistics.Arrivals;
import io.nifireplay.journal.JournalStatistics.Outcomes;
import io.nifireplay.journal.JournalStatistics.Unsettled;
import io.nifireplay.journal.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MissedWatchTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final MissedWatch watch = new MissedWatch(Duration.ofHours(2), InstantSource.fixed(NOW));

    @Test
    void tellsOnceWhenTheLimitIsPassedAndOnceWhenItIsKeptAgain() {
        assertThat(watch.look(oldest(Optional.of(Duration.ofHours(2))))).isEmpty();
        assertThat(watch.look(oldest(Optional.of(Duration.ofMinutes(121)))))
                .hasValueSatisfying(
                        news -> assertThat(news).contains("orders/7").contains("7200 s"));
        assertThat(watch.look(oldest(Optional.of(Duration.ofMinutes(122))))).isEmpty();
        assertThat(watch.look(oldest(Optional.empty())))
                .hasValueSatisfying(news -> assertThat(news).contains("No event waits longer"));
        assertThat(watch.look(oldest(Optional.empty()))).isEmpty();
    }

    private static JournalStatistics oldest(Optional<Duration> age) {
        return new JournalStatistics(
                0,
                0,
                0,
                Map.of(),
                age.map(old -> new Unsettled(new EventRef("orders", 7), Status.FAILED, NOW.minus(old))),
                new Arrivals(0, 0, 0, 0, 0, 0, 0, 0, 0),
                new Outcomes(0, 0, 0, Map.of()),
                Map.of());
    }
}
