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
package io.nifireplay.services.journal;

import io.nifireplay.services.settings.Choice;

/** Whether a journal that only one node knows may be used on a cluster. */
enum ClusterUse implements Choice {
    STANDALONE(
            "standalone NiFi only",
            "The service is invalid on a cluster: each node would have a journal of its own, and an event that is sent again"
                    + " to another node would be taken for a new one."),
    STICKY_SOURCES(
            "sources stick to nodes",
            "Whoever sends an event sends its repetitions to the same node, for example because a load balancer routes by"
                    + " the idempotency key or by the sender. Each node has a journal of its own.");

    private final Words words;

    ClusterUse(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
