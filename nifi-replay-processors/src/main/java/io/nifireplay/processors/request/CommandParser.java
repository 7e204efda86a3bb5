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

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.LongRange;
import io.nifireplay.journal.Selector.TimeRange;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads a request, strictly: fields that are not known, given twice or empty are refused, since a condition that was
 * misspelt and ignored would replay too much. The format is {@code docs/schemas/replay-request.schema.json}.
 */
public final class CommandParser {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final List<String> REPLAY_FIELDS =
            List.of("action", "job", "mode", "select", "includeUnknown", "limits", "reason", "requester");
    private static final List<String> CHANGE_FIELDS = List.of("action", "job", "reason", "requester");
    private static final List<String> STATUS_FIELDS = List.of("action", "job");
    private static final List<String> ACKNOWLEDGE_FIELDS = List.of("action", "select", "reason", "requester");
    private static final List<String> RECOVERY_POINT_FIELDS = List.of("action", "name");
    private static final List<String> SELECT_FIELDS = List.of(
            "partitions",
            "positions",
            "sequences",
            "admitted",
            "time",
            "keys",
            "states",
            "errorType",
            "attributes",
            "sinceRecoveryPoint");
    private static final List<String> RANGE_FIELDS = List.of("from", "to");
    private static final List<String> LIMIT_FIELDS =
            List.of("ratePerSecond", "concurrency", "endTime", "errorBudget", "strictOrder", "newEvents");
    private static final String ACTIONS = "replay, pause, resume, abort, status, acknowledge, recovery point";

    private final String defaultRequester;

    /** @param defaultRequester who asks, when the request does not say */
    public CommandParser(String defaultRequester) {
        this.defaultRequester = defaultRequester;
    }

    /** @param json UTF-8 */
    public Command parse(byte[] json) throws InvalidRequestException {
        Fields fields = Fields.ofDocument(tree(json));
        String action = fields.requiredText("action");
        return switch (action) {
            case "replay" -> replay(fields);
            case "pause" -> change(fields, JobAction.PAUSE);
            case "resume" -> change(fields, JobAction.RESUME);
            case "abort" -> change(fields, JobAction.ABORT);
            case "status" -> {
                fields.only(STATUS_FIELDS);
                yield new Command.Status(fields.text("job"));
            }
            case "acknowledge" -> {
                fields.only(ACKNOWLEDGE_FIELDS);
                yield new Command.Acknowledge(selector(fields), cause(fields));
            }
            case "recovery point" -> {
                fields.only(RECOVERY_POINT_FIELDS);
                yield new Command.TakeRecoveryPoint(fields.requiredText("name"));
            }
            default ->
                throw new InvalidRequestException(
                        fields.at("action"), "'" + action + "' is not known; known are " + ACTIONS);
        };
    }

    /**
     * The mode that a word names.
     *
     * @throws InvalidRequestException for a word that names none, and for {@code forced}
     */
    public static ReplayMode mode(String word, String path) throws InvalidRequestException {
        for (ReplayMode mode : ReplayMode.values()) {
            if (mode.text().equals(word)) {
                if (mode == ReplayMode.FORCED) {
                    throw new InvalidRequestException(
                            path,
                            "a forced replay repeats events that are completed, and needs the approval of a second person,"
                                    + " which a FlowFile cannot have: draft it at the StandardReplayCoordinator, with"
                                    + " bin/replay; here, use 'missed only', 'dry run' or 'drill'");
                }
                return mode;
            }
        }
        throw new InvalidRequestException(path, "'" + word + "' is not known; known are missed only, dry run, drill");
    }

    /** The states that words name. */
    public static Set<Status> statuses(List<String> words, String path) throws InvalidRequestException {
        Set<Status> statuses = EnumSet.noneOf(Status.class);
        for (String word : words) {
            Optional<Status> status = Words.status(word);
            if (status.isEmpty()) {
                throw new InvalidRequestException(
                        path, "'" + word + "' is not known; known are " + Words.allStatuses());
            }
            statuses.add(status.get());
        }
        return statuses;
    }

