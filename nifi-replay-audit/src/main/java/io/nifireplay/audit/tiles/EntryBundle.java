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
package io.nifireplay.audit.tiles;

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHasher;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Entries, each behind its length as a big-endian uint16: what a file of {@code tile/entries} holds. The bytes are not
 * copied; nobody may change them.
 */
public final class EntryBundle {
    /** The longest entry that a uint16 can count. */
    public static final int MAX_ENTRY_BYTES = 0xFFFF;

    private final byte[] bytes;
    /** Where each entry begins, and behind the last one where the next would. */
    private final int[] starts;

    private EntryBundle(byte[] bytes, int[] starts) {
        this.bytes = bytes;
        this.starts = starts;
    }

    /** Writes entries as a bundle. */
    public static byte[] encode(List<byte[]> entries) {
        int size =
                entries.stream().mapToInt(entry -> Short.BYTES + entry.length).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        for (byte[] entry : entries) {
            if (entry.length > MAX_ENTRY_BYTES) {
                throw new IllegalArgumentException("An entry of " + entry.length + " bytes is too long");
            }
            out.write(entry.length >> Byte.SIZE);
            out.write(entry.length);
            out.writeBytes(entry);
        }
        return out.toByteArray();
    }

    /**
     * Finds the entries in a bundle.
     *
     * @param width how many it must have
     * @throws MalformedTileException when it has another number of them, or ends within one
     */
    public static EntryBundle parse(byte[] bytes, int width) throws MalformedTileException {
        int[] starts = new int[width + 1];
        int at = 0;
        for (int i = 0; i < width; i++) {
            if (at + Short.BYTES > bytes.length) {
                throw new MalformedTileException("it ends after " + i + " entries of " + width);
            }
            int length = (bytes[at] & 0xFF) << Byte.SIZE | bytes[at + 1] & 0xFF;
            at += Short.BYTES;
            starts[i] = at;
            at += length;
            if (at > bytes.length) {
                throw new MalformedTileException("it ends within the entry " + i + " of " + width);
            }
        }
        if (at < bytes.length) {
            throw new MalformedTileException("something follows its " + width + " entries");
        }
        starts[width] = at + Short.BYTES;
        return new EntryBundle(bytes, starts);
    }

    /** How many entries it has. */
    public int width() {
        return starts.length - 1;
    }

    /** Where an entry begins in {@link #bytes}. */
    public int start(int entry) {
        return starts[entry];
    }

    /** How long an entry is. */
    public int length(int entry) {
        return starts[entry + 1] - Short.BYTES - starts[entry];
    }

    /** The whole bundle; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** A copy of an entry. */
    public byte[] entry(int entry) {
        return Arrays.copyOfRange(bytes, starts[entry], starts[entry] + length(entry));
    }

    /** The leaf hashes of some entries, one behind the other: what the tile of level 0 has for them. */
    public byte[] leafHashes(TreeHasher hasher, int from, int to) {
        byte[] row = new byte[(to - from) * Hash.BYTES];
        for (int i = from; i < to; i++) {
            hasher.leaf(bytes, starts[i], length(i), row, (i - from) * Hash.BYTES);
        }
        return row;
    }
}
