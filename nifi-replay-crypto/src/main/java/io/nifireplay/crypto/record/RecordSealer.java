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
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;

/**
 * Seals records under one epoch. Thread-safe.
 *
 * <p>A record is bound to its context, not to a time: an older record of the same context opens in place of a newer one. Who
 * needs to tell them apart puts a version into the context.
 *
 * <p>The bounds: a nonce is the epoch's number and a counter, so none comes twice. At most {@link #MAX_BLOCKS} blocks and
 * records together keep the advantage of whoever wants to tell sealed bytes from random ones below 2<sup>-56</sup> (see
 * {@link AesGcm#cost}).
 */
public final class RecordSealer {
    /** How much longer a sealed record is than its plain bytes. */
    public static final int OVERHEAD_BYTES = RecordFormat.OVERHEAD_BYTES;

    /** The most records of an epoch. */
    public static final long MAX_RECORDS = 1L << 32;

    /** The most blocks of 16 bytes, one more counted for each record: 2<sup>36</sup>, about 1 TiB. */
    public static final long MAX_BLOCKS = 1L << 36;

    private final int epoch;
    private final SecretKey key;
    private final RecordLimits limits;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong spent = new AtomicLong();

    RecordSealer(int epoch, SecretKey key, RecordLimits limits) {
        this.epoch = epoch;
        this.key = key;
        this.limits = limits;
    }

    /**
     * Whether it is time to begin another epoch: half of what this one may seal is sealed. Sealing goes on until all is.
     */
    public boolean isUsedUp() {
        return records.get() >= limits.records() / 2 || spent.get() >= limits.cost() / 2;
    }

    /**
     * @param context what names the record's place, such as its table and row key; the same is needed to open it
     * @throws EpochEndedException when the epoch has sealed all that it may
     */
    public byte[] seal(byte[] plain, byte[] context) throws EpochEndedException {
        return seal(plain, 0, plain.length, context);
    }

    /** Seals a part of an array; the same otherwise as {@link #seal(byte[], byte[])}. */
    public byte[] seal(byte[] plain, int offset, int length, byte[] context) throws EpochEndedException {
        Objects.checkFromIndexSize(offset, length, plain.length);
        byte[] sealed = new byte[Math.addExact(length, OVERHEAD_BYTES)];
        seal(plain, offset, length, context, sealed, 0);
        return sealed;
    }

    /**
     * Seals a part of an array into another one.
     *
     * @param target with room for {@code length} + {@value #OVERHEAD_BYTES} bytes from {@code targetOffset} on
     * @return how many bytes were written to the target
     * @throws EpochEndedException when the epoch has sealed all that it may
     * @throws IndexOutOfBoundsException when there is no room
     */
    public int seal(byte[] plain, int offset, int length, byte[] context, byte[] target, int targetOffset)
            throws EpochEndedException {
        Objects.checkFromIndexSize(offset, length, plain.length);
        int sealedLength = Math.addExact(length, OVERHEAD_BYTES);
        Objects.checkFromIndexSize(targetOffset, sealedLength, target.length);
        long counter = spend(length);
        byte[] associated = RecordFormat.associated(epoch, counter, context);
        AesGcm.seal(
                key,
                RecordFormat.nonce(epoch, counter),
                associated,
                plain,
                offset,
                length,
                target,
                targetOffset + RecordFormat.HEADER_BYTES);
        RecordFormat.putHeader(target, targetOffset, epoch, counter);
        return sealedLength;
    }

    /** The next counter, when the key may seal so many bytes more. What was refused counts too: it is little. */
    private long spend(int length) throws EpochEndedException {
        long counter = records.getAndIncrement();
        if (counter >= limits.records() || spent.addAndGet(AesGcm.cost(length)) > limits.cost()) {
            throw new EpochEndedException("The data key of epoch " + epoch + " has sealed " + counter
                    + " records, which is as much as one key may: begin another epoch");
        }
        return counter;
    }
}
