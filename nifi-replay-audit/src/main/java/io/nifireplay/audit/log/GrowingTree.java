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
package io.nifireplay.audit.log;

import io.nifireplay.audit.merkle.Frontier;
import io.nifireplay.audit.merkle.TreeHead;
import java.util.List;

/** The tree over all that is acknowledged, which grows only by what has reached stable storage. For one thread. */
final class GrowingTree {
    private Frontier frontier;

    /** The tree as it will be. */
    record Growth(Frontier frontier, TreeHead head) {}

    GrowingTree(Frontier frontier) {
        this.frontier = frontier;
    }

    TreeHead head() {
        return frontier.head();
    }

    /** What it will be with more entries; it stays as it is. */
    Growth grow(List<Batch> batches) {
        Frontier grown = frontier.copy();
        for (Batch batch : batches) {
            for (int i = 0; i < batch.entries().size(); i++) {
                grown.append(batch.leafHash(i));
            }
        }
        return new Growth(grown, grown.head());
    }

    void take(Growth growth) {
        frontier = growth.frontier();
    }
}
