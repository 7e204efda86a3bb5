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

/** What came of a call, as CompleteEvent tells it. */
public sealed interface CallOutcome {
    /** How long the call took; zero when that is not known, and then it is never slow. */
    Duration duration();

    /** The effect is done. */
    record Done(Duration duration) implements CallOutcome {}

    /**
     * The effect failed.
     *
     * @param errorType as the journal keeps it; whether it is the downstream's fault, the breaker's settings say
     */
    record Failed(String errorType, Duration duration) implements CallOutcome {}
}
