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
package io.nifireplay.services.breaker;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * When a circuit breaker opens and closes.
 *
 * @param window over what shares are measured
 * @param minimumCalls with fewer outcomes in the window nothing is concluded, 1 or more
 * @param failurePercent share of failures that opens it, above 0 to 100
 * @param slowPercent share of slow calls that opens it, above 0 to 100
 * @param slowCall a call that takes longer is slow
 * @param openTime how long it stays open before it lets probes through
 * @param probes how many calls decide, half open, 1 or more
 * @param probeTimeout a probe without an outcome is given up after this time, and another may take its place
 * @param failures which error types are the downstream's fault, as a whole; all others show that it answers
 * @param operation who decides
 */
public record BreakerSettings(
        BreakerWindow window,
        int minimumCalls,
        int failurePercent,
        int slowPercent,
        Duration slowCall,
        Duration openTime,
        int probes,
        Duration probeTimeout,
        Pattern failures,
        BreakerOperation operation) {

    public BreakerSettings {
        if (window instanceof BreakerWindow.Calls calls && minimumCalls > calls.count()) {
            throw new IllegalArgumentException("Of the last " + calls.count() + " calls there are never " + minimumCalls
                    + " outcomes: make the window larger, or the minimum smaller");
        }
    }

    /** Whether a failure is the downstream's, not the event's own. */
    boolean counts(String errorType) {
        return failures.matcher(errorType).matches();
    }
}
