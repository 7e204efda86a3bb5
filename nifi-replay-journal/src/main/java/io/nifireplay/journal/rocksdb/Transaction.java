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
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.FragmentState;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.provenance.ProvenanceItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * One durable write in the making: what is read through it shows what was changed through it. For the one thread that
 * commits.
 */
final class Transaction implements AutoCloseable {
    private static final byte[] NOTHING = {};
    private static final int KEYS_VALUE_BYTES = Place.BYTES;
    private static final int ENTRY_VALUE_BYTES = 320;

    private final Store store;
    private final Partitions partitions;
    private final long nowMillis;
    private final long leaseClock;
    private final long runClock;
    private final RowBatch batch;
    private final RecentKeys recentKeys;
    private final Notes notes;
    private final Map<Digest, Optional<Place>> keys = new HashMap<>();
    private final Map<Digest, Optional<Place>> changedKeys = new HashMap<>();

    private final Map<Place, Row> rows = new LinkedHashMap<>();
    private final Map<FragmentKey, Optional<FragmentState>> fragments = new HashMap<>();
    private final Set<Place> unsplit = new HashSet<>();
    private final Map<Integer, Partition> grown = new HashMap<>();
    private final Map<BlockKey, Block> blocks = new HashMap<>();
    private final Map<Integer, Long> forgottenSequences = new HashMap<>();
    private final Backlog backlog;
    private Map<Status, Long> backlogAfter;
    private final Map<Digest, Map<Long, Grants.Row>> grants = new HashMap<>();
    private final Map<ItemKey, ProvenanceItem> provenance = new HashMap<>();

    private record FragmentKey(Place place, int effect, int fragment) {
        byte[] key() {
            byte[] key = new byte[Place.BYTES + 8];
            Place.put(key, 0, place.partition(), place.position());
            Place.putLong(key, Place.BYTES, (long) effect << 32 | fragment & 0xFFFFFFFFL);
            return key;
        }
    }

    private record ItemKey(long job, Place place) {}

    private record BlockKey(int partition, long number) {
        byte[] key() {
            return Place.key(partition, number);
        }
    }

    /** An entry as it was read and as it is to be. */
    private static final class Row {
        private final Entry before;
        private Entry now;
        /** The bytes of an entry that is new, until it is changed. */
        private byte[] made = NOTHING;

        private Row(Entry before, Entry now) {
            this.before = before;
            this.now = now;
        }

        private void become(Entry entry) {
            now = entry;
            made = NOTHING;
        }

        private byte[] bytes() {
            return made.length > 0 ? made : Rows.entry(now);
        }
    }

    /**
     * @param backlog as it is before
     * @param notes what is noted of it
     */
    Transaction(
            Store store,
            Partitions partitions,
            RecentKeys recentKeys,
            Backlog backlog,
            Notes notes,
            long nowMillis,
            long leaseClock,
            long runClock) {
        this.store = store;
        this.partitions = partitions;
        this.recentKeys = recentKeys;
        this.backlog = backlog;
        this.notes = notes;
        backlogAfter = backlog.counts();
        this.nowMillis = nowMillis;
        this.leaseClock = leaseClock;
        this.runClock = runClock;
        batch = store.batch();
    }

    long nowMillis() {
        return nowMillis;
    }

    long leaseClock() {
        return leaseClock;
    }

    /** Milliseconds since the journal was opened: what the running time of jobs is measured by. */
    long runClock() {
        return runClock;
    }

    Store store() {
        return store;
    }

    Partitions partitions() {
        return partitions;
    }

    /** What happens, to be told elsewhere. */
    Notes notes() {
        return notes;
    }

    EventRef ref(Place place) {
        return new EventRef(partitions.get(place.partition()).name(), place.position());
    }

    /** A notice tells of the event's last change. */
    void noted(Place place, long notice) {
        if (notice != 0) {
            Row row = rows.get(place);
            row.become(row.now.noted(notice));
        }
    }

