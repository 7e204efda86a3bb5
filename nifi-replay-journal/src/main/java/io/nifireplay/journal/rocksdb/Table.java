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
import org.rocksdb.RocksDB;

/** The column families; keys are big-endian integers, so that rows lie in the order of places and times. */
enum Table {
    /** Texts to settings of the journal itself. */
    META(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8), Use.FEW),
    /** A partition's name to its number and the last position given. */
    PARTITIONS("partitions", Use.FEW),
    /** The digest of an idempotency key to the event's place. */
    KEYS("keys", Use.KEYS),
    /** A place to the envelope and inline content. */
    EVENTS("events", Use.BULK),
    /** A place to the {@link Entry} of an event that is not settled. */
    OPEN("open", Use.POINT),
    /** A place to the {@link Entry} of an event that is settled. */
    SETTLED("settled", Use.POINT),
    /** A place, an effect's index and a fragment's index to the fragment's state. */
    FRAGMENTS("fragments", Use.POINT),
    /** A partition's number and a block's number to the bounds of what lies in it. */
    BLOCKS("blocks", Use.FEW),
    /** A time and a place: retries. */
    DUE("due", Use.FEW),
    /** A partition's number, a producer's sequence and a position. */
    SEQUENCES("sequences", Use.FEW),
    /** A payload's number and a chunk's number to the chunk. */
    CHUNKS("chunks", Use.BLOB),
    /** A place to the stored result. */
    RESULTS("results", Use.POINT),
    /** A job's number and a part to the request or the progress. */
    JOBS("jobs", Use.FEW),
    /** A job's number and a place to the item's state. */
    ITEMS("items", Use.POINT),
    /** A name to a recovery point. */
    RECOVERY_POINTS("recovery-points", Use.FEW);

    /** How rows are used, which decides how they are stored. */
    enum Use {
        FEW,
        /** Random keys, most of which are not there when they are asked for. */
        KEYS,
        POINT,
        BULK,
        BLOB
    }

    private final String title;
    private final Use use;

    Table(String title, Use use) {
        this.title = title;
        this.use = use;
    }

    String title() {
        return title;
    }

    Use use() {
        return use;
    }
}
