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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What processors and controller services have in common: property names, validation, verification. */
final class Configurable {
    private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(30);

    /** NiFi looks again at what refers to a service a moment after the service changed. */
    private static final Duration VALID_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration ENABLE_TIMEOUT = Duration.ofSeconds(30);
    private static final String BEING_ENABLED = "state is Enabling";

    /** What NiFi gives instead of a sensitive value. */
    private static final String HIDDEN = "********";

    private Configurable() {}

    /**
     * Properties under the names that NiFi stores. A person reads display names, and NiFi's older components have
     * others inside ({@code generate-ff-custom-text} is "Custom Text"): both are taken, and anything else is a dynamic
     * property.
     */
    static Map<String, String> storedNames(JsonNode descriptors, Map<String, String> properties) {
        Map<String, String> stored = new HashMap<>();
        properties.forEach((name, value) -> stored.put(storedName(descriptors, name), value));
        return stored;
    }

    private static String storedName(JsonNode descriptors, String name) {
        if (descriptors.has(name)) {
            return name;
        }
        for (JsonNode descriptor : descriptors) {
            if (descriptor.path("displayName").asText().equals(name)) {
                return descriptor.path("name").asText();
            }
        }
        return name;
    }

    static Map<String, String> values(JsonNode properties) {
        Map<String, String> values = new HashMap<>();
        properties.properties().stream()
                .filter(property -> !property.getValue().isNull())
                .forEach(property ->
                        values.put(property.getKey(), property.getValue().asText()));
        return values;
    }

    /** What is wrong, once NiFi has finished looking. Empty if valid. */
    static List<String> validationErrors(Component component) {
        JsonNode validated = await().pollInterval(Duration.ofMillis(50))
                .atMost(VALIDATION_TIMEOUT)
                .until(
                        component::component,
                        state -> !state.path("validationStatus").asText().equals("VALIDATING"));
        return Component.texts(validated.path("validationErrors"));
    }

    /**
     * What is still wrong once NiFi had its time: services that are being enabled, as after a start of NiFi, get 30 s,
     * anything else 5 s. Empty as soon as it is valid.
     */
    static List<String> lastingErrors(Component component) {
        Instant asked = Instant.now();
        return await().pollInterval(Duration.ofMillis(50))
                .atMost(ENABLE_TIMEOUT.plus(VALIDATION_TIMEOUT))
                .until(() -> validationErrors(component), errors -> errors.isEmpty() || isLasting(errors, asked));
    }

    private static boolean isLasting(List<String> errors, Instant asked) {
        boolean beingEnabled = errors.stream().anyMatch(error -> error.contains(BEING_ENABLED));
        Duration limit = beingEnabled ? ENABLE_TIMEOUT : VALID_TIMEOUT;
        return Instant.now().isAfter(asked.plus(limit));
    }

    /** As the UI does: values that NiFi does not show are left out, and stand as they are. */
    static List<VerificationResult> verify(Component component, Map<String, String> attributes, JsonNode properties) {
        Map<String, String> shown = values(properties);
        shown.values().removeIf(HIDDEN::equals);
        String requests = component.path() + "/config/verification-requests";
        JsonNode request = component.rest.post(
                requests,
                Map.of(
                        "request",
                        Map.of("componentId", component.id(), "properties", shown, "attributes", attributes)));
        return AsynchronousRequest.run(component.rest, requests, request, "request", finished -> {
            List<VerificationResult> results = new ArrayList<>();
            finished.path("results").forEach(result -> results.add(VerificationResult.of(result)));
            return results;
        });
    }

    static void changeBundle(Component component, Bundle bundle) {
        component.update(Map.of("bundle", bundle));
    }
}
