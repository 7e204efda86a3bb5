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

import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.processors.envelope.Expression;
import io.nifireplay.processors.envelope.ExpressionException;
import io.nifireplay.services.breaker.Call;
import io.nifireplay.services.breaker.CallOutcome;
import io.nifireplay.services.breaker.CircuitBreaker;
import java.time.Duration;
import java.util.Optional;
import org.apache.nifi.flowfile.FlowFile;

/** Tells a circuit breaker, if there is one, what came of calls. */
final class BreakerReports {
    private static final int MAX_DIGITS = 12;

    private final Optional<CircuitBreaker> breaker;
    private final Expression duration;

    /** @param duration of the call, in milliseconds */
    BreakerReports(Optional<CircuitBreaker> breaker, Expression duration) {
        this.breaker = breaker;
        this.duration = duration;
    }

    /** Every outcome is of a call that was made, whether the journal still wanted it or not. */
    void tell(FlowFile flowFile, Outcome outcome) {
        breaker.ifPresent(told ->
                told.end(Call.of(outcome.token(), outcome.effect(), outcome.fragment()), of(flowFile, outcome)));
    }

    private CallOutcome of(FlowFile flowFile, Outcome outcome) {
        Duration took = took(flowFile);
        return switch (outcome) {
            case Outcome.Completed completed -> new CallOutcome.Done(took);
            case Outcome.Failed failed ->
                new CallOutcome.Failed(failed.failure().type(), took);
            case Outcome.GivenUp givenUp ->
                new CallOutcome.Failed(givenUp.failure().type(), took);
        };
    }

    private Duration took(FlowFile flowFile) {
        String text;
        try {
            text = duration.of(flowFile).strip();
        } catch (ExpressionException e) {
            // What came of the call is told all the same.
            return Duration.ZERO;
        }
        boolean isNumber = !text.isEmpty()
                && text.length() <= MAX_DIGITS
                && text.chars().allMatch(character -> character >= '0' && character <= '9');
        return isNumber ? Duration.ofMillis(Long.parseLong(text)) : Duration.ZERO;
    }
}
