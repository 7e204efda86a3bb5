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

import io.nifireplay.journal.delivery.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private final RetryAfter retryAfter = new RetryAfter(() -> Instant.parse("2026-01-01T00:00:00Z"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    120                           | PT2M
                    ' 0 '                         | PT0S
                    Thu, 01 Jan 2026 00:00:37 GMT | PT37S
                    Wed, 31 Dec 2025 23:59:00 GMT | PT0S
                    ''                            | PT0S
                    soon                          | PT0S
                    -5                            | PT0S
                    1.5                           | PT0S
                    86401                         | PT24H
                    99999999999999999999999999    | PT24H
                    Fri, 01 Jan 2100 00:00:00 GMT | PT24H
                    """)
    void readsSecondsAndDates(String text, Duration expected) {
        assertThat(retryAfter.of(text)).isEqualTo(expected);
    }

    @Test
    void theBackOffBeginsBehindIt() {
        Random random = new Random(1);
        RetryPolicy policy =
                new RetryPolicy(5, Duration.ofSeconds(10), Duration.ofSeconds(10)).notBefore(Duration.ofSeconds(60));
        assertThat(random.longs(1_000).map(any -> policy.delayMillis(1, random)))
                .allMatch(delay -> delay >= 60_000 && delay <= 70_000)
                .anyMatch(delay -> delay > 65_000);
    }
}
