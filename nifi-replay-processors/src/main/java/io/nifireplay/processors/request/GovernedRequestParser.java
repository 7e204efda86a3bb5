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
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a request for a job that a coordinator is to govern, as strictly as {@link CommandParser} and in the same format,
 * with three differences: the mode may be {@code forced}, since a second person will have to agree, who asks is not said,
 * since NiFi knows it, and one over NiFi's provenance, which selects as {@link ProvenanceCommandParser} reads it, says so.
 */
public final class GovernedRequestParser {
    /** A dry run is what planning a job is, so none is asked for. */
    private static final List<ReplayMode> MODES = List.of(ReplayMode.MISSED_ONLY, ReplayMode.FORCED, ReplayMode.DRILL);

    private static final List<String> FIELDS =
            List.of("action", "job", "over", "mode", "select", "includeUnknown", "limits", "reason");

    /** Where a job's events are selected, and its content comes from. */
    private static final String JOURNAL = "journal";

    static final String PROVENANCE = "provenance";

    private GovernedRequestParser() {}

    /**
     * @param json UTF-8
     * @param requester who asks, as NiFi knows
     */
    public static ReplayRequest parse(byte[] json, String requester) throws InvalidRequestException {
        Fields fields = Fields.ofDocument(CommandParser.tree(json));
        if (fields.text("requester").isPresent()) {
            throw new InvalidRequestException(
                    fields.at("requester"), "is who NiFi knows to have sent the request; leave the field out");
        }
        fields.only(FIELDS);
        String action = fields.requiredText("action");
        if (!action.equals("replay")) {
            throw new InvalidRequestException(fields.at("action"), "is '" + action + "', but must be 'replay'");
        }
        return switch (fields.text("over").orElse(JOURNAL)) {
            case JOURNAL -> request(fields, CommandParser.selector(fields), requester);
            case PROVENANCE -> {
                ProvenanceSelection selection = ProvenanceCommandParser.selection(fields);
                ReplayRequest request = request(fields, Selector.ALL, requester).over(selection);
                ProvenanceCommandParser.requirePossible(fields, request);
                yield request;
            }
            default ->
                throw new InvalidRequestException(
                        fields.at("over"), "is not known; known are " + JOURNAL + ", " + PROVENANCE);
        };
    }

    private static ReplayRequest request(Fields fields, Selector selector, String requester)
            throws InvalidRequestException {
        ReplayMode mode = mode(fields);
        try {
            return new ReplayRequest(
                    fields.requiredText("job"),
                    selector,
                    mode,
                    fields.flag("includeUnknown"),
                    CommandParser.limits(fields),
                    fields.requiredText("reason"),
                    requester);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(fields.at("job"), e.getMessage());
        }
    }

    private static ReplayMode mode(Fields fields) throws InvalidRequestException {
        String word = fields.text("mode").orElse(ReplayMode.MISSED_ONLY.text());
        if (word.equals(ReplayMode.DRY_RUN.text())) {
            throw new InvalidRequestException(
                    fields.at("mode"),
                    "is 'dry run'; to plan a job is a dry run of it: ask for the mode that it is to have");
        }
        Stream<ReplayMode> named = MODES.stream().filter(mode -> mode.text().equals(word));
        return named.findFirst()
                .orElseThrow(() -> new InvalidRequestException(
                        fields.at("mode"),
                        "'" + word + "' is not known; known are "
                                + MODES.stream().map(ReplayMode::text).collect(Collectors.joining(", "))));
    }
}