    static JsonNode tree(byte[] json) throws InvalidRequestException {
        try {
            JsonNode tree = JSON.readTree(json);
            if (tree.isMissingNode()) {
                throw new InvalidRequestException("$", "the request is empty; it must be a JSON object");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException(
                    "$",
                    "is no JSON: " + e.getOriginalMessage()
                            + (e.getLocation() == null
                                    ? ""
                                    : " in line " + e.getLocation().getLineNr() + ", column "
                                            + e.getLocation().getColumnNr()));
        } catch (IOException e) {
            throw new InvalidRequestException("$", "is no JSON: " + e.getMessage());
        }
    }

    private Command replay(Fields fields) throws InvalidRequestException {
        return new Command.Replay(request(fields, selector(fields)));
    }

    /** What a request to replay says apart from what it selects. */
    ReplayRequest request(Fields fields, Selector selector) throws InvalidRequestException {
        fields.only(REPLAY_FIELDS);
        ReplayMode mode = mode(fields.text("mode").orElse(ReplayMode.MISSED_ONLY.text()), fields.at("mode"));
        String job = fields.requiredText("job");
        boolean includeUnknown = fields.flag("includeUnknown");
        Limits limits = limits(fields);
        String reason = fields.requiredText("reason");
        String requester = requester(fields);
        try {
            return new ReplayRequest(job, selector, mode, includeUnknown, limits, reason, requester);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(fields.at("job"), e.getMessage());
        }
    }

    private Command change(Fields fields, JobAction action) throws InvalidRequestException {
        fields.only(CHANGE_FIELDS);
        return new Command.Change(fields.requiredText("job"), action, cause(fields));
    }

    private Cause cause(Fields fields) throws InvalidRequestException {
        return new Cause(requester(fields), fields.requiredText("reason"));
    }

    private String requester(Fields fields) throws InvalidRequestException {
        return fields.text("requester").orElse(defaultRequester);
    }

    static Selector selector(Fields request) throws InvalidRequestException {
        Optional<Fields> object = request.object("select");
        if (object.isEmpty()) {
            throw new InvalidRequestException(request.at("select"), "is missing; {} selects all events");
        }
        Fields fields = object.get();
        fields.only(SELECT_FIELDS);
        Selector selector = Selector.ALL
                .withPartitions(Set.copyOf(fields.texts("partitions")))
                .withPositions(numbers(fields, "positions"))
                .withSequences(numbers(fields, "sequences"))
                .withAdmitted(times(fields, "admitted"))
                .withTime(times(fields, "time"))
                .withKeys(fields.texts("keys"))
                .withStatuses(statuses(fields.texts("states"), fields.at("states")))
                .withAttributes(fields.textByName("attributes"));
        Optional<String> errorType = fields.text("errorType");
        if (errorType.isPresent()) {
            selector = selector.withErrorType(pattern(errorType.get(), fields.at("errorType")));
        }
        Optional<String> recoveryPoint = fields.text("sinceRecoveryPoint");
        return recoveryPoint.isPresent() ? selector.withSinceRecoveryPoint(recoveryPoint.get()) : selector;
    }

    /** A regular expression for whole error types. */
    public static Pattern pattern(String text, String path) throws InvalidRequestException {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new InvalidRequestException(path, "'" + text + "' is no regular expression: " + e.getDescription());
        }
    }

    private static LongRange numbers(Fields select, String field) throws InvalidRequestException {
        Optional<Fields> object = select.object(field);
        if (object.isEmpty()) {
            return LongRange.ALL;
        }
        object.get().only(RANGE_FIELDS);
        OptionalLong from = object.get().wholeNumber("from");
        OptionalLong to = object.get().wholeNumber("to");
        requireBound(select.at(field), from.isPresent() || to.isPresent());
        if (from.isPresent() && to.isPresent() && from.getAsLong() > to.getAsLong()) {
            throw new InvalidRequestException(select.at(field), "from is above to");
        }
        return new LongRange(from, to);
    }

    static TimeRange times(Fields select, String field) throws InvalidRequestException {
        Optional<Fields> object = select.object(field);
        if (object.isEmpty()) {
            return TimeRange.ALL;
        }
        object.get().only(RANGE_FIELDS);
        TimeRange range = new TimeRange(object.get().time("from"), object.get().time("to"));
        requireBound(select.at(field), !range.isAll());
        if (range.from().isPresent()
                && range.to().isPresent()
                && !range.from().get().isBefore(range.to().get())) {
            throw new InvalidRequestException(select.at(field), "from is not before to");
        }
        return range;
    }

    private static void requireBound(String path, boolean isThere) throws InvalidRequestException {
        if (!isThere) {
            throw new InvalidRequestException(path, "has neither from nor to");
        }
    }

    private static NewEvents newEvents(Fields limits) throws InvalidRequestException {
        Optional<String> word = limits.text("newEvents");
        if (word.isEmpty()) {
            return NewEvents.PASS;
        }
        for (NewEvents known : NewEvents.values()) {
            if (known.text().equals(word.get())) {
                return known;
            }
        }
        throw new InvalidRequestException(
                limits.at("newEvents"), "'" + word.get() + "' is not known; known are pass, hold");
    }

    static Limits limits(Fields request) throws InvalidRequestException {
        Optional<Fields> object = request.object("limits");
        if (object.isEmpty()) {
            return Limits.NONE;
        }
        Fields fields = object.get();
        fields.only(LIMIT_FIELDS);
        OptionalLong concurrency = fields.wholeNumber("concurrency");
        if (concurrency.isPresent() && concurrency.getAsLong() > Integer.MAX_VALUE) {
            throw new InvalidRequestException(fields.at("concurrency"), "is above " + Integer.MAX_VALUE);
        }
        try {
            return new Limits(
                    fields.number("ratePerSecond"),
                    (int) concurrency.orElse(Limits.DEFAULT_CONCURRENCY),
                    fields.time("endTime"),
                    fields.number("errorBudget"),
                    fields.flag("strictOrder"),
                    newEvents(fields));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(request.at("limits"), e.getMessage());
        }
    }
}
