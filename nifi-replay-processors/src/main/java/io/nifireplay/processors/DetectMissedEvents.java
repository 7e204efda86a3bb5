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

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.missed.MissedQuery;
import io.nifireplay.journal.missed.MissedReason;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.processors.missed.DeadLetterUse;
import io.nifireplay.processors.missed.Fingerprint;
import io.nifireplay.processors.missed.Healer;
import io.nifireplay.processors.missed.Healing;
import io.nifireplay.processors.missed.HealingRules;
import io.nifireplay.processors.missed.MissedRecords;
import io.nifireplay.processors.missed.MissedReports;
import io.nifireplay.processors.missed.WhenMissed;
import io.nifireplay.processors.request.Reports;
import io.nifireplay.processors.request.RequestWriter;
import io.nifireplay.processors.request.Words;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.TriggerSerially;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.scheduling.SchedulingStrategy;
import org.apache.nifi.schema.access.SchemaNotFoundException;
import org.apache.nifi.serialization.RecordSetWriter;
import org.apache.nifi.serialization.RecordSetWriterFactory;
import org.apache.nifi.serialization.WriteResult;
import org.apache.nifi.serialization.record.RecordSchema;

@TriggerSerially
@InputRequirement(InputRequirement.Requirement.INPUT_FORBIDDEN)
@DefaultSchedule(strategy = SchedulingStrategy.TIMER_DRIVEN, period = "1 min")
@Stateful(
        scopes = Scope.LOCAL,
        description =
                "A digest of what was told last, so that a restart does not tell it again. Nothing else rests on it: when it is"
                        + " lost, what is missed is told once more.")
@Tags({"replay", "journal", "missed", "detect", "gap", "sequence", "lease", "dead letter", "recovery", "heal", "outage"
})
@CapabilityDescription(
        "Finds in the event journal what was missed: events whose FlowFile is lost, deliveries whose outcome nobody knows,"
                + " failures that nobody retries, dead letters if wanted, and numbers of a producer that never came. It tells, or"
                + " proposes a replay, or opens the replay job by itself, at a rate that the downstream bears: so a flow heals"
                + " after an outage without a hand. It never repeats what is completed, nor what may have been delivered. It looks"
                + " at events that are not settled, so its cost does not grow with the journal.")
@SeeAlso({ReplayEvents.class, JournalEvent.class, CompleteEvent.class})
@WritesAttributes({
    @WritesAttribute(
            attribute = DetectMissedEvents.EVENTS,
            description = "How many events of the journal are missed, listed or not (missed and report)"),
    @WritesAttribute(
            attribute = DetectMissedEvents.NUMBERS,
            description = "How many numbers of producers never came (missed and report)"),
    @WritesAttribute(
            attribute = DetectMissedEvents.LEASE_ENDED,
            description = "How many events' FlowFiles are taken for lost (missed and report)"),
    @WritesAttribute(
            attribute = DetectMissedEvents.UNKNOWN,
            description = "How many events may have been delivered or not: a person decides (missed and report)"),
    @WritesAttribute(
            attribute = DetectMissedEvents.LEFT_BEHIND,
            description = "How many failures nobody retries (missed and report)"),
    @WritesAttribute(
            attribute = DetectMissedEvents.DEAD_LETTER_COUNT,
            description = "How many events were given up, unless Dead Letters is 'ignore' (missed and report)"),
    @WritesAttribute(
            attribute = DetectMissedEvents.OLDEST,
            description = "Since when the one is missed that is missed longest, ISO 8601 (missed and report)"),
    @WritesAttribute(attribute = "record.count", description = "How many records there are (missed only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.JOB_ID,
            description = "The replay job that was opened, is proposed, or is in the way (report and request)"),
    @WritesAttribute(attribute = ReplayAttributes.JOB_STATE, description = "Where that job stands (report only)"),
    @WritesAttribute(attribute = "mime.type", description = "As the record writer says, else application/json"),
    @WritesAttribute(attribute = "filename", description = "missed-events, missed-report.json or replay-request.json")
})
public class DetectMissedEvents extends AbstractProcessor {

