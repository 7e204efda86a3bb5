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

import io.nifireplay.journal.Token;
import java.util.Optional;

/**
 * The wish to perform an effect.
 *
 * @param token what the FlowFile carries, verified
 * @param flowFile the FlowFile's UUID: it may repeat its claim, any other is superseded
 * @param effect the effect's name, one of those that the event requires
 * @param fragment which part of the event
 * @param downstreamIdempotent whether the downstream honours the idempotency key, so that a repeated call does no harm
 * @param carriedKey what the FlowFile carries as the event's idempotency key, which proves nothing: the journal compares it
 *     with its own, and need not look that up when they are the same
 */
public record Claim(
        Token token,
        String flowFile,
        String effect,
        Fragment fragment,
        boolean downstreamIdempotent,
        Optional<String> carriedKey) {}
