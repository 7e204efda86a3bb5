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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * What a reader needs of an epoch:
 *
 * <pre>
 *   1 byte   version, 1
 *   4 bytes  number of the epoch
 *   1 byte   n, the length of the key id, 1 to 64
 *   n bytes  key id, UTF-8
 *  32 bytes  salt
 *  16 bytes  tag
 * </pre>
 *
 * The tag is AES-256-GCM's over nothing, under the epoch's data key, with all before it as associated data and a nonce that
 * no record has: four bytes 255 and eight bytes 0. So a header that was changed, and a key that is another one, show at once.
 */
record EpochHeader(int number, String keyId, byte[] salt) {
    private static final int FIXED_BYTES = 1 + Integer.BYTES + 1;
    private static final byte[] NONCE =
            ByteBuffer.allocate(AesGcm.NONCE_BYTES).putInt(-1).array();
    private static final byte[] NOTHING = {};

    byte[] sealed(SecretKey key) {
        byte[] id = keyId.getBytes(StandardCharsets.UTF_8);
        byte[] fields = ByteBuffer.allocate(FIXED_BYTES + id.length + Keyring.SALT_BYTES)
                .put(RecordFormat.VERSION)
                .putInt(number)
                .put((byte) id.length)
                .put(id)
                .put(salt)
                .array();
        byte[] header = Arrays.copyOf(fields, fields.length + AesGcm.TAG_BYTES);
        AesGcm.seal(key, NONCE, fields, NOTHING, 0, 0, header, fields.length);
        return header;
    }

    /** Reads a header; {@link #verify} says whether it is genuine. */
    static EpochHeader read(byte[] header) throws SealedDataException {
        if (header.length > 0 && header[0] != RecordFormat.VERSION) {
            throw new UnsupportedVersionException("The header of sealed records is of version "
                    + Byte.toUnsignedInt(header[0]) + "; this program reads version " + RecordFormat.VERSION
                    + ". Read it with the program that wrote it");
        }
        int idLength = header.length < FIXED_BYTES ? 0 : Byte.toUnsignedInt(header[FIXED_BYTES - 1]);
        if (idLength == 0
                || idLength > Keyring.MAX_ID_BYTES
                || header.length != FIXED_BYTES + idLength + Keyring.SALT_BYTES + AesGcm.TAG_BYTES) {
            throw new DamagedDataException(
                    "The header of sealed records is damaged: it has " + header.length + " bytes");
        }
        int saltAt = FIXED_BYTES + idLength;
        return new EpochHeader(
                ByteBuffer.wrap(header).getInt(1),
                new String(header, FIXED_BYTES, idLength, StandardCharsets.UTF_8),
                Arrays.copyOfRange(header, saltAt, saltAt + Keyring.SALT_BYTES));
    }

    /** @throws DamagedDataException when the bytes of this header are not what was written under this key */
    void verify(byte[] header, SecretKey key) throws DamagedDataException {
        int fields = header.length - AesGcm.TAG_BYTES;
        boolean genuine =
                AesGcm.open(key, NONCE, Arrays.copyOf(header, fields), header, fields, AesGcm.TAG_BYTES, NOTHING, 0);
        if (!genuine) {
            throw new DamagedDataException("The header of sealed records number " + number
                    + " was changed, or the keyring's key '" + keyId + "' is not the one that sealed them");
        }
    }
}
