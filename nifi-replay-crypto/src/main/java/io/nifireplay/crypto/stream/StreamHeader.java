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
package io.nifireplay.crypto.stream;

import io.nifireplay.crypto.DamagedDataException;
import io.nifireplay.crypto.NotSealedException;
import io.nifireplay.crypto.TruncatedDataException;
import io.nifireplay.crypto.UnsupportedVersionException;
import io.nifireplay.crypto.keyring.Keyring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a stream begins with:
 *
 * <pre>
 *   3 bytes  magic "NRS"
 *   1 byte   version, 1
 *   1 byte   n, the length of the key id, 1 to 64
 *   n bytes  key id, UTF-8
 *  32 bytes  salt
 *   4 bytes  ordinal of the stream under its data key, big-endian
 * </pre>
 */
record StreamHeader(byte[] bytes, long position) {
    private static final byte[] MAGIC = {'N', 'R', 'S'};
    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = MAGIC.length + 1 + 1;

    static final int MAX_BYTES = FIXED_BYTES + Keyring.MAX_ID_BYTES + Keyring.SALT_BYTES + Integer.BYTES;

    /** The purpose for which a stream's data key is derived: streams and records of one purpose have different keys. */
    static String keyPurpose(String purpose) {
        return purpose + " stream " + VERSION;
    }

    static int length(byte[] keyId) {
        return FIXED_BYTES + keyId.length + Keyring.SALT_BYTES + Integer.BYTES;
    }

    /** Writes the header of an epoch's streams to the start of an array; the ordinal is left to each stream. */
    static void put(byte[] target, byte[] keyId, byte[] salt) {
        ByteBuffer.wrap(target)
                .put(MAGIC)
                .put(VERSION)
                .put((byte) keyId.length)
                .put(keyId)
                .put(salt);
    }

    /**
     * Reads a header from the bytes at hand.
     *
     * @param available how many bytes there are from the offset on; more than {@link #MAX_BYTES} are not looked at
     * @param position where in the source that is, for messages
     * @throws io.nifireplay.crypto.SealedDataException when they are none, or too few
     */
    static StreamHeader read(byte[] source, int offset, int available, long position) throws IOException {
        int magic = Math.min(available, MAGIC.length);
        if (available <= 0 || !Arrays.equals(source, offset, offset + magic, MAGIC, 0, magic)) {
            throw new NotSealedException(
                    "No sealed stream begins at byte " + position + (available <= 0 ? ": nothing is there" : ""));
        }
        if (available > MAGIC.length && source[offset + MAGIC.length] != VERSION) {
            throw new UnsupportedVersionException("The sealed stream at byte " + position + " is of version "
                    + Byte.toUnsignedInt(source[offset + MAGIC.length]) + "; this program reads version " + VERSION
                    + ". Read it with the program that wrote it");
        }
        int keyIdLength = available < FIXED_BYTES ? 0 : Byte.toUnsignedInt(source[offset + FIXED_BYTES - 1]);
        if (available >= FIXED_BYTES && (keyIdLength == 0 || keyIdLength > Keyring.MAX_ID_BYTES)) {
            throw damaged(position, "a key id of " + keyIdLength + " bytes");
        }
        int length = FIXED_BYTES + keyIdLength + Keyring.SALT_BYTES + Integer.BYTES;
        if (available < length) {
            throw new TruncatedDataException(
                    "The source ends within the header of the sealed stream at byte " + position);
        }
        return new StreamHeader(Arrays.copyOfRange(source, offset, offset + length), position);
    }

    /** The id of the keyring's key. */
    String keyId() throws DamagedDataException {
        String id;
        try {
            id = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, FIXED_BYTES, saltAt() - FIXED_BYTES))
                    .toString();
        } catch (CharacterCodingException e) {
            throw damaged(position, "a key id that is not UTF-8");
        }
        if (!Keyring.isId(id)) {
            throw damaged(position, "a key id with characters that cannot be seen");
        }
        return id;
    }

    byte[] salt() {
        return Arrays.copyOfRange(bytes, saltAt(), saltAt() + Keyring.SALT_BYTES);
    }

    /** What all streams under one data key have in common: key id and salt, as they stand in the header. */
    byte[] keyName() {
        return Arrays.copyOfRange(bytes, FIXED_BYTES, saltAt() + Keyring.SALT_BYTES);
    }

    int ordinal() {
        return StreamFormat.getInt(bytes, saltAt() + Keyring.SALT_BYTES);
    }

    private int saltAt() {
        return bytes.length - Integer.BYTES - Keyring.SALT_BYTES;
    }

    private static DamagedDataException damaged(long position, String what) {
        return new DamagedDataException("The header of the sealed stream at byte " + position + " is damaged: " + what);
    }
}
