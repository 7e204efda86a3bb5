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
package io.nifireplay.processors.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValueTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain,plain",
                "`Euro%20%E2%82%AC%20%F0%9F%98%80`,`Euro € 😀`",
                "%22quoted%22,`\"quoted\"`",
                "100%25,100%",
                "%2525,%25",
                "`\"a \\\" b\"`,`a \" b`",
                "`\"with %20\"`,`with  `"
            })
    void decodesACloudEventsValueAsTheBindingSays(String value, String text) throws Exception {
        assertThat(HeaderValue.cloudEvent("ce-id", value)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100%", "%4", "%zz", "%C3", "%FF%FE", "\"open", "\"a\"b\"", "\"a\\\"", "\""})
    void refusesAValueThatIsNotEncoded(String value) {
        assertThatThrownBy(() -> HeaderValue.cloudEvent("ce-id", value))
                .isInstanceOf(MalformedHeaderException.class)
                .hasMessageContaining("ce-id");
    }

    @Test
    void takesTheStringOutOfAnIdempotencyKey() throws Exception {
        assertThat(HeaderValue.structuredString("Idempotency-Key", " \"8e03978e-40d5\" "))
                .isEqualTo("8e03978e-40d5");
        assertThat(HeaderValue.structuredString("Idempotency-Key", "\"a\\\\b\""))
                .isEqualTo("a\\b");
        assertThat(HeaderValue.structuredString("Idempotency-Key", "8e03978e%20"))
                .isEqualTo("8e03978e%20");
    }
}
