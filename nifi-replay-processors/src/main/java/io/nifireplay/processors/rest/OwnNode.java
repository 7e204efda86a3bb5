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
package io.nifireplay.processors.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out which node of the cluster this is. A component is told the host of its node; NiFi's REST API knows nodes by an
 * id, and lists host and port of those that are connected.
 */
public final class OwnNode {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final NiFiApi api;
    private final URI base;

    /** @param base the address of the API, which tells nodes on the same host apart */
    public OwnNode(NiFiApi api, URI base) {
        this.api = api;
        this.base = base;
    }

    /**
     * @param host of this node
     * @throws ClusterNotReadyException while it is not connected
     * @throws MissingPolicyException when the nodes may not be seen
     * @throws NiFiApiException when several nodes are on this host and the address of the API is of none of them
     * @throws IOException when there is no answer
     */
    public ClusterNode find(String host) throws NiFiApiException, IOException, InterruptedException {
        NiFiAnswer answer = api.get("/flow/cluster/search-results");
        if (answer.status() == 403) {
            throw new MissingPolicyException(List.of(Policy.viewInterface()));
        }
        if (answer.status() == 404) {
            // So answers a node that is not connected itself.
            throw new ClusterNotReadyException("NiFi at " + base + " is not connected to its cluster");
        }
        List<ClusterNode> onHost = new ArrayList<>();
        for (JsonNode found :
                api.required(answer, "list the nodes of the cluster").path("nodeResults")) {
            ClusterNode node = new ClusterNode(
                    found.path("id").asText(), found.path("address").asText());
            if (node.host().equals(host)) {
                onHost.add(node);
            }
        }
        String asked = base.getHost() + ":" + port();
        for (ClusterNode node : onHost) {
            if (node.address().equals(asked)) {
                return node;
            }
        }
        // Another one on this host must not be taken for this one while this one is away.
        if (onHost.isEmpty() || base.getHost().equals(host)) {
            throw new ClusterNotReadyException(
                    "Node " + (base.getHost().equals(host) ? asked : host) + " is not connected to the cluster");
        }
        if (onHost.size() > 1) {
            throw new NiFiApiException("The cluster has several nodes on " + host
                    + ", and NiFi API URL is the address of none of them: give each node its own, with an environment"
                    + " variable in the address");
        }
        return onHost.getFirst();
    }

    private int port() {
        if (base.getPort() >= 0) {
            return base.getPort();
        }
        return base.getScheme().equals("https") ? HTTPS : HTTP;
    }
}
