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
 * That a tree begins with what it was at a smaller size: nothing was changed, removed or reordered between them (RFC 9162,
 * section 2.1.4).
 *
 * @param first the smaller size
 * @param second the larger size
 * @param path the hashes that lead to both roots, from below
 */
public record ConsistencyProof(long first, long second, List<Hash> path) {
    public ConsistencyProof {
        path = List.copyOf(path);
    }

    /** Whether it leads to both roots. */
    public boolean proves(Hash firstRoot, Hash secondRoot) {
        if (first < 0 || first > second) {
            return false;
        }
        if (first == second) {
            return path.isEmpty() && firstRoot.equals(secondRoot);
        }
        if (first == 0) {
            return path.isEmpty() && firstRoot.equals(new TreeHasher().empty());
        }
        List<Hash> hashes = new ArrayList<>(path);
        if (Long.bitCount(first) == 1) {
            hashes.addFirst(firstRoot);
        }
        return !hashes.isEmpty() && leads(hashes, firstRoot, secondRoot);
    }

    private boolean leads(List<Hash> hashes, Hash firstRoot, Hash secondRoot) {
        TreeHasher hasher = new TreeHasher();
        long node = first - 1;
        long last = second - 1;
        while ((node & 1) == 1) {
            node >>= 1;
            last >>= 1;
        }
        Hash toFirst = hashes.getFirst();
        Hash toSecond = hashes.getFirst();
        for (Hash beside : hashes.subList(1, hashes.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                toFirst = hasher.node(beside, toFirst);
                toSecond = hasher.node(beside, toSecond);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                toSecond = hasher.node(toSecond, beside);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && toFirst.equals(firstRoot) && toSecond.equals(secondRoot);
    }
}
