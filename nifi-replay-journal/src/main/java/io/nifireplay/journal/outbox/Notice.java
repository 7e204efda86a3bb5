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
package io.nifireplay.journal.outbox;

import io.nifireplay.journal.Origin;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that has happened, as the outbox keeps it.
 *
 * @param number from 1, rising by one, never reused in a journal
 * @param at when, by the journal's clock
 * @param origin on whose behalf
 * @param happening what
 * @param policy digest of the replay policy in force, empty when there is none
 */
public record Notice(long number, Instant at, Origin origin, Happening happening, Optional<String> policy) {
    /** Of one that was made before there were policies. */
    public Notice {
        policy = Objects.requireNonNullElse(policy, Optional.empty());
    }
}
