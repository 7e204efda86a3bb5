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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A parameter context. Changes stop and start what refers to a parameter, as NiFi does for a person. */
public final class ParameterContext {
    private final Rest rest;
    private final String id;

    ParameterContext(Rest rest, String id) {
        this.rest = rest;
        this.id = id;
    }

    static ParameterContext create(Rest rest, String name) {
        Map<String, Object> component = Map.of("name", name, "parameters", List.of());
        JsonNode created =
                rest.post("/parameter-contexts", Map.of("revision", Map.of("version", 0), "component", component));
        return new ParameterContext(rest, created.path("id").asText());
    }

    /** NiFi's id of it. */
    public String id() {
        return id;
    }

    /** The values of all parameters that are not sensitive. */
    public Map<String, String> values() {
        Map<String, String> values = new HashMap<>();
        for (JsonNode parameter : parameters()) {
            if (!parameter.path("sensitive").asBoolean() && parameter.hasNonNull("value")) {
                values.put(
                        parameter.path("name").asText(), parameter.path("value").asText());
            }
        }
        return values;
    }

    /** Sets a parameter, new or not; one that is sensitive stays so. */
    public void set(String name, String value) {
        set(Map.of(name, value));
    }

    /** Sets several parameters at once. */
    public void set(Map<String, String> values) {
        List<Map<String, Object>> changes = new ArrayList<>();
        values.forEach((name, value) -> changes.add(parameter(name, value, isSensitive(name))));
        change(changes);
    }

    /** Sets a parameter whose value NiFi encrypts and never shows. */
    public void setSensitive(String name, String value) {
        change(List.of(parameter(name, value, true)));
    }

    /** Removes the context; no group may use it. */
    public void delete() {
        rest.delete("/parameter-contexts/" + id + "?version="
                + entity().path("revision").path("version").asLong());
    }

    private void change(List<Map<String, Object>> parameters) {
        String requests = "/parameter-contexts/" + id + "/update-requests";
        Map<String, Object> body = Map.of(
                "id",
                id,
                "revision",
                entity().path("revision"),
                "component",
                Map.of("id", id, "parameters", parameters));
        AsynchronousRequest.run(rest, requests, rest.post(requests, body), "request", done -> null);
    }

    private static Map<String, Object> parameter(String name, String value, boolean sensitive) {
        return Map.of("parameter", Map.of("name", name, "value", value, "sensitive", sensitive));
    }

    private boolean isSensitive(String name) {
        return parameters().stream()
                .anyMatch(parameter -> parameter.path("name").asText().equals(name)
                        && parameter.path("sensitive").asBoolean());
    }

    private List<JsonNode> parameters() {
        List<JsonNode> parameters = new ArrayList<>();
        entity().path("component").path("parameters").forEach(entity -> parameters.add(entity.path("parameter")));
        return parameters;
    }

    private JsonNode entity() {
        return rest.get("/parameter-contexts/" + id);
    }
}
