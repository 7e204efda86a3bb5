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
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which provenance events become items of a job: one for each event of the journal that is missed, and one for each
 * FlowFile of which the journal knows nothing.
 *
 * @param items in the order in which they were found
 * @param plan the counts
 */
record ProvenancePlan(List<Item> items, Plan plan) {
    /**
     * An item that is to be.
     *
     * @param place the event's, in partition 0 of an event that the journal does not know
     */
    record Item(Place place, ProvenanceItem item) {
        /** Of a job that begins: what NiFi will not replay is settled. */
        void write(Transaction transaction, long job, String id) {
            boolean refused = item.standing().isRefusal();
            write(transaction, job, refused ? ItemState.SETTLED : ItemState.PENDING);
            if (refused) {
                ProvenanceJobs.note(transaction, id, item);
            }
        }

        /** Of a job that may begin later: what NiFi will not replay is settled in its turn. */
        void freeze(Transaction transaction, long job) {
            write(transaction, job, ItemState.PENDING);
        }

        private void write(Transaction transaction, long job, ItemState state) {
            transaction.put(Table.ITEMS, JobRows.itemKey(job, place), state.toBytes(0));
            transaction.put(Table.PROVENANCE, JobRows.itemKey(job, place), JsonRow.write(item));
        }
    }

    static ProvenancePlan of(
            Engine.View view, Digest.Maker digests, ReplayRequest request, List<ProvenanceSource> sources) {
        PlanCounts counts = new PlanCounts();
        List<Item> items = new ArrayList<>();
        Set<Place> known = new HashSet<>();
        for (ProvenanceSource source : sources) {
            Optional<Place> place = source.key().flatMap(key -> place(view, digests.digest(key)));
            Optional<Entry> entry = place.flatMap(at -> Transaction.read(view.store(), at));
            long number = items.size() + 1L;
            if (entry.isEmpty()) {
                counts.selectedUnseen();
                items.add(new Item(new Place(0, number), ProvenanceItem.of(number, source, Optional.empty())));
            } else if (known.add(place.get())) {
                String partition =
                        view.partitions().get(place.get().partition()).name();
                counts.selected(partition, entry.get());
                if (counts.isEmittedFromElsewhere(request, entry.get(), view.leaseClock())) {
                    EventRef event = new EventRef(partition, place.get().position());
                    items.add(new Item(place.get(), ProvenanceItem.of(number, source, Optional.of(event))));
                }
            }
        }
        return new ProvenancePlan(List.copyOf(items), counts.plan());
    }

    private static Optional<Place> place(Engine.View view, Digest digest) {
        return Optional.ofNullable(view.store().get(Table.KEYS, digest.key())).map(row -> Place.of(row, 0));
    }

    /** What is there before anything runs: what NiFi will not replay is settled. */
    Progress progress() {
        long refused = items.stream()
                .filter(item -> item.item().standing().isRefusal())
                .count();
        return new Progress(items.size(), 0, 0, 0, 0, 0, refused);
    }

    List<List<Item>> portions(int size) {
        List<List<Item>> portions = new ArrayList<>();
        for (int from = 0; from < items.size(); from += size) {
            portions.add(items.subList(from, Math.min(items.size(), from + size)));
        }
        return portions;
    }
}
