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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.JournalException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote; a row that ends early or has impossible lengths is a {@link JournalException}. */
final class ByteReader {
    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    private void require(long count) {
        if (count < 0 || count > bytes.length - at) {
            throw new JournalException("A row of the event journal is damaged: " + count + " bytes are missing at byte "
                    + at + " of " + bytes.length);
        }
    }

    int u8() {
        require(1);
        return bytes[at++] & 0xFF;
    }

    int i32() {
        require(4);
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        return value;
    }

    long i64() {
        require(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        return value;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new JournalException("A row of the event journal is damaged: a number does not end at byte " + at);
    }

    /** A varint that is a count or an index. */
    int count() {
        long value = varint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new JournalException("A row of the event journal is damaged: a count of " + value);
        }
        return (int) value;
    }

    byte[] raw(int count) {
        require(count);
        byte[] value = Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return value;
    }

    byte[] blob() {
        return raw(count());
    }

    String text() {
        int count = count();
        require(count);
        String value = new String(bytes, at, count, StandardCharsets.UTF_8);
        at += count;
        return value;
    }

    byte[] rest() {
        return raw(bytes.length - at);
    }
}
