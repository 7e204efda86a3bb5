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

import io.nifireplay.journal.Selector.LongRange;

/**
 * The bounds of what lies in a block of {@link #SIZE} neighbouring positions of a partition, so that a scan by time or
 * sequence skips what cannot fit: a block range index (as PostgreSQL's BRIN). An empty range has its low above its high.
 */
record Block(long lowAdmitted, long highAdmitted, long lowTime, long highTime, long lowSequence, long highSequence) {
    static final int SIZE = 1024;
    static final Block EMPTY =
            new Block(Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE);

    /** The number of the block that a position lies in. */
    static long number(long position) {
        return position / SIZE;
    }

    Block with(Entry entry) {
        long admitted = entry.state().admittedMillis();
        return new Block(
                Math.min(lowAdmitted, admitted),
                Math.max(highAdmitted, admitted),
                Math.min(lowTime, entry.time().orElse(Long.MAX_VALUE)),
                Math.max(highTime, entry.time().orElse(Long.MIN_VALUE)),
                Math.min(lowSequence, entry.sequence().orElse(Long.MAX_VALUE)),
                Math.max(highSequence, entry.sequence().orElse(Long.MIN_VALUE)));
    }

    boolean mayHold(LongRange admitted, LongRange time, LongRange sequence) {
        return (admitted.isAll() || admitted.meets(lowAdmitted, highAdmitted))
                && (time.isAll() || time.meets(lowTime, highTime))
                && (sequence.isAll() || sequence.meets(lowSequence, highSequence));
    }

    byte[] toBytes() {
        return new ByteWriter(48)
                .i64(lowAdmitted)
                .i64(highAdmitted)
                .i64(lowTime)
                .i64(highTime)
                .i64(lowSequence)
                .i64(highSequence)
                .toBytes();
    }

    static Block of(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        return new Block(in.i64(), in.i64(), in.i64(), in.i64(), in.i64(), in.i64());
    }
}
