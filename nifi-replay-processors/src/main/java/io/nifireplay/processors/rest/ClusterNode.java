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

/**
 * A node of a cluster, as NiFi's REST API names it.
 *
 * @param id NiFi's id of it, for {@code clusterNodeId}
 * @param address where its REST API is: host and port
 */
public record ClusterNode(String id, String address) {
    /** The host alone, as a component is told the node's address. */
    String host() {
        return address.substring(0, Math.max(0, address.lastIndexOf(':')));
    }
}
