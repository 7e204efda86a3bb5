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
package io.nifireplay.audit.entry;

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.MerkleTree;
import io.nifireplay.audit.merkle.TreeHasher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Ids, of which an entry carries the first ones, and of all of them the count and the Merkle root over their UTF-8 bytes in
 * order (RFC 6962). So an entry stays small, and whoever kept the ids can prove that one was among them.
 *
 * @param count of all ids
 * @param listed the first ones
 * @param root over all of them
 */
public record IdList(long count, List<String> listed, Hash root) {
    /** How many ids an entry lists at most. */
    public static final int MAX_LISTED = 100;
    /** How many bytes the listed ones have at most, as canonical JSON has them. */
    static final int MAX_LISTED_BYTES = 12 * 1024;

    public IdList {
        listed = List.copyOf(listed);
    }

    public static IdList of(List<String> ids) {
        TreeHasher hasher = new TreeHasher();
        List<Hash> leaves = new ArrayList<>();
        List<String> listed = new ArrayList<>();
        int bytes = 0;
        for (String id : ids) {
            leaves.add(hasher.leaf(id.getBytes(StandardCharsets.UTF_8)));
            if (listed.size() + 1 == leaves.size() && listed.size() < MAX_LISTED) {
                bytes += FreeText.bytes(FreeText.of(id));
                if (bytes <= MAX_LISTED_BYTES) {
                    listed.add(id);
                }
            }
        }
        return new IdList(ids.size(), listed, MerkleTree.of(leaves).root(ids.size()));
    }

    public static IdList of(String... ids) {
        return of(List.of(ids));
    }
}
