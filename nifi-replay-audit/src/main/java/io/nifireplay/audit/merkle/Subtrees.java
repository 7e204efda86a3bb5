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

/**
 * Where the hashes of a tree are kept.
 *
 * @param <X> what it throws when it cannot tell
 */
@FunctionalInterface
public interface Subtrees<X extends Exception> {
    /**
     * The root of a perfect subtree: of leaves {@code index * 2^level} up to {@code (index + 1) * 2^level}, exclusive, all
     * of which are in the tree.
     */
    Hash perfect(int level, long index) throws X;
}
