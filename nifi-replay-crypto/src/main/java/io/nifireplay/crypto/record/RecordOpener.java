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

import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.keyring.Keyring;

/** Opens the records of all epochs whose headers it was given. Thread-safe. */
public final class RecordOpener {
    /** @param purpose as in {@link RecordEpoch#begin} */
    public RecordOpener(Keyring keyring, String purpose) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * @param context as the record was sealed with
     * @throws io.nifireplay.crypto.UnsupportedVersionException when it is of a later version
     * @throws io.nifireplay.crypto.DamagedDataException when it is not what was sealed for this context, or of an epoch whose
     *     header was not given
     */
    public byte[] open(byte[] sealed, byte[] context) throws SealedDataException {
        throw new UnsupportedOperationException();
    }

    /** Opens a record that is a part of an array. */
    public byte[] open(byte[] sealed, int offset, int length, byte[] context) throws SealedDataException {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens a record into an array.
     *
     * @param target with room for {@code length} - {@value RecordSealer#OVERHEAD_BYTES} bytes from {@code targetOffset} on
     * @return how many bytes were written to the target; none when it throws, though bytes there may have been cleared
     * @throws IndexOutOfBoundsException when there is no room
     */
    public int open(byte[] sealed, int offset, int length, byte[] context, byte[] target, int targetOffset)
            throws SealedDataException {
        throw new UnsupportedOperationException();
    }

    /** The number of the epoch that a sealed record names; nothing is verified. */
    public static int epochOf(byte[] sealed, int offset, int length) throws SealedDataException {
        throw new UnsupportedOperationException();
    }
}
