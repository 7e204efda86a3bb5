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

import java.time.Instant;
import java.util.Objects;

/**
 * That somebody else agrees to a job: to one version of it, on one set of events, under one policy of one
 * coordinator, for some time. It is
 * used once.
 *
 * @param approver the identity
 * @param reason why, for those who ask later
 * @param given when
 * @param expires from when on it is of no use
 * @param version of the job that was approved
 * @param items digest of the frozen set of events
 * @param policy digest of the policy that was in force
 * @param pin digest of who governed, by what: {@link Pin#digest}, what the approver relied on; empty in what was written
 *     before approvals were bound to it, and fits nothing then
 * @param used whether the job was started by it
 */
public record Approval(
        String approver,
        String reason,
        Instant given,
        Instant expires,
        long version,
        String items,
        String policy,
        String pin,
        boolean used) {
    public Approval {
        pin = Objects.requireNonNullElse(pin, "");
    }

    /** The same, after the start of the job. */
    public Approval asUsed() {
        return new Approval(approver, reason, given, expires, version, items, policy, pin, true);
    }
}
