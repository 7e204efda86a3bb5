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

import java.util.List;
import java.util.Map;

/** A reporting task. */
public final class ReportingTask extends Component {
    ReportingTask(Rest rest, String id) {
        super(rest, "reporting-tasks", id);
    }

    /** Sets a property by the name that a person reads. */
    public ReportingTask set(String property, String value) {
        update(Map.of(
                "properties", Configurable.storedNames(component().path("descriptors"), Map.of(property, value))));
        return this;
    }

    /** Lets a property refer to a service. */
    public ReportingTask set(String property, ControllerService service) {
        return set(property, service.id());
    }

    /** Runs it each time this has passed, such as {@code 1 sec}. */
    public ReportingTask every(String period) {
        update(Map.of("schedulingPeriod", period));
        return this;
    }

    /**
     * Starts it.
     *
     * @throws IllegalStateException with the validation errors, if it is not valid
     */
    public ReportingTask start() {
        List<String> errors = Configurable.validationErrors(this);
        if (!errors.isEmpty()) {
            throw new IllegalStateException("Reporting task '" + name() + "' is not valid: " + errors);
        }
        runStatus("RUNNING");
        return this;
    }

    /** Stops it. */
    public ReportingTask stop() {
        runStatus("STOPPED");
        return this;
    }

    /** Its bulletins of the last five minutes, oldest first. */
    public List<Bulletin> bulletins() {
        return Bulletin.read(rest, "?sourceId=" + id());
    }
}
