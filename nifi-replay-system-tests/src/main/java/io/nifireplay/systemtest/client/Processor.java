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
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A processor on the canvas. */
public final class Processor extends Component implements Connectable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    Processor(Rest rest, String id) {
        super(rest, "processors", id);
    }

    /** Sets a property by the name that a person reads. */
    public Processor set(String property, String value) {
        return set(Map.of(property, value));
    }

    /** Sets properties by the names that a person reads. */
    public Processor set(Map<String, String> properties) {
        JsonNode descriptors = component().path("config").path("descriptors");
        return configure(Map.of("properties", Configurable.storedNames(descriptors, properties)));
    }

    /** Lets a property refer to a service. */
    public Processor set(String property, ControllerService service) {
        return set(property, service.id());
    }

    /** Takes a property's value away. */
    public Processor unset(String property) {
        return set(Collections.singletonMap(property, null));
    }

    /** The properties that have a value, by the names that NiFi stores. */
    public Map<String, String> properties() {
        return Configurable.values(component().path("config").path("properties"));
    }

    /** Relationships whose FlowFiles end here; those named before stay. */
    public Processor autoTerminate(String... relationships) {
        Set<String> all = new LinkedHashSet<>(Arrays.asList(relationships));
        for (JsonNode relationship : component().path("relationships")) {
            if (relationship.path("autoTerminate").asBoolean()) {
                all.add(relationship.path("name").asText());
            }
        }
        return configure(Map.of("autoTerminatedRelationships", all));
    }

    /** How many threads may run it at once. */
    public Processor concurrentTasks(int tasks) {
        return configure(Map.of("concurrentlySchedulableTaskCount", tasks));
    }

    /** How often it runs, such as {@code 1 sec}; {@code 0 sec} is as often as possible. */
    public Processor every(String period) {
        return configure(Map.of("schedulingStrategy", "TIMER_DRIVEN", "schedulingPeriod", period));
    }

    /** For how long it may go on once it runs, in milliseconds; NiFi commits once for all of that time. */
    public Processor runDuration(long millis) {
        return configure(Map.of("runDurationMillis", millis));
    }

    /** How long a penalized FlowFile waits, and how long the processor does after it yielded. */
    public Processor penaltyAndYield(String penalty, String yield) {
        return configure(Map.of("penaltyDuration", penalty, "yieldDuration", yield));
    }

    /** NiFi's own retry: FlowFiles on these relationships go back to the queue so many times. */
    public Processor retry(int times, String... relationships) {
        return configure(Map.of("retryCount", times, "retriedRelationships", List.of(relationships)));
    }

    /** The lowest level of its log that becomes a bulletin: DEBUG, INFO, WARN, ERROR, NONE. */
    public Processor bulletinLevel(String level) {
        return configure(Map.of("bulletinLevel", level));
    }

    /** Any field of NiFi's processor configuration. */
    public Processor configure(Map<String, ?> config) {
        update(Map.of("config", config));
        return this;
    }

    /** Makes it a component of another version of its NAR. */
    public Processor changeBundle(Bundle bundle) {
        Configurable.changeBundle(this, bundle);
        return this;
    }

    /** The NAR that it comes from. */
    public Bundle bundle() {
        return Bundle.of(component().path("bundle"));
    }

    @Override
    public Connection to(Connectable destination, String... relationships) {
        return Connection.create(rest, groupId(), this, destination, relationships);
    }

    /**
     * Starts it.
     *
     * @throws RestException with NiFi's reasons if it is not valid
     */
    public Processor start() {
        Configurable.lastingErrors(this);
        runStatus("RUNNING");
        return this;
    }

    /** Enables it when it is disabled; it is stopped then. */
    public Processor enable() {
        if (isDisabled()) {
            runStatus("STOPPED");
        }
        return this;
    }

    /** Disables it; it must be stopped. */
    public Processor disable() {
        runStatus("DISABLED");
        return this;
    }

    /** Whether it is disabled, so that starting its group leaves it alone. */
    public boolean isDisabled() {
        return component().path("state").asText().equals("DISABLED");
    }

    /** Stops it and waits until its last thread is back. */
    public Processor stop() {
        runStatus("STOPPED");
        awaitStopped();
        return this;
    }

    /** Runs it once and waits until that is done. */
    public Processor runOnce() {
        Configurable.lastingErrors(this);
        runStatus("RUN_ONCE");
        awaitStopped();
        return this;
    }

    /** Stops it without waiting; {@link #terminate()} takes its threads away. */
    public void stopWithoutWaiting() {
        runStatus("STOPPED");
    }

    /** Takes the threads of a stopped processor away; what they do is lost. */
    public void terminate() {
        rest.delete(path() + "/threads");
    }

    /** What is wrong with its configuration. Empty if valid. */
    public List<String> validationErrors() {
        return Configurable.validationErrors(this);
    }

    /** "Verify" of its configuration, with these FlowFile attributes. */
    public List<VerificationResult> verify(Map<String, String> attributes) {
        return Configurable.verify(this, attributes, component().path("config").path("properties"));
    }

    /** What it did lately and does now. */
    public ProcessorStatus status() {
        return ProcessorStatus.of(rest.get("/flow/processors/" + id() + "/status")
                .path("processorStatus")
                .path("aggregateSnapshot"));
    }

    /** Its component state of both scopes. */
    public Map<String, String> state() {
        return ComponentState.read(this);
    }

    /** One of its counters since NiFi started; 0 if it was never touched. */
    public long counter(String name) {
        return Counter.read(rest).stream()
                .filter(counter ->
                        counter.context().contains(id()) && counter.name().equals(name))
                .mapToLong(Counter::value)
                .sum();
    }

    /** Its bulletins of the last five minutes, oldest first. */
    public List<Bulletin> bulletins() {
        return Bulletin.read(rest, "?sourceId=" + id());
    }

    @Override
    public String connectableType() {
        return "PROCESSOR";
    }

    @Override
    public String groupId() {
        return component().path("parentGroupId").asText();
    }

    private void awaitStopped() {
        await("end of " + this)
                .pollInterval(Duration.ofMillis(50))
                .atMost(STOP_TIMEOUT)
                .until(() -> isStopped(entity()));
    }

    private static boolean isStopped(JsonNode entity) {
        String state = entity.path("component").path("state").asText();
        int threads = entity.path("status")
                .path("aggregateSnapshot")
                .path("activeThreadCount")
                .asInt();
        return !state.equals("RUNNING") && !state.equals("RUN_ONCE") && threads == 0;
    }
}
