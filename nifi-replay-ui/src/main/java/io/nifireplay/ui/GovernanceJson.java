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
package io.nifireplay.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayPolicy;

/** Writes who governs a journal, and what the caller may do, as {@code docs/schemas/governance.schema.json} says. */
final class GovernanceJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GovernanceJson() {}

    /** @param coordinator id of the one that was asked */
    static ObjectNode of(String coordinator, Governance governance, Caller caller) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("coordinator", coordinator);
        ObjectNode asking = node.putObject("caller");
        asking.put("identity", caller.identity());
        asking.put("mayOperate", caller.mayOperate());
        asking.put("mayApprove", caller.mayApprove());
        governance.pinned().ifPresent(pin -> node.set("pinned", pin(pin)));
        governance.waiting().ifPresent(pin -> node.set("waiting", pin(pin)));
        return node;
    }

    private static ObjectNode pin(Pin pin) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("coordinator", pin.coordinator());
        node.put("policyService", pin.policyService());
        node.put("since", pin.since().toString());
        node.put("digest", pin.digest());
        node.put("policyDigest", pin.policy().digest());
        node.set("policy", policy(pin.policy()));
        return node;
    }

    /** As it is digested, so that anybody can compute the digest. */
    private static JsonNode policy(ReplayPolicy policy) {
        try {
            return JSON.readTree(policy.canonicalJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The policy's canonical JSON is none", e);
        }
    }
}
