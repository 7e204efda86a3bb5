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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.EventState;
import java.util.OptionalLong;

/**
 * The row of an event that is read for every decision; its envelope and content lie elsewhere.
 *
 * @param digest of its idempotency key
 * @param contentHash SHA-256, 32 bytes
 * @param contentSize in bytes
 * @param payload where the content lies
 * @param payloadId the number of its chunks, with {@link Payload#CHUNKS}; else 0
 * @param time the producer's, milliseconds since the epoch
 * @param sequence the producer's
 * @param state where it stands
 * @param notice the number of the notice of its last change that was noted, 0 when there is none
 */
record Entry(
        Digest digest,
        byte[] contentHash,
        long contentSize,
        Payload payload,
        long payloadId,
        OptionalLong time,
        OptionalLong sequence,
        EventState state,
        long notice) {
    /** Where the content of an event lies. */
    enum Payload {
        /** Not in the journal. */
        NONE,
        /** Behind the envelope. */
        INLINE,
        /** In chunks of its own. */
        CHUNKS
    }

    Entry with(EventState next) {
        return new Entry(digest, contentHash, contentSize, payload, payloadId, time, sequence, next, notice);
    }

    Entry noted(long number) {
        return new Entry(digest, contentHash, contentSize, payload, payloadId, time, sequence, state, number);
    }

    Entry withoutPayload() {
        return new Entry(digest, contentHash, contentSize, Payload.NONE, 0, time, sequence, state, notice);
    }
}
