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
package io.nifireplay.systemtest.governance;

import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.Policies;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.instance.NiFiInstance;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A coordinator and its policy in a secured NiFi, and the people around them: who may operate, who may approve, who may only
 * look, and who may nothing.
 */
record Governed(NiFiInstance nifi, ControllerService policy, ControllerService coordinator) {
    /** Builds the flow. */
    static final String ADMINISTRATOR = "CN=administrator";

    static final String OPERATOR = "CN=operator";
    static final String SECOND_OPERATOR = "CN=second operator";
    static final String APPROVER = "CN=approver";

    /** May operate and approve. */
    static final String BOTH = "CN=both";

    static final String READER = "CN=reader";

    /** Known to NiFi, with no right to anything of ours. */
    static final String NOBODY = "CN=nobody";

    /** Not known to NiFi, with a certificate that it accepts. */
    static final String STRANGER = "CN=stranger";

    /** @param others known to NiFi, besides these people */
    static NiFiInstance.Builder secured(NiFiInstance.Builder builder, String... others) {
        return builder.secured(
                ADMINISTRATOR,
                Stream.concat(Stream.of(OPERATOR, SECOND_OPERATOR, APPROVER, BOTH, READER, NOBODY), Stream.of(others))
                        .toArray(String[]::new));
    }

    /**
     * Makes the two services in a group, enables them, and gives the people their rights as the documents say.
     *
     * @param journal of the flow, configured
     */
    static Governed create(
            NiFiInstance nifi, ProcessGroup group, ControllerService journal, Map<String, String> policySettings) {
        ControllerService policy = group.createService("StandardReplayPolicy").set(policySettings);
        ControllerService coordinator = group.createService("StandardReplayCoordinator")
                .set(Map.of("Event Journal", journal.id(), "Replay Policy", policy.id()));
        Governed governed = new Governed(nifi, policy, coordinator);
        governed.grantRights();
        policy.enable();
        coordinator.enable();
        return governed;
    }

    /** 'View' and 'modify the component' of the two services, and no other right but that to see the canvas. */
    void grantRights() {
        NiFiClient administrator = nifi.client();
        Policies policies = administrator.policies();
        for (String identity : List.of(OPERATOR, SECOND_OPERATOR, APPROVER, BOTH, READER, NOBODY)) {
            policies.grant(identity, "read", "/flow");
        }
        String ofCoordinator = "/controller-services/" + coordinator.id();
        String ofPolicy = "/controller-services/" + policy.id();
        for (String identity : List.of(OPERATOR, SECOND_OPERATOR, APPROVER, BOTH, READER)) {
            policies.grant(identity, "read", ofCoordinator);
        }
        for (String identity : List.of(OPERATOR, SECOND_OPERATOR, BOTH)) {
            policies.grant(identity, "write", ofCoordinator);
        }
        for (String identity : List.of(APPROVER, BOTH)) {
            policies.grant(identity, "read", ofPolicy);
            policies.grant(identity, "write", ofPolicy);
        }
    }

    BinReplay as(String identity) {
        return BinReplay.as(nifi, identity);
    }

    Page page(String identity) {
        return new Page(nifi, coordinator, identity);
    }
}
