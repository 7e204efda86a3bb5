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

/**
 * One step of "Verify" in a component's configuration.
 *
 * @param outcome SUCCESSFUL, FAILED or SKIPPED
 */
public record VerificationResult(String step, String outcome, String explanation) {
    static VerificationResult of(JsonNode result) {
        return new VerificationResult(
                result.path("verificationStepName").asText(),
                result.path("outcome").asText(),
                result.path("explanation").asText());
    }
}
