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

import io.nifireplay.journal.missed.SequenceGap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The numbers that producers left out. The index of sequences is read once from its beginning; what is known of a partition
 * is remembered, so that afterwards only what came since is read, and the places of known gaps. Below the highest number
 * that retention has removed nothing is said: nobody can tell any more what was there.
 */
final class SequenceGaps {
    /** Of a partition so many gaps are known at a time; those above are found when some of these are closed. */
    static final int MAX_GAPS = 10_000;

    private static final String FORGOTTEN = "forgotten-sequence/";

    private final Map<Integer, Known> byPartition = new HashMap<>();
    private final AtomicLong rowsRead = new AtomicLong();
    /** Whose rows were read: an opening after a failure may have lost some. */
    private Store store;

    /** What is known of a partition: its numbers from the lowest to the highest were read, and these gaps found. */
    private static final class Known {
        private long lowest = Long.MAX_VALUE;
        private long highest = -1;
        private List<SequenceGap> gaps = new ArrayList<>();
    }

    long rowsRead() {
        return rowsRead.get();
    }

    /** Where the highest number that was removed of a partition is kept. */
    static byte[] forgottenKey(int partition) {
        return Engine.text(FORGOTTEN + partition);
    }

    /** The highest number that was removed of a partition, -1 when none was. */
    static long forgotten(Store store, int partition) {
        byte[] stored = store.get(Table.META, forgottenKey(partition));
        return stored == null ? -1 : new ByteReader(stored).i64();
    }

    /** The gaps of a partition, the lowest first, at most {@link #MAX_GAPS}. */
    synchronized List<SequenceGap> of(Engine.View view, Partition partition) {
        if (store != view.store()) {
            byPartition.clear();
            store = view.store();
        }
        Known known = byPartition.computeIfAbsent(partition.number(), absent -> new Known());
        refresh(known, partition);
        long floor = forgotten(store, partition.number());
        return known.gaps.stream()
                .filter(gap -> gap.to() > floor)
                .map(gap ->
                        gap.from() > floor ? gap : new SequenceGap(gap.partition(), floor + 1, gap.to(), gap.since()))
                .toList();
    }

    private void refresh(Known known, Partition partition) {
        List<SequenceGap> gaps = new ArrayList<>();
        long lowest = lowest(partition);
        if (lowest < 0) {
            known.lowest = Long.MAX_VALUE;
            known.highest = -1;
            known.gaps = gaps;
            return;
        }
        if (known.highest < 0) {
            known.lowest = lowest;
            known.highest = lowest;
        } else if (lowest < known.lowest) {
            // What came is below all that was known.
            read(partition, lowest, known.lowest, gaps);
            known.lowest = lowest;
        }
        for (SequenceGap gap : known.gaps) {
            read(partition, gap.from() - 1, gap.to() + 1, gap, gaps);
        }
        if (gaps.size() < MAX_GAPS) {
            known.highest = Math.max(known.highest, read(partition, known.highest, Long.MAX_VALUE, gaps));
        }
        known.gaps = gaps;
    }

    private long lowest(Partition partition) {
        try (Store.Cursor rows =
                store.cursor(Table.SEQUENCES, Place.key(partition.number(), 0), Place.key(partition.number() + 1, 0))) {
            rowsRead.incrementAndGet();
            return rows.next() ? sequence(rows) : -1;
        }
    }

    /** Looks into a gap: it is still one, or is split by what came into it, or closed. */
    private void read(Partition partition, long below, long above, SequenceGap gap, List<SequenceGap> gaps) {
        int before = gaps.size();
        long last = read(partition, below, above - 1, gaps);
        rowsRead.incrementAndGet();
        if (gaps.size() == before && last == below) {
            gaps.add(gap);
        } else if (last < gap.to()) {
            gaps.add(new SequenceGap(gap.partition(), last + 1, gap.to(), gap.since()));
        }
    }

    /**
     * Finds the gaps among the numbers above one, to another, inclusive. Ends early when enough are found.
     *
     * @return the last number there
     */
    private long read(Partition partition, long above, long to, List<SequenceGap> gaps) {
        long last = above;
        if (above == Long.MAX_VALUE) {
            return last;
        }
        byte[] end =
                to == Long.MAX_VALUE ? Place.key(partition.number() + 1, 0) : Place.key(partition.number(), to + 1);
        try (Store.Cursor rows = store.cursor(Table.SEQUENCES, Place.key(partition.number(), above + 1), end)) {
            while (gaps.size() < MAX_GAPS && rows.next()) {
                rowsRead.incrementAndGet();
                long sequence = sequence(rows);
                if (sequence > last + 1) {
                    gaps.add(new SequenceGap(partition.name(), last + 1, sequence - 1, admitted(partition, rows)));
                }
                last = sequence;
            }
        }
        return last;
    }

    private static long sequence(Store.Cursor rows) {
        return Place.integer(rows.key(), 4, 8);
    }

    private Instant admitted(Partition partition, Store.Cursor rows) {
        rowsRead.incrementAndGet();
        Place place = new Place(partition.number(), Place.integer(rows.key(), Place.BYTES, 8));
        return Transaction.read(store, place)
                .map(entry -> Instant.ofEpochMilli(entry.state().admittedMillis()))
                .orElse(Instant.EPOCH);
    }
}
