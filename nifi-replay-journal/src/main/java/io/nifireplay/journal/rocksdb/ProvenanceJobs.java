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
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ReplayAnswer;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Jobs over provenance: what NiFi is to be asked for, and what came of it. */
final class ProvenanceJobs {
    /** How long a FlowFile that NiFi has made may take to JournalEvent, before NiFi is asked again. */
    static final Duration GRANT_LIFE = Duration.ofHours(1);
    /** How often NiFi is asked for an item at most. */
    static final int MAX_ASKED = 10;

    private final Engine engine;
    private final JobItems items;

    ProvenanceJobs(Engine engine) {
        this.engine = engine;
        items = new JobItems(engine);
    }

    List<ProvenanceItem> ask(Origin origin, String id, int max) {
        if (engine.read(view -> status(view, id)).state() != JobState.RUNNING) {
            return List.of();
        }
        return engine.commit(origin, max, (transaction, jobs) -> {
            Job job = find(jobs, id);
            List<ProvenanceItem> asked = new ArrayList<>();
            if (job.state() == JobState.RUNNING) {
                items.inTurns(
                        transaction,
                        jobs,
                        List.of(job),
                        max,
                        asked,
                        one -> place -> consider(transaction, jobs, one, place).ifPresent(asked::add));
            }
            return asked;
        });
    }

