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

/**
 * Who governs a journal, and by what.
 *
 * @param coordinator id of the coordinator's service
 * @param policyService id of the policy's service: who may write it approves
 * @param policy what it says
 * @param since when it was pinned, or asked to be
 */
public record Pin(String coordinator, String policyService, ReplayPolicy policy, Instant since) {
    /** SHA-256 over coordinator, policy's service and policy, 64 lower-case hexadecimal digits: what is agreed to. */
    public String digest() {
        return Sha256.hex(new CanonicalObject()
                .member("coordinator", coordinator)
                .member("policy", policy.digest())
                .member("policyService", policyService)
                .toString());
    }

    boolean asksForTheSameAs(Pin other) {
        return digest().equals(other.digest());
    }
}
