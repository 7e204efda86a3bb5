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
package io.nifireplay.journal.provenance;

import java.util.Objects;
import java.util.Optional;

/**
 * A provenance event that NiFi can replay, or could if nothing was in its way.
 *
 * @param node the id of the cluster's node that has it, empty without a cluster
 * @param eventId NiFi's id of it, on that node
 * @param flowFile the UUID of its FlowFile
 * @param connection the queue from which the FlowFile was taken, and into which a replay puts another
 * @param key the idempotency key that the FlowFile had, empty when it is not known. Not its place in a journal: that may
 *     have been another journal's
 * @param obstacle why NiFi will not replay it, empty when it will
 */
public record ProvenanceSource(
        String node,
        long eventId,
        String flowFile,
        String connection,
        Optional<String> key,
        Optional<ItemStanding> obstacle) {
    /** @throws IllegalArgumentException when the obstacle is none */
    public ProvenanceSource {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(flowFile, "flowFile");
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(key, "key");
        obstacle.filter(standing -> !standing.isRefusal()).ifPresent(standing -> {
            throw new IllegalArgumentException(standing + " is no reason why NiFi does not replay");
        });
    }

    /** The same, without what need not be kept: the key is the event's. */
    public ProvenanceSource withoutKey() {
        return new ProvenanceSource(node, eventId, flowFile, connection, Optional.empty(), obstacle);
    }
}
