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
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * What an epoch's records need to be opened:
 *
 * <pre>
 *   3 bytes  magic "NRE"
 *   1 byte   version, 1
 *   4 bytes  number of the epoch
 *   1 byte   n, the length of the key id, 1 to 64
 *   n bytes  key id, UTF-8
 *  32 bytes  salt
 *  16 bytes  AES-256-GCM tag under the data key: over nothing, with all before as associated data, and a nonce of the number
 *            and 8 bytes FF
 * </pre>
 *
 * The tag tells another key from the right one when a store is opened, before a record is.
 */
record EpochHeader(int number, String keyId, SecretKey key) {
    private static final byte[] MAGIC = {'N', 'R', 'E'};
    private static final int KEY_ID_AT = MAGIC.length + 1 + Integer.BYTES + 1;
    private static final int FIXED_BYTES = KEY_ID_AT + Keyring.SALT_BYTES + AesGcm.TAG_BYTES;
    private static final byte[] NOTHING = {};

    static byte[] write(int number, String keyId, byte[] salt, SecretKey key) {
        byte[] id = keyId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer header = ByteBuffer.allocate(FIXED_BYTES + id.length)
                .put(MAGIC)
                .put(RecordFormat.VERSION)
                .putInt(number)
                .put((byte) id.length)
                .put(id)
                .put(salt);
        byte[] bytes = header.array();
        byte[] vouched = Arrays.copyOf(bytes, header.position());
        AesGcm.seal(key, nonce(number), vouched, NOTHING, 0, 0, bytes, vouched.length);
        return bytes;
    }

    static EpochHeader read(byte[] bytes, Keyring keyring, String keyPurpose) throws SealedDataException {
        if (bytes.length <= MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new DamagedDataException("The header of an epoch of sealed records does not begin as one");
        }
        if (bytes[MAGIC.length] != RecordFormat.VERSION) {
            throw new UnsupportedVersionException("An epoch of sealed records is of version "
                    + Byte.toUnsignedInt(bytes[MAGIC.length]) + "; this program reads version " + RecordFormat.VERSION
                    + ". Read it with the program that wrote it");
        }
        int idLength = bytes.length < KEY_ID_AT ? 0 : Byte.toUnsignedInt(bytes[KEY_ID_AT - 1]);
        if (idLength == 0 || idLength > Keyring.MAX_ID_BYTES || bytes.length != FIXED_BYTES + idLength) {
            throw new DamagedDataException(
                    "The header of an epoch of sealed records is damaged: " + bytes.length + " bytes do not fit it");
        }
        int number = RecordFormat.epoch(bytes, MAGIC.length);
        String keyId = keyId(bytes, idLength, number);
        int saltAt = KEY_ID_AT + idLength;
        byte[] salt = Arrays.copyOfRange(bytes, saltAt, saltAt + Keyring.SALT_BYTES);
        SecretKey key = keyring.derive(keyId, salt, keyPurpose);
        int tagAt = saltAt + Keyring.SALT_BYTES;
        if (!AesGcm.open(
                key, nonce(number), Arrays.copyOf(bytes, tagAt), bytes, tagAt, AesGcm.TAG_BYTES, new byte[0], 0)) {
            throw new DamagedDataException(
                    "The keyring's key '" + keyId + "' is not the one under which epoch " + number
                            + " of the sealed records was begun, or the epoch's header is damaged: use the key store with which the"
                            + " data was written");
        }
        return new EpochHeader(number, keyId, key);
    }

    private static String keyId(byte[] bytes, int length, int number) throws DamagedDataException {
        try {
            String id = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, KEY_ID_AT, length))
                    .toString();
            if (Keyring.isId(id)) {
                return id;
            }
        } catch (CharacterCodingException e) {
            // No id either.
        }
        throw new DamagedDataException(
                "The header of epoch " + number + " of sealed records has no key id that can be one");
    }

    private static byte[] nonce(int number) {
        return RecordFormat.nonce(number, RecordFormat.HEADER_COUNTER);
    }
}
