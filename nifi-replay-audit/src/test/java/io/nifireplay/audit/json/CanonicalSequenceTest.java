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
package io.nifireplay.audit.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CanonicalSequenceTest {
    private final CanonicalSequence sequence = new CanonicalSequence();

    @Provide
    Arbitrary<JsonValue> values() {
        return JsonValues.any();
    }

    /** A change of some bytes: where, how many are taken out, and what comes in their place. */
    record Change(int at, int removed, byte[] inserted) {
        byte[] of(byte[] bytes) {
            int from = Math.floorMod(at, bytes.length);
            int behind = Math.min(bytes.length, from + removed);
            byte[] changed = Arrays.copyOf(bytes, from + inserted.length + bytes.length - behind);
            System.arraycopy(inserted, 0, changed, from, inserted.length);
            System.arraycopy(bytes, behind, changed, from + inserted.length, bytes.length - behind);
            return changed;
        }
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        Arbitrary<String> telling = Arbitraries.strings()
                .withChars("\"\\,:{}[]0123456789.-eEtrufalsn\u0001\u00e9ab")
                .ofMaxLength(3);
        return Combinators.combine(
                        Arbitraries.integers(), Arbitraries.integers().between(0, 3), telling)
                .as((at, removed, text) -> new Change(at, removed, text.getBytes(StandardCharsets.UTF_8)))
                .list()
                .ofMaxSize(8);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void tellsOfEachWhatIsToldOfItAlone(
            @ForAll("values") JsonValue value,
            @ForAll("changes") List<Change> changes,
            @ForAll("values") JsonValue other) {
        byte[] first = CanonicalJson.bytes(value);
        agrees(first);
        for (Change change : changes) {
            agrees(change.of(first));
        }
        agrees(CanonicalJson.bytes(other));
        agrees(first);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void takesWhatDiffersInItsContentsOnly(@ForAll("values") JsonValue one, @ForAll("values") JsonValue other) {
        for (JsonValue value : List.of(one, other, one)) {
            byte[] bytes = CanonicalJson.bytes(
                    new JsonValue.JsonArray(List.of(JsonValue.of("the same beginning of both"), value, value)));
            agrees(bytes);
        }
    }

    @Example
    void refusesWhatStandsBehindAValueThatIsLikeAnEarlierOne() {
        String entry = "{\"action\":\"events admitted\",\"count\":12}";
        for (String text : List.of(
                entry,
                entry.replace("12", "123"),
                entry + "}",
                entry.replace("12", "012"),
                entry.replace("12", "1"),
                entry.replace("12", ""),
                entry.replace("12}", "12,"),
                entry.replace("12}", "12"),
                entry.replace("12", "\"12\""),
                entry.replace("admitted", "admitted\\u00e9"),
                entry.replace("admitted\"", "admitted"),
                entry.replace("count", "acount"))) {
            agrees(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** In the middle of other bytes, so that a look beyond the ends would be seen. */
    private void agrees(byte[] bytes) {
        byte[] among = new byte[bytes.length + 40];
        Arrays.fill(among, (byte) '1');
        System.arraycopy(bytes, 0, among, 20, bytes.length);

        assertThat(sequence.holds(among, 20, 20 + bytes.length))
                .as(new String(bytes, StandardCharsets.UTF_8))
                .isEqualTo(CanonicalForm.holds(bytes, 0, bytes.length));
    }
}
