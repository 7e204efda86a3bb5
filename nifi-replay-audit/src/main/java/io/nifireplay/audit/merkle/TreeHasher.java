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

    private final MessageDigest sha256;

    public TreeHasher() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
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
        sha256.update(LEAF);
        sha256.update(from, offset, length);
        digest(row, rowOffset);
    }

    public Hash node(Hash left, Hash right) {
        sha256.update(NODE);
        sha256.update(left.shared());
        return Hash.own(sha256.digest(right.shared()));
    }

    /** The hash over two that stand side by side in a row, into a row. */
    public void node(byte[] from, int offset, byte[] row, int rowOffset) {
        sha256.update(NODE);
        sha256.update(from, offset, 2 * Hash.BYTES);
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
