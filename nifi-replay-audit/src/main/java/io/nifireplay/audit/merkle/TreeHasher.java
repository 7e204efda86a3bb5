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

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hashes of RFC 6962, section 2.1: a leaf's is SHA-256 over 0x00 and the entry, a node's over 0x01 and its two
 * children's. For one thread.
 */
public final class TreeHasher {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    /** Longer entries are hashed in two steps; for the others these cost more than copying them behind their 0x00. */
    private static final int SCRATCH_BYTES = 4096;

    private final MessageDigest sha256;
    private final byte[] leaf = new byte[SCRATCH_BYTES];
    private final byte[] node = new byte[1 + 2 * Hash.BYTES];

    public TreeHasher() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
        leaf[0] = LEAF;
        node[0] = NODE;
    }

    /** The root of the tree that has no entry: SHA-256 of nothing. */
    public Hash empty() {
        return Hash.own(sha256.digest());
    }

    public Hash leaf(byte[] entry) {
        sha256.update(LEAF);
        return Hash.own(sha256.digest(entry));
    }

    /** The leaf hash of an entry that lies among others, into a row of hashes. */
    public void leaf(byte[] from, int offset, int length, byte[] row, int rowOffset) {
        if (length < SCRATCH_BYTES) {
            System.arraycopy(from, offset, leaf, 1, length);
            sha256.update(leaf, 0, 1 + length);
        } else {
            sha256.update(LEAF);
            sha256.update(from, offset, length);
        }
        digest(row, rowOffset);
    }

    public Hash node(Hash left, Hash right) {
        System.arraycopy(left.shared(), 0, node, 1, Hash.BYTES);
        System.arraycopy(right.shared(), 0, node, 1 + Hash.BYTES, Hash.BYTES);
        return Hash.own(sha256.digest(node));
    }

    /** The hash over two that stand side by side in a row, into a row. */
    public void node(byte[] from, int offset, byte[] row, int rowOffset) {
        System.arraycopy(from, offset, node, 1, 2 * Hash.BYTES);
        sha256.update(node, 0, node.length);
        digest(row, rowOffset);
    }

    /**
     * The root of a perfect subtree over hashes that stand in a row.
     *
     * @param count a power of two
     */
    public Hash perfect(byte[] row, int offset, int count) {
        if (Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(count + " is no power of two");
        }
        if (count == 1) {
            return Hash.at(row, offset);
        }
        byte[] level = new byte[count / 2 * Hash.BYTES];
        for (int i = 0; i < count / 2; i++) {
            node(row, offset + 2 * i * Hash.BYTES, level, i * Hash.BYTES);
        }
        for (int left = count / 4; left > 0; left /= 2) {
            for (int i = 0; i < left; i++) {
                node(level, 2 * i * Hash.BYTES, level, i * Hash.BYTES);
            }
        }
        return Hash.at(level, 0);
    }

    private void digest(byte[] row, int offset) {
        try {
            sha256.digest(row, offset, Hash.BYTES);
        } catch (DigestException e) {
            throw new IllegalArgumentException("The row has no room for a hash at " + offset, e);
        }
    }
}
