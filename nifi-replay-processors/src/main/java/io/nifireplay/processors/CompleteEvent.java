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
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.processors.content.BatchContents;
import io.nifireplay.processors.delivery.OutcomeChoice;
import io.nifireplay.processors.delivery.ResultMaker;
import io.nifireplay.processors.delivery.RetryAfter;
import io.nifireplay.processors.delivery.RetryPolicies;
import io.nifireplay.processors.delivery.StoreResult;
import io.nifireplay.processors.envelope.Expression;
import io.nifireplay.processors.envelope.ExpressionException;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.nifi.annotation.behavior.DynamicProperty;
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
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.MissingFlowFileException;
import org.apache.nifi.processor.util.StandardValidators;

@SupportsBatching
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@Tags({"replay", "journal", "idempotency", "exactly once", "retry", "dead letter", "delivery"})
@CapabilityDescription(
        "Writes into the event journal what came of a side effect: that it is done, that it failed and is to be"
                + " tried again, or that it failed for good. A failed event leaves the queue: the journal keeps it and ReplayEvents"
                + " emits it when it is due, after a random part of a delay that doubles with each failure. When the budget of"
                + " attempts is used up, the event becomes a dead letter. The outcome of a FlowFile whose attempt is no longer the"
                + " event's changes nothing. A circuit breaker, if there is one, hears of every outcome.")
@SeeAlso({JournalEvent.class, GuardDelivery.class, ReplayEvents.class})
@DynamicProperty(
        name = "retry.<regular expression for error types>",
        value = "attempts, first delay, longest delay; or never",
        description =
                "The retry policy of the error types that the expression matches as a whole, such as 'retry.5\\d\\d' with"
                        + " '8, 30 sec, 1 hour'. When several match, the first in the order of their characters counts.")
@ReadsAttributes({
    @ReadsAttribute(attribute = ReplayAttributes.TOKEN, description = "What JournalEvent gave the event"),
    @ReadsAttribute(attribute = "fragment.index", description = "Which part of a split event the FlowFile is"),
    @ReadsAttribute(attribute = "fragment.count", description = "Into how many parts the event was split"),
    @ReadsAttribute(
            attribute = ReplayAttributes.ADMITTED_FRAGMENT,
            description = "Tells a split after JournalEvent from one before it"),
    @ReadsAttribute(attribute = "invokehttp.status.code", description = "The default Error Type"),
    @ReadsAttribute(
            attribute = "invokehttp.request.duration",
            description = "The default Call Duration: how long InvokeHTTP's call took, in milliseconds"),
    @ReadsAttribute(
            attribute = "Retry-After",
            description = "The default Retry After, in upper or lower case: what the downstream asks to wait"),
    @ReadsAttribute(
            attribute = "invokehttp.java.exception.class",
            description = "The default Error Type when there was no answer")
})
@WritesAttributes({
    @WritesAttribute(attribute = ReplayAttributes.OUTCOME, description = "The name of the relationship"),
    @WritesAttribute(
            attribute = ReplayAttributes.REASON,
            description =
                    "The failure's type and message, or why the FlowFile was turned away; on success only that its"
                            + " content could not be read and is not in the stored result"),
    @WritesAttribute(
            attribute = ReplayAttributes.RETRY_DUE,
            description = "When the journal emits the event again, ISO 8601 (failed only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_INDEX,
            description =
                    "The index of the audit trail's entry that tells of it, when the journal has a trail (not on success,"
                            + " where the provenance event says it, and the attribute stays what JournalEvent wrote)")
})
public class CompleteEvent extends JournalProcessor {

    static final PropertyDescriptor OUTCOME = new PropertyDescriptor.Builder()
            .name("Outcome")
            .description("What came of the side effect")
            .required(true)
            .allowableValues(OutcomeChoice.class)
            .defaultValue(OutcomeChoice.COMPLETED)
            .build();

