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
package io.nifireplay.processors.request;

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.TimeRange;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a request to ReplayProvenance, as strictly as {@link CommandParser}. The format is
 * {@code docs/schemas/provenance-replay-request.schema.json}.
 */
public final class ProvenanceCommandParser {
    private static final String ACTIONS = "replay, pause, resume, abort, status";
    private static final List<String> SELECT_FIELDS =
            List.of("processors", "time", "eventTypes", "attributes", "flowFiles", "lineageOf");

    private final CommandParser parser;
    private final Optional<Set<String>> targets;

    /**
     * @param defaultRequester who asks, when the request does not say
     * @param targets the JournalEvents that may be asked for, empty when they are not known yet
     */
    public ProvenanceCommandParser(String defaultRequester, Optional<Set<String>> targets) {
        parser = new CommandParser(defaultRequester);
        this.targets = targets.map(Set::copyOf);
    }

    /** @param json UTF-8 */
    public ProvenanceCommand parse(byte[] json) throws InvalidRequestException {
        Fields fields = Fields.ofDocument(CommandParser.tree(json));
        String action = fields.requiredText("action");
        return switch (action) {
            case "replay" -> replay(fields);
            case "pause", "resume", "abort", "status" -> new ProvenanceCommand.OfAnyJob(parser.parse(json));
            default ->
                throw new InvalidRequestException(
                        fields.at("action"), "'" + action + "' is not known here; known are " + ACTIONS);
        };
    }

    private ProvenanceCommand replay(Fields fields) throws InvalidRequestException {
        ProvenanceSelection asked = selection(fields);
        ProvenanceSelection selection;
        try {
            selection = targets.map(asked::among).orElse(asked);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(fields.at("select.processors"), e.getMessage());
        }
        ReplayRequest request = parser.request(fields, Selector.ALL);
        requirePossible(fields, request);
        return new ProvenanceCommand.Replay(request, selection);
    }

    /** Refuses what NiFi's provenance cannot do. */
    static void requirePossible(Fields fields, ReplayRequest request) throws InvalidRequestException {
        if (request.mode() == ReplayMode.DRILL) {
            throw new InvalidRequestException(
                    fields.at("mode"),
                    "NiFi cannot mark what it replays, so there is no drill over provenance; use 'dry run'");
        }
        if (request.mode() == ReplayMode.FORCED) {
            throw new InvalidRequestException(
                    fields.at("mode"),
                    "there is no forced replay over provenance, since NiFi cannot tell JournalEvent who has agreed to it;"
                            + " select from the journal's own events");
        }
        if (request.limits().strictOrder()) {
            throw new InvalidRequestException(
                    fields.at("limits.strictOrder"), "provenance has no order that a replay could keep; leave it out");
        }
        if (request.limits().newEvents() == NewEvents.HOLD) {
            throw new InvalidRequestException(
                    fields.at("limits.newEvents"),
                    "what is replayed from provenance may be new to the journal, and would be held too; leave it out");
        }
    }

    /** Which events of provenance a request selects. */
    static ProvenanceSelection selection(Fields request) throws InvalidRequestException {
        Fields fields = request.object("select")
                .orElseThrow(() -> new InvalidRequestException(
                        request.at("select"), "is missing; {} selects all events of the JournalEvents"));
        fields.only(SELECT_FIELDS);
        TimeRange time = CommandParser.times(fields, "time");
        return new ProvenanceSelection(
                new TreeSet<>(fields.texts("processors")),
                time.from(),
                time.to(),
                Set.copyOf(fields.texts("eventTypes")),
                fields.textByName("attributes"),
                Set.copyOf(fields.texts("flowFiles")),
                fields.wholeNumber("lineageOf"));
    }
}
