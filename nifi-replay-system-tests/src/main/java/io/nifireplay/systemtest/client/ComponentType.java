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
import java.util.Comparator;
import java.util.List;

/** A kind of processor or service that NiFi has loaded. */
record ComponentType(String className, Bundle bundle) {
    /**
     * Looks a type up by its simple or full class name; of several versions the highest.
     *
     * @param kind {@code processor}, {@code controller-service} or {@code reporting-task}
     * @throws IllegalArgumentException if NiFi has no such type
     */
    static ComponentType find(Rest rest, String kind, String name) {
        String field = switch (kind) {
            case "processor" -> "processorTypes";
            case "controller-service" -> "controllerServiceTypes";
            case "reporting-task" -> "reportingTaskTypes";
            default -> throw new IllegalArgumentException("There is no kind of component " + kind);
        };
        List<ComponentType> matches = new ArrayList<>();
        for (JsonNode type : rest.get("/flow/" + kind + "-types").path(field)) {
            String className = type.path("type").asText();
            if (className.equals(name) || className.endsWith("." + name)) {
                matches.add(new ComponentType(className, Bundle.of(type.path("bundle"))));
            }
        }
        return matches.stream()
                .max(Comparator.comparing(type -> type.bundle().version()))
                .orElseThrow(() -> new IllegalArgumentException("This NiFi has no " + kind + " " + name));
    }
}
