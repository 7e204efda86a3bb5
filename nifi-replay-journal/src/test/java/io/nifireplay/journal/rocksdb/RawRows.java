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

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** The database of a closed journal, without the journal: what somebody can do who may write the directory. */
final class RawRows implements AutoCloseable {
    private final DBOptions options = new DBOptions();
    private final ColumnFamilyOptions blobs =
            new ColumnFamilyOptions().setEnableBlobFiles(true).setMinBlobSize(32 * 1024);
    private final Map<String, ColumnFamilyHandle> tables = new HashMap<>();
    private final RocksDB db;

    RawRows(Path journal) {
        String database = journal.resolve("db").toString();
        try (Options plain = new Options()) {
            List<ColumnFamilyDescriptor> families = new ArrayList<>();
            for (byte[] name : RocksDB.listColumnFamilies(plain, database)) {
                families.add(new ColumnFamilyDescriptor(name, blobs));
            }
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            db = RocksDB.open(options, database, families, handles);
            for (int i = 0; i < handles.size(); i++) {
                tables.put(new String(families.get(i).getName(), StandardCharsets.UTF_8), handles.get(i));
            }
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes what is in RocksDB's memory tables to files, as it would do by itself after some hundred megabytes. */
    void flush() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait, List.copyOf(tables.values()));
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A table is gone, with all its rows. */
    void drop(Table table) {
        try {
            ColumnFamilyHandle handle = tables.remove(table.title());
            db.dropColumnFamily(handle);
            handle.close();
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    void put(Table table, byte[] key, byte[] value) {
        try {
            db.put(tables.get(table.title()), key, value);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Null when there is no such row. */
    byte[] get(Table table, byte[] key) {
        try {
            return db.get(tables.get(table.title()), key);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    void delete(Table table, byte[] key) {
        try {
            db.delete(tables.get(table.title()), key);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The keys of all rows, in their order. */
    List<byte[]> keys(Table table) {
        List<byte[]> keys = new ArrayList<>();
        try (RocksIterator rows = db.newIterator(tables.get(table.title()))) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                keys.add(rows.key());
            }
        }
        return keys;
    }

    /** Exchanges the values of a table's first two rows. */
    void swapFirstTwo(Table table) {
        ColumnFamilyHandle handle = tables.get(table.title());
        try (RocksIterator rows = db.newIterator(handle)) {
            rows.seekToFirst();
            byte[] firstKey = rows.key();
            byte[] first = rows.value();
            rows.next();
            byte[] secondKey = rows.key();
            byte[] second = rows.value();
            db.put(handle, firstKey, second);
            db.put(handle, secondKey, first);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        tables.values().forEach(ColumnFamilyHandle::close);
        db.close();
        blobs.close();
        options.close();
    }
}
