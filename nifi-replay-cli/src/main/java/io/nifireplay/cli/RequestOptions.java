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
package io.nifireplay.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A request for a replay: from a file, or made of options. NiFi checks it; here nothing is understood twice. */
final class RequestOptions {
    static final Set<String> NAMES = Set.of(
            "file",
            "job",
            "mode",
            "reason",
            "all",
            "partition",
            "key",
            "state",
            "attribute",
            "from",
            "to",
            "error-type",
            "since",
            "over",
            "processor",
            "event-type",
            "flow-file",
            "lineage-of",
            "include-unknown",
            "rate",
            "concurrency",
            "error-budget",
            "strict-order");

    private static final String PROVENANCE = "provenance";
    private static final Set<String> OF_JOURNAL = Set.of("partition", "key", "state", "error-type", "since");
    private static final Set<String> OF_PROVENANCE = Set.of("processor", "event-type", "flow-file", "lineage-of");

    private static final ObjectMapper JSON = new ObjectMapper();

    private RequestOptions() {}

    /** @param in what {@code --file -} reads */
    static ObjectNode request(Arguments arguments, InputStream in) throws CommandException {
        Optional<String> file = arguments.option("file");
        return file.isPresent() ? fromFile(file.get(), arguments, in) : fromOptions(arguments);
    }

    private static ObjectNode fromFile(String file, Arguments arguments, InputStream in) throws CommandException {
        for (String name : NAMES) {
            if (!name.equals("file") && arguments.has(name)) {
                throw Arguments.wrong("--" + name + " says what the file is to say");
            }
        }
        try {
            byte[] bytes = file.equals("-") ? in.readAllBytes() : Files.readAllBytes(Path.of(file));
            JsonNode request = JSON.readTree(bytes);
            if (request instanceof ObjectNode object) {
                return object;
            }
            throw Arguments.wrong(file + " holds no JSON object");
        } catch (JsonProcessingException e) {
            throw Arguments.wrong(file + " holds no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw Arguments.wrong(file + " cannot be read: " + e);
        }
    }

    private static ObjectNode fromOptions(Arguments arguments) throws CommandException {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("action", "replay");
        request.put("job", arguments.required("job", "the id that the job is to have"));
        arguments.option("mode").ifPresent(mode -> request.put("mode", mode));
        arguments.option("over").ifPresent(over -> request.put("over", over));
        boolean overProvenance =
                arguments.option("over").filter(PROVENANCE::equals).isPresent();
        for (String other : overProvenance ? OF_JOURNAL : OF_PROVENANCE) {
            if (arguments.has(other)) {
                throw Arguments.wrong("--" + other
                        + (overProvenance
                                ? " selects from the journal's own events, not from provenance"
                                : " selects from NiFi's provenance: say --over provenance"));
            }
        }
        ObjectNode select = overProvenance ? selectFromProvenance(arguments) : select(arguments);
        if (select.isEmpty() != arguments.has("all")) {
            throw Arguments.wrong("Say which events: "
                    + (overProvenance
                            ? "--processor, --event-type, --flow-file, --lineage-of, --attribute, --from or --to"
                            : "--partition, --key, --state, --attribute, --from, --to, --error-type or --since")
                    + "; or, instead, --all");
        }
        request.set("select", select);
        if (arguments.has("include-unknown")) {
            request.put("includeUnknown", true);
        }
        ObjectNode limits = limits(arguments);
        if (!limits.isEmpty()) {
            request.set("limits", limits);
        }
        request.put("reason", arguments.required("reason", "why, for those who ask later"));
        return request;
    }

    private static ObjectNode select(Arguments arguments) throws CommandException {
        ObjectNode select = JsonNodeFactory.instance.objectNode();
        texts(select, "partitions", arguments, "partition");
        texts(select, "keys", arguments, "key");
        texts(select, "states", arguments, "state");
        attributes(select, arguments);
        times(select, "admitted", arguments);
        arguments.option("error-type").ifPresent(type -> select.put("errorType", type));
        arguments.option("since").ifPresent(point -> select.put("sinceRecoveryPoint", point));
        return select;
    }

    private static ObjectNode selectFromProvenance(Arguments arguments) throws CommandException {
        ObjectNode select = JsonNodeFactory.instance.objectNode();
        texts(select, "processors", arguments, "processor");
        times(select, "time", arguments);
        texts(select, "eventTypes", arguments, "event-type");
        attributes(select, arguments);
        texts(select, "flowFiles", arguments, "flow-file");
        number(select, "lineageOf", arguments, "lineage-of");
        return select;
    }

    private static void attributes(ObjectNode select, Arguments arguments) throws CommandException {
        for (String pair : arguments.all("attribute")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw Arguments.wrong("--attribute is '" + pair + "', but must be NAME=VALUE");
            }
            select.withObject("/attributes").put(pair.substring(0, equals), pair.substring(equals + 1));
        }
    }

    private static void times(ObjectNode select, String field, Arguments arguments) {
        for (String bound : List.of("from", "to")) {
            arguments
                    .option(bound)
                    .ifPresent(time -> select.withObject("/" + field).put(bound, time));
        }
    }

    private static void texts(ObjectNode select, String field, Arguments arguments, String option) {
        if (!arguments.all(option).isEmpty()) {
            arguments.all(option).forEach(select.putArray(field)::add);
        }
    }

    private static ObjectNode limits(Arguments arguments) throws CommandException {
        ObjectNode limits = JsonNodeFactory.instance.objectNode();
        number(limits, "ratePerSecond", arguments, "rate");
        number(limits, "concurrency", arguments, "concurrency");
        number(limits, "errorBudget", arguments, "error-budget");
        if (arguments.has("strict-order")) {
            limits.put("strictOrder", true);
        }
        return limits;
    }

    private static void number(ObjectNode node, String field, Arguments arguments, String option)
            throws CommandException {
        Optional<String> text = arguments.option(option);
        if (text.isEmpty()) {
            return;
        }
        try {
            JsonNode number = JSON.readTree(text.get());
            if (number.isNumber()) {
                node.set(field, number);
                return;
            }
        } catch (JsonProcessingException e) {
            // Told below.
        }
        throw Arguments.wrong("--" + option + " is '" + text.get() + "', but must be a number");
    }
}
