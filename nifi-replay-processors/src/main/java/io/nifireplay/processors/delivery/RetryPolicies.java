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

import io.nifireplay.journal.delivery.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.nifi.util.FormatUtils;

/**
 * Which retry policy an error type has: that of the rule whose regular expression matches the whole type, else the default.
 * When several match, the rule whose expression comes first in the order of its characters counts.
 */
public final class RetryPolicies {
    /** A rule's text for errors that are never retried. */
    public static final String NEVER = "never";

    private final RetryPolicy byDefault;
    private final List<Rule> rules;

    private record Rule(Pattern errorType, RetryPolicy policy) {}

    /**
     * @param rules regular expression for error types to the policy's text, see {@link #parse}
     * @throws IllegalArgumentException with words for people, when a rule cannot be read
     */
    public RetryPolicies(RetryPolicy byDefault, Map<String, String> rules) {
        this.byDefault = byDefault;
        List<Rule> parsed = new ArrayList<>();
        rules.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                .forEach(rule -> parsed.add(new Rule(pattern(rule.getKey()), parse(rule.getValue()))));
        this.rules = List.copyOf(parsed);
    }

    /** The policy for an error type; {@link RetryPolicy#NEVER} for an error that is permanent. */
    public RetryPolicy of(String errorType) {
        for (Rule rule : rules) {
            if (rule.errorType().matcher(errorType).matches()) {
                return rule.policy();
            }
        }
        return byDefault;
    }

    /**
     * Reads {@code attempts, first delay, longest delay}, such as {@code 8, 30 sec, 1 hour}, or {@code never}.
     *
     * @throws IllegalArgumentException with words for people
     */
    public static RetryPolicy parse(String text) {
        if (text.strip().equalsIgnoreCase(NEVER)) {
            return RetryPolicy.NEVER;
        }
        String[] parts = text.split(",", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + text
                    + "' is not 'attempts, first delay, longest delay', such as '8, 30 sec, 1 hour', nor 'never'");
        }
        int attempts;
        try {
            attempts = Integer.parseInt(parts[0].strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + parts[0].strip() + "' is no number of attempts", e);
        }
        return new RetryPolicy(attempts, delay(parts[1]), delay(parts[2]));
    }

    /** A regular expression for whole error types, empty when the text is. */
    public static Optional<Pattern> optionalPattern(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(pattern(text));
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is not a regular expression: " + e.getMessage(), e);
        }
    }

    private static Duration delay(String text) {
        try {
            return Duration.ofNanos(Math.round(FormatUtils.getPreciseTimeDuration(text.strip(), TimeUnit.NANOSECONDS)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text.strip() + "' is no time, such as '30 sec' or '10 min'", e);
        }
    }
}
