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
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;

/**
 * NiFi's REST API in the words of a test: from here to process groups, and from those to processors, connections and
 * services. Handles carry an id and ask NiFi each time, so they stay valid over a restart.
 */
public final class NiFiClient {
    private final Rest rest;

    /**
     * A client of one NiFi.
     *
     * @param api the address that ends with {@code /nifi-api}
     * @param flowEdited is run after each request that changed the flow
     */
    public NiFiClient(HttpClient http, URI api, Runnable flowEdited) {
        this.rest = new Rest(http, api, flowEdited);
    }

    /** The group that is the whole canvas. */
    public ProcessGroup root() {
        return group(rest.get("/process-groups/root").path("id").asText());
    }

    /** A process group by its id. */
    public ProcessGroup group(String id) {
        return new ProcessGroup(rest, id);
    }

    /** A processor by its id. */
    public Processor processor(String id) {
        return new Processor(rest, id);
    }

    /** A controller service by its id. */
    public ControllerService service(String id) {
        return new ControllerService(rest, id);
    }

    /** A connection by its id. */
    public Connection connection(String id) {
        return new Connection(rest, id);
    }

    /** A new controller service that reporting tasks can use, by simple or full class name. */
    public ControllerService createControllerLevelService(String type) {
        return ControllerService.createInController(rest, type);
    }

    /** A new reporting task, by simple or full class name. */
    public ReportingTask createReportingTask(String type) {
        return ReportingTask.create(rest, type);
    }

    /** A new parameter context without parameters. */
    public ParameterContext createParameterContext(String name) {
        return ParameterContext.create(rest, name);
    }

    /**
     * Deletes the parameter contexts that no group uses. A flow that is imported again would find its old context by
     * name, with the old values.
     */
    public void deleteUnusedParameterContexts() {
        for (JsonNode context : rest.get("/flow/parameter-contexts").path("parameterContexts")) {
            if (context.path("component").path("boundProcessGroups").isEmpty()) {
                new ParameterContext(rest, context.path("id").asText()).delete();
            }
        }
    }

    /** What NiFi recorded of each FlowFile, and replay from it. */
    public Provenance provenance() {
        return new Provenance(rest);
    }

    /** NARs that were uploaded to the running NiFi. */
    public Nars nars() {
        return new Nars(rest);
    }

    /** Who may do what. Only where secured. */
    public Policies policies() {
        return new Policies(rest);
    }

    /** The bulletins of the last five minutes, oldest first. */
    public List<Bulletin> bulletins() {
        return Bulletin.read(rest, "");
    }

    /** All counters of all components. */
    public List<Counter> counters() {
        return Counter.read(rest);
    }

    /** How many threads run processors. */
    public void timerThreads(int threads) {
        JsonNode controller = rest.get("/controller/config");
        rest.put(
                "/controller/config",
                Map.of(
                        "revision",
                        controller.path("revision"),
                        "component",
                        Map.of("maxTimerDrivenThreadCount", threads)));
    }

    /** The version of the running NiFi. */
    public String version() {
        return rest.get("/flow/about").path("about").path("version").asText();
    }

    /** The API itself, for what has no words here. */
    public Rest rest() {
        return rest;
    }
}
