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

import io.nifireplay.crypto.aead.AesGcm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The sizes and the nonce of a sealed stream: docs/formats.md describes it byte by byte. It is the STREAM construction
 * (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015), whose
 * associated data is bound to a place and an offset besides, so that a segment can be verified without those before it.
 */
final class StreamFormat {
    /** Plain bytes in a full segment: 64 KiB. */
    static final int SEGMENT_BYTES = 64 * 1024;

    /** What stands before a segment: the flag of the last one, and the plain length. */
    static final int FRAME_HEADER_BYTES = Integer.BYTES;

    static final int FRAME_OVERHEAD_BYTES = FRAME_HEADER_BYTES + AesGcm.TAG_BYTES;

    /** The bytes of a full segment with its header and tag. */
    static final int FULL_FRAME_BYTES = SEGMENT_BYTES + FRAME_OVERHEAD_BYTES;

    /** Set in the frame header of a stream's last segment. */
    static final int LAST = 0x8000_0000;

    /** The most segments of a stream, by the width of their counter. A data key's blocks are used up long before. */
    static final long MAX_SEGMENTS = 1L << 56;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    static final byte[] NO_BYTES = {};

    private StreamFormat() {}

    /** Writes the nonce: 4 bytes ordinal, 7 bytes segment counter, 1 byte that is 1 for the last segment. */
    static void putNonce(byte[] nonce, int ordinal, long counter, boolean last) {
        INT.set(nonce, 0, ordinal);
        LONG.set(nonce, 4, counter << 8 | (last ? 1 : 0));
    }

    static void putLong(byte[] target, int offset, long value) {
        LONG.set(target, offset, value);
    }

    static long getLong(byte[] source, int offset) {
        return (long) LONG.get(source, offset);
    }

    static void putInt(byte[] target, int offset, int value) {
        INT.set(target, offset, value);
    }

    static int getInt(byte[] source, int offset) {
        return (int) INT.get(source, offset);
    }
}
