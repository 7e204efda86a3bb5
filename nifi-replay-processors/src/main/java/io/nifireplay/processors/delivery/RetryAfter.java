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

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;

/**
 * HTTP's Retry-After (RFC 9110, 10.2.3): seconds, or a date. Nobody is bound to it, so a text that is neither asks for
 * nothing, and no downstream can put an event off for longer than {@link #LONGEST}.
 */
public final class RetryAfter {
    public static final Duration LONGEST = Duration.ofDays(1);

    private final InstantSource clock;

    public RetryAfter(InstantSource clock) {
        this.clock = clock;
    }

    /** How long to wait from now on; zero when the text asks for nothing. */
    public Duration of(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            return Duration.ZERO;
        }
        Duration asked = stripped.chars().allMatch(character -> character >= '0' && character <= '9')
                ? seconds(stripped)
                : until(stripped);
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }

    private static Duration seconds(String digits) {
        // No more digits than a long has; a number of seconds that long is longer than any bound.
        return digits.length() > 18 ? LONGEST : Duration.ofSeconds(Long.parseLong(digits));
    }

    private Duration until(String date) {
        try {
            return Duration.between(clock.instant(), Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
