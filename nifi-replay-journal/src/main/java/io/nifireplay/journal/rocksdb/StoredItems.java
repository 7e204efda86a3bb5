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
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.ItemsDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The items of a job that has not begun, as they lie on disk: whether they are still those that its plan has frozen. */
final class StoredItems {
    private StoredItems() {}

    /**
     * Computes the digest of a frozen set again, reading each item and its event once.
     *
     * @param number of the job
     * @return empty when there are items that no plan can have written
     * @throws IllegalTransitionException when an event is not in the journal any more
     */
    static Optional<String> digest(Engine.View view, String job, long number) {
        List<Integer> partitions = JobItems.partitions(view.store(), Table.ITEMS, number);
        if (!partitions.stream().allMatch(view.partitions()::has)) {
            return Optional.empty();
        }
        ItemsDigest digest = new ItemsDigest();
        List<Partition> inOrder = partitions.stream()
                .map(view.partitions()::get)
                .sorted(Comparator.comparing(Partition::name))
                .toList();
        for (Partition partition : inOrder) {
            if (!add(view, job, number, partition, digest)) {
                return Optional.empty();
            }
        }
        return Optional.of(digest.hex());
    }

    private static boolean add(Engine.View view, String job, long number, Partition partition, ItemsDigest digest) {
        byte[] from = JobRows.itemKey(number, new Place(partition.number(), 0));
        byte[] to = JobRows.itemKey(number, new Place(partition.number() + 1, 0));
        try (Store.Cursor rows = view.store().cursor(Table.ITEMS, from, to)) {
            while (rows.next()) {
                Place place = Place.of(rows.key(), 8);
                if (!ItemState.isPending(rows.value())) {
                    return false;
                }
                Entry entry = event(view, job, place);
                digest.add(
                        partition.name(),
                        place.position(),
                        ItemState.forcedGeneration(rows.value()),
                        entry.contentHash());
            }
        }
        return true;
    }

    /** The event of an item. */
    static Entry event(Engine.View view, String job, Place place) {
        return Transaction.read(view.store(), place)
                .orElseThrow(() -> new IllegalTransitionException("Event " + ref(view, place) + ", which replay job "
                        + job + " is to replay, was removed from the"
                        + " journal after the job was planned. Plan it again"));
    }

    static EventRef ref(Engine.View view, Place place) {
        return new EventRef(view.partitions().get(place.partition()).name(), place.position());
    }
}
