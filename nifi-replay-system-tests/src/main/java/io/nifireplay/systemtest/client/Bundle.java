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

/** The NAR that a component comes from. */
public record Bundle(String group, String artifact, String version) {
    static Bundle of(JsonNode bundle) {
        return new Bundle(
                bundle.path("group").asText(),
                bundle.path("artifact").asText(),
                bundle.path("version").asText());
    }
}
