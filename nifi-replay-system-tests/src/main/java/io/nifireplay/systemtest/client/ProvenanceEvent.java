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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One provenance event.
 *
 * @param type NiFi's event type, such as RECEIVE, FORK, DROP, REPLAY
 * @param attributes as they were after the event
 * @param details free text, for a REPLAY with the user who asked; empty if none
 */
public record ProvenanceEvent(
        long id,
        String type,
        String flowFileUuid,
        String componentId,
        String componentName,
        String relationship,
        String details,
        Map<String, String> attributes,
        List<String> parentUuids,
        List<String> childUuids) {
    static ProvenanceEvent of(JsonNode event) {
        Map<String, String> attributes = new HashMap<>();
        for (JsonNode attribute : event.path("attributes")) {
            attributes.put(
                    attribute.path("name").asText(), attribute.path("value").asText());
        }
        return new ProvenanceEvent(
                event.path("eventId").asLong(),
                event.path("eventType").asText(),
                event.path("flowFileUuid").asText(),
                event.path("componentId").asText(),
                event.path("componentName").asText(),
                event.path("relationship").asText(""),
                event.path("details").asText(""),
                Map.copyOf(attributes),
                Component.texts(event.path("parentUuids")),
                Component.texts(event.path("childUuids")));
    }
}
