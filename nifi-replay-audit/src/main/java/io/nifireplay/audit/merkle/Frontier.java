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
 * The right edge of a growing tree: the roots of its perfect subtrees, from the largest on the left to the smallest on the
 * right, which is all that is needed to append and to know the root. For one thread.
 */
public final class Frontier {
    private final TreeHasher hasher = new TreeHasher();
    private final List<Hash> subtrees = new ArrayList<>();
    private long size;

    /** Of the empty tree. */
    public Frontier() {}

    /** A copy, which grows by itself. */
    public Frontier copy() {
        Frontier copy = new Frontier();
        copy.subtrees.addAll(subtrees);
        copy.size = size;
        return copy;
    }

    public long size() {
        return size;
    }

    public void append(Hash leaf) {
        append(leaf, 0);
    }

    /**
     * Appends a perfect subtree.
     *
     * @param level its leaves are two to the power of this
     * @throws IllegalArgumentException when the tree ends where no such subtree can begin
     */
    public void append(Hash subtree, int level) {
        long leaves = 1L << level;
        if (size % leaves != 0) {
            throw new IllegalArgumentException("A subtree of " + leaves + " leaves does not begin at " + size);
        }
        Hash joined = subtree;
        for (long bit = leaves; (size & bit) != 0; bit <<= 1) {
            joined = hasher.node(subtrees.removeLast(), joined);
        }
        subtrees.add(joined);
        size += leaves;
    }

    public Hash root() {
        if (subtrees.isEmpty()) {
            return hasher.empty();
        }
        Hash root = subtrees.getLast();
        for (int i = subtrees.size() - 2; i >= 0; i--) {
            root = hasher.node(subtrees.get(i), root);
        }
        return root;
    }

    public TreeHead head() {
        return new TreeHead(size, root());
    }
}
