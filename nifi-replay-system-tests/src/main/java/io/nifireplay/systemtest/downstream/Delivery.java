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
package io.nifireplay.systemtest.downstream;

import java.time.Instant;

/**
 * One call that reached the downstream service.
 *
 * @param status the HTTP status that it was answered with
 * @param bodySha256 the body's SHA-256 in lower-case hex
 */
public record Delivery(Instant time, String key, Outcome outcome, int status, String bodySha256) {
    /** What the call came to. */
    public enum Outcome {
        /** The work was done. */
        ACCEPTED,
        /** The key had been accepted before; answered 200, and no work was done. */
        REPEATED,
        /** Answered with an error; no work was done. */
        REFUSED
    }
}