    private static JobStatus status(Engine.View view, String id) {
        return view.jobs().statuses().stream()
                .filter(status -> status.request().job().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no replay job " + id));
    }

    private static Job find(Jobs jobs, String id) {
        Job job = jobs.find(id).orElseThrow(() -> new IllegalArgumentException("There is no replay job " + id));
        if (!job.isOverProvenance()) {
            throw new IllegalArgumentException("Replay job " + id + " is none over provenance: ReplayEvents runs it");
        }
        return job;
    }

    private Optional<ProvenanceItem> consider(Transaction transaction, Jobs jobs, Job job, Place place) {
        ProvenanceItem item = transaction.provenance(job, place);
        if (item.standing().isRefusal()) {
            // So it was found when the job was planned.
            return settle(() -> {
                note(transaction, job.id(), item);
                jobs.settle(transaction, job, place, Jobs::rejected);
            });
        }
        Optional<Place> event = item.event().flatMap(ref -> place(transaction, ref));
        Optional<Entry> entry = event.flatMap(transaction::entry);
        boolean replayed = item.standing() == ItemStanding.REPLAYED;
        // One that the journal did not know was admitted as new: it is this job's, although no grant brought it.
        boolean admitted = replayed && place.partition() == 0 && entry.isPresent();
        ReplayStep step = entry.isEmpty()
                // What the journal has forgotten was settled long ago.
                ? (place.partition() == 0 ? ReplayStep.EMIT : ReplayStep.ELSEWHERE)
                : ReplayStep.of(
                        entry.get().state(),
                        admitted || jobs.item(transaction, job, place) == ItemState.ADMITTED,
                        0,
                        transaction.leaseClock(),
                        job.includesUnknown());
        return switch (step) {
            case EMIT -> {
                boolean onItsWay = replayed && transaction.nowMillis() < item.askedMillis() + GRANT_LIFE.toMillis();
                if (onItsWay) {
                    job.waitFor(place, transaction.leaseClock());
                    yield Optional.empty();
                }
                yield ask(transaction, jobs, job, place, item, entry);
            }
            case WAIT -> {
                job.waitFor(place, transaction.leaseClock());
                yield Optional.empty();
            }
            case COMPLETED -> settle(() -> jobs.settle(transaction, job, place, Jobs::completed));
            case DEAD_LETTER -> settle(() -> jobs.settle(transaction, job, place, Jobs::deadLetter));
            case ELSEWHERE -> settle(() -> jobs.settle(transaction, job, place, Jobs::elsewhere));
            case UNKNOWN -> settle(() -> JobItems.unknown(transaction, jobs, job, place));
        };
    }

    private static Optional<ProvenanceItem> settle(Runnable settling) {
        settling.run();
        return Optional.empty();
    }

    /** The grant and the note that NiFi is asked are on disk before it is. */
    private Optional<ProvenanceItem> ask(
            Transaction transaction, Jobs jobs, Job job, Place place, ProvenanceItem item, Optional<Entry> entry) {
        if (item.asked() >= MAX_ASKED) {
            ItemStanding end =
                    item.standing() == ItemStanding.REPLAYED ? ItemStanding.NOT_ADMITTED : ItemStanding.NOT_ANSWERED;
            refuse(transaction, jobs, job, place, item.refused(end));
            return Optional.empty();
        }
        ProvenanceItem asked = item.askedAt(transaction.nowMillis());
        transaction.putProvenance(job, place, asked);
        entry.ifPresent(known -> transaction.putGrant(
                known.digest(),
                new Grants.Row(
                        job.number(),
                        transaction.ref(place).partition(),
                        known.contentHash(),
                        Instant.ofEpochMilli(transaction.nowMillis()).plus(GRANT_LIFE))));
        job.emitted();
        job.waitFor(place, transaction.leaseClock());
        return Optional.of(asked);
    }

    void answer(Origin origin, String id, List<ReplayAnswer> answers) {
        if (answers.isEmpty()) {
            return;
        }
        engine.commit(origin, answers.size(), (transaction, jobs) -> {
            Job job = find(jobs, id);
            if (job.state().isBeforeStart()) {
                throw new IllegalArgumentException(
                        "Replay job " + id + " is " + job.state().words() + ": nobody was asked for its items");
            }
            answers.forEach(answer -> answer(transaction, jobs, job, answer));
            return true;
        });
    }

    private static void answer(Transaction transaction, Jobs jobs, Job job, ReplayAnswer answer) {
        Place place = place(transaction, answer.item());
        ProvenanceItem item = transaction.provenance(job, place);
        boolean current = item.asked() == answer.item().asked();
        if (!current) {
            // NiFi was asked again meanwhile: the newer answer counts.
            return;
        }
        switch (answer) {
            case ReplayAnswer.Replayed it -> {
                if (item.standing().next().contains(ItemStanding.REPLAYED)) {
                    transaction.putProvenance(job, place, item.replayed(it.flowFile()));
                }
            }
            case ReplayAnswer.Refused it -> {
                if (item.standing().next().contains(it.refusal())) {
                    refuse(transaction, jobs, job, place, item.refused(it.refusal()));
                }
            }
            case ReplayAnswer.NotAsked it -> {
                if (item.standing() == ItemStanding.ASKED) {
                    transaction.putProvenance(job, place, item.notAsked());
                    job.isDueAgain(place);
                }
            }
            case ReplayAnswer.Followed it -> {
                ProvenanceItem followed = item.followed(it.replayEvent(), it.event());
                transaction.putProvenance(job, place, followed);
                note(transaction, job.id(), followed);
                followed.event()
                        .filter(event -> place.partition() == 0)
                        .flatMap(event -> place(transaction, event))
                        .flatMap(transaction::entry)
                        .ifPresent(entry -> settleUnseen(transaction, jobs, job, place, entry));
            }
        }
    }

    private static void refuse(Transaction transaction, Jobs jobs, Job job, Place place, ProvenanceItem refused) {
        transaction.putProvenance(job, place, refused);
        note(transaction, job.id(), refused);
        jobs.settle(transaction, job, place, Jobs::rejected);
    }

    /** NiFi is done with an item, as far as that shows. */
    static void note(Transaction transaction, String job, ProvenanceItem item) {
        transaction
                .notes()
                .note(new Happening.ReplayAsked(
                        job,
                        item.event(),
                        item.source().node(),
                        item.source().eventId(),
                        item.source().flowFile(),
                        item.standing().text(),
                        item.child(),
                        item.replayEvent()));
    }

    /** What was admitted as new and has come to its end already; else it is looked at again in its turn. */
    private static void settleUnseen(Transaction transaction, Jobs jobs, Job job, Place place, Entry entry) {
        switch (ReplayStep.of(entry.state(), true, 0, transaction.leaseClock(), job.includesUnknown())) {
            case COMPLETED -> jobs.settle(transaction, job, place, Jobs::completed);
            case DEAD_LETTER -> jobs.settle(transaction, job, place, Jobs::deadLetter);
            case ELSEWHERE, UNKNOWN, EMIT, WAIT -> job.waitFor(place, transaction.leaseClock());
        }
    }

    /** Pauses a job on behalf of who runs it; whether it ran. */
    boolean halt(Origin origin, String id, String why) {
        return engine.commit(origin, 1, (transaction, jobs) -> {
            Job job = find(jobs, id);
            boolean runs = job.state() == JobState.RUNNING;
            if (runs) {
                job.enter(JobState.PAUSED, why, transaction);
            }
            return runs;
        });
    }

    void items(String id, Consumer<ProvenanceItem> visitor) {
        engine.read(view -> {
            long number = status(view, id).number();
            byte[] from = JobRows.itemKey(number, new Place(0, 0));
            byte[] to = JobRows.itemKey(number + 1, new Place(0, 0));
            try (Store.Cursor rows = view.store().cursor(Table.PROVENANCE, from, to)) {
                while (rows.next()) {
                    visitor.accept(JsonRow.read(rows.value(), ProvenanceItem.class));
                }
            }
            return true;
        });
    }

    private static Place place(Transaction transaction, ProvenanceItem item) {
        return item.event()
                .filter(event -> !item.unseen())
                .flatMap(event -> place(transaction, event))
                .orElseGet(() -> new Place(0, item.number()));
    }

    private static Optional<Place> place(Transaction transaction, EventRef event) {
        return transaction
                .partitions()
                .find(event.partition())
                .map(partition -> new Place(partition.number(), event.position()));
    }
}
