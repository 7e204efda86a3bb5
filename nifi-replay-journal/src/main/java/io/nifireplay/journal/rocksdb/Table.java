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
    META(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8), Use.FEW, false),
    /** A partition's number to the last position given and its name. */
    PARTITIONS("partitions", Use.FEW, true),
    /** The digest of an idempotency key to the event's place. */
    KEYS("keys", Use.KEYS, false),
    /** A place to the envelope and inline content, sealed by {@link EventRows}. */
    EVENTS("events", Use.BULK, false),
    /** A place to the {@link Entry} of an event that is not settled. */
    OPEN("open", Use.POINT, true),
    /** A place to the {@link Entry} of an event that is settled. */
    SETTLED("settled", Use.POINT, true),
    /** A place, an effect's index and a fragment's index to the fragment's state. */
    FRAGMENTS("fragments", Use.POINT, true),
    /** A partition's number and a block's number to the bounds of what lies in it. */
    BLOCKS("blocks", Use.FEW, true),
    /** A time and a place: retries. */
    DUE("due", Use.FEW, false),
    /** A partition's number, a producer's sequence and a position. */
    SEQUENCES("sequences", Use.FEW, false),
    /** A payload's number and a chunk's number to the chunk. */
    CHUNKS("chunks", Use.BLOB, true),
    /** A place to the stored result. */
    RESULTS("results", Use.POINT, true),
    /** A job's number and a part to the request or the progress. */
    JOBS("jobs", Use.FEW, true),
    /** A job's number and a place to the item's state. */
    ITEMS("items", Use.POINT, false),
    /** The digest of a name to a recovery point. */
    RECOVERY_POINTS("recovery-points", Use.FEW, true),
    /** A notice's number to the notice, while it was not told. */
    NOTICES("notices", Use.FEW, true),
    /** A notice's number to the index under which it was told, and its time. */
    TOLD("told", Use.FEW, false),
    /** The digest of an idempotency key and a job's number to a grant that was not used. */
    GRANTS("grants", Use.FEW, true),
    /** A job's number and a place, in partition 0 of an unknown event, to what NiFi replays. */
    PROVENANCE("provenance", Use.POINT, true),
    /** A text to who governs the journal's replay jobs, or waits to. */
    GOVERNANCE("governance", Use.FEW, true);

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
    private final byte[] titleBytes;
    private final Use use;
    private final boolean sealed;

    Table(String title, Use use, boolean sealed) {
        this.title = title;
        this.use = use;
        this.sealed = sealed;
        titleBytes = title.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether its values are sealed, each under its row's key, when the journal is. */
    boolean isSealed() {
        return sealed;
    }

    byte[] titleBytes() {
        return titleBytes;
    }

    String title() {
        return title;
    }

    Use use() {
        return use;
    }
}
