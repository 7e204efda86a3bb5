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

import io.nifireplay.journal.JournalStatistics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Watches how long the oldest event waits that is not settled; for one thread. */
final class MissedWatch {
    private final Duration limit;
    private final InstantSource clock;
    private boolean passed;

    MissedWatch(Duration limit, InstantSource clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** What people are to be told, when the limit is passed or kept again since the last look. */
    Optional<String> look(JournalStatistics statistics) {
        Optional<JournalStatistics.Unsettled> late = statistics
                .oldest()
                .filter(oldest -> oldest.admitted().plus(limit).isBefore(clock.instant()));
        if (late.isPresent() == passed) {
            return Optional.empty();
        }
        passed = late.isPresent();
        return Optional.of(late.map(oldest -> "Event " + oldest.event() + " was admitted at " + oldest.admitted()
                        + " and is not settled: longer than the " + limit.toSeconds()
                        + " s that the replay policy allows. Look at what was missed, and have it replayed")
                .orElse("No event waits longer any more than the replay policy allows"));
    }
}
