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

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Function;

/** NiFi's pattern for what takes time: POST a request, poll it until it is done, DELETE it. */
final class AsynchronousRequest {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private AsynchronousRequest() {}

    /**
     * Follows a request to its end.
     *
     * @param collection the path under which requests of this kind live
     * @param created NiFi's answer to the POST
     * @param field the field of the answer that holds the request
     * @param result reads what was asked for from the finished request
     * @throws IllegalStateException if NiFi says that the request failed
     */
    static <T> T run(Rest rest, String collection, JsonNode created, String field, Function<JsonNode, T> result) {
        JsonNode request = created.path(field);
        String path = collection + "/" + id(request);
        JsonNode finished = isFinished(request)
                ? request
                : await().pollInterval(Duration.ofMillis(20))
                        .atMost(TIMEOUT)
                        .until(() -> rest.get(path).path(field), AsynchronousRequest::isFinished);
        try {
            if (finished.hasNonNull("failureReason")) {
                throw new IllegalStateException(
                        path + " failed: " + finished.path("failureReason").asText());
            }
            return result.apply(finished);
        } finally {
            rest.delete(path);
        }
    }

    private static String id(JsonNode request) {
        return request.hasNonNull("requestId")
                ? request.path("requestId").asText()
                : request.path("id").asText();
    }

    private static boolean isFinished(JsonNode request) {
        return request.path("finished").asBoolean() || request.path("complete").asBoolean();
    }
}