    static final PropertyDescriptor RECORD_WRITER = new PropertyDescriptor.Builder()
            .name("Record Writer")
            .description("Writes what was missed, as records. When not set, it is a JSON array.")
            .identifiesControllerService(RecordSetWriterFactory.class)
            .build();

    static final PropertyDescriptor WHEN_MISSED = new PropertyDescriptor.Builder()
            .name("When Events Are Missed")
            .description("How far this processor goes by itself")
            .required(true)
            .allowableValues(WhenMissed.class)
            .defaultValue(WhenMissed.REPORT)
            .build();

    static final PropertyDescriptor PARTITIONS = new PropertyDescriptor.Builder()
            .name("Partitions")
            .description("Only these partitions, separated by commas; not set for all")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor DEAD_LETTERS = new PropertyDescriptor.Builder()
            .name("Dead Letters")
            .description(
                    "What events are that used up their retries, or failed for good, and that nobody has acknowledged")
            .required(true)
            .allowableValues(DeadLetterUse.class)
            .defaultValue(DeadLetterUse.REPORT)
            .build();

    static final PropertyDescriptor RETRY_GRACE_TIME = new PropertyDescriptor.Builder()
            .name("Retry Grace Time")
            .description(
                    "How long a retry that is due may wait for ReplayEvents before it counts as missed. One that does not run"
                            + " lets all of them wait.")
            .required(true)
            .defaultValue("10 min")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor GAP_GRACE_TIME = new PropertyDescriptor.Builder()
            .name("Gap Grace Time")
            .description(
                    "How long a number of a producer may come later than the one above it before it counts as missed")
            .required(true)
            .defaultValue("5 min")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor MAXIMUM_RECORDS = new PropertyDescriptor.Builder()
            .name("Maximum Records")
            .description(
                    "How many events, and how many gaps, are listed at most; all are counted. They are in memory together.")
            .required(true)
            .defaultValue("10000")
            .addValidator(StandardValidators.createLongValidator(1, 100_000, true))
            .build();

    static final PropertyDescriptor TELL_AGAIN = new PropertyDescriptor.Builder()
            .name("Tell Again")
            .description(
                    "Whether each run makes FlowFiles, also when nothing is new since the last one. Else only what is new does,"
                            + " and that nothing is missed any more.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final PropertyDescriptor MAXIMUM_RATE = healing("Maximum Rate")
            .description(
                    "How many events the job emits a second, at most: what the downstream bears beside what is new")
            .required(true)
            .defaultValue("20")
            .addValidator(StandardValidators.createNonNegativeFloatingPointValidator(1_000_000))
            .build();

    static final PropertyDescriptor CONCURRENCY = healing("Concurrency")
            .description("How many events of the job are in the flow at the same time, at most")
            .required(true)
            .defaultValue("100")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor ERROR_BUDGET = healing("Error Budget")
            .description(
                    "The share of the job's events, from 0 to 1, that may end badly before the job pauses and waits for a"
                            + " person. It is looked at from " + Limits.ERROR_BUDGET_SAMPLE + " events on.")
            .required(true)
            .defaultValue("0.5")
            .addValidator(StandardValidators.createNonNegativeFloatingPointValidator(1))
            .build();

    static final PropertyDescriptor MAXIMUM_EVENTS = healing("Maximum Events per Job")
            .description("What is more comes with the next job, once this one is over")
            .required(true)
            .defaultValue("1000")
            .addValidator(StandardValidators.createLongValidator(1, 10_000, true))
            .build();

    static final PropertyDescriptor MAXIMUM_ATTEMPTS = healing("Maximum Attempts")
            .description(
                    "An event that was admitted so often is not brought back any more, but left for a person: else one that"
                            + " can never succeed would go round for ever")
            .required(true)
            .defaultValue("20")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor STRICT_ORDER = healing("Strict Order")
            .description("Whether an event is emitted only after the one before it in its partition is settled; slower")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final Relationship MISSED = new Relationship.Builder()
            .name("missed")
            .description("What was missed: a record for each event, and for each run of missing numbers")
            .build();

    static final Relationship REPORT = new Relationship.Builder()
            .name("report")
            .description("How much was missed and what was done about it, as JSON")
            .build();

    static final Relationship REQUEST = new Relationship.Builder()
            .name("request")
            .description(
                    "A request that ReplayEvents takes as it is, to bring the events back ('propose' and 'plan' only). It holds"
                            + " the events' idempotency keys.")
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            JournalProcessor.EVENT_JOURNAL,
            WHEN_MISSED,
            MAXIMUM_RATE,
            CONCURRENCY,
            ERROR_BUDGET,
            MAXIMUM_EVENTS,
            MAXIMUM_ATTEMPTS,
            STRICT_ORDER,
            PARTITIONS,
            DEAD_LETTERS,
            RETRY_GRACE_TIME,
            GAP_GRACE_TIME,
            RECORD_WRITER,
            MAXIMUM_RECORDS,
            TELL_AGAIN);

