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
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.outbox.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The outbox in two tables: notices that wait, and where the others are found. */
final class StoredOutbox implements Outbox {
    private static final int KEY_BYTES = 8;
    /** How many indexes one write removes at most. */
    private static final int PORTION = 100_000;

    private final Engine engine;
    /** Before it nothing waits: a reader need not step over the removed rows. */
    private final AtomicLong firstPending = new AtomicLong();
    /** What was told and is not in the tables yet. */
    private final Map<Long, Told> unwritten = new ConcurrentHashMap<>();

    /** Where a notice was told, which happened at a time in milliseconds since the epoch. */
    private record Told(long index, long atMillis) {
        void write(Transaction transaction, long number) {
            transaction.delete(Table.NOTICES, key(number));
            transaction.put(
                    Table.TOLD,
                    key(number),
                    new ByteWriter(16).i64(index).i64(atMillis).toBytes());
        }
    }

    StoredOutbox(Engine engine) {
        this.engine = engine;
    }

    private static byte[] key(long notice) {
        byte[] key = new byte[KEY_BYTES];
        Place.putLong(key, 0, notice);
        return key;
    }

    /** Writes down what a transaction notes. */
    static void write(Transaction transaction, Notes notes) {
        for (Notice notice : notes.notices()) {
            transaction.put(Table.NOTICES, key(notice.number()), JsonRow.write(notice));
        }
    }

    /** The number of the last notice that was ever written. */
    static long last(Store store) {
        return Math.max(lastKey(store, Table.NOTICES), lastKey(store, Table.TOLD));
    }

    private static long lastKey(Store store, Table table) {
        return store.lastKey(table).map(key -> Place.integer(key, 0, KEY_BYTES)).orElse(0L);
    }

    @Override
    public long last() {
        return engine.lastDurableNotice();
    }

    @Override
    public List<Notice> pending(long last, int max) {
        return engine.read(view -> {
            List<Notice> pending = new ArrayList<>();
            try (Store.Cursor rows = view.store().cursor(Table.NOTICES, key(firstPending.get()), key(last + 1))) {
                while (pending.size() < max && rows.next()) {
                    pending.add(JsonRow.read(rows.value(), Notice.class));
                }
            }
            return pending;
        });
    }

    @Override
    public void told(List<Notice> notices, long firstIndex) {
        if (notices.isEmpty()) {
            return;
        }
        long index = firstIndex;
        for (Notice notice : notices) {
            unwritten.put(notice.number(), new Told(index, notice.at().toEpochMilli()));
            index++;
        }
        firstPending.accumulateAndGet(notices.getLast().number() + 1, Math::max);
        // What an earlier write did not bring to the disk is in this one, too.
        Map<Long, Told> all = Map.copyOf(unwritten);
        engine.commitSoon(
                Origin.JOURNAL,
                1,
                (transaction, jobs) -> {
                    all.forEach((number, told) -> told.write(transaction, number));
                    return true;
                },
                () -> unwritten.keySet().removeAll(all.keySet()));
    }

    @Override
    public OptionalLong index(long notice) {
        Told told = unwritten.get(notice);
        if (told != null) {
            return OptionalLong.of(told.index());
        }
        return notice == 0 ? OptionalLong.empty() : engine.read(view -> index(view.store(), notice));
    }

    static OptionalLong index(Store store, long notice) {
        byte[] row = notice == 0 ? null : store.get(Table.TOLD, key(notice));
        return row == null ? OptionalLong.empty() : OptionalLong.of(new ByteReader(row).i64());
    }

    /** Forgets where old notices are found; the last of all stays, since the numbers go on from it. */
    static void expire(Engine engine, long cutOffMillis) {
        long last = engine.lastDurableNotice();
        boolean more = true;
        while (more) {
            long end = engine.read(view -> firstToKeep(view.store(), cutOffMillis, last));
            more = end > 1
                    && engine.commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
                        transaction.deleteRange(Table.TOLD, key(0), key(end));
                        return true;
                    });
            more &= engine.read(view -> firstToKeep(view.store(), cutOffMillis, last)) > end;
        }
    }

    private static long firstToKeep(Store store, long cutOffMillis, long last) {
        long end = 0;
        int seen = 0;
        try (Store.Cursor rows = store.cursor(Table.TOLD, key(0), key(last))) {
            while (seen < PORTION && rows.next()) {
                ByteReader row = new ByteReader(rows.value());
                row.i64();
                if (row.i64() >= cutOffMillis) {
                    break;
                }
                end = Place.integer(rows.key(), 0, KEY_BYTES) + 1;
                seen++;
            }
        }
        return end;
    }
}
