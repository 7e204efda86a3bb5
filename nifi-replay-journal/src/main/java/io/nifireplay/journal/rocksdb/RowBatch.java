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

import java.nio.ByteBuffer;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The rows of one write, as RocksDB takes them. It is used again and again: rows go over in memory that both sides see,
 * and what RocksDB has reserved for one write serves the next. For one thread at a time.
 */
final class RowBatch implements AutoCloseable {
    private static final int AREA_BYTES = 128 * 1024;

    /** A batch that has grown beyond this is not kept. */
    private static final long KEPT_BYTES = 8L * 1024 * 1024;

    private final ByteBuffer keyArea = ByteBuffer.allocateDirect(AREA_BYTES);
    private final ByteBuffer valueArea = keyArea.duplicate();
    private WriteBatch rows = new WriteBatch();

    void put(ColumnFamilyHandle table, byte[] key, byte[] value) throws RocksDBException {
        if (key.length + value.length > AREA_BYTES) {
            rows.put(table, key, value);
            return;
        }
        keyArea.clear().put(key).flip();
        valueArea
                .limit(key.length + value.length)
                .position(key.length)
                .put(value)
                .position(key.length);
        rows.put(table, keyArea, valueArea);
    }

    void delete(ColumnFamilyHandle table, byte[] key) throws RocksDBException {
        rows.delete(table, key);
    }

    /** @param to exclusive */
    void deleteRange(ColumnFamilyHandle table, byte[] from, byte[] to) throws RocksDBException {
        rows.deleteRange(table, from, to);
    }

    int count() {
        return rows.count();
    }

    WriteBatch rows() {
        return rows;
    }

    void clear() {
        if (rows.getDataSize() > KEPT_BYTES) {
            rows.close();
            rows = new WriteBatch();
        } else {
            rows.clear();
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
