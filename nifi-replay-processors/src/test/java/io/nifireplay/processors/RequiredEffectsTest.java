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
package io.nifireplay.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequiredEffectsTest {
    @Test
    void readsNamesInTheirOrder() {
        assertThat(RequiredEffects.parse(" call, write to table ,email"))
                .containsExactly("call", "write to table", "email");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a,", "a,,b", "a,a", "a, a", "a\u0007"})
    void refusesWhatIsNoListOfDifferentNames(String text) {
        assertThatThrownBy(() -> RequiredEffects.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNamesThatAreTooLongAndTooMany() {
        assertThatThrownBy(() -> RequiredEffects.parse("é".repeat(128))).hasMessageContaining("255");
        assertThatThrownBy(() -> RequiredEffects.parse("a" + ",a".repeat(32))).hasMessageContaining("32");
    }
}
