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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A process group: a flow, or a part of one. */
public final class ProcessGroup extends Component {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int COLUMNS = 3;
    private static final int COLUMN_WIDTH = 700;
    private static final int ROW_HEIGHT = 260;

    private int placed;

    ProcessGroup(Rest rest, String id) {
        super(rest, "process-groups", id);
    }

    /** A new, empty group inside this one. */
    public ProcessGroup createGroup(String name) {
        Map<String, Object> component = Map.of("name", name, "position", nextPosition());
        return new ProcessGroup(rest, create(rest, id(), "process-groups", component));
    }

    /** Imports a flow definition from a file, as the UI does when one is dropped on the canvas. */
    public ProcessGroup importFlow(Path definition, String name) {
        Map<String, Integer> position = nextPosition();
        Multipart form = new Multipart()
                .field("id", id())
                .field("groupName", name)
                .field("positionX", String.valueOf(position.get("x")))
                .field("positionY", String.valueOf(position.get("y")))
                .field("clientId", "nifi-replay-system-tests")
                .field("disconnectedNodeAcknowledged", "false")
                .file("file", definition);
        JsonNode created = rest.post(path() + "/process-groups/upload", form.body(), form.headers());
        return new ProcessGroup(rest, created.path("id").asText());
    }

    /** A new processor, by simple or full class name. */
    public Processor createProcessor(String type) {
        ComponentType found = ComponentType.find(rest, "processor", type);
        return createProcessor(found.className(), found.bundle());
    }

    /** A new processor of one version of a NAR. */
    public Processor createProcessor(String className, Bundle bundle) {
        Map<String, Object> component = Map.of("type", className, "bundle", bundle, "position", nextPosition());
        return new Processor(rest, create(rest, id(), "processors", component));
    }

    /** A new controller service, by simple or full class name. */
    public ControllerService createService(String type) {
        ComponentType found = ComponentType.find(rest, "controller-service", type);
        return createService(found.className(), found.bundle());
    }

    /** A new controller service of one version of a NAR. */
    public ControllerService createService(String className, Bundle bundle) {
        Map<String, Object> component = Map.of("type", className, "bundle", bundle);
        return new ControllerService(rest, create(rest, id(), "controller-services", component));
    }

    /** A new funnel. */
    public Funnel createFunnel() {
        return new Funnel(rest, create(rest, id(), "funnels", Map.of("position", nextPosition())));
    }

    /** A new input or output port. */
    public Port createPort(Port.Direction direction, String name) {
        Map<String, Object> component = Map.of("name", name, "position", nextPosition());
        return new Port(rest, direction, create(rest, id(), direction.kind(), component));
    }

    /** A connection in this group, such as one to a port of a group inside it. */
    public Connection connect(Connectable source, Connectable destination, String... relationships) {
        return Connection.create(rest, id(), source, destination, relationships);
    }

    /** The processors of this group and of all groups inside. */
    public List<Processor> processors() {
        return list("/process-groups/%s/processors?includeDescendantGroups=true", "processors", this::processor);
    }

    /** The processor of that name, in this group or inside. */
    public Processor processorNamed(String name) {
        return named(processors(), name);
    }

    /** The connections of this group, without those of groups inside. */
    public List<Connection> connections() {
        return list(
                "/process-groups/%s/connections",
                "connections", entity -> new Connection(rest, entity.path("id").asText()));
    }

