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

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A reporting task: what NiFi runs beside the flow. It sees the services of the controller only. */
public final class ReportingTask extends Component {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    ReportingTask(Rest rest, String id) {
        super(rest, "reporting-tasks", id);
    }

    static ReportingTask create(Rest rest, String type) {
        ComponentType found = ComponentType.find(rest, "reporting-task", type);
        return new ReportingTask(
                rest,
                createInController(
                        rest, "reporting-tasks", Map.of("type", found.className(), "bundle", found.bundle())));
    }

    /** Sets properties by the names that a person reads. */
    public ReportingTask set(Map<String, String> properties) {
        update(Map.of("properties", Configurable.storedNames(component().path("descriptors"), properties)));
        return this;
    }

    /** Lets a property refer to a service. */
    public ReportingTask set(String property, ControllerService service) {
        return set(Map.of(property, service.id()));
    }

    /** How often it runs, such as {@code 1 sec}. */
    public ReportingTask every(String period) {
        update(Map.of("schedulingPeriod", period));
        return this;
    }

    /** How often it runs. */
    public String schedule() {
        return component().path("schedulingPeriod").asText();
    }

    /**
     * Starts it.
     *
     * @throws RestException with NiFi's reasons if it is not valid
     */
    public ReportingTask start() {
        Configurable.lastingErrors(this);
        runStatus("RUNNING");
        return this;
    }

    /** Stops it and waits until it has come back. */
    public ReportingTask stop() {
        runStatus("STOPPED");
        await("end of " + this)
                .pollInterval(Duration.ofMillis(50))
                .atMost(STOP_TIMEOUT)
                .until(() -> component().path("activeThreadCount").asInt() == 0);
        return this;
    }

    /** What is wrong with its configuration. Empty if valid. */
    public List<String> validationErrors() {
        return Configurable.validationErrors(this);
    }

    /** Its component state of both scopes. */
    public Map<String, String> state() {
        return ComponentState.read(this);
    }

    /** Its bulletins of the last five minutes, oldest first. */
    public List<Bulletin> bulletins() {
        return Bulletin.read(rest, "?sourceId=" + id());
    }
}