    private static final Set<Relationship> RELATIONSHIPS = Routes.inOrder(MISSED, REPORT, REQUEST);

    static final String EVENTS = "replay.missed.events";
    static final String NUMBERS = "replay.missed.numbers";
    static final String LEASE_ENDED = "replay.missed.lease.ended";
    static final String UNKNOWN = "replay.missed.outcome.unknown";
    static final String LEFT_BEHIND = "replay.missed.left.behind";
    static final String DEAD_LETTER_COUNT = "replay.missed.dead.letters";
    static final String OLDEST = "replay.missed.oldest";

    private static final String JSON = "application/json";
    private static final String TOLD = "told";

    private final InstantSource clock = InstantSource.system();
    private volatile String processGroupId = "";
    private volatile String waitsFor = "";

    @OnScheduled
    public void onScheduled() {
        // Whoever starts it anew is told once more what it waits for.
        waitsFor = "";
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) {
        try {
            EventJournal journal = context.getProperty(JournalProcessor.EVENT_JOURNAL)
                    .asControllerService(EventJournalService.class)
                    .getEventJournal()
                    .by(new Origin(getIdentifier(), getClass().getSimpleName(), processGroupId));
            MissedQuery query = query(context);
            Missed missed = journal.missed(query);
            Healing healing = new Healer(journal, rules(context), "processor " + getIdentifier())
                    .heal(context.getProperty(WHEN_MISSED).asAllowableValue(WhenMissed.class), query, missed);
            warn(healing);
            tell(
                    context,
                    session,
                    new MissedReports(new Reports(journal.id(), clock, OptionalDouble.empty())),
                    missed,
                    healing);
        } catch (JournalException e) {
            session.rollback();
            context.yield();
            getLogger()
                    .error(
                            "The event journal could not be looked through for missed events; it is tried again: {}",
                            e.getMessage(),
                            e);
        } catch (IOException | SchemaNotFoundException e) {
            // A job that was opened stays: it is found again.
            session.rollback();
            context.yield();
            getLogger()
                    .error(
                            "What was missed cannot be told; it is tried again. Look at the Record Writer, and at the state of"
                                    + " this processor: {}",
                            e.toString(),
                            e);
        }
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        // NiFi tells a processor its group here and nowhere else; it always validates before it starts.
        processGroupId =
                Optional.ofNullable(context.getProcessGroupIdentifier()).orElse("");
        Double rate = context.getProperty(MAXIMUM_RATE).asDouble();
        return rate != null && rate == 0
                ? List.of(new ValidationResult.Builder()
                        .subject(MAXIMUM_RATE.getName())
                        .valid(false)
                        .explanation(
                                "at a rate of 0 nothing would come back: set a rate above 0, or stop the processor")
                        .build())
                : List.of();
    }

