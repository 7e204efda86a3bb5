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

import io.nifireplay.journal.Origin;
import io.nifireplay.journal.replay.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of jobs while they are paused. Nobody emits for them, but others may settle their events, and time goes on.
 * What is settled after the pause {@link Jobs#follow} sees; what was settled before, and not looked at, is looked for here,
 * once a pause.
 */
final class PausedJobs {
    /** How many items are looked at in one write. */
    private static final int PORTION = 1_000;

    private final Engine engine;

    PausedJobs(Engine engine) {
        this.engine = engine;
    }

    void review() {
        while (isAnythingDue()) {
            engine.commit(Origin.JOURNAL, PORTION, (transaction, jobs) -> {
                List.copyOf(jobs.all()).stream()
                        .filter(job -> job.state() == JobState.PAUSED)
                        .forEach(job -> review(transaction, jobs, job));
                return true;
            });
        }
    }

    private boolean isAnythingDue() {
        Instant now = engine.time().clock().instant();
        return engine.read(view -> view.jobs().isAnyToBeReviewed()
                || view.jobs().statuses().stream()
                        .anyMatch(status -> status.state() == JobState.PAUSED
                                && JobItems.isPastItsEnd(status.request().limits(), now)));
    }

    private static void review(Transaction transaction, Jobs jobs, Job job) {
        job.reviewFrom().ifPresent(from -> job.reviewed(settle(transaction, jobs, job, from)));
        boolean ends = JobItems.isPastItsEnd(job.limits(), Instant.ofEpochMilli(transaction.nowMillis()));
        if (ends && job.progress().left() > 0 && !job.isToBeReviewed()) {
            JobItems.abort(transaction, job);
        }
    }

    /** From where to go on, empty at the end of the items. */
    private static Optional<Place> settle(Transaction transaction, Jobs jobs, Job job, Place from) {
        byte[] end = JobRows.itemKey(job.number() + 1, new Place(0, 0));
        Place next = from;
        try (Store.Cursor rows = transaction.store().cursor(Table.ITEMS, JobRows.itemKey(job.number(), from), end)) {
            for (int seen = 0; seen < PORTION; seen++) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                Place place = Place.of(rows.key(), 8);
                next = new Place(place.partition(), place.position() + 1);
                transaction
                        .entry(place)
                        .ifPresent(entry -> jobs.settleWhatIsDone(transaction, job, place, entry.state()));
            }
        }
        return Optional.of(next);
    }
}
