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
package io.nifireplay.audit.log;

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHasher;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Entries that are appended together, hashed by the thread that brings them. */
final class Batch {
    private final List<byte[]> entries;
    private final byte[] leafHashes;
    private final long bytes;
    /** The index of its first entry, once it is on stable storage. */
    private final CompletableFuture<Long> first = new CompletableFuture<>();

    private Batch(List<byte[]> entries, byte[] leafHashes, long bytes) {
        this.entries = entries;
        this.leafHashes = leafHashes;
        this.bytes = bytes;
    }

    static Batch of(List<byte[]> entries) {
        TreeHasher hasher = new TreeHasher();
        byte[] hashes = new byte[entries.size() * Hash.BYTES];
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            byte[] entry = entries.get(i);
            hasher.leaf(entry, 0, entry.length, hashes, i * Hash.BYTES);
            bytes += entry.length;
        }
        return new Batch(entries, hashes, bytes);
    }

    List<byte[]> entries() {
        return entries;
    }

    byte[] leafHashes() {
        return leafHashes;
    }

    Hash leafHash(int entry) {
        return Hash.at(leafHashes, entry * Hash.BYTES);
    }

    /** Of all entries. */
    long bytes() {
        return bytes;
    }

    CompletableFuture<Long> first() {
        return first;
    }
}
