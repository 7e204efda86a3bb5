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
import io.nifireplay.crypto.aead.AesGcm;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;

/** Seals records under one epoch. Thread-safe. */
public final class RecordSealer {
    /** How much longer a sealed record is than its plain bytes. */
    public static final int OVERHEAD_BYTES = RecordFormat.OVERHEAD_BYTES;

    /** The most records of an epoch. */
    public static final long MAX_RECORDS = 1L << 32;

    /** The most blocks of 16 bytes, one more counted for each record: 2<sup>36</sup>, about 1 TiB. */
    public static final long MAX_BLOCKS = 1L << 36;

    private final int epoch;
    private final SecretKey key;
    private final long maxRecords;
    private final long maxBlocks;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong blocks = new AtomicLong();

    RecordSealer(int epoch, SecretKey key, long maxRecords, long maxBlocks) {
        this.epoch = epoch;
        this.key = key;
        this.maxRecords = maxRecords;
        this.maxBlocks = maxBlocks;
    }

    /**
     * Whether it is time to begin another epoch: half of what this one may seal is sealed. Sealing goes on until all is.
     */
    public boolean isUsedUp() {
        return records.get() >= maxRecords / 2 || blocks.get() >= maxBlocks / 2;
    }

    /**
     * @param context what names the record's place, such as its table and row key; the same is needed to open it
     * @throws EpochEndedException when the epoch has sealed all that it may
     */
    public byte[] seal(byte[] plain, byte[] context) throws EpochEndedException {
        return seal(plain, 0, plain.length, context);
    }

    /** Seals a part of an array. */
    public byte[] seal(byte[] plain, int offset, int length, byte[] context) throws EpochEndedException {
        byte[] sealed = new byte[Math.addExact(length, OVERHEAD_BYTES)];
        seal(plain, offset, length, context, sealed, 0);
        return sealed;
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
        Objects.checkFromIndexSize(offset, length, plain.length);
        int sealedLength = Math.addExact(length, OVERHEAD_BYTES);
        Objects.checkFromIndexSize(targetOffset, sealedLength, target.length);
        long counter = take(length);
        ByteBuffer.wrap(target, targetOffset, RecordFormat.HEADER_BYTES)
                .put(RecordFormat.VERSION)
                .putInt(epoch)
                .putLong(counter);
        AesGcm.seal(
                key,
                RecordFormat.nonce(counter),
                context,
                plain,
                offset,
                length,
                target,
                targetOffset + RecordFormat.HEADER_BYTES);
        return sealedLength;
    }

    /** A counter that no other record gets, however the sealing ends. */
    private long take(int length) throws EpochEndedException {
        long cost = AesGcm.cost(length);
        if (blocks.addAndGet(cost) > maxBlocks) {
            blocks.addAndGet(-cost);
            throw new EpochEndedException("The data key of epoch " + epoch + " has sealed " + blocks.get()
                    + " blocks, which is as much as one key may: begin another epoch");
        }
        long counter = records.getAndIncrement();
        if (counter >= maxRecords) {
            records.decrementAndGet();
            throw new EpochEndedException("The data key of epoch " + epoch + " has sealed " + maxRecords
                    + " records, which is as many as one key may: begin another epoch");
        }
        return counter;
    }
}
