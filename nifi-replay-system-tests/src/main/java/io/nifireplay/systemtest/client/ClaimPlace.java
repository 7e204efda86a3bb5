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
import java.nio.file.Path;

/**
 * Where a FlowFile's content lies in NiFi's content repository.
 *
 * @param offset where its claim begins in the file, plus where in the claim it begins
 */
public record ClaimPlace(String container, String section, String identifier, long offset) {
    static ClaimPlace of(JsonNode flowFile) {
        return new ClaimPlace(
                flowFile.path("contentClaimContainer").asText(),
                flowFile.path("contentClaimSection").asText(),
                flowFile.path("contentClaimIdentifier").asText(),
                flowFile.path("contentClaimOffset").asLong());
    }

    /** The claim's file in the folder of its container. */
    public Path file(Path container) {
        return container.resolve(section).resolve(identifier);
    }
}
