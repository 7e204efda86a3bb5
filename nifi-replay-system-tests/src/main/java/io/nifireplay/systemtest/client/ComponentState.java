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

/** What a component keeps in NiFi's state providers. */
final class ComponentState {
    private ComponentState() {}

    static Map<String, String> read(Component component) {
        JsonNode state = component.rest.get(component.path() + "/state").path("componentState");
        Map<String, String> values = new HashMap<>();
        for (String scope : List.of("localState", "clusterState")) {
            for (JsonNode entry : state.path(scope).path("state")) {
                values.put(entry.path("key").asText(), entry.path("value").asText());
            }
        }
        return values;
    }
}