    /** For rows that are the journal's own, not an event's. */
    static Transaction ofOwnRows(Store store) {
        return new Transaction(
                store,
                new Partitions(),
                new RecentKeys(),
                new Backlog(),
                new Notes(false, 0, 0, Optional.empty()),
                0,
                0,
                0);
    }

    /** Looks up many keys at once, for any thread, before the transaction that needs them. */
    static RecentKeys.Found findKeys(Engine.View view, List<Digest> digests) {
        long written = view.recentKeys().written();
        List<Optional<Place>> places =
                view.store().get(Table.KEYS, digests.stream().map(Digest::key).toList(), KEYS_VALUE_BYTES).stream()
                        .map(Transaction::place)
                        .toList();
        return new RecentKeys.Found(view.recentKeys(), written, digests, places);
    }

    /** Takes over what was found of many keys before, as it stands now. */
    void expectKeys(RecentKeys.Found found) {
        if (!recentKeys.bringUpToDate(found, keys)) {
            found.digests().forEach(this::place);
        }
    }

    private static Optional<Place> place(byte[] row) {
        return row == null ? Optional.empty() : Optional.of(Place.of(row, 0));
    }

    /** Where a token's event is, empty when its partition is not known. */
    Optional<Place> place(Token token) {
        EventRef event = token.event();
        return partitions.find(event.partition()).map(partition -> new Place(partition.number(), event.position()));
    }

    /** Reads the entries of the events of many tokens at once. */
    void expectEntries(Stream<Token> tokens) {
        List<Place> unread = tokens.flatMap(token -> place(token).stream())
                .filter(place -> !rows.containsKey(place))
                .distinct()
                .toList();
        List<byte[]> open =
                store.get(Table.OPEN, unread.stream().map(Place::key).toList(), ENTRY_VALUE_BYTES);
        for (int i = 0; i < unread.size(); i++) {
            if (open.get(i) != null) {
                Entry entry = Rows.entry(open.get(i));
                rows.put(unread.get(i), new Row(entry, entry));
            }
        }
    }

    Optional<Place> place(Digest digest) {
        return keys.computeIfAbsent(digest, absent -> place(store.get(Table.KEYS, absent.key())));
    }

    /** The keys that are new or gone. */
    Map<Digest, Optional<Place>> changedKeys() {
        return changedKeys;
    }

    private void setKey(Digest digest, Optional<Place> place) {
        keys.put(digest, place);
        changedKeys.put(digest, place);
    }

    Optional<Entry> entry(Place place) {
        Row row = rows.get(place);
        if (row == null) {
            Entry read = read(store, place).orElse(null);
            if (read == null) {
                return Optional.empty();
            }
            row = new Row(read, read);
            rows.put(place, row);
        }
        return Optional.of(row.now);
    }

    /** The entry at a place, as it is stored. */
    static Optional<Entry> read(Store store, Place place) {
        byte[] key = place.key();
        byte[] bytes = store.get(Table.OPEN, key);
        if (bytes == null) {
            bytes = store.get(Table.SETTLED, key);
        }
        return Optional.ofNullable(bytes).map(Rows::entry);
    }

    /**
     * Gives a new event the next place of its partition.
     *
     * @param entry without a notice
     * @param entryRow the entry as bytes, with a notice if there is an outbox
     */
    Place append(String partitionName, Entry entry, byte[] entryRow, byte[] eventRow) {
        Partition partition = partitions.obtain(partitionName);
        Place place = new Place(partition.number(), partition.nextPosition());
        grown.put(partition.number(), partition);
        setKey(entry.digest(), Optional.of(place));
        long notice = notes.isEnabled() ? notes.admitted(new EventRef(partitionName, place.position())) : 0;
        Row row = new Row(null, notice == 0 ? entry : entry.noted(notice));
        row.made = entryRow;
        if (notice != 0) {
            Rows.setNotice(entryRow, notice);
        }
        rows.put(place, row);
        put(Table.EVENTS, place.key(), eventRow);
        blocks.compute(
                new BlockKey(place.partition(), Block.number(place.position())),
                (key, block) -> (block == null ? storedBlock(key) : block).with(entry));
        entry.sequence().ifPresent(sequence -> put(Table.SEQUENCES, sequenceKey(place, sequence), NOTHING));
        return place;
    }

