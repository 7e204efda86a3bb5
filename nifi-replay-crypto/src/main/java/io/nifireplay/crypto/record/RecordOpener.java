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

import io.nifireplay.crypto.DamagedDataException;
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.UnsupportedVersionException;
import io.nifireplay.crypto.aead.AesGcm;
import io.nifireplay.crypto.keyring.Keyring;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.crypto.SecretKey;

/** Opens the records of all epochs whose headers it was given. Thread-safe. */
public final class RecordOpener {
    private final Keyring keyring;
    private final String keyPurpose;
    private final ConcurrentMap<Integer, SecretKey> keys = new ConcurrentHashMap<>();

    /** @param purpose as in {@link RecordEpoch#begin} */
    public RecordOpener(Keyring keyring, String purpose) {
        this.keyring = keyring;
        this.keyPurpose = RecordFormat.keyPurpose(purpose);
    }

    /**
     * Adds an epoch. Its header vouches for itself: one that was changed, or whose key is another one of the same id, is
     * refused here.
     *
     * @return the epoch's number
     * @throws io.nifireplay.crypto.keyring.UnknownKeyException when the keyring does not have the header's key
     * @throws io.nifireplay.crypto.UnsupportedVersionException when it is of a later version
     * @throws io.nifireplay.crypto.DamagedDataException when it is not what was written, the keyring's key is another one,
     *     or another epoch with this number is known
     */
    public int add(byte[] header) throws SealedDataException {
        EpochHeader epoch = EpochHeader.read(header, keyring, keyPurpose);
        SecretKey known = keys.putIfAbsent(epoch.number(), epoch.key());
        if (known != null && !known.equals(epoch.key())) {
            throw new DamagedDataException("Two epochs of sealed records have the number " + epoch.number());
        }
        return epoch.number();
    }

    /**
     * @param context as the record was sealed with
     * @throws io.nifireplay.crypto.UnsupportedVersionException when it is of a later version
     * @throws io.nifireplay.crypto.DamagedDataException when it is not what was sealed for this context, or of an epoch whose
     *     header was not given
     */
    public byte[] open(byte[] sealed, byte[] context) throws SealedDataException {
        return open(sealed, 0, sealed.length, context);
    }

    /** Opens a record that is a part of an array; the same otherwise as {@link #open(byte[], byte[])}. */
    public byte[] open(byte[] sealed, int offset, int length, byte[] context) throws SealedDataException {
        requireRecord(sealed, offset, length);
        byte[] plain = new byte[length - RecordSealer.OVERHEAD_BYTES];
        open(sealed, offset, length, context, plain, 0);
        return plain;
    }

    /**
     * Opens a record into another array.
     *
     * @param target with room for {@code length} - {@value RecordSealer#OVERHEAD_BYTES} bytes from {@code targetOffset} on
     * @return how many bytes were written to the target; none when it throws, though bytes there may have been cleared
     * @throws io.nifireplay.crypto.UnsupportedVersionException when it is of a later version
     * @throws io.nifireplay.crypto.DamagedDataException when it is not what was sealed for this context, or of an epoch whose
     *     header was not given
     * @throws IndexOutOfBoundsException when there is no room
     */
    public int open(byte[] sealed, int offset, int length, byte[] context, byte[] target, int targetOffset)
            throws SealedDataException {
        int epoch = epochOf(sealed, offset, length);
        SecretKey key = keys.get(epoch);
        if (key == null) {
            throw new DamagedDataException("A sealed record names epoch " + epoch
                    + ", of which there is no header: the record is damaged, or the header is lost");
        }
        long counter = RecordFormat.counter(sealed, offset);
        if (!AesGcm.open(
                key,
                RecordFormat.nonce(epoch, counter),
                RecordFormat.associated(epoch, counter, context),
                sealed,
                offset + RecordFormat.HEADER_BYTES,
                length - RecordFormat.HEADER_BYTES,
                target,
                targetOffset)) {
            throw new DamagedDataException("Record " + counter + " of epoch " + epoch
                    + " is not what was sealed for this place: it was changed, or moved from another place");
        }
        return length - RecordSealer.OVERHEAD_BYTES;
    }

    /**
     * The number of the epoch that a sealed record names; nothing is verified.
     *
     * @throws io.nifireplay.crypto.UnsupportedVersionException when it is of a later version
     * @throws io.nifireplay.crypto.DamagedDataException when it is too short for a record
     */
    public static int epochOf(byte[] sealed, int offset, int length) throws SealedDataException {
        requireRecord(sealed, offset, length);
        return RecordFormat.epoch(sealed, offset);
    }

    private static void requireRecord(byte[] sealed, int offset, int length) throws SealedDataException {
        Objects.checkFromIndexSize(offset, length, sealed.length);
        if (length < RecordSealer.OVERHEAD_BYTES) {
            throw new DamagedDataException(
                    "A sealed record has at least " + RecordSealer.OVERHEAD_BYTES + " bytes, this one has " + length);
        }
        if (sealed[offset] != RecordFormat.VERSION) {
            throw new UnsupportedVersionException("A sealed record is of version " + Byte.toUnsignedInt(sealed[offset])
                    + "; this program reads version " + RecordFormat.VERSION
                    + ". Read it with the program that wrote it");
        }
    }
}
