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

/**
 * A message that an operator sees on a component.
 *
 * @param level INFO, WARNING or ERROR
 */
public record Bulletin(long id, String level, String sourceId, String sourceName, String message) {
    static List<Bulletin> read(Rest rest, String query) {
        List<Bulletin> bulletins = new ArrayList<>();
        for (JsonNode entity :
                rest.get("/flow/bulletin-board" + query).path("bulletinBoard").path("bulletins")) {
            JsonNode bulletin = entity.path("bulletin");
            bulletins.add(new Bulletin(
                    bulletin.path("id").asLong(),
                    bulletin.path("level").asText(),
                    bulletin.path("sourceId").asText(),
                    bulletin.path("sourceName").asText(),
                    bulletin.path("message").asText()));
        }
        bulletins.sort(Comparator.comparingLong(Bulletin::id));
        return bulletins;
    }
}
