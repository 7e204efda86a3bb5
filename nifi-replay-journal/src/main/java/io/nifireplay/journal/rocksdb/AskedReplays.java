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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells what NiFi replayed because a job over provenance asked for it from what somebody else had it replay. A FlowFile that
 * NiFi replays does not say of which FlowFile it is a copy. So one of an event that is an item of a job is known by the
 * item; of one that is not, it is only known whether a job waits for FlowFiles that the journal knew no event of.
 */
final class AskedReplays {
    private final Engine engine;

    AskedReplays(Engine engine) {
        this.engine = engine;
    }

    /** Whether NiFi marked it as its replay, and no job had it replayed, as far as that can be told. */
    boolean isOutsideOfJobs(Arrival arrival, Admission answer) {
        if (!arrival.replayed()) {
            return false;
        }
        return switch (answer) {
            case Admission.Accepted it -> it.job().isEmpty() && isUnasked(arrival, Optional.of(it.event()));
            case Admission.Duplicate it -> isUnasked(arrival, Optional.of(it.event()));
            case Admission.InFlight it -> isUnasked(arrival, Optional.of(it.event()));
            case Admission.Conflict it -> isUnasked(arrival, Optional.of(it.event()));
            case Admission.DeadLetter it -> isUnasked(arrival, Optional.of(it.event()));
            case Admission.Rejected ignored -> isUnasked(arrival, eventOfToken(arrival));
            // It comes again.
            case Admission.Held ignored -> false;
            // Nothing was decided.
            case Admission.Unreadable ignored -> false;
        };
    }

    private static Optional<EventRef> eventOfToken(Arrival arrival) {
        return switch (arrival) {
            case Arrival.WithToken it -> Optional.of(it.token().event());
            case Arrival.Fresh ignored -> Optional.empty();
        };
    }

    private boolean isUnasked(Arrival arrival, Optional<EventRef> event) {
        return engine.read(view -> {
            List<JobStatus> jobs = view.jobs().statuses().stream()
                    .filter(job -> job.provenance().isPresent())
                    .toList();
            return jobs.stream()
                    .noneMatch(job -> waitsForUnseen(view, job)
                            || event.flatMap(of -> item(view, job, of))
                                    .filter(item -> isAskedFor(item, arrival))
                                    .isPresent());
        });
    }

    private static Optional<ProvenanceItem> item(Engine.View view, JobStatus job, EventRef event) {
        return view.partitions()
                .find(event.partition())
                .map(partition -> new Place(partition.number(), event.position()))
                .map(place -> view.store().get(Table.PROVENANCE, JobRows.itemKey(job.number(), place)))
                .map(row -> JsonRow.read(row, ProvenanceItem.class));
    }

    /** NiFi's answer, which names the FlowFile, may come after the FlowFile, and of several replays the last is named. */
    private static boolean isAskedFor(ProvenanceItem item, Arrival arrival) {
        return item.standing() == ItemStanding.ASKED
                || item.asked() > 1
                || item.child().equals(arrival.flowFile());
    }

    private boolean waitsForUnseen(Engine.View view, JobStatus job) {
        Instant now = engine.time().clock().instant();
        boolean mayWait = job.state().isUnderWay()
                // What was asked for before its end may still be in the queue; one that has finished has seen all.
                || (job.state().isOver()
                        && job.state() != JobState.FINISHED
                        && job.progress().emitted() > 0
                        && now.isBefore(job.changed().plus(ProvenanceJobs.GRANT_LIFE)));
        if (!mayWait) {
            return false;
        }
        byte[] from = JobRows.itemKey(job.number(), new Place(0, 0));
        byte[] to = JobRows.itemKey(job.number(), new Place(1, 0));
        try (Store.Cursor unseen = view.store().cursor(Table.PROVENANCE, from, to)) {
            return unseen.next();
        }
    }
}
