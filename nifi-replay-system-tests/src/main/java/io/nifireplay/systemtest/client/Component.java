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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** Something on the canvas that has an id, a name and a revision. */
public abstract sealed class Component
        permits Processor, ControllerService, ReportingTask, Connection, Funnel, Port, ProcessGroup {
    final Rest rest;
    private final String id;
    private final String path;

    Component(Rest rest, String kind, String id) {
        this.rest = rest;
        this.id = id;
        this.path = "/" + kind + "/" + id;
    }

    /** NiFi's id of it. */
    public String id() {
        return id;
    }

    /** The name on the canvas. */
    public String name() {
        return component().path("name").asText();
    }

    /** Gives it another name. */
    public void rename(String name) {
        update(Map.of("name", name));
    }

    /** The entity as NiFi describes it, for what has no words here. */
    public JsonNode entity() {
        return rest.get(path);
    }

    /** Removes it from the canvas; it must be stopped or disabled, and nothing may be queued in it. */
    public void delete() {
        rest.delete(
                path + "?version=" + entity().path("revision").path("version").asLong());
    }

    final String path() {
        return path;
    }

    final JsonNode component() {
        return entity().path("component");
    }

    /** Changes some fields; a null value takes a value away. */
    final void update(Map<String, ?> fields) {
        Map<String, Object> component = new LinkedHashMap<>(fields);
        component.put("id", id);
        rest.put(path, Map.of("revision", entity().path("revision"), "component", component));
    }

    final void runStatus(String state) {
        rest.put(path + "/run-status", Map.of("revision", entity().path("revision"), "state", state));
    }

    static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    static String create(Rest rest, String groupId, String kind, Map<String, ?> component) {
        Map<String, Object> entity = Map.of("revision", Map.of("version", 0), "component", component);
        return rest.post("/process-groups/" + groupId + "/" + kind, entity)
                .path("id")
                .asText();
    }

    /** A component that is in no process group. */
    static String createInController(Rest rest, String kind, Map<String, ?> component) {
        Map<String, Object> entity = Map.of("revision", Map.of("version", 0), "component", component);
        return rest.post("/controller/" + kind, entity).path("id").asText();
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof Component that && path.equals(that.path);
    }

    @Override
    public final int hashCode() {
        return Objects.hash(path);
    }

    @Override
    public final String toString() {
        return path;
    }
}
