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
import io.nifireplay.audit.merkle.MerkleTree;
import io.nifireplay.audit.merkle.TreeHasher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** The tree of a log over its tiles: proofs read the few tiles that they need, and remember them. For one thread. */
public final class TiledTree {
    private final TileStore store;
    private final long size;
    private final TreeHasher hasher = new TreeHasher();
    private final Map<TilePath, byte[]> read = new HashMap<>();

    /** @param size of the tree; the store has the tiles of this size */
    public TiledTree(TileStore store, long size) {
        this.store = store;
        this.size = size;
    }

    /**
     * The tree.
     *
     * @return whose methods throw {@link MalformedTileException} when a tile is missing or damaged, and {@link
     *     UncheckedIOException} when one cannot be read
     */
    public MerkleTree<MalformedTileException> tree() {
        return new MerkleTree<>(this::perfect, size);
    }

    private Hash perfect(int level, long index) throws MalformedTileException {
        int tileLevel = level / TilePath.HEIGHT;
        int within = level % TilePath.HEIGHT;
        long firstHash = index << within;
        long tile = firstHash / TilePath.FULL;
        int width = (int) Math.min(TilePath.FULL, TilePath.hashes(tileLevel, size) - tile * TilePath.FULL);
        int offset = (int) (firstHash % TilePath.FULL) * Hash.BYTES;
        return hasher.perfect(tile(new TilePath(tileLevel, tile, width)), offset, 1 << within);
    }

    private byte[] tile(TilePath path) throws MalformedTileException {
        byte[] known = read.get(path);
        if (known == null) {
            try {
                known = TileReading.hashes(store, path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            read.put(path, known);
        }
        return known;
    }
}
