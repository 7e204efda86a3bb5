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
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** Tiles and bundles from a store: the partial one that is asked for, or the beginning of the full one in its place. */
public final class TileReading {
    private TileReading() {}

    /**
     * The hashes of a tile.
     *
     * @throws MalformedTileException when there is no such tile, or it has another length
     */
    public static byte[] hashes(TileStore store, TilePath path) throws IOException, MalformedTileException {
        Optional<byte[]> asked = store.read(path);
        if (asked.isPresent()) {
            return ofWidth(path, asked.get());
        }
        TilePath whole = path.withWidth(TilePath.FULL);
        if (!path.isFull()) {
            Optional<byte[]> full = store.read(whole);
            if (full.isPresent()) {
                return Arrays.copyOf(ofWidth(whole, full.get()), path.width() * Hash.BYTES);
            }
        }
        throw new MalformedTileException("The file " + path + " is missing");
    }

    private static byte[] ofWidth(TilePath path, byte[] bytes) throws MalformedTileException {
        if (bytes.length != path.width() * Hash.BYTES) {
            throw new MalformedTileException(
                    "The file " + path + " has " + bytes.length + " bytes, not " + path.width() * Hash.BYTES);
        }
        return bytes;
    }

    /**
     * The entries of a bundle; those of the full one, where the partial one that is asked for is gone.
     *
     * @throws MalformedTileException when there is no such bundle, or it is none
     */
    public static EntryBundle entries(TileStore store, TilePath path) throws IOException, MalformedTileException {
        TilePath found = path;
        Optional<byte[]> bytes = store.read(path);
        if (bytes.isEmpty() && !path.isFull()) {
            found = path.withWidth(TilePath.FULL);
            bytes = store.read(found);
        }
        if (bytes.isEmpty()) {
            throw new MalformedTileException("The file " + path + " is missing");
        }
        try {
            return EntryBundle.parse(bytes.get(), found.width());
        } catch (MalformedTileException e) {
            throw new MalformedTileException("The file " + found + " is damaged: " + e.getMessage());
        }
    }
}
