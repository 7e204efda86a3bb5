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
package io.nifireplay.journal.governance;

import io.nifireplay.journal.provenance.ProvenanceCounts;
import io.nifireplay.journal.replay.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A plan, and the set of events that it froze: the job replays these and no others.
 *
 * @param numbers of the dry run
 * @param items SHA-256 of the frozen set, 64 lower-case hexadecimal digits
 * @param policy digest of the policy that was in force
 * @param made when
 * @param estimate how long it takes at the rate limit of the job or the policy, the lower one; absent without one
 * @param provenance what was found in NiFi's provenance; absent of a job over the journal's own events
 */
public record FrozenPlan(
        Plan numbers,
        String items,
        String policy,
        Instant made,
        Optional<Duration> estimate,
        Optional<ProvenanceCounts> provenance) {
    /** Of a plan that was made before a coordinator could govern jobs over provenance. */
    public FrozenPlan {
        provenance = Objects.requireNonNullElse(provenance, Optional.empty());
    }
}
