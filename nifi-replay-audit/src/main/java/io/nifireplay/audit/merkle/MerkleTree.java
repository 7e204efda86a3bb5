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
package io.nifireplay.audit.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * Roots and proofs of a tree whose hashes are kept somewhere (RFC 6962, section 2.1; RFC 9162, section 2.1). For one
 * thread.
 *
 * @param <X> what the keeper of the hashes throws
 */
public final class MerkleTree<X extends Exception> {
    private final TreeHasher hasher = new TreeHasher();
    private final Subtrees<X> subtrees;
    private final long size;

    public MerkleTree(Subtrees<X> subtrees, long size) {
        this.subtrees = subtrees;
        this.size = size;
    }

    /** A tree over leaf hashes that are at hand. */
    public static MerkleTree<RuntimeException> of(List<Hash> leaves) {
        TreeHasher hasher = new TreeHasher();
        byte[] row = new byte[leaves.size() * Hash.BYTES];
        for (int i = 0; i < leaves.size(); i++) {
            leaves.get(i).copyTo(row, i * Hash.BYTES);
        }
        return new MerkleTree<>(
                (level, index) -> hasher.perfect(row, Math.toIntExact((index << level) * Hash.BYTES), 1 << level),
                leaves.size());
    }

    /** The root of what the tree was at a size. */
    public Hash root(long atSize) throws X {
        requireSize(atSize);
        return atSize == 0 ? hasher.empty() : root(0, atSize);
    }

    public TreeHead head() throws X {
        return new TreeHead(size, root(size));
    }

    /** That an entry is in the tree at a size. */
    public InclusionProof inclusion(long index, long atSize) throws X {
        requireSize(atSize);
        if (index < 0 || index >= atSize) {
            throw new IllegalArgumentException("A tree of " + atSize + " entries has none with the index " + index);
        }
        List<Hash> path = new ArrayList<>();
        long from = 0;
        long to = atSize;
        while (to - from > 1) {
            long middle = from + split(to - from);
            if (index < middle) {
                path.add(root(middle, to));
                to = middle;
            } else {
                path.add(root(from, middle));
                from = middle;
            }
        }
        return new InclusionProof(index, atSize, path.reversed());
    }

    /** That the tree at a size begins with what it was at a smaller one. */
    public ConsistencyProof consistency(long first, long second) throws X {
        requireSize(second);
        if (first < 0 || first > second) {
            throw new IllegalArgumentException("A tree of " + second + " entries never had " + first);
        }
        List<Hash> path = new ArrayList<>();
        if (first > 0 && first < second) {
            long from = 0;
            long to = second;
            long wanted = first;
            boolean whole = true;
            while (wanted != to - from) {
                long half = split(to - from);
                if (wanted <= half) {
                    path.add(root(from + half, to));
                    to = from + half;
                } else {
                    path.add(root(from, from + half));
                    from += half;
                    wanted -= half;
                    whole = false;
                }
            }
            if (!whole) {
                path.add(root(from, to));
            }
        }
        return new ConsistencyProof(first, second, path.reversed());
    }

    private void requireSize(long atSize) {
        if (atSize < 0 || atSize > size) {
            throw new IllegalArgumentException("The tree has " + size + " entries, not " + atSize);
        }
    }

    /** The largest power of two below a size of at least two. */
    private static long split(long size) {
        return Long.highestOneBit(size - 1);
    }

    /** The root over a range that the tree's structure has as a subtree: it begins at a multiple of its largest part. */
    private Hash root(long from, long to) throws X {
        long width = to - from;
        if (Long.bitCount(width) == 1) {
            int level = Long.numberOfTrailingZeros(width);
            return subtrees.perfect(level, from >> level);
        }
        long middle = from + split(width);
        return hasher.node(root(from, middle), root(middle, to));
    }
}
