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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.audit.testing.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    static Stream<JsonNode> numbers() {
        return Vectors.each(
                Vectors.read(CanonicalJsonTest.class, "rfc8785.json").path("numbers"));
    }

    static Stream<JsonNode> texts() {
        return Vectors.each(
                Vectors.read(CanonicalJsonTest.class, "rfc8785.json").path("texts"));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void writesTheNumbersOfRfc8785(JsonNode vector) {
        double value = Double.longBitsToDouble(
                Long.parseUnsignedLong(vector.path("bits").asText(), 16));

        assertThat(CanonicalJson.text(new JsonValue.JsonNumber(value)))
                .isEqualTo(vector.path("text").asText());
    }

    @ParameterizedTest
    @MethodSource("texts")
    void writesTheExamplesOfRfc8785(JsonNode vector) throws JsonException {
        JsonValue value = JsonReader.read(vector.path("input").asText());

        assertThat(CanonicalJson.text(value)).isEqualTo(vector.path("output").asText());
    }

    @Test
    void refusesHalfASurrogatePair() {
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.text(JsonValue.of("\ud83d")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\":1,\"a\":2}",
                "01",
                "+1",
                "1.",
                ".5",
                "1e999",
                "\"\\ud800\"",
                "\"\\x\"",
                "\"a",
                "nul",
                "1 2",
                "\"\u0007\"",
                "{a:1}",
                "{\"a\" 1}",
                "NaN"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> JsonReader.read(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void refusesWhatIsNestedTooDeeplyInsteadOfRunningOutOfStack() {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> JsonReader.read("[".repeat(100_000)));
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xC3, '"'}));
    }
}
