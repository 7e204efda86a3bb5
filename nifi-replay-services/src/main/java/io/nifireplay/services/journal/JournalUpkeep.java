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
package io.nifireplay.services.journal;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.RecoveryPoint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a journal needs from time to time: removal of what has outlived its retention, and recovery points.
 *
 * <p>Recovery points are kept in a ring of names, {@code scheduled-1} to {@code scheduled-N}: the oldest is replaced, so
 * that the last N are there. When the next is due follows from the journal, not from when it was opened.
 */
final class JournalUpkeep {
    /** Time between two removals. */
    static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(10);

    private static final String NAME_PREFIX = "scheduled-";

    private final EventJournal journal;
    private final Duration recoveryPointInterval;
    private final int recoveryPoints;
    private final InstantSource clock;
    private Instant nextExpiry = Instant.MIN;
    private Instant nextRecoveryPoint = Instant.MIN;

    /**
     * @param recoveryPointInterval time between two recovery points
     * @param recoveryPoints how many are kept, 0 for none
     */
    JournalUpkeep(EventJournal journal, Duration recoveryPointInterval, int recoveryPoints, InstantSource clock) {
        this.journal = journal;
        this.recoveryPointInterval = recoveryPointInterval;
        this.recoveryPoints = recoveryPoints;
        this.clock = clock;
    }

    /** Does what is due; to be called by one thread, more often than the shortest interval. */
    void run() {
        Instant now = clock.instant();
        if (!now.isBefore(nextExpiry)) {
            nextExpiry = now.plus(EXPIRY_INTERVAL);
            journal.expire();
        }
        if (recoveryPoints > 0 && !now.isBefore(nextRecoveryPoint)) {
            takeDueRecoveryPoint(now);
        }
    }

    private void takeDueRecoveryPoint(Instant now) {
        Map<String, Instant> ring = journal.recoveryPoints().stream()
                .filter(point -> point.name().startsWith(NAME_PREFIX))
                .collect(Collectors.toMap(RecoveryPoint::name, RecoveryPoint::time));
        Optional<Instant> last = ring.values().stream().max(Comparator.naturalOrder());
        nextRecoveryPoint = last.orElse(now).plus(recoveryPointInterval);
        if (last.isEmpty() || !now.isBefore(nextRecoveryPoint)) {
            journal.takeRecoveryPoint(nextName(ring));
            nextRecoveryPoint = now.plus(recoveryPointInterval);
        }
    }

    /** A name that is free, else that of the oldest. */
    private String nextName(Map<String, Instant> ring) {
        return IntStream.rangeClosed(1, recoveryPoints)
                .mapToObj(number -> NAME_PREFIX + number)
                .min(Comparator.comparing(name -> ring.getOrDefault(name, Instant.MIN)))
                .orElseThrow();
    }
}
