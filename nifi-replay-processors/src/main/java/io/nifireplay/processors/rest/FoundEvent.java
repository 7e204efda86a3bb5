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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A provenance event as NiFi describes it.
 *
 * @param node the id of the cluster's node that has it, empty without a cluster
 * @param id NiFi's id of it, on that node
 * @param type such as DROP, REPLAY
 * @param flowFile the UUID of its FlowFile
 * @param component the component that it is of
 * @param connection the queue from which the FlowFile came; empty when it came from none, or may not be seen
 * @param attributes as they were after it; empty when they may not be seen
 * @param replayable whether NiFi would replay it
 * @param explanation why not, in NiFi's words
 * @param children the UUIDs of FlowFiles that it made
 */
public record FoundEvent(
        String node,
        long id,
        String type,
        String flowFile,
        String component,
        Optional<String> connection,
        Map<String, String> attributes,
        boolean replayable,
        String explanation,
        List<String> children) {
    public static final String REPLAY = "REPLAY";

    static FoundEvent of(String node, JsonNode event) {
        Map<String, String> attributes = new HashMap<>();
        for (JsonNode attribute : event.path("attributes")) {
            attributes.put(
                    attribute.path("name").asText(), attribute.path("value").asText());
        }
        List<String> children = new ArrayList<>();
        event.path("childUuids").forEach(child -> children.add(child.asText()));
        return new FoundEvent(
                node,
                event.path("eventId").asLong(),
                event.path("eventType").asText(),
                event.path("flowFileUuid").asText(),
                event.path("componentId").asText(),
                Optional.of(event.path("sourceConnectionIdentifier").asText("")).filter(id -> !id.isEmpty()),
                Map.copyOf(attributes),
                event.path("replayAvailable").asBoolean(),
                event.path("replayExplanation").asText(""),
                List.copyOf(children));
    }

    public boolean isReplay() {
        return type.equals(REPLAY);
    }

    /** The value of an attribute after the event. */
    public Optional<String> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }
}
