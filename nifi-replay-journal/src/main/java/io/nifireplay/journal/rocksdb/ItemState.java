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

/** Where an event stands within a replay job. */
enum ItemState {
    /** Not in the job. */
    ABSENT,
    /** Not admitted under the job yet, emitted or not. */
    PENDING,
    /** Admitted under the job, once. */
    ADMITTED,
    /** The job is done with it. */
    SETTLED;

    private static final ItemState[] ALL = values();
    private static final int FORCED_BYTES = 1 + Integer.BYTES;

    /** @param forcedGeneration the completed generation that a forced job repeats, 0 when none */
    byte[] toBytes(int forcedGeneration) {
        return forcedGeneration == 0
                ? new byte[] {(byte) ordinal()}
                : ByteBuffer.allocate(FORCED_BYTES)
                        .put((byte) ordinal())
                        .putInt(forcedGeneration)
                        .array();
    }

    static int forcedGeneration(byte[] bytes) {
        return bytes == null || bytes.length < FORCED_BYTES
                ? 0
                : ByteBuffer.wrap(bytes).getInt(1);
    }

    /** Whether these are the bytes of an item that a plan has frozen; any others are none of a plan's. */
    static boolean isPending(byte[] bytes) {
        return (bytes.length == 1 || bytes.length == FORCED_BYTES) && bytes[0] == PENDING.ordinal();
    }

    static ItemState of(byte[] bytes) {
        return bytes == null ? ABSENT : ALL[bytes[0]];
    }
}
