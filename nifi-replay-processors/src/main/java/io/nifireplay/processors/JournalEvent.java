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

import io.nifireplay.journal.Content;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.processors.content.BatchContents;
import io.nifireplay.processors.envelope.EnvelopeFields;
import io.nifireplay.processors.envelope.EnvelopeReader;
import io.nifireplay.processors.envelope.Expression;
import io.nifireplay.processors.envelope.ExpressionException;
import io.nifireplay.processors.envelope.InvalidEventException;
import io.nifireplay.processors.envelope.KeyStrategy;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.SupportsBatching;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.flowfile.attributes.FragmentAttributes;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

@SupportsBatching
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@Tags({"replay", "journal", "idempotency", "duplicate", "deduplicate", "exactly once", "CloudEvents"})
@CapabilityDescription(
        "Writes each event into the event journal and decides whether it may be processed: an event that is new"
                + " goes to 'accepted', one that was completed to 'duplicate', one that another FlowFile has to 'in flight'. Unlike a"
                + " cache of keys, the journal forgets nothing before its time, tells a repetition from other content under the same"
                + " key, and lets an event whose processing failed through again. The answer is on disk before a FlowFile moves on."
                + " Replayed events come in here too. All attributes that begin with 'replay.' and were not given by the journal are"
                + " removed.")
@SeeAlso({GuardDelivery.class, CompleteEvent.class, ReplayEvents.class})
@ReadsAttributes({
    @ReadsAttribute(attribute = "ce-id", description = "The event's id; also as http.headers.ce-id, in any case"),
    @ReadsAttribute(attribute = "ce-source", description = "The event's source; also as http.headers.ce-source"),
    @ReadsAttribute(attribute = "ce-type", description = "The event's type; also as http.headers.ce-type"),
    @ReadsAttribute(attribute = "ce-time", description = "The event's time; also as http.headers.ce-time"),
    @ReadsAttribute(
            attribute = "ce-partitionkey",
            description = "The event's partition; also as http.headers.ce-partitionkey"),
    @ReadsAttribute(attribute = "ce-sequence", description = "The event's number; also as http.headers.ce-sequence"),
    @ReadsAttribute(
            attribute = "Idempotency-Key",
            description = "The idempotency key, quoted or not; also as http.headers.Idempotency-Key"),
    @ReadsAttribute(attribute = ReplayAttributes.TOKEN, description = "What the journal gave a replayed event"),
    @ReadsAttribute(
            attribute = "flowfile.replay",
            description = "Whether NiFi replayed the FlowFile: then the journal looks whether a replay job lets it in")
})
@WritesAttributes({
    @WritesAttribute(
            attribute = ReplayAttributes.EVENT_ID,
            description = "The event's place in the journal: partition/position"),
    @WritesAttribute(
            attribute = ReplayAttributes.GENERATION,
            description =
                    "How often the event is processed as if it were new, when that is not once: one more with each"
                            + " forced replay (accepted only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.ATTEMPT,
            description = "1, and one more with each further admission (accepted only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.IDEMPOTENCY_KEY,
            description = "The event's idempotency key, to send downstream"),
    @WritesAttribute(
            attribute = ReplayAttributes.JOB_ID,
            description = "The replay job that brought the event, if one did (accepted only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.TOKEN,
            description = "The right to act for this attempt, for GuardDelivery and CompleteEvent (accepted only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.OUTCOME,
            description = "The name of the relationship (not on accepted)"),
    @WritesAttribute(
            attribute = ReplayAttributes.REASON,
            description = "Why the FlowFile went there (on accepted only when it is not the event's first admission)"),
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_INDEX,
            description =
                    "The index of the audit trail's entry that tells of it, when the journal has a trail (accepted, conflict"
                            + " and rejected)"),
    @WritesAttribute(
            attribute = ReplayAttributes.RESULT,
            description = "Whether the completed event has a stored result: true or false (duplicate only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.RESULT_OMITTED,
            description =
                    "The size of the stored result's content, when it was too large to be stored (duplicate only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.ADMITTED_FRAGMENT,
            description =
                    "The fragment.identifier that the event came with: a split before the journal is none of the event"),
    @WritesAttribute(
            attribute = "The stored result's attributes",
            description = "Under their own names (duplicate only)")
})
public class JournalEvent extends JournalProcessor {

