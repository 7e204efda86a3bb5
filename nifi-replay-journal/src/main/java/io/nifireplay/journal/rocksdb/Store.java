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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ByteBufferGetStatus;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB as the journal uses it: its tables, and errors in words. */
final class Store implements AutoCloseable {
    private static final long MEMTABLES_BYTES = 256L * 1024 * 1024;
    private static final long WAL_BYTES = 512L * 1024 * 1024;
    private static final long BULK_MEMTABLE_BYTES = 64L * 1024 * 1024;
    private static final long POINT_MEMTABLE_BYTES = 40L * 1024 * 1024;

    /**
     * Memory of the tables that are written most is taken in pieces above 32 MiB, which the C library (glibc's malloc) maps
     * and gives back each by itself. Smaller ones stay with the threads that took them, by turns each task of a processor,
     * and the process grew by more than a gigabyte.
     */
    private static final long MEMTABLE_PIECE_BYTES = 33L * 1024 * 1024;

    private static final long FEW_MEMTABLE_BYTES = 8L * 1024 * 1024;
    private static final long MIN_BLOB_BYTES = 32L * 1024;
    private static final int BLOOM_BITS = 10;
    private static final int METADATA_BLOCK_BYTES = 16 * 1024;

    /** Few, so that each holds what is larger than a page. */
    private static final int CACHE_SHARD_BITS = 3;

    private static final List<CompressionType> BULK_COMPRESSION =
            List.of(CompressionType.NO_COMPRESSION, CompressionType.LZ4_COMPRESSION);

    private static final double MEMTABLE_BLOOM_SHARE = 0.05;

    static {
        RocksDB.loadLibrary();
    }

    private final Path path;
    private final List<RocksObject> owned = new ArrayList<>();
    private final Map<Table, ColumnFamilyHandle> handles = new EnumMap<>(Table.class);
    private final Map<Table, ColumnFamilyOptions> tableOptions = new EnumMap<>(Table.class);
    private final WriteOptions synced = own(new WriteOptions().setSync(true));
    private final WriteOptions unsynced = own(new WriteOptions());
    private final RowBatch batch = new RowBatch();
    private RocksDB db;
    private RowSeal seal = RowSeal.NONE;
    private final Queue<LookUpArea> lookUpAreas = new ConcurrentLinkedQueue<>();

    private Store(Path path) {
        this.path = path;
    }

    /**
     * @param create whether to make the database when it is not there
     * @param addTables whether to make tables that are not there
     * @throws JournalException when the files cannot be opened, or are not whole
     */
    static Store open(Path path, long blockCacheBytes, boolean create, boolean addTables) {
        Store store = new Store(path);
        try {
            store.openDatabase(blockCacheBytes, create, addTables);
            return store;
        } catch (RocksDBException e) {
            store.close();
            throw store.failure("cannot be opened", e);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private void openDatabase(long blockCacheBytes, boolean create, boolean addTables) throws RocksDBException {
        DBOptions options = own(new DBOptions())
                .setCreateIfMissing(create)
                .setCreateMissingColumnFamilies(addTables)
                .setParanoidChecks(true)
                // A killed process leaves a torn last record, which nobody was told of. Any other damage is refused.
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setAvoidFlushDuringRecovery(true)
                .setMaxTotalWalSize(WAL_BYTES)
                .setDbWriteBufferSize(MEMTABLES_BYTES)
                .setMaxBackgroundJobs(2)
                // One thread writes at a time: its rows need no atomic steps.
                .setAllowConcurrentMemtableWrite(false)
                .setBytesPerSync(1024 * 1024)
                .setKeepLogFileNum(3)
                .setMaxLogFileSize(4L * 1024 * 1024)
                .setStatsDumpPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL);
        Cache cache = own(new LRUCache(blockCacheBytes, CACHE_SHARD_BITS));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Table table : Table.values()) {
            ColumnFamilyOptions tuned = tune(own(new ColumnFamilyOptions()), table.use(), cache);
            tableOptions.put(table, tuned);
            descriptors.add(new ColumnFamilyDescriptor(table.title().getBytes(StandardCharsets.UTF_8), tuned));
        }
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        db = RocksDB.open(options, path.toString(), descriptors, opened);
        for (Table table : Table.values()) {
            handles.put(table, opened.get(table.ordinal()));
        }
    }

