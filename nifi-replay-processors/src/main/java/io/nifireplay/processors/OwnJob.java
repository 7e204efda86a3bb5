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
package io.nifireplay.processors;

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.TimeRange;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.processors.request.CommandParser;
import io.nifireplay.processors.request.InvalidRequestException;
import io.nifireplay.processors.request.JobMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.processor.util.StandardValidators;

/** The one replay job that ReplayEvents' own properties describe, when Job ID is set. */
final class OwnJob {
    static final PropertyDescriptor JOB_ID = new PropertyDescriptor.Builder()
            .name("Job ID")
            .description(
                    "When set, the properties below describe a replay job of this id, which is opened when the processor"
                            + " starts. The journal opens a job once, however often the processor starts: a new replay needs a new"
                            + " id. Of the characters A-Z a-z 0-9 . _ -")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor MODE = new PropertyDescriptor.Builder()
            .name("Mode")
            .description("What the job does with the events that it selects")
            .required(true)
            .dependsOn(JOB_ID)
            .allowableValues(JobMode.class)
            .defaultValue(JobMode.MISSED_ONLY)
            .build();

    static final PropertyDescriptor REASON = new PropertyDescriptor.Builder()
            .name("Reason")
            .description("Why, for those who ask later")
            .required(true)
            .dependsOn(JOB_ID)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor PARTITIONS =
            condition("Partitions", "Only events of these partitions, separated by commas");

    static final PropertyDescriptor ADMITTED_FROM = condition(
            "Admitted From",
            "Only events that the journal first admitted at this time or later, such as 2026-11-23T10:15:30Z");

    static final PropertyDescriptor ADMITTED_TO = condition(
            "Admitted To",
            "Only events that the journal first admitted before this time, such as 2026-11-23T11:15:30Z");

    static final PropertyDescriptor STATES = condition(
            "States",
            "Only events that stand here, separated by commas: in flight, delivering, failed, completed, dead letter");

    static final PropertyDescriptor ERROR_TYPE =
            condition("Error Type", "Only events whose last failure's type this regular expression matches as a whole");

    static final PropertyDescriptor SINCE_RECOVERY_POINT = condition(
            "Since Recovery Point", "Only events that were not settled at this recovery point, or came after it");

    static final PropertyDescriptor INCLUDE_UNKNOWN = new PropertyDescriptor.Builder()
            .name("Include Unknown Outcomes")
            .description(
                    "Whether events whose delivery began and whose outcome is unknown are replayed too, although the"
                            + " downstream was not declared to honour the idempotency key: it may get them twice")
            .required(true)
            .dependsOn(JOB_ID)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final PropertyDescriptor MAXIMUM_RATE = new PropertyDescriptor.Builder()
            .name("Maximum Rate")
            .description("How many events are emitted a second, at most; not set for no limit")
            .dependsOn(JOB_ID)
            .addValidator(StandardValidators.createNonNegativeFloatingPointValidator(Double.MAX_VALUE))
            .build();

    static final PropertyDescriptor CONCURRENCY = new PropertyDescriptor.Builder()
            .name("Concurrency")
            .description("How many events of the job are in the flow at the same time, at most")
            .required(true)
            .dependsOn(JOB_ID)
            .defaultValue(Integer.toString(Limits.DEFAULT_CONCURRENCY))
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor STRICT_ORDER = new PropertyDescriptor.Builder()
            .name("Strict Order")
            .description("Whether an event is emitted only after the one before it in its partition is settled; slower")
            .required(true)
            .dependsOn(JOB_ID)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final PropertyDescriptor NEW_EVENTS = new PropertyDescriptor.Builder()
            .name("New Events")
            .description("What becomes of events that arrive in the job's partitions while it is open")
            .required(true)
            .dependsOn(JOB_ID)
            .allowableValues(NewEventsChoice.class)
            .defaultValue(NewEventsChoice.PASS)
            .build();

