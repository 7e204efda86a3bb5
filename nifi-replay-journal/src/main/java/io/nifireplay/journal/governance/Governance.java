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

import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a journal is governed.
 *
 * @param pinned what is in force; absent until a coordinator was enabled for the first time
 * @param waiting a looser policy, or another coordinator or policy service, that waits for {@link
 *     ReplayCoordinator#approvePolicy}; meanwhile what is pinned stays in force, and forced jobs are paused
 */
public record Governance(Optional<Pin> pinned, Optional<Pin> waiting) {
    /** Nobody governs the journal. */
    public static final Governance NONE = new Governance(Optional.empty(), Optional.empty());

    /**
     * The id of the policy's service whose write permission makes an approver: the pinned one's, also while another waits.
     * When NiFi does not have that service any more, who removed it had that permission: then it is the waiting one's.
     */
    public Optional<String> approversOf() {
        return pinned.map(Pin::policyService);
    }

    /** Whether the right to write a policy's service can make an approver; whether NiFi still has it, is not known here. */
    boolean canMakeApprovers(String policyService) {
        return Stream.of(pinned, waiting)
                .flatMap(Optional::stream)
                .map(Pin::policyService)
                .anyMatch(policyService::equals);
    }
}
