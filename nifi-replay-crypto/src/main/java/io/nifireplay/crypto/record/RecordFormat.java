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
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The sizes of a sealed record:
 *
 * <pre>
 *   1 byte   version, 1
 *   4 bytes  number of the epoch
 *   8 bytes  counter within the epoch
 *   n bytes  ciphertext
 *  16 bytes  tag
 * </pre>
 *
 * all integers big-endian. The nonce is the epoch's number and the counter, the associated data the 13 bytes before the
 * ciphertext and the context.
 */
final class RecordFormat {
    static final byte VERSION = 1;
    static final int HEADER_BYTES = 1 + Integer.BYTES + Long.BYTES;
    static final int OVERHEAD_BYTES = HEADER_BYTES + AesGcm.TAG_BYTES;

    /** The counter under which an epoch's header is vouched for: no record has it. */
    static final long HEADER_COUNTER = -1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private RecordFormat() {}

    /** The purpose for which a record's data key is derived: streams and records of one purpose have different keys. */
    static String keyPurpose(String purpose) {
        return purpose + " record " + VERSION;
    }

    static byte[] nonce(int epoch, long counter) {
        byte[] nonce = new byte[AesGcm.NONCE_BYTES];
        INT.set(nonce, 0, epoch);
        LONG.set(nonce, Integer.BYTES, counter);
        return nonce;
    }

    /** The associated data: the record's own header, and its context. */
    static byte[] associated(int epoch, long counter, byte[] context) {
        byte[] associated = new byte[HEADER_BYTES + context.length];
        putHeader(associated, 0, epoch, counter);
        System.arraycopy(context, 0, associated, HEADER_BYTES, context.length);
        return associated;
    }

    static void putHeader(byte[] target, int offset, int epoch, long counter) {
        target[offset] = VERSION;
        INT.set(target, offset + 1, epoch);
        LONG.set(target, offset + 1 + Integer.BYTES, counter);
    }

    static int epoch(byte[] record, int offset) {
        return (int) INT.get(record, offset + 1);
    }

    static long counter(byte[] record, int offset) {
        return (long) LONG.get(record, offset + 1 + Integer.BYTES);
    }
}
