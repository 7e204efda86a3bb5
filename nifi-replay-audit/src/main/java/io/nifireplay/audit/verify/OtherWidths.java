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

import io.nifireplay.audit.tiles.MalformedTileException;
import io.nifireplay.audit.tiles.TilePath;
import io.nifireplay.audit.tiles.TileStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The files that stand for the same entries or hashes as the one that the checkpoint asks for, in another width: partial ones of
 * older checkpoints, and wider ones of a checkpoint to come. They begin alike.
 */
final class OtherWidths {
    private final TileStore store;
    private final Findings findings;

    OtherWidths(TileStore store, Findings findings) {
        this.store = store;
        this.findings = findings;
    }

    /** @param checked the file of the width that the checkpoint asks for */
    void checkEntries(List<TilePath> others, byte[] checked) throws IOException {
        for (TilePath path : others) {
            byte[] other = store.read(path).orElse(checked);
            int shorter = Math.min(other.length, checked.length);
            boolean isAlike = Arrays.equals(other, 0, shorter, checked, 0, shorter);
            if (!isAlike || !isBundle(other, path.width())) {
                findings.add(Problem.inFile(
                        path.toString(),
                        "It has other entries than the file of another width that stands for the same"));
            }
        }
    }

    private static boolean isBundle(byte[] bytes, int width) {
        try {
            FileCheck.bundle(bytes, width);
            return true;
        } catch (MalformedTileException e) {
            return false;
        }
    }

    /** @param row the hashes as they were computed from the entries */
    void checkHashes(List<TilePath> others, byte[] row) throws IOException {
        for (TilePath path : others) {
            if (!FileCheck.isBeginning(store.read(path).orElse(new byte[0]), path.width(), row)) {
                findings.add(Problem.inFile(path.toString(), "It has other hashes than its entries give"));
            }
        }
    }
}
