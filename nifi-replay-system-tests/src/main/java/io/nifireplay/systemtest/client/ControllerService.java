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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;

/** A controller service. */
public final class ControllerService extends Component {
    private static final Duration ENABLE_TIMEOUT = Duration.ofSeconds(30);

    ControllerService(Rest rest, String id) {
        super(rest, "controller-services", id);
    }

    /** One for reporting tasks, which those of process groups are not. */
    static ControllerService createInController(Rest rest, String type) {
        ComponentType found = ComponentType.find(rest, "controller-service", type);
        Map<String, Object> component = Map.of("type", found.className(), "bundle", found.bundle());
        return new ControllerService(rest, createInController(rest, "controller-services", component));
    }

    /** Sets a property by the name that a person reads. */
    public ControllerService set(String property, String value) {
        return set(Map.of(property, value));
    }

    /** Sets properties by the names that a person reads. */
    public ControllerService set(Map<String, String> properties) {
        update(Map.of("properties", Configurable.storedNames(component().path("descriptors"), properties)));
        return this;
    }

    /** Lets a property refer to another service. */
    public ControllerService set(String property, ControllerService service) {
        return set(property, service.id());
    }

    /** Takes a property's value away. */
    public ControllerService unset(String property) {
        return set(Collections.singletonMap(property, null));
    }

    /** The properties that have a value, by the names that NiFi stores. */
    public Map<String, String> properties() {
        return Configurable.values(component().path("properties"));
    }

    /**
     * Enables it and waits until it is.
     *
     * @throws IllegalStateException with the validation errors, if it is still not valid after 5 s, or bulletins, if it
     *     is not enabled within 30 s
     */
    public ControllerService enable() {
        return enable(ENABLE_TIMEOUT);
    }

    /** The same, with a time limit of one's own. */
    public ControllerService enable(Duration timeout) {
        List<String> errors = Configurable.lastingErrors(this);
        if (!errors.isEmpty()) {
            throw new IllegalStateException("Service '%s' is not valid: %s".formatted(name(), errors));
        }
        enableWithoutWaiting();
        awaitOrExplain("ENABLED", timeout, () -> state().equals("ENABLED"));
        return this;
    }

    /** Asks for it to be enabled, as the switch in the UI does. */
    public ControllerService enableWithoutWaiting() {
        runStatus("ENABLED");
        return this;
    }

    /** Disables it and waits until it is; whatever uses it must be stopped. */
    public ControllerService disable() {
        runStatus("DISABLED");
        awaitOrExplain("DISABLED", ENABLE_TIMEOUT, () -> state().equals("DISABLED"));
        return this;
    }

    /** DISABLED, ENABLING, ENABLED or DISABLING. */
    public String state() {
        return component().path("state").asText();
    }

    /** What is wrong with its configuration. Empty if valid. */
    public List<String> validationErrors() {
        return Configurable.validationErrors(this);
    }

    /** "Verify" of its configuration. */
    public List<VerificationResult> verify() {
        return Configurable.verify(this, Map.of(), component().path("properties"));
    }

    /** Makes it a service of another version of its NAR. */
    public ControllerService changeBundle(Bundle bundle) {
        Configurable.changeBundle(this, bundle);
        return this;
    }

    /** The NAR that it comes from. */
    public Bundle bundle() {
        return Bundle.of(component().path("bundle"));
    }

    /** Its component state of both scopes. */
    public Map<String, String> componentState() {
        return ComponentState.read(this);
    }

    /** Its bulletins of the last five minutes, oldest first. */
    public List<Bulletin> bulletins() {
        return Bulletin.read(rest, "?sourceId=" + id());
    }

    void awaitEnabled() {
        awaitOrExplain("ENABLED", ENABLE_TIMEOUT, () -> state().equals("ENABLED"));
    }

    private void awaitOrExplain(String wanted, Duration timeout, Callable<Boolean> reached) {
        try {
            await().pollInterval(Duration.ofMillis(50)).atMost(timeout).until(reached);
        } catch (ConditionTimeoutException e) {
            JsonNode now = component();
            throw new IllegalStateException(
                    "Service '%s' is %s, not %s: %s %s"
                            .formatted(
                                    now.path("name").asText(),
                                    now.path("state").asText(),
                                    wanted,
                                    texts(now.path("validationErrors")),
                                    bulletins()),
                    e);
        }
    }
}
