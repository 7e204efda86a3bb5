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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.audit.testing.Vectors;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MerkleTreeTest {
    private static JsonNode vectors() {
        return Vectors.read(MerkleTreeTest.class, "rfc6962.json");
    }

    private static List<Hash> leaves() {
        TreeHasher hasher = new TreeHasher();
        return Vectors.each(vectors().path("inputs"))
                .map(input -> hasher.leaf(HexFormat.of().parseHex(input.asText())))
                .toList();
    }

    private static List<Hash> hashes(JsonNode path) {
        return Vectors.each(path).map(hash -> Hash.ofHex(hash.asText())).toList();
    }

    private static List<Hash> numbered(int count) {
        TreeHasher hasher = new TreeHasher();
        List<Hash> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(hasher.leaf(new byte[] {(byte) i, (byte) (i >> 8)}));
        }
        return leaves;
    }

    @Example
    void hasTheRootsOfTheReferenceImplementation() {
        MerkleTree<RuntimeException> tree = MerkleTree.of(leaves());
        Frontier frontier = new Frontier();
        List<Hash> roots = hashes(vectors().path("roots"));
        for (int size = 0; size < roots.size(); size++) {
            assertThat(tree.root(size)).as("size %d", size).isEqualTo(roots.get(size));
            assertThat(frontier.root()).as("frontier at %d", size).isEqualTo(roots.get(size));
            if (size < leaves().size()) {
                frontier.append(leaves().get(size));
            }
        }
    }

    @Example
    void hasTheInclusionProofsOfTheReferenceImplementation() {
        MerkleTree<RuntimeException> tree = MerkleTree.of(leaves());
        vectors().path("inclusion").forEach(vector -> {
            InclusionProof proof = tree.inclusion(
                    vector.path("index").asLong(), vector.path("size").asLong());
            assertThat(proof.path()).isEqualTo(hashes(vector.path("path")));
        });
    }

    @Example
    void hasTheConsistencyProofsOfTheReferenceImplementation() {
        MerkleTree<RuntimeException> tree = MerkleTree.of(leaves());
        vectors().path("consistency").forEach(vector -> {
            ConsistencyProof proof = tree.consistency(
                    vector.path("first").asLong(), vector.path("second").asLong());
            assertThat(proof.path()).isEqualTo(hashes(vector.path("path")));
        });
    }

    @Example
    void everyInclusionProofOfEverySizeProvesItsLeafAndNoOther() {
        List<Hash> leaves = numbered(70);
        MerkleTree<RuntimeException> tree = MerkleTree.of(leaves);
        for (int size = 1; size <= leaves.size(); size++) {
            Hash root = tree.root(size);
            for (int index = 0; index < size; index++) {
                InclusionProof proof = tree.inclusion(index, size);
                assertThat(proof.proves(leaves.get(index), root)).isTrue();
                assertThat(proof.proves(leaves.get((index + 1) % leaves.size()), root))
                        .isFalse();
                assertThat(new InclusionProof(index + 1, size, proof.path()).proves(leaves.get(index), root))
                        .isFalse();
            }
        }
    }

    @Example
    void everyConsistencyProofOfEverySizeProvesBothRootsAndNoOthers() {
        MerkleTree<RuntimeException> tree = MerkleTree.of(numbered(70));
        Hash other = new TreeHasher().leaf(new byte[1]);
        for (int second = 0; second <= 70; second++) {
            for (int first = 0; first <= second; first++) {
                ConsistencyProof proof = tree.consistency(first, second);
                assertThat(proof.proves(tree.root(first), tree.root(second)))
                        .as("%d to %d", first, second)
                        .isTrue();
                assertThat(proof.proves(other, tree.root(second))).isFalse();
                if (first > 0) {
                    assertThat(proof.proves(tree.root(first), other)).isFalse();
                }
            }
        }
    }

    @Property(tries = 200)
    void aProofThatWasTamperedWithProvesNothing(
            @ForAll @IntRange(min = 2, max = 70) int size, @ForAll @IntRange(min = 0, max = 1000) int dice) {
        List<Hash> leaves = numbered(size);
        MerkleTree<RuntimeException> tree = MerkleTree.of(leaves);
        int index = dice % size;
        InclusionProof proof = tree.inclusion(index, size);
        List<Hash> changed = new ArrayList<>(proof.path());
        changed.set(
                dice % changed.size(),
                leaves.get((index + 1) % size).equals(changed.get(dice % changed.size()))
                        ? new TreeHasher().empty()
                        : leaves.get((index + 1) % size));
        assertThat(new InclusionProof(index, size, changed).proves(leaves.get(index), tree.root(size)))
                .isFalse();
        assertThat(new InclusionProof(
                                index,
                                size,
                                proof.path().subList(0, proof.path().size() - 1))
                        .proves(leaves.get(index), tree.root(size)))
                .isFalse();
    }

    @Example
    void refusesProofsOfWhatIsNotThere() {
        MerkleTree<RuntimeException> tree = MerkleTree.of(numbered(3));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.inclusion(3, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.inclusion(0, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.consistency(3, 2));
    }
}