    private static PropertyDescriptor.Builder healing(String name) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .dependsOn(WHEN_MISSED, WhenMissed.PROPOSE, WhenMissed.PLAN, WhenMissed.REPLAY);
    }

    private static MissedQuery query(ProcessContext context) {
        Set<MissedReason> reasons = EnumSet.allOf(MissedReason.class);
        if (deadLetters(context) == DeadLetterUse.IGNORE) {
            reasons.remove(MissedReason.DEAD_LETTER);
        }
        String partitions = context.getProperty(PARTITIONS).getValue();
        return MissedQuery.of(
                partitions == null
                        ? Set.of()
                        : Arrays.stream(partitions.split(","))
                                .map(String::strip)
                                .filter(partition -> !partition.isEmpty())
                                .collect(Collectors.toSet()),
                reasons,
                context.getProperty(RETRY_GRACE_TIME).asDuration(),
                context.getProperty(GAP_GRACE_TIME).asDuration(),
                context.getProperty(MAXIMUM_RECORDS).asInteger());
    }

    private static DeadLetterUse deadLetters(ProcessContext context) {
        return context.getProperty(DEAD_LETTERS).asAllowableValue(DeadLetterUse.class);
    }

    private static HealingRules rules(ProcessContext context) {
        return new HealingRules(
                deadLetters(context) == DeadLetterUse.REPLAY,
                context.getProperty(MAXIMUM_ATTEMPTS).asInteger(),
                context.getProperty(MAXIMUM_EVENTS).asInteger(),
                new Limits(
                        Optional.of(context.getProperty(MAXIMUM_RATE).asDouble()),
                        context.getProperty(CONCURRENCY).asInteger(),
                        Optional.empty(),
                        Optional.of(context.getProperty(ERROR_BUDGET).asDouble()),
                        context.getProperty(STRICT_ORDER).asBoolean()));
    }

    /** A bulletin, once, for what nothing but a person can bring on: a paused job, or a policy that asks a person. */
    private void warn(Healing healing) {
        if (healing instanceof Healing.Refused refused) {
            if (!refused.why().equals(waitsFor)) {
                getLogger().warn("Missed events are not replayed: {}", refused.why());
            }
            waitsFor = refused.why();
            return;
        }
        Optional<JobStatus> paused = healing instanceof Healing.Waits waits
                ? Optional.of(waits.job()).filter(job -> job.state() == JobState.PAUSED)
                : Optional.empty();
        String id = paused.map(job -> job.request().job()).orElse("");
        if (paused.isPresent() && !id.equals(waitsFor)) {
            getLogger()
                    .warn(
                            "Missed events wait: replay job {} of the same partitions is paused ({}). Resume or abort it, by a"
                                    + " request to ReplayEvents, or at the coordinator that governs it",
                            id,
                            paused.get().stateReason());
        }
        waitsFor = id;
    }

    private void tell(
            ProcessContext context, ProcessSession session, MissedReports reports, Missed missed, Healing healing)
            throws IOException, SchemaNotFoundException {
        String fingerprint = Fingerprint.of(missed, healing);
        String told =
                Optional.ofNullable(session.getState(Scope.LOCAL).get(TOLD)).orElse(Fingerprint.NOTHING);
        boolean isNew = !fingerprint.equals(told);
        if (!isNew && !context.getProperty(TELL_AGAIN).asBoolean()) {
            return;
        }
        if (!missed.isEmpty()) {
            list(context, session, missed);
        }
        report(session, reports, missed, healing);
        request(healing).ifPresent(request -> propose(session, request));
        if (healing instanceof Healing.Opened) {
            session.adjustCounter("jobs opened", 1, true);
        }
        if (isNew) {
            session.setState(Map.of(TOLD, fingerprint), Scope.LOCAL);
        }
        session.commitAsync();
    }

    private void list(ProcessContext context, ProcessSession session, Missed missed)
            throws IOException, SchemaNotFoundException {
        Map<String, String> attributes = counts(missed);
        attributes.put(CoreAttributes.FILENAME.key(), "missed-events");
        attributes.put(
                "record.count",
                Integer.toString(missed.events().size() + missed.gaps().size()));
        FlowFile flowFile = session.create();
        RecordSetWriterFactory factory =
                context.getProperty(RECORD_WRITER).asControllerService(RecordSetWriterFactory.class);
        if (factory == null) {
            flowFile = session.write(flowFile, out -> MissedRecords.writeJson(missed, out));
            attributes.put(CoreAttributes.MIME_TYPE.key(), JSON);
        } else {
            flowFile = write(session, flowFile, factory, missed, attributes);
        }
        flowFile = session.putAllAttributes(flowFile, attributes);
        session.getProvenanceReporter().create(flowFile, missed.eventCount() + " missed events");
        session.transfer(flowFile, MISSED);
        session.adjustCounter(MISSED.getName(), missed.eventCount(), false);
    }

    private FlowFile write(
            ProcessSession session,
            FlowFile flowFile,
            RecordSetWriterFactory factory,
            Missed missed,
            Map<String, String> attributes)
            throws IOException, SchemaNotFoundException {
        RecordSchema schema = factory.getSchema(Map.of(), MissedRecords.SCHEMA);
        return session.write(flowFile, out -> {
            try (RecordSetWriter writer = factory.createWriter(getLogger(), schema, out, flowFile)) {
                WriteResult result = writer.write(MissedRecords.of(missed));
                attributes.putAll(result.getAttributes());
                attributes.put(CoreAttributes.MIME_TYPE.key(), writer.getMimeType());
            } catch (SchemaNotFoundException e) {
                throw new ProcessException("The Record Writer has no schema for missed events", e);
            }
        });
    }

    private static void report(ProcessSession session, MissedReports reports, Missed missed, Healing healing) {
        Map<String, String> attributes = counts(missed);
        attributes.put(CoreAttributes.FILENAME.key(), "missed-report.json");
        attributes.put(CoreAttributes.MIME_TYPE.key(), JSON);
        job(healing).ifPresent(job -> {
            attributes.put(ReplayAttributes.JOB_ID, job.request().job());
            attributes.put(ReplayAttributes.JOB_STATE, Words.of(job.state()));
        });
        request(healing).ifPresent(request -> attributes.put(ReplayAttributes.JOB_ID, request.job()));
        create(session, reports.write(missed, healing), attributes, REPORT, "Report on missed events");
    }

    private static void propose(ProcessSession session, ReplayRequest request) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put(CoreAttributes.FILENAME.key(), "replay-request.json");
        attributes.put(CoreAttributes.MIME_TYPE.key(), JSON);
        attributes.put(ReplayAttributes.JOB_ID, request.job());
        create(session, RequestWriter.write(request), attributes, REQUEST, "Proposed replay job " + request.job());
    }

    private static void create(
            ProcessSession session,
            byte[] content,
            Map<String, String> attributes,
            Relationship relationship,
            String details) {
        FlowFile flowFile = session.create();
        flowFile = session.write(flowFile, out -> out.write(content));
        flowFile = session.putAllAttributes(flowFile, attributes);
        session.getProvenanceReporter().create(flowFile, details);
        session.transfer(flowFile, relationship);
    }

    private static Optional<ReplayRequest> request(Healing healing) {
        return switch (healing) {
            case Healing.Proposed proposed -> Optional.of(proposed.request());
            case Healing.Planned planned -> Optional.of(planned.request());
            case Healing.Refused refused -> Optional.of(refused.request());
            case Healing.NotAsked ignored -> Optional.empty();
            case Healing.NothingToReplay ignored -> Optional.empty();
            case Healing.Opened ignored -> Optional.empty();
            case Healing.Waits ignored -> Optional.empty();
            case Healing.TriedBefore ignored -> Optional.empty();
        };
    }

    private static Optional<JobStatus> job(Healing healing) {
        return switch (healing) {
            case Healing.Opened opened -> Optional.of(opened.job());
            case Healing.Waits waits -> Optional.of(waits.job());
            case Healing.TriedBefore tried -> Optional.of(tried.job());
            case Healing.NotAsked ignored -> Optional.empty();
            case Healing.NothingToReplay ignored -> Optional.empty();
            case Healing.Proposed ignored -> Optional.empty();
            case Healing.Planned ignored -> Optional.empty();
            case Healing.Refused ignored -> Optional.empty();
        };
    }

    private static Map<String, String> counts(Missed missed) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put(EVENTS, Long.toString(missed.eventCount()));
        attributes.put(NUMBERS, Long.toString(missed.count(MissedReason.SEQUENCE_GAP)));
        attributes.put(LEASE_ENDED, Long.toString(missed.count(MissedReason.LEASE_ENDED)));
        attributes.put(UNKNOWN, Long.toString(missed.count(MissedReason.OUTCOME_UNKNOWN)));
        attributes.put(LEFT_BEHIND, Long.toString(missed.count(MissedReason.LEFT_BEHIND)));
        attributes.put(DEAD_LETTER_COUNT, Long.toString(missed.count(MissedReason.DEAD_LETTER)));
        missed.oldest().ifPresent(oldest -> attributes.put(OLDEST, oldest.toString()));
        return attributes;
    }
}
