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
package io.nifireplay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A coordinator of replays in a NiFi, over its REST resource (docs/rest.md). */
final class Coordinator {
    private static final String TYPE = "io.nifireplay.services.coordination.StandardReplayCoordinator";

    private final NiFi nifi;
    private final URI base;

    private Coordinator(NiFi nifi, URI base) {
        this.nifi = nifi;
        this.base = base;
    }

    /**
     * Finds it.
     *
     * @param wanted its id or its name; empty when there is only one
     */
    static Coordinator find(NiFi nifi, Optional<String> wanted) throws CommandException {
        List<JsonNode> matches = new ArrayList<>();
        for (JsonNode service : services(nifi)) {
            if (wanted.isEmpty() || isNamed(service, wanted.get())) {
                matches.add(service);
            }
        }
        if (matches.size() == 1) {
            return of(nifi, matches.getFirst());
        }
        String which = wanted.map(name -> " '" + name + "'").orElse("");
        if (matches.isEmpty()) {
            throw new CommandException(
                    ExitStatus.NOT_FOUND,
                    "In this NiFi there is no StandardReplayCoordinator" + which + " that you may view");
        }
        String names = matches.stream()
                .map(service -> service.path("name").asText() + " ("
                        + service.path("id").asText() + ")")
                .collect(Collectors.joining(", "));
        throw Arguments.wrong(
                "There are several coordinators" + which + ": say --coordinator with the id of one: " + names);
    }

    private static List<JsonNode> services(NiFi nifi) throws CommandException {
        List<JsonNode> services = new ArrayList<>();
        JsonNode all = nifi.get("/nifi-api/flow/process-groups/root/controller-services?includeDescendantGroups=true");
        for (JsonNode entity : all.path("controllerServices")) {
            // Of what one may not view there is no component.
            if (entity.path("component").path("type").asText().equals(TYPE)) {
                services.add(entity.path("component"));
            }
        }
        return services;
    }

    private static boolean isNamed(JsonNode service, String wanted) {
        return service.path("id").asText().equals(wanted)
                || service.path("name").asText().equals(wanted);
    }

    private static Coordinator of(NiFi nifi, JsonNode service) throws CommandException {
        String page = service.path("customUiUrl").asText();
        if (page.isEmpty()) {
            throw new CommandException(
                    ExitStatus.NO_ANSWER,
                    "NiFi has no page for the coordinator '"
                            + service.path("name").asText()
                            + "': its bundle and the installed NAR have different versions");
        }
        String path = page.replaceFirst("/+$", "") + "/api/coordinators/"
                + segment(service.path("id").asText());
        return new Coordinator(nifi, nifi.here(path));
    }

    JsonNode governance() throws CommandException {
        return nifi.get(base);
    }

    JsonNode approvePolicy(String digest, String reason) throws CommandException {
        return nifi.send("POST", at("policy/approve"), Map.of(), object("digest", digest, "reason", reason));
    }

    JsonNode jobs() throws CommandException {
        return nifi.get(at("jobs"));
    }

    JsonNode job(String id) throws CommandException {
        return nifi.get(at("jobs/" + segment(id)));
    }

    JsonNode draft(ObjectNode request) throws CommandException {
        return nifi.send("POST", at("jobs"), Map.of(), request);
    }

    JsonNode edit(String id, long version, ObjectNode request) throws CommandException {
        return nifi.send("PUT", at("jobs/" + segment(id)), ifMatch(version), request);
    }

    JsonNode plan(String id, long version) throws CommandException {
        return nifi.send("POST", at("jobs/" + segment(id) + "/plan"), ifMatch(version), object());
    }

    /** @param step approve, start, pause, resume or abort */
    JsonNode change(String step, String id, long version, String reason) throws CommandException {
        return nifi.send("POST", at("jobs/" + segment(id) + "/" + step), ifMatch(version), object("reason", reason));
    }

    private URI at(String path) {
        return URI.create(base + "/" + path);
    }

    private static Map<String, String> ifMatch(long version) {
        return Map.of("If-Match", "\"" + version + "\"");
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ObjectNode object(String... namesAndValues) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            node.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return node;
    }
}