    static final PropertyDescriptor IDEMPOTENCY_KEY_STRATEGY = new PropertyDescriptor.Builder()
            .name("Idempotency Key Strategy")
            .description("What makes two FlowFiles the same event")
            .required(true)
            .allowableValues(KeyStrategy.class)
            .defaultValue(KeyStrategy.CLOUD_EVENT)
            .build();

    static final PropertyDescriptor IDEMPOTENCY_KEY = new PropertyDescriptor.Builder()
            .name("Idempotency Key")
            .description("The same text for every repetition of an event, and for no other: 1 to 1024 bytes")
            .required(true)
            .dependsOn(IDEMPOTENCY_KEY_STRATEGY, KeyStrategy.EXPRESSION)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor PARTITION = field(
            "Partition",
            "What the event belongs to, such as a customer or a device: within a partition the journal keeps the order, and a"
                    + " replay can select it. 1 to 255 bytes. When not set: the CloudEvents attribute partitionkey, else"
                    + " '" + EnvelopeFields.DEFAULT_PARTITION + "'.");

    static final PropertyDescriptor EVENT_ID =
            field("Event ID", "The producer's id of the event. When not set: the CloudEvents attribute id.");

    static final PropertyDescriptor EVENT_SOURCE =
            field("Event Source", "Where the event comes from. When not set: the CloudEvents attribute source.");

    static final PropertyDescriptor EVENT_TYPE =
            field("Event Type", "The kind of event. When not set: the CloudEvents attribute type.");

    static final PropertyDescriptor EVENT_TIME = field(
            "Event Time",
            "When it happened, as in 2026-11-23T10:15:30Z. When not set: the CloudEvents attribute time. A time that cannot be"
                    + " read is left out.");

    static final PropertyDescriptor EVENT_SEQUENCE = field(
            "Event Sequence",
            "The producer's own number of the event within the partition, from 0: gaps in it show events that never came. When"
                    + " not set: the CloudEvents attribute sequence. What is no number is left out.");

    static final PropertyDescriptor REQUIRED_EFFECTS = new PropertyDescriptor.Builder()
            .name("Required Effects")
            .description(
                    "The side effects that must all be completed before the event is complete, separated by commas. Each is"
                            + " named again in the GuardDelivery and CompleteEvent of its branch.")
            .required(true)
            .defaultValue(RequiredEffects.DEFAULT)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor DUPLICATE_CONTENT = new PropertyDescriptor.Builder()
            .name("Duplicate Content")
            .description(
                    "What a FlowFile on 'duplicate' holds. Attributes of the stored result are written in any case.")
            .required(true)
            .allowableValues(DuplicateContent.class)
            .defaultValue(DuplicateContent.OWN)
            .build();

    static final Relationship ACCEPTED = new Relationship.Builder()
            .name("accepted")
            .description("To be processed: the event is in the journal, and this FlowFile has it until its lease ends")
            .build();

    static final Relationship DUPLICATE = new Relationship.Builder()
            .name("duplicate")
            .description("The event was completed before; the FlowFile carries the stored result, if there is one")
            .build();

    static final Relationship IN_FLIGHT = new Relationship.Builder()
            .name("in flight")
            .description(
                    "Another FlowFile has the event, or its delivery began and the outcome is unknown: replay.reason says which")
            .build();

    static final Relationship CONFLICT = new Relationship.Builder()
            .name("conflict")
            .description("The idempotency key is known, but with other content")
            .build();

    static final Relationship DEAD_LETTER = new Relationship.Builder()
            .name("dead letter")
            .description("The event was given up before; only a replay brings it back")
            .build();

