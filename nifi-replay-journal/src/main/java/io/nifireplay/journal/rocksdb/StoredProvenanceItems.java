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

import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.governance.ProvenanceItemsDigest;
import io.nifireplay.journal.provenance.ProvenanceItem;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The items of a job over provenance that has not begun, as they lie on disk: each has a row in two tables. */
final class StoredProvenanceItems {
    /** Where items lie that are of no event that the journal knows. */
    private static final int UNSEEN = 0;

    private StoredProvenanceItems() {}

    /**
     * Computes the digest of a frozen set, reading each item and its event once.
     *
     * @param number of the job
     * @return empty when there are items that no plan can have written
     * @throws io.nifireplay.journal.governance.IllegalTransitionException when an event is not in the journal any more
     */
    static Optional<String> digest(Engine.View view, String job, long number) {
        List<Integer> partitions = JobItems.partitions(view.store(), Table.PROVENANCE, number);
        boolean known = partitions.stream()
                .allMatch(partition -> partition == UNSEEN || view.partitions().has(partition));
        if (!known || !partitions.equals(JobItems.partitions(view.store(), Table.ITEMS, number))) {
            return Optional.empty();
        }
        ProvenanceItemsDigest digest = new ProvenanceItemsDigest();
        List<Integer> inOrder = partitions.stream()
                .sorted(Comparator.comparing(partition -> name(view, partition)))
                .toList();
        for (int partition : inOrder) {
            if (!add(view, job, number, partition, digest)) {
                return Optional.empty();
            }
        }
        return Optional.of(digest.hex());
    }

    /** What is unseen comes first, also before a partition whose name is empty. */
    private static String name(Engine.View view, int partition) {
        return partition == UNSEEN ? "" : "/" + view.partitions().get(partition).name();
    }

    private static boolean add(Engine.View view, String job, long number, int partition, ProvenanceItemsDigest digest) {
        byte[] from = JobRows.itemKey(number, new Place(partition, 0));
        byte[] to = JobRows.itemKey(number, new Place(partition + 1, 0));
        try (Store.Cursor rows = view.store().cursor(Table.PROVENANCE, from, to);
                Store.Cursor states = view.store().cursor(Table.ITEMS, from, to)) {
            while (rows.next()) {
                boolean pending = states.next()
                        && Arrays.equals(states.key(), rows.key())
                        && Arrays.equals(states.value(), ItemState.PENDING.toBytes(0));
                Optional<ProvenanceItem> item = pending ? frozen(rows.value()) : Optional.empty();
                if (item.isEmpty()) {
                    return false;
                }
                Place place = Place.of(rows.key(), 8);
                if (partition == UNSEEN) {
                    if (item.get().event().isPresent() || item.get().number() != place.position()) {
                        return false;
                    }
                    digest.add(item.get());
                } else {
                    byte[] hash = StoredItems.event(view, job, place).contentHash();
                    if (!item.get().event().equals(Optional.of(StoredItems.ref(view, place)))) {
                        return false;
                    }
                    digest.add(item.get(), hash);
                }
            }
            return !states.next();
        }
    }

    /** The item, if it is as a plan writes it: nobody was asked for it. */
    private static Optional<ProvenanceItem> frozen(byte[] row) {
        try {
            ProvenanceItem item = JsonRow.read(row, ProvenanceItem.class);
            ProvenanceItem written = ProvenanceItem.of(item.number(), item.source(), item.event());
            return Optional.of(item).filter(written::equals);
        } catch (JournalException e) {
            // What cannot be read was written by no plan.
            return Optional.empty();
        }
    }
}
