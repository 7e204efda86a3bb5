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

import java.time.Duration;
import java.time.Instant;

/**
 * The right of one FlowFile that NiFi replays to be admitted under a job, although it cannot carry the job's token: NiFi
 * adds no attributes to what it replays. It is used up by the first arrival that NiFi marked as a replay, and that has the
 * key and the content. A job has one grant for a key at most: another one takes its place.
 *
 * @param job the id of a job that has the event among its items
 * @param partition the event's partition
 * @param key its idempotency key
 * @param contentHash SHA-256 of its content, 64 lower-case hexadecimal digits
 * @param expires when it is of no use any more, at most {@link #MAX_LIFE} ahead
 */
public record Grant(String job, String partition, String key, String contentHash, Instant expires) {
    public static final Duration MAX_LIFE = Duration.ofDays(1);

    /** @throws IllegalArgumentException when the hash is none */
    public Grant {
        if (!contentHash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "The content hash is '" + contentHash + "', but must be 64 lower-case hexadecimal digits");
        }
    }
}
