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
package io.nifireplay.processors.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.delivery.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPoliciesTest {
    private static final RetryPolicy DEFAULT = new RetryPolicy(5, Duration.ofSeconds(10), Duration.ofMinutes(10));

    @Test
    void readsAPolicy() {
        assertThat(RetryPolicies.parse(" 8,30 sec , 1 hour"))
                .isEqualTo(new RetryPolicy(8, Duration.ofSeconds(30), Duration.ofHours(1)));
        assertThat(RetryPolicies.parse("2, 0.5 sec, 1500 ms"))
                .isEqualTo(new RetryPolicy(2, Duration.ofMillis(500), Duration.ofMillis(1500)));
        assertThat(RetryPolicies.parse(" Never ")).isEqualTo(RetryPolicy.NEVER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "5, 1 sec",
                "5, 1 sec, 1 min, 1 hour",
                "many, 1 sec, 1 min",
                "0, 1 sec, 1 min",
                "5, soon, 1 min",
                "5, 1 sec, later",
                "5, 1 min, 1 sec",
                "-1, 1 sec, 1 min"
            })
    void refusesWhatIsNoPolicy(String text) {
        assertThatThrownBy(() -> RetryPolicies.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void matchesTheWholeErrorType() {
        RetryPolicies policies = new RetryPolicies(DEFAULT, Map.of("5\\d\\d", "never"));

        assertThat(policies.of("503")).isEqualTo(RetryPolicy.NEVER);
        assertThat(policies.of("5030")).isEqualTo(DEFAULT);
    }

    @Test
    void takesTheFirstOfSeveralRulesInTheOrderOfTheirCharacters() {
        RetryPolicies policies = new RetryPolicies(DEFAULT, Map.of("5\\d\\d", "never", "50[0-9]", "2, 1 sec, 1 sec"));

        assertThat(policies.of("503").maxAttempts()).isEqualTo(2);
        assertThat(policies.of("599")).isEqualTo(RetryPolicy.NEVER);
    }

    @Test
    void refusesARuleThatIsNoRegularExpression() {
        assertThatThrownBy(() -> new RetryPolicies(DEFAULT, Map.of("(", "never")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("regular expression");
    }
}
