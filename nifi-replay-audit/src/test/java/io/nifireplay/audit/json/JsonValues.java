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

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Values for laws about JSON. */
final class JsonValues {
    private JsonValues() {}

    /** Values with all that is hard to write in one way. */
    static Arbitrary<JsonValue> any() {
        Arbitrary<String> strings = Arbitraries.strings()
                .ofMaxLength(24)
                .withChars("ab\"\\\n\b\u0001\u001f\u007f\u0080éß€𝄞😀\ufb33xyz0123456789")
                .filter(text ->
                        text.equals(new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE)));
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                strings.map(JsonValue::of),
                Arbitraries.doubles().map(JsonValue.JsonNumber::new),
                Arbitraries.integers().map(JsonValue::of),
                Arbitraries.of(JsonValue.of(true), JsonValue.of(false), new JsonValue.JsonNull()));
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(3).map(JsonValue.JsonArray::new),
                        Arbitraries.maps(strings, inner)
                                .ofMaxSize(4)
                                .map(members -> new JsonValue.JsonObject(new LinkedHashMap<>(members)))),
                0,
                3);
    }
}