    static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            JOB_ID,
            MODE,
            REASON,
            PARTITIONS,
            ADMITTED_FROM,
            ADMITTED_TO,
            STATES,
            ERROR_TYPE,
            SINCE_RECOVERY_POINT,
            INCLUDE_UNKNOWN,
            MAXIMUM_RATE,
            CONCURRENCY,
            STRICT_ORDER,
            NEW_EVENTS);

    private OwnJob() {}

    /**
     * The request that the properties make, empty without a Job ID.
     *
     * @param requester who asks
     * @throws InvalidRequestException naming the property that is wrong
     */
    static Optional<ReplayRequest> read(PropertyContext context, String requester) throws InvalidRequestException {
        if (!context.getProperty(JOB_ID).isSet()) {
            return Optional.empty();
        }
        Selector selector = Selector.ALL
                .withPartitions(Set.copyOf(list(context, PARTITIONS)))
                .withAdmitted(admitted(context))
                .withStatuses(CommandParser.statuses(list(context, STATES), STATES.getName()));
        PropertyValue errorType = context.getProperty(ERROR_TYPE);
        if (errorType.isSet()) {
            selector = selector.withErrorType(CommandParser.pattern(errorType.getValue(), ERROR_TYPE.getName()));
        }
        PropertyValue recoveryPoint = context.getProperty(SINCE_RECOVERY_POINT);
        if (recoveryPoint.isSet()) {
            selector = selector.withSinceRecoveryPoint(recoveryPoint.getValue());
        }
        try {
            return Optional.of(new ReplayRequest(
                    context.getProperty(JOB_ID).getValue(),
                    selector,
                    context.getProperty(MODE).asAllowableValue(JobMode.class).mode(),
                    context.getProperty(INCLUDE_UNKNOWN).asBoolean(),
                    new Limits(
                            Optional.ofNullable(
                                    context.getProperty(MAXIMUM_RATE).asDouble()),
                            context.getProperty(CONCURRENCY).asInteger(),
                            Optional.empty(),
                            Optional.empty(),
                            context.getProperty(STRICT_ORDER).asBoolean(),
                            context.getProperty(NEW_EVENTS)
                                    .asAllowableValue(NewEventsChoice.class)
                                    .newEvents()),
                    context.getProperty(REASON).getValue(),
                    requester));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(JOB_ID.getName(), e.getMessage());
        }
    }

    private static TimeRange admitted(PropertyContext context) throws InvalidRequestException {
        TimeRange range = new TimeRange(time(context, ADMITTED_FROM), time(context, ADMITTED_TO));
        if (range.from().isPresent()
                && range.to().isPresent()
                && !range.from().get().isBefore(range.to().get())) {
            throw new InvalidRequestException(ADMITTED_TO.getName(), "is not after " + ADMITTED_FROM.getName());
        }
        return range;
    }

    private static Optional<Instant> time(PropertyContext context, PropertyDescriptor property)
            throws InvalidRequestException {
        PropertyValue value = context.getProperty(property);
        if (!value.isSet()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(value.getValue().strip()).toInstant());
        } catch (DateTimeParseException e) {
            throw new InvalidRequestException(
                    property.getName(),
                    "'" + value.getValue() + "' is no time with a zone, such as 2026-11-23T10:15:30Z");
        }
    }

    private static List<String> list(PropertyContext context, PropertyDescriptor property)
            throws InvalidRequestException {
        PropertyValue value = context.getProperty(property);
        if (!value.isSet()) {
            return List.of();
        }
        List<String> items = Arrays.stream(value.getValue().split(",", -1))
                .map(String::strip)
                .distinct()
                .toList();
        if (items.contains("")) {
            throw new InvalidRequestException(property.getName(), "has an empty entry between commas");
        }
        return items;
    }

    private static PropertyDescriptor condition(String name, String description) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .description(description)
                .dependsOn(JOB_ID)
                .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
                .build();
    }
}
