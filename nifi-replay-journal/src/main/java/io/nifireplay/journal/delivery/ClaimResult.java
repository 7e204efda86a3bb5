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
package io.nifireplay.journal.delivery;

/** What the journal answers to a claim. */
public sealed interface ClaimResult {
    /** The number of the notice in the journal's outbox that tells of it; 0 when none does. */
    default long notice() {
        return 0;
    }

    /**
     * The claim is durable: perform the effect.
     *
     * @param key the event's idempotency key, to send downstream
     */
    record Deliver(String key) implements ClaimResult {}

    /** The effect is done already. */
    record AlreadyCompleted(String reason) implements ClaimResult {}

    /** Another FlowFile has the effect, or a newer attempt or generation has the event. */
    record Superseded(String reason) implements ClaimResult {}

    /** The claim does not fit the journal. */
    record Rejected(String reason, long notice) implements ClaimResult {}

    /**
     * Nothing is claimed: the FlowFile stays in its queue and asks again. Its event's lease goes on.
     *
     * @param job the id of the replay job that it waits for
     * @param reason for people
     */
    record Held(String job, String reason) implements ClaimResult {}
}
