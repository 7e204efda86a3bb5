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

import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Status;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many events are not settled, by where they stand. Each write carries its counts along, so they are what is on disk,
 * and nothing has to be counted again. Changed by the one thread that commits; any may read {@link #counts}.
 */
final class Backlog {
    private static final byte[] NAME = Engine.text("backlog");

    private volatile Map<Status, Long> counts = Map.of();

    /** What a write in the making adds. */
    static final class Change {
        private final Map<Status, Long> by = new EnumMap<>(Status.class);

        void add(EventState state, int sign) {
            if (!state.isSettled()) {
                by.merge(state.status(), (long) sign, Long::sum);
            }
        }
    }

    /** Reads the counts; a journal that does not have them yet is counted, once. */
    static Backlog load(Store store) {
        Backlog backlog = new Backlog();
        byte[] stored = store.get(Table.META, NAME);
        backlog.counts = stored == null ? count(store) : of(stored);
        return backlog;
    }

    private static Map<Status, Long> count(Store store) {
        Map<Status, Long> counted = new EnumMap<>(Status.class);
        try (Store.Cursor rows = store.cursor(Table.OPEN, new byte[0], Place.key(-1, -1))) {
            while (rows.next()) {
                counted.merge(Rows.entry(rows.value()).state().status(), 1L, Long::sum);
            }
        }
        return counted;
    }

    private static Map<Status, Long> of(byte[] stored) {
        Map<Status, Long> counts = new EnumMap<>(Status.class);
        ByteReader in = new ByteReader(stored);
        for (Status status : Status.values()) {
            long count = in.i64();
            if (count > 0) {
                counts.put(status, count);
            }
        }
        return counts;
    }

    /** Without those of which there are none. */
    Map<Status, Long> counts() {
        return counts;
    }

    /** The counts after a change; puts them into the write. */
    Map<Status, Long> put(Transaction transaction, Change change) {
        if (change.by.values().stream().allMatch(by -> by == 0)) {
            return counts;
        }
        Map<Status, Long> next = new EnumMap<>(Status.class);
        ByteWriter out = new ByteWriter(Status.values().length * Long.BYTES);
        for (Status status : Status.values()) {
            long count = counts.getOrDefault(status, 0L) + change.by.getOrDefault(status, 0L);
            if (count > 0) {
                next.put(status, count);
            }
            out.i64(count);
        }
        transaction.put(Table.META, NAME, out.toBytes());
        return next;
    }

    /** The write was done. */
    void become(Map<Status, Long> next) {
        counts = next;
    }
}
