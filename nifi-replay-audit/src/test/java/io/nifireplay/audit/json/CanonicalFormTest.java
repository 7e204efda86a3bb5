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
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CanonicalFormTest {
    /** The slow way to tell. */
    private static boolean isCanonical(byte[] bytes) {
        try {
            return Arrays.equals(CanonicalJson.bytes(JsonReader.read(bytes)), bytes);
        } catch (JsonException e) {
            return false;
        }
    }

    private static boolean holds(byte[] bytes) {
        return CanonicalForm.holds(bytes, 0, bytes.length);
    }

    private static boolean holds(String text) {
        return holds(text.getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<JsonValue> values() {
        return JsonValues.any();
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void holdsForWhateverIsWritten(@ForAll("values") JsonValue value) {
        byte[] bytes = CanonicalJson.bytes(value);

        assertThat(holds(bytes)).isTrue();
        assertThat(isCanonical(bytes)).isTrue();
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void tellsTheSameAsReadingAndWritingAfterAnyChange(
            @ForAll("values") JsonValue value, @ForAll int at, @ForAll byte changed) {
        byte[] bytes = CanonicalJson.bytes(value);
        bytes[Math.floorMod(at, bytes.length)] = changed;

        assertThat(holds(bytes)).isEqualTo(isCanonical(bytes));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void tellsTheSameAsReadingAndWritingWhateverIsLeftOut(@ForAll("values") JsonValue value, @ForAll int at) {
        byte[] bytes = CanonicalJson.bytes(value);
        int without = Math.floorMod(at, bytes.length);
        byte[] shorter = new byte[bytes.length - 1];
        System.arraycopy(bytes, 0, shorter, 0, without);
        System.arraycopy(bytes, without + 1, shorter, without, shorter.length - without);

        assertThat(holds(shorter)).isEqualTo(isCanonical(shorter));
    }

    @Example
    void refusesEveryOtherWayToWriteTheSame() {
        Map.of(
                        "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}",
                        "[1]", "[1 ]",
                        "\"é\"", "\"\\u00e9\"",
                        "\"/\"", "\"\\/\"",
                        "\"\\u000f\"", "\"\\u000F\"",
                        "\"\\n\"", "\"\\u000a\"",
                        "100", "1e2",
                        "0", "-0",
                        "0.5", "0.50",
                        "1e+21", "1E21")
                .forEach((canonical, other) -> {
                    assertThat(holds(canonical)).as(canonical).isTrue();
                    assertThat(holds(other)).as(other).isFalse();
                });
    }

    @Example
    void ordersNamesByUtf16CodeUnitsAndNotByBytes() {
        assertThat(holds("{\"😀\":1,\"\ufb33\":2}")).isTrue();
        assertThat(holds("{\"\ufb33\":2,\"😀\":1}")).isFalse();
    }

    @Example
    void refusesWhatUtf8DoesNotAllow() {
        for (String hex : new String[] {"22c08022", "22eda08022", "22f490808022", "22e0808022", "22ff22", "22c322"}) {
            assertThat(holds(HexFormat.of().parseHex(hex))).as(hex).isFalse();
        }
    }
}
