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
package io.nifireplay.journal.replay;

import io.nifireplay.journal.Selector;
import java.util.Objects;

/**
 * A wish to replay.
 *
 * @param job the job's id, unique in the journal, 1 to {@link #MAX_ID} characters: asking twice with the same id and the
 *     same request opens one job
 * @param selector which events
 * @param mode what to do with them
 * @param includeUnknown whether events whose outcome is unknown are emitted too, although the downstream was not declared
 *     to honour the idempotency key
 * @param limits how fast, how long
 * @param reason why, for those who ask later; not empty
 * @param requester who asks
 */
public record ReplayRequest(
        String job,
        Selector selector,
        ReplayMode mode,
        boolean includeUnknown,
        Limits limits,
        String reason,
        String requester) {
    public static final int MAX_ID = 100;

    public ReplayRequest {
        Objects.requireNonNull(mode, "mode");
        if (!job.matches("[A-Za-z0-9._-]{1," + MAX_ID + "}")) {
            throw new IllegalArgumentException("The job's id is '" + job + "', but must be 1 to " + MAX_ID
                    + " of the characters A-Z a-z 0-9 . _ -");
        }
        if (reason.isBlank()) {
            throw new IllegalArgumentException("The request gives no reason");
        }
    }
}
