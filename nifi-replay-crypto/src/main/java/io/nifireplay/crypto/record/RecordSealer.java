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
package io.nifireplay.crypto.record;

import io.nifireplay.crypto.EpochEndedException;

/** Seals records under one epoch. Thread-safe. */
public final class RecordSealer {
    /** How much longer a sealed record is than its plain bytes. */
    public static final int OVERHEAD_BYTES = 29;

    /** The most records of an epoch. */
    public static final long MAX_RECORDS = 1L << 32;

    /** The most blocks of 16 bytes, one more counted for each record: 2<sup>36</sup>, about 1 TiB. */
    public static final long MAX_BLOCKS = 1L << 36;

    RecordSealer() {}

    /**
     * Whether it is time to begin another epoch: half of what this one may seal is sealed. Sealing goes on until all is.
     */
    public boolean isUsedUp() {
        throw new UnsupportedOperationException();
    }

    /**
     * @param context what names the record's place, such as its table and row key; the same is needed to open it
     * @throws EpochEndedException when the epoch has sealed all that it may
     */
    public byte[] seal(byte[] plain, byte[] context) throws EpochEndedException {
        throw new UnsupportedOperationException();
    }

    /** Seals a part of an array. */
    public byte[] seal(byte[] plain, int offset, int length, byte[] context) throws EpochEndedException {
        throw new UnsupportedOperationException();
    }

    /**
     * Seals a part of an array into another one, or into a later place of the same array.
     *
     * @param target with room for {@code length} + {@value #OVERHEAD_BYTES} bytes from {@code targetOffset} on
     * @return how many bytes were written to the target
     * @throws IndexOutOfBoundsException when there is no room
     */
    public int seal(byte[] plain, int offset, int length, byte[] context, byte[] target, int targetOffset)
            throws EpochEndedException {
        throw new UnsupportedOperationException();
    }
}
