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
package io.nifireplay.benchmarks.journal;

import java.nio.file.Path;
import java.util.List;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB with nothing around it: one table, one put an event, a synced write a batch; compressed as the journal is. */
final class RawRocksDB implements AutoCloseable {
    private static final long MEMTABLE_BYTES = 64L * 1024 * 1024;

    static {
        RocksDB.loadLibrary();
    }

    private final Options options = new Options()
            .setCreateIfMissing(true)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setWriteBufferSize(MEMTABLE_BYTES)
            .setMaxBackgroundJobs(2)
            .setBytesPerSync(1024 * 1024);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final RocksDB db;

    /**
     * A row.
     *
     * @param key the row's
     * @param value the event
     */
    record Row(byte[] key, byte[] value) {}

    RawRocksDB(Path folder) throws RocksDBException {
        db = RocksDB.open(options, folder.toString());
    }

    void write(List<Row> rows) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Row row : rows) {
                batch.put(row.key(), row.value());
            }
            db.write(synced, batch);
        }
    }

    @Override
    public void close() {
        db.close();
        synced.close();
        options.close();
    }
}
