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

/** A partition and the last position that it gave. Changed by the one thread that commits. */
final class Partition {
    private final int number;
    private final String name;
    private volatile long head;

    Partition(int number, String name, long head) {
        this.number = number;
        this.name = name;
        this.head = head;
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    /** The last position given, 0 before any. */
    long head() {
        return head;
    }

    long nextPosition() {
        head++;
        return head;
    }

    byte[] key() {
        return new ByteWriter(Integer.BYTES).i32(number).toBytes();
    }

    byte[] toBytes() {
        return new ByteWriter(64).i64(head).text(name).toBytes();
    }

    static Partition of(byte[] key, byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        long head = in.i64();
        return new Partition(new ByteReader(key).i32(), in.text(), head);
    }
}
