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

import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.RecoveryPoint;
import io.nifireplay.journal.outbox.Happening;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/** Checkpoints, which are derived from the table of open events, and their named snapshots. */
final class RecoveryPoints {
    private static final int MAX_NAME_BYTES = 255;
    private static final byte[] FIRST = {};
    private static final byte[] BEHIND_LAST = new byte[Digest.BYTES + 1];

    static {
        Arrays.fill(BEHIND_LAST, (byte) 0xFF);
    }

    private final Engine engine;

    RecoveryPoints(Engine engine) {
        this.engine = engine;
    }

    List<Checkpoint> checkpoints() {
        return engine.read(view -> {
            // Of one moment: an event that is written meanwhile must not pass for one that is settled.
            try (Store.Moment moment = view.store().moment()) {
                return Partitions.load(moment).all().stream()
                        .map(partition -> checkpoint(moment, partition))
                        .toList();
            }
        });
    }

    private static Checkpoint checkpoint(Store.Moment moment, Partition partition) {
        long head = partition.head();
        Roaring64NavigableMap settled = new Roaring64NavigableMap();
        long low = head;
        try (Store.Cursor open =
                moment.cursor(Table.OPEN, Place.key(partition.number(), 0), Place.key(partition.number(), head + 1))) {
            long before = 0;
            while (open.next()) {
                long position = Place.of(open.key(), 0).position();
                if (before == 0) {
                    low = position - 1;
                } else if (before + 1 < position) {
                    settled.addRange(before + 1, position);
                }
                before = position;
            }
            if (before != 0 && before < head) {
                settled.addRange(before + 1, head + 1);
            }
        }
        return new Checkpoint(partition.name(), low, head, settled);
    }

    RecoveryPoint take(Origin origin, String name) {
        if (name.isBlank() || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("A recovery point's name has 1 to " + MAX_NAME_BYTES + " bytes");
        }
        RecoveryPoint point = new RecoveryPoint(name, engine.time().clock().instant(), checkpoints());
        engine.commit(origin, 1, (transaction, jobs) -> {
            transaction.put(Table.RECOVERY_POINTS, key(name), toBytes(point));
            transaction
                    .notes()
                    .note(new Happening.RecoveryPointTaken(
                            name,
                            point.checkpoints().stream()
                                    .map(RecoveryPoints::words)
                                    .toList()));
            return true;
        });
        return point;
    }

    private static String words(Checkpoint checkpoint) {
        return checkpoint.partition() + ": settled to " + checkpoint.lowWatermark() + " of " + checkpoint.head();
    }

    /** A name may say something of events. */
    private byte[] key(String name) {
        return engine.digests().digest(name).key();
    }

    boolean drop(Origin origin, String name) {
        byte[] key = key(name);
        return engine.commit(origin, 1, (transaction, jobs) -> {
            boolean known = transaction.store().get(Table.RECOVERY_POINTS, key) != null;
            transaction.delete(Table.RECOVERY_POINTS, key);
            if (known) {
                transaction.notes().note(new Happening.RecoveryPointDropped(name));
            }
            return known;
        });
    }

    List<RecoveryPoint> all() {
        return engine.read(view -> {
            List<RecoveryPoint> points = new ArrayList<>();
            try (Store.Cursor rows = view.store().cursor(Table.RECOVERY_POINTS, FIRST, BEHIND_LAST)) {
                while (rows.next()) {
                    points.add(of(rows.value()));
                }
            }
            points.sort(Comparator.comparing(RecoveryPoint::time).thenComparing(RecoveryPoint::name));
            return points;
        });
    }

    Optional<RecoveryPoint> find(Engine.View view, String name) {
        return Optional.ofNullable(view.store().get(Table.RECOVERY_POINTS, key(name)))
                .map(RecoveryPoints::of);
    }

    private static byte[] toBytes(RecoveryPoint point) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(point.name());
            out.writeLong(point.time().toEpochMilli());
            out.writeInt(point.checkpoints().size());
            for (Checkpoint checkpoint : point.checkpoints()) {
                out.writeUTF(checkpoint.partition());
                out.writeLong(checkpoint.lowWatermark());
                out.writeLong(checkpoint.head());
                checkpoint.settledAbove().serializePortable(out);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static RecoveryPoint of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String name = in.readUTF();
            Instant time = Instant.ofEpochMilli(in.readLong());
            int count = in.readInt();
            List<Checkpoint> checkpoints = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String partition = in.readUTF();
                long low = in.readLong();
                long head = in.readLong();
                Roaring64NavigableMap settled = new Roaring64NavigableMap();
                settled.deserializePortable(in);
                checkpoints.add(new Checkpoint(partition, low, head, settled));
            }
            return new RecoveryPoint(name, time, checkpoints);
        } catch (IOException e) {
            throw new JournalException("A recovery point in the event journal is damaged", e);
        }
    }
}
