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

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** All partitions of a journal, in memory: about 200 bytes each. */
final class Partitions {
    private static final byte[] FIRST = {};
    private static final byte[] BEHIND_LAST = {(byte) 0xFF};

    private final Map<String, Partition> byName = new ConcurrentSkipListMap<>();
    private final Map<Integer, Partition> byNumber = new ConcurrentHashMap<>();

    static Partitions load(Store store) {
        try (Store.Moment moment = store.moment()) {
            return load(moment);
        }
    }

    /** The partitions as they stood at a moment. */
    static Partitions load(Store.Moment moment) {
        Partitions partitions = new Partitions();
        try (Store.Cursor rows = moment.cursor(Table.PARTITIONS, FIRST, BEHIND_LAST)) {
            while (rows.next()) {
                partitions.add(Partition.of(rows.key(), rows.value()));
            }
        }
        return partitions;
    }

    private Partition add(Partition partition) {
        byName.put(partition.name(), partition);
        byNumber.put(partition.number(), partition);
        return partition;
    }

    /** The partition of this name, made when there is none. */
    Partition obtain(String name) {
        Partition known = byName.get(name);
        return known != null ? known : add(new Partition(byNumber.size() + 1, name, 0));
    }

    Optional<Partition> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The partition of a number that a row names. */
    Partition get(int number) {
        return byNumber.get(number);
    }

    /** Whether there is one of this number. */
    boolean has(int number) {
        return byNumber.containsKey(number);
    }

    /** In the order of names. */
    Collection<Partition> all() {
        return byName.values();
    }
}