    /** The connection of this group that begins there and takes that relationship. */
    public Connection connectionFrom(Connectable source, String relationship) {
        return connections().stream()
                .filter(connection -> {
                    JsonNode component = connection.component();
                    return component.path("source").path("id").asText().equals(source.id())
                            && texts(component.path("selectedRelationships")).contains(relationship);
                })
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "No connection begins at " + source + " with relationship " + relationship));
    }

    /** The controller services of this group and of all groups inside. */
    public List<ControllerService> services() {
        return list(
                "/flow/process-groups/%s/controller-services?includeAncestorGroups=false&includeDescendantGroups=true",
                "controllerServices",
                entity -> new ControllerService(rest, entity.path("id").asText()));
    }

    /** The controller service of that name, in this group or inside. */
    public ControllerService serviceNamed(String name) {
        return named(services(), name);
    }

    /** The groups directly inside. */
    public List<ProcessGroup> groups() {
        return list(
                "/process-groups/%s/process-groups",
                "processGroups",
                entity -> new ProcessGroup(rest, entity.path("id").asText()));
    }

    /** The ids of all that is drawn in this group, without what is inside other groups. */
    public List<String> componentIds() {
        List<String> ids = new ArrayList<>();
        JsonNode flow = rest.get("/flow" + path()).path("processGroupFlow").path("flow");
        flow.forEach(kind -> kind.forEach(entity -> ids.add(entity.path("id").asText())));
        return ids;
    }

    /** The parameter context that the group uses. */
    public Optional<ParameterContext> parameterContext() {
        JsonNode id = component().path("parameterContext").path("id");
        return id.isMissingNode() ? Optional.empty() : Optional.of(new ParameterContext(rest, id.asText()));
    }

    /** Lets the group use this parameter context. */
    public void use(ParameterContext context) {
        update(Map.of("parameterContext", Map.of("id", context.id())));
    }

    /**
     * Enables all services of the group and of groups inside.
     *
     * @throws IllegalStateException with the reasons if one is not enabled within 30 s
     */
    public ProcessGroup enableServices() {
        services().forEach(ControllerService::validationErrors);
        rest.put("/flow" + path() + "/controller-services", Map.of("id", id(), "state", "ENABLED"));
        services().forEach(ControllerService::awaitEnabled);
        return this;
    }

    /** Disables all services of the group and of groups inside; what uses them must be stopped. */
    public ProcessGroup disableServices() {
        rest.put("/flow" + path() + "/controller-services", Map.of("id", id(), "state", "DISABLED"));
        await().pollInterval(Duration.ofMillis(50))
                .atMost(TIMEOUT)
                .until(() ->
                        services().stream().allMatch(service -> service.state().equals("DISABLED")));
        return this;
    }

    /**
     * Starts all that is in the group and in groups inside, and waits until it runs.
     *
     * @throws IllegalStateException if a processor is not valid; the message says which and why
     */
    public ProcessGroup start() {
        for (Processor processor : processors()) {
            // NiFi does not validate a processor that is disabled, nor start it.
            List<String> errors = processor.isDisabled() ? List.of() : Configurable.lastingErrors(processor);
            if (!errors.isEmpty()) {
                throw new IllegalStateException("Processor '" + processor.name() + "' is not valid: " + errors);
            }
        }
        schedule("RUNNING");
        await().pollInterval(Duration.ofMillis(50))
                .atMost(TIMEOUT)
                .until(() -> entity().path("stoppedCount").asInt() == 0);
        return this;
    }

    /** Stops all that is in the group and in groups inside, and waits until the last thread is back. */
    public ProcessGroup stop() {
        schedule("STOPPED");
        await().pollInterval(Duration.ofMillis(50)).atMost(TIMEOUT).until(() -> isStopped(entity()));
        return this;
    }

    /** How many FlowFiles wait in the group and in groups inside. */
    public long queued() {
        return entity().path("status")
                .path("aggregateSnapshot")
                .path("flowFilesQueued")
                .asLong();
    }

    /** Empties all queues of the group and of groups inside. */
    public void emptyQueues() {
        String requests = path() + "/empty-all-connections-requests";
        AsynchronousRequest.run(rest, requests, rest.post(requests), "dropRequest", dropped -> null);
    }

    /** Stops, empties and deletes the group. */
    @Override
    public void delete() {
        stop();
        disableServices();
        emptyQueues();
        super.delete();
    }

    /** The flow definition, as "Download flow definition" writes it. */
    public byte[] download() {
        return rest.bytes(path() + "/download");
    }

    /** Writes the flow definition into a file. */
    public void download(Path file) {
        try {
            Files.write(file, download());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /** Bulletins of the group's components in the last five minutes, oldest first. */
    public List<Bulletin> bulletins() {
        return Bulletin.read(rest, "?groupId=" + id());
    }

    private void schedule(String state) {
        rest.put("/flow" + path(), Map.of("id", id(), "state", state));
    }

    private static boolean isStopped(JsonNode entity) {
        int threads = entity.path("status")
                .path("aggregateSnapshot")
                .path("activeThreadCount")
                .asInt();
        return entity.path("runningCount").asInt() == 0 && threads == 0;
    }

    private Processor processor(JsonNode entity) {
        return new Processor(rest, entity.path("id").asText());
    }

    private <T> List<T> list(String pathWithId, String field, Function<JsonNode, T> read) {
        List<T> found = new ArrayList<>();
        rest.get(pathWithId.formatted(id())).path(field).forEach(entity -> found.add(read.apply(entity)));
        return found;
    }

    private <T extends Component> T named(List<T> all, String name) {
        Stream<T> matches = all.stream().filter(component -> component.name().equals(name));
        return matches.findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Nothing in " + this + " has the name '" + name + "': "
                        + all.stream().map(Component::name).toList()));
    }

    /** Rows of three, so that a person who opens the canvas of a failed test can read it. */
    private Map<String, Integer> nextPosition() {
        int place = placed++;
        return Map.of("x", place % COLUMNS * COLUMN_WIDTH, "y", place / COLUMNS * ROW_HEIGHT);
    }
}