    private Block storedBlock(BlockKey key) {
        byte[] bytes = store.get(Table.BLOCKS, key.key());
        return bytes == null ? Block.EMPTY : Block.of(bytes);
    }

    static byte[] sequenceKey(Place place, long sequence) {
        byte[] key = new byte[Place.BYTES + 8];
        Place.put(key, 0, place.partition(), sequence);
        Place.putLong(key, Place.BYTES, place.position());
        return key;
    }

    /** Changes an event that was read before. */
    void update(Place place, EventState state) {
        Row row = rows.get(place);
        row.become(row.now.with(state));
    }

    /** The event's content and attributes are gone; its key is kept. */
    void withoutPayload(Place place, Entry entry) {
        rows.get(place).become(entry.withoutPayload());
    }

    /** Nothing is left of the event. */
    void forget(Place place, Entry entry) {
        rows.remove(place);
        setKey(entry.digest(), Optional.empty());
        delete(Table.SETTLED, place.key());
        delete(Table.RESULTS, place.key());
        if (entry.state().effects().stream().anyMatch(effect -> effect.fragments() > 0)) {
            deleteFragments(place);
        }
        entry.sequence().ifPresent(sequence -> {
            delete(Table.SEQUENCES, sequenceKey(place, sequence));
            forgottenSequences.merge(place.partition(), sequence, Math::max);
        });
    }

    Optional<FragmentState> fragment(Place place, int effect, int fragment) {
        return fragments.computeIfAbsent(
                new FragmentKey(place, effect, fragment),
                key -> unsplit.contains(place)
                        ? Optional.empty()
                        : Optional.ofNullable(store.get(Table.FRAGMENTS, key.key()))
                                .map(Rows::fragment));
    }

    void deleteFragments(Place place) {
        unsplit.add(place);
        fragments.keySet().removeIf(key -> key.place().equals(place));
        deleteRange(Table.FRAGMENTS, place.key(), Place.key(place.partition(), place.position() + 1));
    }

    void putFragment(Place place, int effect, int fragment, FragmentState state) {
        FragmentKey key = new FragmentKey(place, effect, fragment);
        fragments.put(key, Optional.of(state));
        put(Table.FRAGMENTS, key.key(), Rows.fragment(state));
    }

    /** The grants for a key that were not used, of the oldest job first. */
    List<Grants.Row> grants(Digest digest) {
        return List.copyOf(grantsByJob(digest).values());
    }

    private Map<Long, Grants.Row> grantsByJob(Digest digest) {
        return grants.computeIfAbsent(digest, absent -> {
            Map<Long, Grants.Row> stored = new TreeMap<>();
            Grants.stored(store, absent).forEach(row -> stored.put(row.job(), row));
            return stored;
        });
    }

    void putGrant(Digest digest, Grants.Row grant) {
        grantsByJob(digest).put(grant.job(), grant);
        put(Table.GRANTS, Grants.key(digest, grant.job()), Grants.toBytes(grant));
    }

    void useGrant(Digest digest, long job) {
        grantsByJob(digest).remove(job);
        delete(Table.GRANTS, Grants.key(digest, job));
    }

    /** @throws IllegalArgumentException when the job has no such item */
    ProvenanceItem provenance(Job job, Place place) {
        return provenance.computeIfAbsent(new ItemKey(job.number(), place), key -> {
            byte[] row = store.get(Table.PROVENANCE, JobRows.itemKey(key.job(), key.place()));
            if (row == null) {
                throw new IllegalArgumentException("Replay job " + job.id() + " has no such item");
            }
            return JsonRow.read(row, ProvenanceItem.class);
        });
    }

    void putProvenance(Job job, Place place, ProvenanceItem item) {
        provenance.put(new ItemKey(job.number(), place), item);
        put(Table.PROVENANCE, JobRows.itemKey(job.number(), place), JsonRow.write(item));
    }

