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
package io.nifireplay.processors.provenance;

import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Policies that limit nothing but before which JournalEvents NiFi may replay. */
public final class TargetPolicies {
    private TargetPolicies() {}

    /** Of one coordinator, so that a list that has less than the one before counts at once. */
    public static Pin listing(String... targets) {
        ReplayPolicy policy = new ReplayPolicy(
                true,
                Set.of(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Set.of(targets)));
        return new Pin("coordinator", "policy service", policy, Instant.EPOCH);
    }
}
