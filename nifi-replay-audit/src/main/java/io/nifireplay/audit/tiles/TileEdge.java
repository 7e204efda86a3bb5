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

import io.nifireplay.audit.merkle.Frontier;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHasher;
import java.io.IOException;
import java.util.Arrays;

/**
 * The tiles at the right edge of a growing tree, one a level, and how leaves fill them. A full tile is handed out, and its
 * root goes into the level above. For one thread.
 */
public final class TileEdge {
    private static final int TILE_BYTES = TilePath.FULL * Hash.BYTES;

    private final TreeHasher hasher = new TreeHasher();
    private final byte[][] tiles = new byte[TilePath.LEVELS][];
    private final int[] widths = new int[TilePath.LEVELS];
    private long size;

    /** Where tiles go. */
    @FunctionalInterface
    public interface Sink {
        /** @param hashes as many as the path is wide; not to be kept */
        void write(TilePath path, byte[] hashes) throws IOException;
    }

    /** Of the empty tree. */
    public TileEdge() {}

    /** A copy, which grows by itself. */
    public TileEdge copy() {
        TileEdge copy = new TileEdge();
        for (int level = 0; level < TilePath.LEVELS; level++) {
            copy.tiles[level] = tiles[level] == null ? null : tiles[level].clone();
            copy.widths[level] = widths[level];
        }
        copy.size = size;
        return copy;
    }

    /**
     * Reads the edge of a tree of a size from its files. Whether they are the right ones shows when {@link #root} is
     * compared with a root that is known.
     *
     * @throws MalformedTileException when one is missing or not as long as it must be
     */
    public static TileEdge read(TileStore store, long size) throws IOException, MalformedTileException {
        TileEdge edge = new TileEdge();
        edge.size = size;
        for (int level = 0; level < TilePath.LEVELS; level++) {
            long hashes = TilePath.hashes(level, size);
            int width = (int) (hashes % TilePath.FULL);
            if (width > 0) {
                TilePath path = new TilePath(level, hashes / TilePath.FULL, width);
                edge.tiles[level] = Arrays.copyOf(TileReading.hashes(store, path), TILE_BYTES);
                edge.widths[level] = width;
            }
        }
        return edge;
    }

    public long size() {
        return size;
    }

    /** How many leaves the tile of level 0 has at present, less than 256. */
    public int leaves() {
        return widths[0];
    }

    /** A copy of the leaf hashes that are in no full tile yet. */
    public byte[] leafHashes() {
        return widths[0] == 0 ? new byte[0] : Arrays.copyOf(tiles[0], widths[0] * Hash.BYTES);
    }

    /** Appends a leaf, and hands out every tile that is full by it. */
    public void append(byte[] row, int offset, Sink full) throws IOException {
        append(0, row, offset, full);
        size++;
    }

    private void append(int level, byte[] row, int offset, Sink full) throws IOException {
        if (tiles[level] == null) {
            tiles[level] = new byte[TILE_BYTES];
        }
        byte[] tile = tiles[level];
        System.arraycopy(row, offset, tile, widths[level] * Hash.BYTES, Hash.BYTES);
        widths[level]++;
        if (widths[level] == TilePath.FULL) {
            full.write(TilePath.full(level, size >>> (TilePath.HEIGHT * (level + 1))), tile);
            byte[] root = hasher.perfect(tile, 0, TilePath.FULL).bytes();
            widths[level] = 0;
            append(level + 1, root, 0, full);
        }
    }

    /** Hands out the tiles that are not full. */
    public void partial(Sink sink) throws IOException {
        for (int level = 0; level < TilePath.LEVELS; level++) {
            if (widths[level] > 0) {
                sink.write(
                        new TilePath(level, TilePath.hashes(level, size) / TilePath.FULL, widths[level]),
                        Arrays.copyOf(tiles[level], widths[level] * Hash.BYTES));
            }
        }
    }

    /** The edge as the roots of perfect subtrees. */
    public Frontier frontier() {
        Frontier frontier = new Frontier();
        for (int level = TilePath.LEVELS - 1; level >= 0; level--) {
            for (int i = 0; i < widths[level]; i++) {
                frontier.append(Hash.at(tiles[level], i * Hash.BYTES), level * TilePath.HEIGHT);
            }
        }
        return frontier;
    }
}
