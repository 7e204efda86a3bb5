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

import io.nifireplay.crypto.aead.AesGcm;
import java.nio.ByteBuffer;

/**
 * The bytes of a sealed record:
 *
 * <pre>
 *   1 byte   version, 1
 *   4 bytes  number of the epoch
 *   8 bytes  counter of the record in its epoch, from 0
 *   n bytes  ciphertext
 *  16 bytes  tag
 * </pre>
 *
 * AES-256-GCM under the epoch's data key, with four bytes 0 and the counter as its nonce and the context as its associated
 * data. Integers are big-endian.
 */
final class RecordFormat {
    static final byte VERSION = 1;
    static final int COUNTER_AT = 1 + Integer.BYTES;
    static final int HEADER_BYTES = COUNTER_AT + Long.BYTES;
    static final int OVERHEAD_BYTES = HEADER_BYTES + AesGcm.TAG_BYTES;

    private RecordFormat() {}

    /** The purpose for which a record's data key is derived: streams and records of one purpose have different keys. */
    static String keyPurpose(String purpose) {
        return purpose + " record " + VERSION;
    }

    static byte[] nonce(long counter) {
        return ByteBuffer.allocate(AesGcm.NONCE_BYTES)
                .putLong(Integer.BYTES, counter)
                .array();
    }
}