    static final PropertyDescriptor OUTCOME_EXPRESSION = new PropertyDescriptor.Builder()
            .name("Outcome Expression")
            .description("Yields completed, failed or dead letter for each FlowFile; anything else goes to failure")
            .required(true)
            .dependsOn(OUTCOME, OutcomeChoice.BY_EXPRESSION)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor ERROR_TYPE = new PropertyDescriptor.Builder()
            .name("Error Type")
            .description(
                    "A short, stable name for the kind of failure: retry policies, reports and replays select by it. As it"
                            + " comes, it is the HTTP status or the exception that InvokeHTTP leaves.")
            .required(true)
            .dependsOn(OUTCOME, OutcomeChoice.FAILED, OutcomeChoice.DEAD_LETTER, OutcomeChoice.BY_EXPRESSION)
            .defaultValue("${invokehttp.status.code:replaceEmpty(${invokehttp.java.exception.class})"
                    + ":replaceEmpty('unknown')}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor ERROR_MESSAGE = new PropertyDescriptor.Builder()
            .name("Error Message")
            .description("What a person reads about the failure")
            .dependsOn(OUTCOME, OutcomeChoice.FAILED, OutcomeChoice.DEAD_LETTER, OutcomeChoice.BY_EXPRESSION)
            .defaultValue("${invokehttp.status.message:replaceEmpty(${invokehttp.java.exception.message})"
                    + ":replaceEmpty('')}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor PERMANENT_ERROR_TYPES = new PropertyDescriptor.Builder()
            .name("Permanent Error Types")
            .description(
                    "A regular expression: a failure whose whole Error Type it matches is not tried again, and the event"
                            + " becomes a dead letter at once. For HTTP, 4(?!08|25|29)\\d\\d are the requests that stay wrong.")
            .dependsOn(OUTCOME, OutcomeChoice.FAILED, OutcomeChoice.BY_EXPRESSION)
            .addValidator(StandardValidators.REGULAR_EXPRESSION_VALIDATOR)
            .build();

    static final PropertyDescriptor MAXIMUM_ATTEMPTS = new PropertyDescriptor.Builder()
            .name("Maximum Attempts")
            .description("After how many failures the event becomes a dead letter")
            .required(true)
            .dependsOn(OUTCOME, OutcomeChoice.FAILED, OutcomeChoice.BY_EXPRESSION)
            .defaultValue("5")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor INITIAL_RETRY_DELAY = new PropertyDescriptor.Builder()
            .name("Initial Retry Delay")
            .description(
                    "The longest wait after the first failure; it doubles with each further one. The wait itself is a random"
                            + " part of it, so that events which failed together do not come back together.")
            .required(true)
            .dependsOn(OUTCOME, OutcomeChoice.FAILED, OutcomeChoice.BY_EXPRESSION)
            .defaultValue("10 sec")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor MAXIMUM_RETRY_DELAY = new PropertyDescriptor.Builder()
            .name("Maximum Retry Delay")
            .description("What the delay doubles up to")
            .required(true)
            .dependsOn(OUTCOME, OutcomeChoice.FAILED, OutcomeChoice.BY_EXPRESSION)
            .defaultValue("10 min")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor RETRY_AFTER = new PropertyDescriptor.Builder()
            .name("Retry After")
            .description(
                    "How long the downstream asks to wait, in seconds or as an HTTP date: the retry's delay begins behind it."
                            + " InvokeHTTP leaves it where Response Header Request Attributes Enabled is true. Empty, or neither"
                            + " of the two, asks for nothing; more than a day counts as a day.")
            .dependsOn(OUTCOME, OutcomeChoice.FAILED, OutcomeChoice.BY_EXPRESSION)
            .defaultValue("${allMatchingAttributes('(?i)retry-after'):join('')}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor CALL_DURATION = new PropertyDescriptor.Builder()
            .name("Call Duration")
            .description(
                    "How long the call took, in milliseconds: what the circuit breaker takes for a slow call. Empty, or no"
                            + " number, is not known, and never slow.")
            .dependsOn(Breakers.CIRCUIT_BREAKER)
            .defaultValue("${invokehttp.request.duration:replaceEmpty('')}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor STORE_RESULT = new PropertyDescriptor.Builder()
            .name("Store Result")
            .description("What the journal keeps of the answer, to give it to later duplicates")
            .required(true)
            .dependsOn(OUTCOME, OutcomeChoice.COMPLETED, OutcomeChoice.BY_EXPRESSION)
            .allowableValues(StoreResult.class)
            .defaultValue(StoreResult.NO)
            .build();

    static final PropertyDescriptor RESULT_ATTRIBUTES = new PropertyDescriptor.Builder()
            .name("Result Attributes")
            .description(
                    "A regular expression for the whole names of the attributes that belong to the answer; a duplicate gets"
                            + " them under the same names")
            .required(true)
            .dependsOn(STORE_RESULT, StoreResult.ATTRIBUTES, StoreResult.ATTRIBUTES_AND_CONTENT)
            .defaultValue("mime\\.type|invokehttp\\.status\\.code")
            .addValidator(StandardValidators.REGULAR_EXPRESSION_VALIDATOR)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The effect is recorded as done")
            .build();

    static final Relationship FAILED = new Relationship.Builder()
            .name("failed")
            .description(
                    "The failure is recorded, and the journal will try the event again: the FlowFile is no longer needed")
            .build();

    static final Relationship DEAD_LETTER = new Relationship.Builder()
            .name("dead letter")
            .description("The failure is recorded, and the event is given up until a person replays or acknowledges it")
            .build();

    static final Relationship SUPERSEDED = new Relationship.Builder()
            .name("superseded")
            .description("The outcome is of an older attempt, or another one came first: noted, not counted")
            .build();

    static final Relationship REJECTED = new Relationship.Builder()
            .name("rejected")
            .description("The FlowFile has no valid token, or does not fit its event: replay.reason says why")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description(
                    "A property cannot be evaluated for the FlowFile, or Outcome Expression yields no outcome: nothing was"
                            + " recorded")
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            EVENT_JOURNAL,
            Effects.EFFECT,
            OUTCOME,
            OUTCOME_EXPRESSION,
            ERROR_TYPE,
            ERROR_MESSAGE,
            PERMANENT_ERROR_TYPES,
            MAXIMUM_ATTEMPTS,
            INITIAL_RETRY_DELAY,
            MAXIMUM_RETRY_DELAY,
            RETRY_AFTER,
            STORE_RESULT,
            RESULT_ATTRIBUTES,
            Breakers.CIRCUIT_BREAKER,
            CALL_DURATION,
            Effects.SPLIT_EVENTS,
            BATCH_SIZE);

    private static final Set<Relationship> RELATIONSHIPS =
            Routes.inOrder(SUCCESS, FAILED, DEAD_LETTER, SUPERSEDED, REJECTED, FAILURE);

    private static final String RETRY_PREFIX = "retry.";
    private static final RetryAfter RETRY_AFTERS = new RetryAfter(InstantSource.system());
    private static final String UUID = CoreAttributes.UUID.key();
    /** A message from the network may be of any length, and stays in the journal. */
    private static final int MAX_MESSAGE_LENGTH = 1_000;

    private static final int MAX_TYPE_LENGTH = 200;

    /** What a batch needs to know of the properties. */
    private record Settings(
            String effect,
            SplitEvents split,
            OutcomeChoice outcome,
            Expression outcomeExpression,
            Expression errorType,
            Expression errorMessage,
            Optional<Pattern> permanent,
            RetryPolicies policies,
            Expression retryAfter,
            ResultMaker results) {}

    @Override
    void process(
            ProcessContext context,
            ProcessSession session,
            List<FlowFile> flowFiles,
            EventJournal journal,
            EventJournalService service) {
        Settings settings = settings(context, service.getMaximumResultSize());

        Routes routes = new Routes(flowFiles.size());
        Rejections rejections = new Rejections();
        AuditIndexes indexes = new AuditIndexes(journal);
        BreakerReports breaker = new BreakerReports(Breakers.of(context), Expression.of(context, CALL_DURATION));
        UnreadableContents unreadable = new UnreadableContents();
        Reporting reporting = new Reporting(journal, session, routes, indexes, breaker);
        for (FlowFile flowFile : flowFiles) {
            Optional<Token> token = token(journal, flowFile);
            if (token.isEmpty()) {
                rejections.add(flowFile, withoutToken(flowFile));
                continue;
            }
            try {
                Optional<OutcomeChoice> choice = choice(settings, flowFile);
                if (choice.isPresent()) {
                    report(settings, choice.get(), session, reporting, unreadable, flowFile, token.get());
                } else {
                    turnAway(session, routes, flowFile, FAILURE, noOutcome(settings, flowFile));
                }
            } catch (ExpressionException e) {
                // One bulletin a batch: a wrong expression fails for all.
                if (!routes.has(FAILURE)) {
                    getLogger().error("{}: {}", flowFile, e.getMessage(), e);
                }
                turnAway(session, routes, flowFile, FAILURE, e.getMessage());
            } catch (IllegalArgumentException e) {
                rejections.add(flowFile, e.getMessage());
            }
        }
        reporting.flush();
        unreadable.tell(getLogger(), "its outcome is recorded, and its stored result has no content");
        rejections.note(
                journal,
                (flowFile, reason, notice) -> turnAway(session, routes, flowFile, REJECTED, reason, indexes, notice));
        routes.transfer(session);
    }

    /** Outcomes on their way to the journal, in one write unless their results take too much memory together. */
    private static final class Reporting {
        private final EventJournal journal;
        private final ProcessSession session;
        private final Routes routes;
        private final AuditIndexes indexes;
        private final BreakerReports breaker;
        private final List<FlowFile> flowFiles = new ArrayList<>();
        private final List<Outcome> outcomes = new ArrayList<>();
        private long resultBytes;

        Reporting(
                EventJournal journal,
                ProcessSession session,
                Routes routes,
                AuditIndexes indexes,
                BreakerReports breaker) {
            this.breaker = breaker;
            this.journal = journal;
            this.indexes = indexes;
            this.session = session;
            this.routes = routes;
        }

        void add(FlowFile flowFile, Outcome outcome) {
            flowFiles.add(flowFile);
            outcomes.add(outcome);
            if (outcome instanceof Outcome.Completed completed) {
                resultBytes += completed
                        .result()
                        .map(result -> result.content().length)
                        .orElse(0);
            }
            // When the session rolls back after this, the same FlowFiles report again, which the journal takes for the
            // same.
            if (resultBytes > BatchContents.MAX_BATCH_IN_MEMORY) {
                flush();
            }
        }

        /** Records one outcome by itself, of a FlowFile that NiFi has dropped. */
        void recordNow(FlowFile flowFile, Outcome outcome) {
            journal.record(List.of(outcome));
            breaker.tell(flowFile, outcome);
        }

        void flush() {
            if (outcomes.isEmpty()) {
                return;
            }
            List<OutcomeResult> results = journal.record(outcomes);
            for (int i = 0; i < results.size(); i++) {
                FlowFile flowFile = flowFiles.get(i);
                breaker.tell(flowFile, outcomes.get(i));
                switch (results.get(i)) {
                    case OutcomeResult.Recorded recorded ->
                        recorded(session, routes, flowFile, outcomes.get(i), recorded, indexes);
                    case OutcomeResult.Superseded superseded ->
                        turnAway(
                                session,
                                routes,
                                flowFile,
                                SUPERSEDED,
                                superseded.reason(),
                                indexes,
                                superseded.notice());
                    case OutcomeResult.Rejected rejected ->
                        turnAway(session, routes, flowFile, REJECTED, rejected.reason(), indexes, rejected.notice());
                }
            }
            flowFiles.clear();
            outcomes.clear();
            resultBytes = 0;
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
    protected PropertyDescriptor getSupportedDynamicPropertyDescriptor(String name) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .dynamic(true)
                .description("The retry policy of these error types: attempts, first delay, longest delay; or never")
                .addValidator((subject, input, context) -> {
                    ValidationResult.Builder result =
                            new ValidationResult.Builder().subject(subject).input(input);
                    if (!name.startsWith(RETRY_PREFIX) || name.length() == RETRY_PREFIX.length()) {
                        return result.valid(false)
                                .explanation(
                                        "only properties named 'retry.' and a regular expression for error types, such as"
                                                + " 'retry.5\\d\\d', can be added")
                                .build();
                    }
                    try {
                        new RetryPolicies(RetryPolicy.NEVER, Map.of(name.substring(RETRY_PREFIX.length()), input));
                        return result.valid(true).build();
                    } catch (IllegalArgumentException e) {
                        return result.valid(false).explanation(e.getMessage()).build();
                    }
                })
                .build();
    }

    @Override
    Collection<ValidationResult> problems(ValidationContext context) {
        try {
            byDefault(context);
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(new ValidationResult.Builder()
                    .subject(MAXIMUM_RETRY_DELAY.getName())
                    .valid(false)
                    .explanation(e.getMessage())
                    .build());
        }
    }

    private static Optional<OutcomeChoice> choice(Settings settings, FlowFile flowFile) {
        return settings.outcome() == OutcomeChoice.BY_EXPRESSION
                ? OutcomeChoice.ofWord(settings.outcomeExpression().of(flowFile))
                : Optional.of(settings.outcome());
    }

    private static String noOutcome(Settings settings, FlowFile flowFile) {
        return "Outcome Expression yields '" + settings.outcomeExpression().of(flowFile)
                + "', but must yield completed, failed or dead letter";
    }

    /** @throws IllegalArgumentException when the FlowFile's fragment attributes do not fit */
    private static void report(
            Settings settings,
            OutcomeChoice choice,
            ProcessSession session,
            Reporting reporting,
            UnreadableContents unreadable,
            FlowFile flowFile,
            Token token) {
        String uuid = flowFile.getAttribute(UUID);
        Fragment fragment = settings.split().fragment(flowFile);
        switch (choice) {
            case COMPLETED -> completed(settings, session, reporting, unreadable, flowFile, token, fragment);
            case FAILED -> {
                EventState.Failure failure = failure(settings, flowFile);
                boolean permanent = settings.permanent()
                        .map(types -> types.matcher(failure.type()).matches())
                        .orElse(false);
                RetryPolicy policy = settings.policies().of(failure.type());
                Outcome outcome = permanent || policy.equals(RetryPolicy.NEVER)
                        ? new Outcome.GivenUp(token, uuid, settings.effect(), fragment, failure)
                        : new Outcome.Failed(
                                token,
                                uuid,
                                settings.effect(),
                                fragment,
                                failure,
                                policy.notBefore(
                                        RETRY_AFTERS.of(settings.retryAfter().of(flowFile))));
                reporting.add(flowFile, outcome);
            }
            case DEAD_LETTER ->
                reporting.add(
                        flowFile,
                        new Outcome.GivenUp(token, uuid, settings.effect(), fragment, failure(settings, flowFile)));
            case BY_EXPRESSION -> throw new IllegalStateException("An expression is evaluated before");
        }
    }

    /** What was done is recorded as done, whatever the answer's content is like. */
    private static void completed(
            Settings settings,
            ProcessSession session,
            Reporting reporting,
            UnreadableContents unreadable,
            FlowFile flowFile,
            Token token,
            Fragment fragment) {
        Function<Optional<StoredResult>, Outcome> with = result ->
                new Outcome.Completed(token, flowFile.getAttribute(UUID), settings.effect(), fragment, result);
        try {
            reporting.add(flowFile, with.apply(settings.results().of(session, flowFile)));
        } catch (IOException e) {
            String reason = "The outcome is recorded without the content, which cannot be read: " + e.getMessage();
            FlowFile marked = session.putAttribute(flowFile, ReplayAttributes.REASON, reason);
            unreadable.add(marked, e.getMessage());
            reporting.add(marked, with.apply(settings.results().withoutContent(flowFile)));
        } catch (MissingFlowFileException e) {
            // NiFi has dropped it by now and rolled the session back: nobody else will report this.
            reporting.recordNow(flowFile, with.apply(settings.results().withoutContent(flowFile)));
            throw e;
        }
    }

    private static EventState.Failure failure(Settings settings, FlowFile flowFile) {
        String type = settings.errorType().of(flowFile).strip();
        return new EventState.Failure(
                type.isEmpty() ? "unknown" : cut(type, MAX_TYPE_LENGTH),
                cut(settings.errorMessage().of(flowFile).strip(), MAX_MESSAGE_LENGTH));
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    private static void recorded(
            ProcessSession session,
            Routes routes,
            FlowFile flowFile,
            Outcome outcome,
            OutcomeResult.Recorded recorded,
            AuditIndexes indexes) {
        switch (outcome) {
            case Outcome.Completed completed -> {
                FlowFile done = session.putAttribute(flowFile, ReplayAttributes.OUTCOME, SUCCESS.getName());
                // Details cost NiFi less than an attribute. Without them it writes an event of its own.
                indexes.index(recorded.notice())
                        .ifPresent(index -> session.getProvenanceReporter()
                                .modifyAttributes(done, "The audit trail tells of it in entry " + index));
                routes.add(SUCCESS, done);
            }
            case Outcome.Failed failed -> failed(session, routes, flowFile, failed.failure(), recorded, indexes);
            case Outcome.GivenUp givenUp -> failed(session, routes, flowFile, givenUp.failure(), recorded, indexes);
        }
    }

    private static void failed(
            ProcessSession session,
            Routes routes,
            FlowFile flowFile,
            EventState.Failure failure,
            OutcomeResult.Recorded recorded,
            AuditIndexes indexes) {
        Map<String, String> attributes = new HashMap<>();
        indexes.addTo(attributes, recorded.notice());
        Relationship relationship = recorded.status() == Status.DEAD_LETTER ? DEAD_LETTER : FAILED;
        attributes.put(ReplayAttributes.OUTCOME, relationship.getName());
        String reason = failure.message().isEmpty() ? failure.type() : failure.type() + ": " + failure.message();
        attributes.put(ReplayAttributes.REASON, reason);
        recorded.retryDue().ifPresent(due -> attributes.put(ReplayAttributes.RETRY_DUE, due.toString()));
        FlowFile marked = session.putAllAttributes(flowFile, attributes);
        session.getProvenanceReporter().route(marked, relationship, reason);
        routes.add(relationship, marked);
    }

    private static Settings settings(ProcessContext context, int maxResultBytes) {
        return new Settings(
                context.getProperty(Effects.EFFECT).getValue(),
                context.getProperty(Effects.SPLIT_EVENTS).asAllowableValue(SplitEvents.class),
                context.getProperty(OUTCOME).asAllowableValue(OutcomeChoice.class),
                Expression.of(context, OUTCOME_EXPRESSION),
                Expression.of(context, ERROR_TYPE),
                Expression.of(context, ERROR_MESSAGE),
                pattern(context.getProperty(PERMANENT_ERROR_TYPES)),
                new RetryPolicies(byDefault(context), retryRules(context)),
                Expression.of(context, RETRY_AFTER),
                new ResultMaker(
                        context.getProperty(STORE_RESULT).asAllowableValue(StoreResult.class),
                        pattern(context.getProperty(RESULT_ATTRIBUTES)),
                        maxResultBytes));
    }

    private static RetryPolicy byDefault(PropertyContext context) {
        return new RetryPolicy(
                context.getProperty(MAXIMUM_ATTEMPTS).asInteger(),
                context.getProperty(INITIAL_RETRY_DELAY).asDuration(),
                context.getProperty(MAXIMUM_RETRY_DELAY).asDuration());
    }

    private static Map<String, String> retryRules(ProcessContext context) {
        Map<String, String> rules = new HashMap<>();
        context.getProperties().forEach((property, value) -> {
            if (property.isDynamic() && value != null) {
                rules.put(property.getName().substring(RETRY_PREFIX.length()), value);
            }
        });
        return rules;
    }

    private static Optional<Pattern> pattern(PropertyValue value) {
        return RetryPolicies.optionalPattern(value.isSet() ? value.getValue() : "");
    }
}
