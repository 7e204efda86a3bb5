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
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a journal needs from time to time: the keyring's new key, the end of paused jobs that have nothing left to do, removal of
 * what has outlived its retention, and recovery points, of which the last few are kept. When the next one is due follows from the journal, not from when it was opened.
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
        journal.renewSeal();
        journal.reviewJobs();
        if (recoveryPoints > 0 && !now.isBefore(nextRecoveryPoint)) {
            takeDueRecoveryPoint(now);
        }
    }

    private void takeDueRecoveryPoint(Instant now) {
        List<RecoveryPoint> scheduled = journal.recoveryPoints().stream()
                .filter(point -> point.name().startsWith(NAME_PREFIX))
                .toList();
        if (!scheduled.isEmpty()) {
            nextRecoveryPoint = scheduled.getLast().time().plus(recoveryPointInterval);
            if (now.isBefore(nextRecoveryPoint)) {
                return;
            }
        }
        journal.takeRecoveryPoint(NAME_PREFIX + now.truncatedTo(ChronoUnit.SECONDS));
        nextRecoveryPoint = now.plus(recoveryPointInterval);
        scheduled.stream()
                .limit(Math.max(0, scheduled.size() + 1 - recoveryPoints))
                .forEach(old -> journal.dropRecoveryPoint(old.name()));
    }
}
