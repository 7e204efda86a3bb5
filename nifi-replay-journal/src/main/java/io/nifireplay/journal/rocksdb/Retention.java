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
import io.nifireplay.journal.Selector.LongRange;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Removes what has outlived its retention, in portions, so that the flow goes on beside it: content and attributes first,
 * keys later. What is not settled stays.
 */
final class Retention {
    private static final int PORTION = 5_000;

    private final Engine engine;

    Retention(Engine engine) {
        this.engine = engine;
    }

    long expire() {
        long now = engine.time().clock().millis();
        long keyCutOff = now - engine.options().keyRetention().toMillis();
        long payloadCutOff = now - engine.options().payloadRetention().toMillis();
        long removed = 0;
        List<Partition> partitions =
                engine.read(view -> List.copyOf(view.partitions().all()));
        for (Partition partition : partitions) {
            removed += expire(partition, keyCutOff, true);
            removed += expire(partition, payloadCutOff, false);
        }
        expireJobs(keyCutOff);
        Grants.expire(engine);
        StoredOutbox.expire(engine, keyCutOff);
        return removed;
    }

    private long expire(Partition partition, long cutOff, boolean keys) {
        long removed = 0;
        long from = 1;
        while (true) {
            long start = from;
            List<Long> portion = engine.read(view -> settledBefore(view, partition, start, cutOff, keys));
            if (portion.isEmpty()) {
                return removed;
            }
            removed += engine.commit(Origin.JOURNAL, portion.size(), (transaction, jobs) -> {
                long count = 0;
                for (long position : portion) {
                    count += remove(transaction, new Place(partition.number(), position), cutOff, keys) ? 1 : 0;
                }
                return count;
            });
            from = portion.getLast() + 1;
        }
    }

    /** Settled positions in blocks that are old enough, at most a portion. */
    private static List<Long> settledBefore(
            Engine.View view, Partition partition, long from, long cutOff, boolean keys) {
        List<Long> positions = new ArrayList<>();
        LongRange old = new LongRange(OptionalLong.empty(), OptionalLong.of(cutOff - 1));
        Table table = keys ? Table.SETTLED : Table.EVENTS;
        try (Store.Cursor rows = view.store()
                .cursor(
                        table,
                        Place.key(partition.number(), from),
                        Place.key(partition.number(), partition.head() + 1))) {
            long block = -1;
            boolean blockIsOld = false;
            while (positions.size() < PORTION && rows.next()) {
                long position = Place.of(rows.key(), 0).position();
                if (Block.number(position) != block) {
                    block = Block.number(position);
                    byte[] bounds = view.store().get(Table.BLOCKS, Place.key(partition.number(), block));
                    blockIsOld = bounds != null && Block.of(bounds).mayHold(old, LongRange.ALL, LongRange.ALL);
                }
                if (!blockIsOld) {
                    // Positions rise with the time of admission: nothing behind is older.
                    break;
                }
                positions.add(position);
            }
        }
        return positions;
    }

    private static boolean remove(Transaction transaction, Place place, long cutOff, boolean keys) {
        Entry entry = transaction.entry(place).orElse(null);
        if (entry == null || !entry.state().isSettled() || entry.state().changedMillis() >= cutOff) {
            return false;
        }
        byte[] key = place.key();
        transaction.delete(Table.EVENTS, key);
        if (entry.payload() == Entry.Payload.CHUNKS) {
            Payloads.drop(transaction, entry.payloadId());
        }
        if (keys) {
            transaction.forget(place, entry);
        } else {
            transaction.withoutPayload(place, entry);
        }
        return true;
    }

    private void expireJobs(long cutOff) {
        boolean any = engine.read(view -> view.jobs().statuses().stream()
                .anyMatch(job -> job.state().isOver() && job.changed().toEpochMilli() < cutOff));
        if (!any) {
            return;
        }
        engine.commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
            for (Job job : List.copyOf(jobs.all())) {
                if (job.state().isOver() && job.changedMillis() < cutOff) {
                    transaction.deleteRange(
                            Table.ITEMS,
                            JobRows.itemKey(job.number(), new Place(0, 0)),
                            JobRows.itemKey(job.number() + 1, new Place(0, 0)));
                    transaction.deleteRange(
                            Table.PROVENANCE,
                            JobRows.itemKey(job.number(), new Place(0, 0)),
                            JobRows.itemKey(job.number() + 1, new Place(0, 0)));
                    transaction.deleteRange(Table.JOBS, JobRows.key(job.number(), 0), JobRows.key(job.number() + 1, 0));
                    jobs.remove(job);
                }
            }
            return true;
        });
    }
}
