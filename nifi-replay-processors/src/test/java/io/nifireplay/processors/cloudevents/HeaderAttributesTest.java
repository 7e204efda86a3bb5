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

import io.nifireplay.processors.cloudevents.HeaderAttributes.Header;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderAttributesTest {
    @ParameterizedTest
    @ValueSource(strings = {"ce-id", "CE-ID", "Ce-Id", "http.headers.ce-id", "http.headers.CE-Id"})
    void findsAHeaderInAnyCaseWithAndWithoutNiFisPrefix(String name) throws Exception {
        assertThat(HeaderAttributes.of(Map.of(name, "7", "other", "x")).cloudEvent(Header.ID))
                .contains("7");
    }

    @ParameterizedTest
    @EnumSource
    void findsEveryHeader(Header header) throws Exception {
        assertThat(HeaderAttributes.of(Map.of("http.headers." + header.headerName(), "7"))
                        .raw(header))
                .contains("7");
    }

    @Test
    void prefersWhatTheFlowSetOverWhatTheRequestSaid() throws Exception {
        HeaderAttributes headers = HeaderAttributes.of(Map.of("ce-id", "flow", "http.headers.ce-id", "request"));

        assertThat(headers.cloudEvent(Header.ID)).contains("flow");
    }

    @Test
    void refusesAHeaderWithTwoValues() {
        HeaderAttributes headers = HeaderAttributes.of(Map.of("http.headers.ce-id", "1", "http.headers.CE-ID", "2"));

        assertThatThrownBy(() -> headers.cloudEvent(Header.ID))
                .isInstanceOf(MalformedHeaderException.class)
                .hasMessageContaining("ce-id");
    }

    @Test
    void takesAHeaderTwiceWithTheSameValue() throws Exception {
        assertThat(HeaderAttributes.of(Map.of("ce-id", "1", "CE-ID", "1")).cloudEvent(Header.ID))
                .contains("1");
    }

    @Test
    void findsNothingInNamesThatOnlyBeginAlike() throws Exception {
        HeaderAttributes headers =
                HeaderAttributes.of(Map.of("ce-identity", "1", "ce-i", "2", "http.headers.", "3", "", "4", "c", "5"));

        for (Header header : Header.values()) {
            assertThat(headers.raw(header)).isEmpty();
        }
    }

    @Test
    void takesABlankValueForNone() throws Exception {
        assertThat(HeaderAttributes.of(Map.of("ce-id", " ")).cloudEvent(Header.ID))
                .isEmpty();
    }
}
