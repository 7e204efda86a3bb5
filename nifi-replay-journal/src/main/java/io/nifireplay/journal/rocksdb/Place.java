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

/**
 * An event's place as the rows name it.
 *
 * @param partition the partition's number in this journal
 * @param position within the partition
 */
record Place(int partition, long position) {
    static final int BYTES = 12;

    byte[] key() {
        return key(partition, position);
    }

    /** Rows of one partition lie together, in the order of positions. */
    static byte[] key(int partition, long position) {
        byte[] key = new byte[BYTES];
        put(key, 0, partition, position);
        return key;
    }

    static void put(byte[] key, int offset, int partition, long position) {
        for (int i = 0; i < 4; i++) {
            key[offset + i] = (byte) (partition >>> (24 - 8 * i));
        }
        putLong(key, offset + 4, position);
    }

    static void putLong(byte[] key, int offset, long value) {
        for (int i = 0; i < 8; i++) {
            key[offset + i] = (byte) (value >>> (56 - 8 * i));
        }
    }

    static Place of(byte[] key, int offset) {
        return new Place((int) integer(key, offset, 4), integer(key, offset + 4, 8));
    }

    static long integer(byte[] key, int offset, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | key[offset + i] & 0xFF;
        }
        return value;
    }
}
