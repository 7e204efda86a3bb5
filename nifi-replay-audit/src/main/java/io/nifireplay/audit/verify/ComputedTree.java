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
package io.nifireplay.audit.verify;

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.MerkleTree;
import io.nifireplay.audit.merkle.TreeHasher;
import io.nifireplay.audit.tiles.TilePath;
import java.io.IOException;
import java.util.Arrays;

/**
 * The tree as it follows from the entries. The roots over 256 entries each are kept, what lies below is computed again where
 * it is asked for.
 */
final class ComputedTree {
    private final long size;
    /** One hash for each full bundle. */
    private final byte[] bundleRoots;

    private final LeafHashes leaves;
    private final TreeHasher hasher = new TreeHasher();
    private long knownIndex = -1;
    private byte[] known = new byte[0];

    /** The leaf hashes of a bundle, computed from its entries. */
    @FunctionalInterface
    interface LeafHashes {
        byte[] of(long index) throws IOException;
    }

    ComputedTree(long size, byte[] bundleRoots, LeafHashes leaves) {
        this.size = size;
        this.bundleRoots = bundleRoots;
        this.leaves = leaves;
    }

    MerkleTree<IOException> tree() {
        return new MerkleTree<>(this::perfect, size);
    }

    private Hash perfect(int level, long index) throws IOException {
        if (level >= TilePath.HEIGHT) {
            int count = 1 << (level - TilePath.HEIGHT);
            return hasher.perfect(bundleRoots, Math.toIntExact(index * count * Hash.BYTES), count);
        }
        long first = index << level;
        if (first / TilePath.FULL != knownIndex) {
            known = leaves.of(first / TilePath.FULL);
            knownIndex = first / TilePath.FULL;
        }
        return hasher.perfect(known, (int) (first % TilePath.FULL) * Hash.BYTES, 1 << level);
    }

    /** The hashes that the tiles of a level have, one behind the other: level 1 and above. */
    byte[] level(int level) {
        byte[] row = bundleRoots;
        for (int at = 2; at <= level; at++) {
            int count = row.length / Hash.BYTES / TilePath.FULL;
            byte[] above = new byte[count * Hash.BYTES];
            for (int i = 0; i < count; i++) {
                hasher.perfect(row, i * TilePath.FULL * Hash.BYTES, TilePath.FULL)
                        .copyTo(above, i * Hash.BYTES);
            }
            row = above;
        }
        return row;
    }

    /** The hashes of one tile of a level's row. */
    static byte[] tile(byte[] row, long index) {
        int from = Math.toIntExact(index * TilePath.FULL * Hash.BYTES);
        return Arrays.copyOfRange(row, from, Math.min(row.length, from + TilePath.FULL * Hash.BYTES));
    }
}