    private ColumnFamilyOptions tune(ColumnFamilyOptions options, Table.Use use, Cache cache) {
        BlockBasedTableConfig blocks = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFormatVersion(5);
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);
        switch (use) {
            case FEW -> options.setWriteBufferSize(FEW_MEMTABLE_BYTES);
            case KEYS -> {
                options.setWriteBufferSize(POINT_MEMTABLE_BYTES)
                        .setArenaBlockSize(MEMTABLE_PIECE_BYTES)
                        .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM_SHARE)
                        .setMemtableWholeKeyFiltering(true)
                        // Digests cannot be compressed.
                        .setCompressionType(CompressionType.NO_COMPRESSION);
                options.useFixedLengthPrefixExtractor(Digest.BYTES);
                filter(blocks);
            }
            case POINT -> {
                options.setWriteBufferSize(POINT_MEMTABLE_BYTES).setArenaBlockSize(MEMTABLE_PIECE_BYTES);
                filter(blocks);
            }
            case BULK ->
                options.setWriteBufferSize(BULK_MEMTABLE_BYTES)
                        .setArenaBlockSize(MEMTABLE_PIECE_BYTES)
                        // Compressed once, when it is merged, and not a first time when it is flushed.
                        .setCompressionPerLevel(BULK_COMPRESSION);
            case BLOB ->
                options.setWriteBufferSize(POINT_MEMTABLE_BYTES)
                        .setEnableBlobFiles(true)
                        .setMinBlobSize(MIN_BLOB_BYTES)
                        .setEnableBlobGarbageCollection(true);
        }
        return options.setTableFormatConfig(blocks);
    }

    /** Bloom filters in parts: a look-up reads a page of one, not the megabytes of a whole file's. */
    private void filter(BlockBasedTableConfig blocks) {
        blocks.setFilterPolicy(own(new BloomFilter(BLOOM_BITS)))
                .setPartitionFilters(true)
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setMetadataBlockSize(METADATA_BLOCK_BYTES);
    }

    private <T extends RocksObject> T own(T object) {
        owned.add(object);
        return object;
    }

    ColumnFamilyHandle handle(Table table) {
        return handles.get(table);
    }

    /** From now on the values of {@link Table#isSealed sealed} tables are sealed, and so are those that are there. */
    void sealWith(RowSeal rowSeal) {
        seal = rowSeal;
    }

    RowSeal seal() {
        return seal;
    }

    /** A value as the table takes it. */
    byte[] stored(Table table, byte[] key, byte[] value) {
        return table.isSealed() ? seal.seal(table, key, value) : value;
    }

    private byte[] opened(Table table, byte[] key, byte[] stored) {
        return table.isSealed() && stored != null ? seal.open(table, key, stored) : stored;
    }

    /** The row, or null. */
    byte[] get(Table table, byte[] key) {
        try {
            return opened(table, key, db.get(handle(table), key));
        } catch (RocksDBException e) {
            throw failure("cannot be read", e);
        }
    }

    /**
     * The rows of many keys, null where there is none.
     *
     * @param valueBytes how long a value usually is at most; a longer one costs a second look
     */
    List<byte[]> get(Table table, List<byte[]> keys, int valueBytes) {
        if (keys.isEmpty()) {
            return List.of();
        }
        LookUpArea area = Objects.requireNonNullElseGet(lookUpAreas.poll(), LookUpArea::new);
        try {
            return get(table, keys, valueBytes, area);
        } finally {
            lookUpAreas.add(area);
        }
    }

    /** Memory that RocksDB sees too, for one thread at a time. */
    private static final class LookUpArea {
        private ByteBuffer keys = ByteBuffer.allocateDirect(0);
        private ByteBuffer values = ByteBuffer.allocateDirect(0);
    }

    private List<byte[]> get(Table table, List<byte[]> keys, int valueBytes, LookUpArea area) {
        int keyBytes = keys.getFirst().length;
        area.keys = atLeast(area.keys, keys.size() * keyBytes);
        area.values = atLeast(area.values, keys.size() * valueBytes);
        List<ByteBuffer> keyBuffers = new ArrayList<>(keys.size());
        List<ByteBuffer> valueBuffers = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            area.keys.put(i * keyBytes, keys.get(i));
            keyBuffers.add(area.keys.slice(i * keyBytes, keyBytes));
            valueBuffers.add(area.values.slice(i * valueBytes, valueBytes));
        }
        List<ByteBufferGetStatus> found;
        try {
            found = db.multiGetByteBuffers(Collections.nCopies(1, handle(table)), keyBuffers, valueBuffers);
        } catch (RocksDBException e) {
            throw failure("cannot be read", e);
        }
        List<byte[]> values = new ArrayList<>(keys.size());
        for (int i = 0; i < found.size(); i++) {
            ByteBufferGetStatus status = found.get(i);
            if (status.status.getCode() == Status.Code.NotFound) {
                values.add(null);
            } else if (status.status.getCode() != Status.Code.Ok) {
                throw failure("cannot be read", new RocksDBException(status.status));
            } else if (status.requiredSize > valueBytes) {
                values.add(get(table, keys.get(i)));
            } else {
                byte[] value = new byte[status.requiredSize];
                status.value.get(status.value.position(), value);
                values.add(opened(table, keys.get(i), value));
            }
        }
        return values;
    }

    private static ByteBuffer atLeast(ByteBuffer area, int bytes) {
        return area.capacity() >= bytes ? area : ByteBuffer.allocateDirect(Math.max(bytes, area.capacity() * 2));
    }

    /** Rows from one key, inclusive, to another, exclusive, in order. The caller closes it. */
    Cursor cursor(Table table, byte[] from, byte[] to) {
        return new Cursor(table, from, to, null);
    }

    /** The key of the last row, empty when there is none. */
    Optional<byte[]> lastKey(Table table) {
        try (RocksIterator rows = db.newIterator(handle(table))) {
            rows.seekToLast();
            return rows.isValid() ? Optional.of(rows.key()) : Optional.empty();
        }
    }

    /** The rows as they are at this moment, whatever is written meanwhile. The caller closes it. */
    Moment moment() {
        return new Moment();
    }

    /** A consistent view of all tables. */
    final class Moment implements AutoCloseable {
        private final Snapshot snapshot = db.getSnapshot();

        Cursor cursor(Table table, byte[] from, byte[] to) {
            return new Cursor(table, from, to, snapshot);
        }

        @Override
        public void close() {
            db.releaseSnapshot(snapshot);
        }
    }

    /** The empty batch of the one thread that commits, who clears it afterwards. */
    RowBatch batch() {
        return batch;
    }

    /** Returns once the batch is on stable storage. */
    void writeSynced(WriteBatch batch) {
        write(batch, synced);
    }

    /** Returns once the batch is on its way: a killed process does not lose it, a power cut may. */
    void writeUnsynced(WriteBatch batch) {
        write(batch, unsynced);
    }

    /** Returns once all that was written is on stable storage. */
    void syncLog() {
        try {
            db.syncWal();
        } catch (RocksDBException e) {
            throw failure("cannot be written", e);
        }
    }

    private void write(WriteBatch batch, WriteOptions options) {
        try {
            db.write(options, batch);
        } catch (RocksDBException e) {
            throw failure("cannot be written", e);
        }
    }

    long latestSequenceNumber() {
        return db.getLatestSequenceNumber();
    }

    /** Bytes of all live files, as RocksDB counts them. */
    long diskBytes() {
        try {
            long bytes = 0;
            for (Table table : Table.values()) {
                bytes += db.getLongProperty(handle(table), "rocksdb.total-sst-files-size");
                bytes += db.getLongProperty(handle(table), "rocksdb.live-blob-file-size");
                bytes += db.getLongProperty(handle(table), "rocksdb.cur-size-all-mem-tables");
            }
            return bytes;
        } catch (RocksDBException e) {
            throw failure("cannot be measured", e);
        }
    }

    /** Any failure of the storage, in words for an operator. */
    JournalException failure(String what, RocksDBException e) {
        String advice = switch (kind(e)) {
            case FULL -> "The disk is full. Make room: the journal goes on by itself, nothing acknowledged is lost";
            case DAMAGED ->
                "Its files are damaged or not whole. Nothing was admitted; restore the directory from a backup,"
                        + " or keep it aside and start a new journal in another directory";
            case OTHER -> "Look at the disk and at the rights of the directory";
        };
        return new JournalException(
                "The event journal " + path.getParent() + " " + what + ": " + e.getMessage() + ". " + advice, e);
    }

    private enum Kind {
        FULL,
        DAMAGED,
        OTHER
    }

    private static Kind kind(RocksDBException e) {
        String message = String.valueOf(e.getMessage());
        Status status = e.getStatus();
        if (message.contains("No space left")
                || message.contains("File too large")
                || message.contains("quota")
                || (status != null && status.getSubCode() == Status.SubCode.NoSpace)) {
            return Kind.FULL;
        }
        if (message.startsWith("Corruption")
                || message.contains("Corruption")
                || message.contains("No such file")
                || (status != null && status.getCode() == Status.Code.Corruption)
                || message.contains("does not exist")) {
            return Kind.DAMAGED;
        }
        return Kind.OTHER;
    }

    @Override
    public void close() {
        batch.close();
        handles.values().forEach(RocksObject::close);
        handles.clear();
        if (db != null) {
            try {
                db.closeE();
            } catch (RocksDBException e) {
                // All that was acknowledged was synced before; what the closing could not do, the opening does.
            }
            db = null;
        }
        for (int i = owned.size() - 1; i >= 0; i--) {
            owned.get(i).close();
        }
        owned.clear();
    }

    /** Rows in order. */
    final class Cursor implements AutoCloseable {
        private final Table table;
        private final Slice upper;
        private final ReadOptions options;
        private final RocksIterator rows;
        private boolean started;

        /** @param snapshot null for the newest rows */
        private Cursor(Table table, byte[] from, byte[] to, Snapshot snapshot) {
            this.table = table;
            upper = new Slice(to);
            options = new ReadOptions().setIterateUpperBound(upper);
            if (snapshot != null) {
                options.setSnapshot(snapshot);
            }
            rows = db.newIterator(handle(table), options);
            rows.seek(from);
        }

        /** Steps to the first or the next row, false behind the last. */
        boolean next() {
            if (started) {
                rows.next();
            }
            started = true;
            if (rows.isValid()) {
                return true;
            }
            try {
                rows.status();
            } catch (RocksDBException e) {
                throw failure("cannot be read", e);
            }
            return false;
        }

        /** Steps to the first row at or behind a key. */
        void seek(byte[] key) {
            rows.seek(key);
            started = false;
        }

        /** Steps to the last row before the upper bound, false when there is none. */
        boolean last() {
            rows.seekToLast();
            started = true;
            return rows.isValid();
        }

        byte[] key() {
            return rows.key();
        }

        byte[] value() {
            return opened(table, rows.key(), rows.value());
        }

        @Override
        public void close() {
            rows.close();
            options.close();
            upper.close();
        }
    }
}
