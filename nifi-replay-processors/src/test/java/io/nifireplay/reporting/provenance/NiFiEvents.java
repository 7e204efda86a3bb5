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
package io.nifireplay.reporting.provenance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.nifi.provenance.MockProvenanceEvent;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.MockFlowFile;

/** Provenance events with the details that NiFi 2.3.0 writes. */
final class NiFiEvents {
    static final long TIME = 1_764_000_000_000L;

    private NiFiEvents() {}

    static ProvenanceEventRecord event(
            long id,
            ProvenanceEventType type,
            String flowFile,
            Map<String, String> attributes,
            UnaryOperator<MockProvenanceEvent.Builder> more) {
        MockProvenanceEvent.Builder builder = new MockProvenanceEvent.Builder();
        builder.setEventId(id);
        builder.setEventType(type);
        builder.setFlowFileUUID(flowFile);
        builder.setAttributes(Map.of(), new HashMap<>(attributes));
        builder.setComponentId("component");
        builder.setComponentType("UpdateAttribute");
        builder.setEventTime(TIME + id);
        builder.setCurrentContentClaim("container", "section", "claim", 0L, 1);
        return more.apply(builder).build();
    }

    static ProvenanceEventRecord modified(long id, String flowFile) {
        return event(id, ProvenanceEventType.ATTRIBUTES_MODIFIED, flowFile, Map.of(), builder -> builder);
    }

    static ProvenanceEventRecord modified(long id, String flowFile, Map<String, String> attributes) {
        return event(id, ProvenanceEventType.ATTRIBUTES_MODIFIED, flowFile, attributes, builder -> builder);
    }

    static ProvenanceEventRecord routedByJournalEvent(long id, String flowFile, Map<String, String> attributes) {
        return event(
                id,
                ProvenanceEventType.ROUTE,
                flowFile,
                attributes,
                builder -> builder.setComponentType("JournalEvent").setRelationship("duplicate"));
    }

    static ProvenanceEventRecord replay(
            long id, String parent, String child, String user, Map<String, String> attributes) {
        return event(
                id,
                ProvenanceEventType.REPLAY,
                parent,
                attributes,
                builder -> builder.setDetails("Replay requested by " + user).addChildFlowFile(child));
    }

    static ProvenanceEventRecord emptied(long id, String flowFile, String user, Map<String, String> attributes) {
        return event(
                id,
                ProvenanceEventType.DROP,
                flowFile,
                attributes,
                builder -> builder.setComponentType("Connection").setDetails("FlowFile Queue emptied by " + user));
    }

    static ProvenanceEventRecord expired(long id, String flowFile, Map<String, String> attributes) {
        return event(
                id,
                ProvenanceEventType.EXPIRE,
                flowFile,
                attributes,
                builder -> builder.setDetails("Expiration Threshold = 10 ms"));
    }

    static ProvenanceEventRecord autoTerminated(long id, String flowFile, Map<String, String> attributes) {
        return event(
                id,
                ProvenanceEventType.DROP,
                flowFile,
                attributes,
                builder -> builder.setDetails("Auto-Terminated by success Relationship"));
    }

    static ProvenanceEventRecord sentToAnotherNode(long id, String flowFile, Map<String, String> attributes) {
        return event(
                id, ProvenanceEventType.DROP, flowFile, attributes, builder -> builder.setComponentType("Connection"));
    }

    static ProvenanceEventRecord download(long id, String flowFile, String user, Map<String, String> attributes) {
        return event(
                id,
                ProvenanceEventType.DOWNLOAD,
                flowFile,
                attributes,
                builder -> builder.setDetails(
                        "Download of Output Content requested by " + user + " for Provenance Event 17"));
    }

    static ProvenanceEventRecord fork(
            long id, ProvenanceEventType type, String parent, List<String> children, Map<String, String> attributes) {
        return event(id, type, parent, attributes, builder -> {
            builder.addParentFlowFile(flowFile(parent));
            children.forEach(builder::addChildFlowFile);
            return builder;
        });
    }

    static ProvenanceEventRecord join(long id, List<String> parents, String child) {
        return event(id, ProvenanceEventType.JOIN, child, Map.of(), builder -> {
            parents.forEach(parent -> builder.addParentFlowFile(flowFile(parent)));
            return builder.addChildFlowFile(child);
        });
    }

    private static MockFlowFile flowFile(String uuid) {
        MockFlowFile flowFile = new MockFlowFile(1);
        flowFile.putAttributes(Map.of("uuid", uuid));
        return flowFile;
    }
}