    void put(Table table, byte[] key, byte[] value) {
        try {
            batch.put(store.handle(table), key, store.stored(table, key, value));
        } catch (RocksDBException e) {
            throw store.failure("cannot be written", e);
        }
    }

    void delete(Table table, byte[] key) {
        try {
            batch.delete(store.handle(table), key);
        } catch (RocksDBException e) {
            throw store.failure("cannot be written", e);
        }
    }

    /** @param to exclusive */
    void deleteRange(Table table, byte[] from, byte[] to) {
        try {
            batch.deleteRange(store.handle(table), from, to);
        } catch (RocksDBException e) {
            throw store.failure("cannot be written", e);
        }
    }

    /**
     * An event that this transaction changes.
     *
     * @param place where it is
     * @param entry as it will be
     */
    record Changed(Place place, Entry entry) {}

    List<Changed> changed() {
        List<Changed> changed = new ArrayList<>();
        rows.forEach((place, row) -> {
            if (row.before != row.now) {
                changed.add(new Changed(place, row.now));
            }
        });
        return changed;
    }

    /** Makes the write durable. */
    void commit() {
        if (collect() > 0) {
            store.writeSynced(batch.rows());
        }
    }

    /** Writes; the storage's log is to be synced before anybody is told. How many changes it had. */
    int write() {
        int changes = collect();
        if (changes > 0) {
            store.writeUnsynced(batch.rows());
        }
        return changes;
    }

    /** How many events are not settled once this is written. */
    Map<Status, Long> backlogAfter() {
        return backlogAfter;
    }

    private int collect() {
        Backlog.Change change = new Backlog.Change();
        rows.forEach((place, row) -> writeRow(place, row, change));
        // In order: what RocksDB keeps sorted in memory takes less time to find its place one beside another.
        changedKeys.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(changed -> writeKey(changed.getKey(), changed.getValue()));
        backlogAfter = backlog.put(this, change);
        forgottenSequences.forEach((partition, sequence) -> put(
                Table.META,
                SequenceGaps.forgottenKey(partition),
                new ByteWriter(Long.BYTES)
                        .i64(Math.max(sequence, SequenceGaps.forgotten(store, partition)))
                        .toBytes()));
        for (Partition partition : grown.values()) {
            put(Table.PARTITIONS, partition.key(), partition.toBytes());
        }
        StoredOutbox.write(this, notes);
        blocks.forEach((key, block) -> put(Table.BLOCKS, key.key(), block.toBytes()));
        return batch.count();
    }

    private void writeKey(Digest digest, Optional<Place> place) {
        place.ifPresentOrElse(
                known -> put(Table.KEYS, digest.key(), known.key()), () -> delete(Table.KEYS, digest.key()));
    }

    private void writeRow(Place place, Row row, Backlog.Change change) {
        if (row.before == row.now) {
            return;
        }
        if (row.before != null) {
            change.add(row.before.state(), -1);
        }
        change.add(row.now.state(), 1);
        byte[] key = place.key();
        boolean settled = row.now.state().isSettled();
        put(settled ? Table.SETTLED : Table.OPEN, key, row.bytes());
        if (row.before != null && row.before.state().isSettled() != settled) {
            delete(settled ? Table.OPEN : Table.SETTLED, key);
        }
        long dueBefore = row.before == null ? 0 : row.before.state().retryDue();
        long due = row.now.state().retryDue();
        if (dueBefore != due) {
            if (dueBefore != 0) {
                delete(Table.DUE, dueKey(dueBefore, place));
            }
            if (due != 0) {
                put(Table.DUE, dueKey(due, place), NOTHING);
            }
        }
    }

    static byte[] dueKey(long dueMillis, Place place) {
        byte[] key = new byte[8 + Place.BYTES];
        Place.putLong(key, 0, dueMillis);
        Place.put(key, 8, place.partition(), place.position());
        return key;
    }

    @Override
    public void close() {
        batch.clear();
    }
}
