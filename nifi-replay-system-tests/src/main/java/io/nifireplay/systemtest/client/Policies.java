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
package io.nifireplay.systemtest.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** NiFi's access policies, of identities that it knows. */
public final class Policies {
    private final Rest rest;

    Policies(Rest rest) {
        this.rest = rest;
    }

    /**
     * Lets an identity do something. A resource that had no policy of its own gets one, for those who could do it by
     * inheritance and for this identity.
     *
     * @param action {@code read} or {@code write}
     * @param resource as in NiFi's authorizations file, such as {@code /provenance} or {@code /data/processors/ID}
     */
    public void grant(String identity, String action, String resource) {
        Optional<ObjectNode> effective = effective(action, resource);
        List<JsonNode> users = new ArrayList<>(List.of(user(identity)));
        effective.ifPresent(policy -> policy.path("component").path("users").forEach(users::add));

        if (effective.isPresent() && isOf(effective.get(), resource)) {
            ObjectNode policy = effective.get();
            policy.withObject("component").withArray("users").removeAll().addAll(users);
            rest.put("/policies/" + policy.path("id").asText(), policy);
        } else {
            Map<String, Object> policy = Map.of("action", action, "resource", resource, "users", users);
            rest.post("/policies", Map.of("revision", Map.of("version", 0), "component", policy));
        }
    }

    /** Takes back what {@link #grant} gave: the resource must have a policy of its own. */
    public void revoke(String identity, String action, String resource) {
        ObjectNode policy = effective(action, resource)
                .filter(found -> isOf(found, resource))
                .orElseThrow(() -> new IllegalArgumentException("No policy to " + action + " " + resource));
        List<JsonNode> users = new ArrayList<>();
        policy.path("component").path("users").forEach(user -> {
            if (!user.path("component").path("identity").asText().equals(identity)) {
                users.add(user);
            }
        });
        policy.withObject("component").withArray("users").removeAll().addAll(users);
        rest.put("/policies/" + policy.path("id").asText(), policy);
    }

    /** Makes an identity known to NiFi, which may do nothing until it is given policies. */
    public void addUser(String identity) {
        rest.post(
                "/tenants/users", Map.of("revision", Map.of("version", 0), "component", Map.of("identity", identity)));
    }

    /**
     * Lets an identity find what NiFi recorded of a group's components and look at the content, as an auditor does, and
     * not replay it: that takes the right to write the data, too.
     */
    public void letViewProvenanceWithoutReplay(String identity, ProcessGroup group) {
        grant(identity, "read", "/provenance");
        grant(identity, "read", "/provenance-data/process-groups/" + group.id());
        grant(identity, "read", "/data/process-groups/" + group.id());
    }

    /** Everything on the canvas that the initial administrator of a NiFi without a flow may not do yet. */
    public void grantEverythingInRoot(String identity) {
        String root = rest.get("/flow/process-groups/root")
                .path("processGroupFlow")
                .path("id")
                .asText();
        for (String resource : List.of("/process-groups/" + root, "/data/process-groups/" + root)) {
            grant(identity, "read", resource);
            grant(identity, "write", resource);
        }
        grant(identity, "write", "/operation/process-groups/" + root);
        grant(identity, "read", "/provenance-data/process-groups/" + root);
        grant(identity, "read", "/provenance");
        grant(identity, "read", "/counters");
        grant(identity, "write", "/counters");
        grant(identity, "read", "/system");
    }

    /** The resource's own policy, or the one that it inherits. */
    private Optional<ObjectNode> effective(String action, String resource) {
        try {
            return Optional.of(rest.get("/policies/" + action + resource).deepCopy());
        } catch (RestException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isOf(JsonNode policy, String resource) {
        return policy.path("component").path("resource").asText().equals(resource);
    }

    private JsonNode user(String identity) {
        for (JsonNode user : rest.get("/tenants/users").path("users")) {
            if (user.path("component").path("identity").asText().equals(identity)) {
                return user;
            }
        }
        throw new IllegalArgumentException("NiFi does not know " + identity);
    }
}
