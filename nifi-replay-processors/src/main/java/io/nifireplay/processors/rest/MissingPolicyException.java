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

import java.util.ArrayList;
import java.util.List;

/** The identity that asks lacks a policy; the message names it. NiFi's own answer does not. */
public class MissingPolicyException extends NiFiApiException {
    private static final long serialVersionUID = 1L;

    /** @param policies each as a person grants it */
    public MissingPolicyException(Iterable<Policy> policies) {
        super(message(policies, ""));
    }

    private MissingPolicyException(String message) {
        super(message);
    }

    /** The same of policies on data, which on a cluster the nodes need as well as whoever asks. */
    static MissingPolicyException onCluster(Iterable<Policy> policies) {
        return new MissingPolicyException(message(
                policies,
                ", or the identity of a node does: on a cluster NiFi passes requests from node to node, and asks for"
                        + " policies on data of the nodes too"));
    }

    private static String message(Iterable<Policy> policies, String orNodes) {
        return "The identity with which this processor asks NiFi lacks " + String.join(", ", texts(policies)) + orNodes
                + ". Somebody who may change policies must grant that; nothing was replayed";
    }

    /**
     * @param policies each as a person grants it
     * @param node the cluster's node that was asked, empty without a cluster
     */
    public static MissingPolicyException of(Iterable<Policy> policies, String node) {
        return node.isEmpty() ? new MissingPolicyException(policies) : onCluster(policies);
    }

    private static Iterable<String> texts(Iterable<Policy> policies) {
        List<String> texts = new ArrayList<>();
        policies.forEach(policy -> texts.add(policy.toString()));
        return texts;
    }
}
