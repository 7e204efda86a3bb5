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
package io.nifireplay.processors.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.processors.rest.ReplayOutcome.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds out, before anything runs, whether processors may be the targets of replays, and queues lie before them. */
public final class Targets {
    private final NiFiApi api;
    private final String node;
    private final String processorType;

    /**
     * @param node the id of the cluster's node that is asked, empty without a cluster
     * @param processorType the class that a target must be of
     */
    public Targets(NiFiApi api, String node, String processorType) {
        this.api = api;
        this.node = node;
        this.processorType = processorType;
    }

    /**
     * Makes sure that each processor is what it must be, and that all may be found out about it.
     *
     * @param property the name of the property that must have the same value for all
     * @param value the value that it must have
     * @throws MissingPolicyException naming all policies that are missing, as far as NiFi tells before there is an event
     * @throws NiFiApiException when one of them is no target
     */
    public void require(Collection<String> processors, String property, String value)
            throws NiFiApiException, IOException, InterruptedException {
        List<Policy> missing = new ArrayList<>();
        if (api.get("/provenance/search-options").status() == 403) {
            missing.add(Policy.queryProvenance());
        }
        for (String processor : processors) {
            NiFiAnswer component = api.get("/processors/" + processor);
            if (component.status() == 403) {
                missing.add(Policy.viewComponent(processor));
            } else if (component.status() == 404) {
                throw new NiFiApiException("There is no processor " + processor
                        + " in NiFi: correct JournalEvent Processors, which lists where replays may go");
            } else {
                requireTarget(processor, api.required(component, "show processor " + processor), property, value);
            }
            NiFiAnswer latest = api.get("/provenance-events/latest/" + processor + "?limit=1");
            if (latest.status() == 403) {
                missing.add(Policy.viewProvenance(processor));
            } else {
                addMissing(missing, processor, api.required(latest, "show the last provenance of " + processor));
            }
        }
        if (!missing.isEmpty()) {
            throw MissingPolicyException.of(missing, node);
        }
    }

    /**
     * The processors of a process group, without those of groups in it, that may be targets.
     *
     * @param property the name of the property that must have a value
     * @param value the value that it must have
     * @throws MissingPolicyException when not all processors of the group may be seen
     * @throws NiFiApiException when there is none
     */
    public Set<String> inGroup(String processGroup, String property, String value)
            throws NiFiApiException, IOException, InterruptedException {
        NiFiAnswer answer = api.get("/process-groups/" + processGroup + "/processors");
        if (answer.status() == 403) {
            throw MissingPolicyException.of(List.of(Policy.viewProcessGroup(processGroup)), node);
        }
        JsonNode processors = api.required(answer, "list the processors of process group " + processGroup)
                .path("processors");
        Set<String> found = new TreeSet<>();
        List<Policy> missing = new ArrayList<>();
        for (JsonNode entity : processors) {
            String id = entity.path("id").asText();
            if (entity.path("component").isMissingNode()) {
                missing.add(Policy.viewComponent(id));
            } else if (type(entity).equals(processorType)
                    && value(entity, property).equals(value)) {
                found.add(id);
            }
        }
        if (!missing.isEmpty()) {
            throw MissingPolicyException.of(missing, node);
        }
        if (found.isEmpty()) {
            throw new NiFiApiException("Process group " + processGroup + " has no JournalEvent with this processor's "
                    + property + ": list those that replays may go to in JournalEvent Processors");
        }
        return found;
    }

    private static String type(JsonNode entity) {
        return entity.path("component").path("type").asText();
    }

    private static String value(JsonNode entity, String property) {
        return entity.path("component")
                .path("config")
                .path("properties")
                .path(property)
                .asText("");
    }

    /** What the last event shows of the rights to the data; of a processor without events nothing does. */
    private void addMissing(List<Policy> missing, String processor, JsonNode latest) {
        for (JsonNode event : latest.path("latestProvenanceEvents").path("provenanceEvents")) {
            FoundEvent found = FoundEvent.of(node, event);
            if (found.attributes().isEmpty()) {
                missing.add(Policy.viewData(processor));
            } else if (!found.replayable() && Reason.of(found.explanation()) == Reason.NOT_PERMITTED) {
                missing.add(Policy.modifyData(processor));
            }
        }
    }

    private void requireTarget(String processor, JsonNode entity, String property, String value)
            throws NiFiApiException {
        String type = type(entity);
        if (!type.equals(processorType)) {
            throw new NiFiApiException("Processor " + processor + " is a " + type
                    + ": replays may only go into queues before a JournalEvent, which admits each event once");
        }
        if (!value(entity, property).equals(value)) {
            throw new NiFiApiException("JournalEvent " + processor + " has another " + property
                    + " than this processor: its journal would not know of this replay. Set the same one");
        }
    }

    /**
     * The component that a queue leads to now, empty when there is no such queue (any more).
     *
     * @throws MissingPolicyException when the queue may not be seen
     */
    public Optional<String> destination(String connection) throws NiFiApiException, IOException, InterruptedException {
        NiFiAnswer answer = api.get("/connections/" + connection);
        return switch (answer.status()) {
            case 404 -> Optional.empty();
            case 403 ->
                throw new MissingPolicyException(List.of(new Policy(
                        "view the component", "read", "/processors/ID of the component before queue " + connection)));
            default ->
                Optional.of(api.required(answer, "show queue " + connection)
                        .path("destinationId")
                        .asText());
        };
    }
}
