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
import java.util.List;

/** A counter of a component, since NiFi started. The context ends with the component's id in brackets. */
public record Counter(String context, String name, long value) {
    static List<Counter> read(Rest rest) {
        List<Counter> counters = new ArrayList<>();
        for (JsonNode counter :
                rest.get("/counters").path("counters").path("aggregateSnapshot").path("counters")) {
            counters.add(new Counter(
                    counter.path("context").asText(),
                    counter.path("name").asText(),
                    counter.path("valueCount").asLong()));
        }
        return counters;
    }
}