    static final Relationship REJECTED = new Relationship.Builder()
            .name("rejected")
            .description(
                    "The FlowFile does not say which event it is, or its token does not fit the journal: replay.reason says"
                            + " why. Nothing was written.")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description(
                    "The FlowFile's content cannot be read, or a property cannot be evaluated for it: replay.reason says"
                            + " which. Nothing was written.")
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            EVENT_JOURNAL,
            IDEMPOTENCY_KEY_STRATEGY,
            IDEMPOTENCY_KEY,
            PARTITION,
            EVENT_ID,
            EVENT_SOURCE,
            EVENT_TYPE,
            EVENT_TIME,
            EVENT_SEQUENCE,
            REQUIRED_EFFECTS,
            DUPLICATE_CONTENT,
            BATCH_SIZE);

    private static final Set<Relationship> RELATIONSHIPS =
            Routes.inOrder(ACCEPTED, DUPLICATE, IN_FLIGHT, CONFLICT, DEAD_LETTER, REJECTED, FAILURE);

    private static final String FRAGMENT_IDENTIFIER = FragmentAttributes.FRAGMENT_ID.key();
    private static final String UUID = CoreAttributes.UUID.key();
    private static final String REPLAYED_BY_NIFI = "flowfile.replay";

    static final String UNREADABLE_TIMES_COUNTER = "unreadable event times";
    static final String UNREADABLE_SEQUENCES_COUNTER = "unreadable event sequences";

    /** A FlowFile on its way to the journal. */
    private record Asking(FlowFile flowFile, Optional<String> key) {}

    @Override
    void process(
            ProcessContext context,
            ProcessSession session,
            List<FlowFile> flowFiles,
            EventJournal journal,
            EventJournalService service) {
        EnvelopeReader envelopes = new EnvelopeReader(fields(context), getIdentifier(), processGroupId());
        List<String> effects =
                RequiredEffects.parse(context.getProperty(REQUIRED_EFFECTS).getValue());
        boolean replaceContent = context.getProperty(DUPLICATE_CONTENT).asAllowableValue(DuplicateContent.class)
                == DuplicateContent.STORED_RESULT;

        Routes routes = new Routes(flowFiles.size());
        Rejections rejections = new Rejections();
        AuditIndexes indexes = new AuditIndexes(journal);
        BatchContents contents = new BatchContents(session);
        UnreadableContents unreadable = new UnreadableContents();
        List<Asking> asking = new ArrayList<>(flowFiles.size());
        List<Arrival> arrivals = new ArrayList<>(flowFiles.size());
        for (FlowFile flowFile : flowFiles) {
            try {
                Arrival arrival = arrival(journal, envelopes, effects, flowFile, contents.of(flowFile));
                arrivals.add(arrival);
                asking.add(new Asking(flowFile, key(arrival)));
            } catch (InvalidEventException e) {
                rejections.add(flowFile, e.getMessage());
            } catch (IOException e) {
                unreadable.add(flowFile, "The content of the FlowFile cannot be read: " + e.getMessage());
            } catch (ExpressionException e) {
                // One bulletin a batch: a wrong expression fails for all.
                if (!routes.has(FAILURE)) {
                    getLogger().error("{}: {}", flowFile, e.getMessage(), e);
                }
                refuse(session, routes, flowFile, FAILURE, e.getMessage(), Map.of());
            }
        }

        List<Admission> admissions = arrivals.isEmpty() ? List.of() : journal.admit(arrivals);
        for (int i = 0; i < admissions.size(); i++) {
            answer(session, routes, journal, asking.get(i), admissions.get(i), replaceContent, indexes, unreadable);
        }
        unreadable.tell(getLogger(), "it goes to failure, and nothing of it is in the journal");
        unreadable.forEach((flowFile, reason) -> refuse(session, routes, flowFile, FAILURE, reason, Map.of()));
        rejections.note(
                journal,
                (flowFile, reason, notice) ->
                        refuse(session, routes, flowFile, REJECTED, reason, index(indexes, notice)));
        routes.transfer(session);
        count(session, UNREADABLE_TIMES_COUNTER, envelopes.unreadableTimes());
        count(session, UNREADABLE_SEQUENCES_COUNTER, envelopes.unreadableSequences());
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
    Collection<ValidationResult> problems(ValidationContext context) {
        try {
            RequiredEffects.parse(context.getProperty(REQUIRED_EFFECTS).getValue());
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(new ValidationResult.Builder()
                    .subject(REQUIRED_EFFECTS.getName())
                    .valid(false)
                    .explanation(e.getMessage())
                    .build());
        }
    }

    /**
     * @throws InvalidEventException when the FlowFile does not say which event it is
     * @throws IOException when its content has to be read for that, and cannot be
     */
    private static Arrival arrival(
            EventJournal journal, EnvelopeReader envelopes, List<String> effects, FlowFile flowFile, Content content)
            throws InvalidEventException, IOException {
        String uuid = flowFile.getAttribute(UUID);
        // Anybody can write it: it only makes the journal look for a grant.
        boolean replayed = Boolean.parseBoolean(flowFile.getAttribute(REPLAYED_BY_NIFI));
        Optional<Token> token = token(journal, flowFile);
        if (token.isPresent()) {
            return new Arrival.WithToken(uuid, token.get(), content, replayed);
        }
        if (Boolean.parseBoolean(flowFile.getAttribute(ReplayAttributes.DRILL))) {
            throw new InvalidEventException(withoutToken(flowFile));
        }
        return new Arrival.Fresh(uuid, envelopes.read(flowFile, content), content, effects, replayed);
    }

    private static Optional<String> key(Arrival arrival) {
        return switch (arrival) {
            case Arrival.Fresh fresh -> Optional.of(fresh.envelope().key());
            case Arrival.WithToken withToken -> Optional.empty();
        };
    }

    private static void answer(
            ProcessSession session,
            Routes routes,
            EventJournal journal,
            Asking asking,
            Admission admission,
            boolean replaceContent,
            AuditIndexes indexes,
            UnreadableContents unreadable) {
        switch (admission) {
            case Admission.Accepted accepted -> {
                // What goes without saying is left out: each attribute costs NiFi time in two repositories.
                Map<String, String> attributes = about(journal, asking, accepted.event());
                attributes.put(ReplayAttributes.ATTEMPT, Integer.toString(accepted.attempt()));
                indexes.addTo(attributes, accepted.notice());
                if (accepted.generation() > 1) {
                    attributes.put(ReplayAttributes.GENERATION, Integer.toString(accepted.generation()));
                }
                if (accepted.reason() != Admission.AcceptReason.FIRST) {
                    attributes.put(ReplayAttributes.REASON, accepted.reason().text());
                }
                attributes.put(ReplayAttributes.TOKEN, journal.tokens().write(accepted.token()));
                accepted.job().ifPresent(job -> attributes.put(ReplayAttributes.JOB_ID, job));
                String fragment = asking.flowFile().getAttribute(FRAGMENT_IDENTIFIER);
                if (fragment != null) {
                    attributes.put(ReplayAttributes.ADMITTED_FRAGMENT, fragment);
                }
                // No event of our own: NiFi writes one, with the attributes.
                routes.add(ACCEPTED, mark(session, asking.flowFile(), attributes));
            }
            case Admission.Duplicate duplicate -> {
                Map<String, String> attributes = about(journal, asking, duplicate.event());
                attributes.put(ReplayAttributes.OUTCOME, DUPLICATE.getName());
                attributes.put(ReplayAttributes.REASON, "The event is completed");
                attributes.put(
                        ReplayAttributes.RESULT,
                        Boolean.toString(duplicate.result().isPresent()));
                duplicate.result().ifPresent(result -> addTo(attributes, result));
                FlowFile flowFile = mark(session, asking.flowFile(), attributes);
                if (replaceContent && duplicate.result().isPresent()) {
                    byte[] bytes = duplicate.result().get().content();
                    flowFile = session.write(flowFile, out -> out.write(bytes));
                }
                route(session, routes, flowFile, DUPLICATE);
            }
            case Admission.InFlight inFlight ->
                known(session, routes, journal, asking, inFlight.event(), IN_FLIGHT, inFlight.reason(), Map.of());
            case Admission.Conflict conflict ->
                known(
                        session,
                        routes,
                        journal,
                        asking,
                        conflict.event(),
                        CONFLICT,
                        conflict.reason(),
                        index(indexes, conflict.notice()));
            case Admission.DeadLetter deadLetter ->
                known(session, routes, journal, asking, deadLetter.event(), DEAD_LETTER, deadLetter.reason(), Map.of());
            case Admission.Rejected rejected ->
                refuse(
                        session,
                        routes,
                        asking.flowFile(),
                        REJECTED,
                        rejected.reason(),
                        index(indexes, rejected.notice()));
            case Admission.Held held -> session.transfer(session.penalize(asking.flowFile()));
            case Admission.Unreadable damaged -> unreadable.add(asking.flowFile(), damaged.reason());
        }
    }

    private static void known(
            ProcessSession session,
            Routes routes,
            EventJournal journal,
            Asking asking,
            EventRef event,
            Relationship relationship,
            String reason,
            Map<String, String> index) {
        Map<String, String> attributes = about(journal, asking, event);
        attributes.put(ReplayAttributes.OUTCOME, relationship.getName());
        attributes.put(ReplayAttributes.REASON, reason);
        attributes.putAll(index);
        route(session, routes, mark(session, asking.flowFile(), attributes), relationship);
    }

    private static Map<String, String> index(AuditIndexes indexes, long notice) {
        Map<String, String> index = HashMap.newHashMap(1);
        indexes.addTo(index, notice);
        return index;
    }

    private static void refuse(
            ProcessSession session,
            Routes routes,
            FlowFile flowFile,
            Relationship relationship,
            String reason,
            Map<String, String> index) {
        Map<String, String> attributes = new HashMap<>(index);
        attributes.put(ReplayAttributes.OUTCOME, relationship.getName());
        attributes.put(ReplayAttributes.REASON, reason);
        route(session, routes, mark(session, flowFile, attributes), relationship);
    }

    private static void route(ProcessSession session, Routes routes, FlowFile flowFile, Relationship relationship) {
        session.getProvenanceReporter().route(flowFile, relationship, flowFile.getAttribute(ReplayAttributes.REASON));
        routes.add(relationship, flowFile);
    }

    private static Map<String, String> about(EventJournal journal, Asking asking, EventRef event) {
        Map<String, String> attributes = HashMap.newHashMap(12);
        attributes.put(ReplayAttributes.EVENT_ID, event.toString());
        // A replayed FlowFile's own word for its key proves nothing: the journal's does.
        asking.key()
                .or(() -> journal.find(event).map(view -> view.envelope().key()))
                .ifPresent(key -> attributes.put(ReplayAttributes.IDEMPOTENCY_KEY, key));
        return attributes;
    }

    private static void addTo(Map<String, String> attributes, StoredResult result) {
        result.attributes().forEach((name, value) -> {
            if (!ReplayAttributes.isOne(name) || name.equals(ReplayAttributes.RESULT_OMITTED)) {
                attributes.put(name, value);
            }
        });
    }

    /** Writes attributes, and removes what else is there of ours: it is of an earlier pass, or a stranger wrote it. */
    private static FlowFile mark(ProcessSession session, FlowFile flowFile, Map<String, String> attributes) {
        Set<String> stray = Set.of();
        for (String name : flowFile.getAttributes().keySet()) {
            if (ReplayAttributes.isOne(name) && !attributes.containsKey(name)) {
                if (stray.isEmpty()) {
                    stray = new HashSet<>();
                }
                stray.add(name);
            }
        }
        FlowFile cleaned = stray.isEmpty() ? flowFile : session.removeAllAttributes(flowFile, stray);
        return session.putAllAttributes(cleaned, attributes);
    }

    private static void count(ProcessSession session, String counter, int delta) {
        if (delta > 0) {
            session.adjustCounter(counter, delta, false);
        }
    }

    private static EnvelopeFields fields(ProcessContext context) {
        return new EnvelopeFields(
                context.getProperty(IDEMPOTENCY_KEY_STRATEGY).asAllowableValue(KeyStrategy.class),
                expression(context, IDEMPOTENCY_KEY),
                expression(context, PARTITION),
                expression(context, EVENT_ID),
                expression(context, EVENT_SOURCE),
                expression(context, EVENT_TYPE),
                expression(context, EVENT_TIME),
                expression(context, EVENT_SEQUENCE));
    }

    private static Optional<Expression> expression(ProcessContext context, PropertyDescriptor property) {
        return context.getProperty(property).isSet() ? Optional.of(Expression.of(context, property)) : Optional.empty();
    }

    private static PropertyDescriptor field(String name, String description) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .description(description)
                .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
                .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
                .build();
    }
}
