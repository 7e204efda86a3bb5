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
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.replay.UnreadableEvent;
import io.nifireplay.processors.content.JournalContent;
import io.nifireplay.processors.content.JournalContentException;
import io.nifireplay.processors.request.Command;
import io.nifireplay.processors.request.CommandParser;
import io.nifireplay.processors.request.Commands;
import io.nifireplay.processors.request.InvalidRequestException;
import io.nifireplay.processors.request.Report;
import io.nifireplay.services.breaker.CircuitBreaker;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.TriggerWhenEmpty;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.configuration.DefaultSettings;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

@TriggerWhenEmpty
@InputRequirement(InputRequirement.Requirement.INPUT_ALLOWED)
@DefaultSettings(yieldDuration = "10 ms")
@Stateful(
        scopes = Scope.LOCAL,
        description =
                "Remembers which states of jobs were reported, so that a restart does not report them again. Nothing else"
                        + " rests on it: when it is lost, the last state of each job is reported once more.")
@Tags({"replay", "journal", "recovery", "retry", "missed", "dead letter", "drill", "reprocess"})
@CapabilityDescription(
        "Brings events back into the flow from the event journal: failed events when they are due, and the events"
                + " of replay jobs, in their order and at the job's rate. Connect 'replayed' to the queue before JournalEvent, which"
                + " admits each event once, so that a replay can never do twice what was done. A job is asked for by a FlowFile with"
                + " a JSON request, or by this processor's own properties; other requests pause, resume, abort or report on a job,"
                + " settle dead letters and take a recovery point. With the circuit breaker of the downstream it replays no faster"
                + " than that bears, and nothing while it is out. Only those who may be trusted to replay may be able to send"
                + " FlowFiles here.")
@SeeAlso({JournalEvent.class, GuardDelivery.class, CompleteEvent.class})
@WritesAttributes({
    @WritesAttribute(
            attribute = "The event's attributes",
            description = "As they were when the event was first admitted (replayed and drill)"),
    @WritesAttribute(
            attribute = ReplayAttributes.EVENT_ID,
            description = "The event's place in the journal: partition/position"),
    @WritesAttribute(attribute = ReplayAttributes.IDEMPOTENCY_KEY, description = "The event's idempotency key"),
    @WritesAttribute(
            attribute = ReplayAttributes.JOB_ID,
            description = "The replay job; absent on a retry that was due (replayed, drill and report)"),
    @WritesAttribute(
            attribute = ReplayAttributes.TOKEN,
            description = "The right to ask for admission (replayed only)"),
    @WritesAttribute(attribute = ReplayAttributes.DRILL, description = "true (drill only)"),
    @WritesAttribute(attribute = ReplayAttributes.JOB_STATE, description = "Where the job stands (report only)"),
    @WritesAttribute(attribute = ReplayAttributes.REASON, description = "Why a request was refused (failure only)"),
    @WritesAttribute(attribute = "mime.type", description = "application/json (report only)"),
    @WritesAttribute(attribute = "filename", description = "The same for the same news of the same job (report only)")
})
public class ReplayEvents extends AbstractProcessor {

    static final PropertyDescriptor PROGRESS_INTERVAL = new PropertyDescriptor.Builder()
            .name("Progress Interval")
            .description(
                    "Time between two reports on a job that runs. The end of a job, and each change of its state, is reported"
                            + " at once.")
            .required(true)
            .defaultValue("30 sec")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 365, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description("How many events are emitted at once, at most")
            .required(true)
            .defaultValue("1000")
            .addValidator(StandardValidators.createLongValidator(1, 10_000, true))
            .build();

    static final Relationship REPLAYED = new Relationship.Builder()
            .name("replayed")
            .description("Events that are to be processed again: connect it to the JournalEvent of the flow")
            .build();

    static final Relationship DRILL = new Relationship.Builder()
            .name("drill")
            .description("Marked copies, to try a replay without any effect")
            .build();

    static final Relationship REPORT = new Relationship.Builder()
            .name("report")
            .description(
                    "What came of requests, and how far jobs have come, as JSON; a request's FlowFile becomes its report")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description("Requests that are not valid or cannot be met, as they came: replay.reason says why")
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = Stream.of(
                    List.of(JournalProcessor.EVENT_JOURNAL),
                    OwnJob.PROPERTY_DESCRIPTORS,
                    List.of(Breakers.CIRCUIT_BREAKER, PROGRESS_INTERVAL, BATCH_SIZE))
            .flatMap(List::stream)
            .toList();

    private static final Set<Relationship> RELATIONSHIPS = Routes.inOrder(REPLAYED, DRILL, REPORT, FAILURE);

    private static final int REQUESTS_A_TRIGGER = 10;
    private static final long LOOK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final InstantSource clock = InstantSource.system();
    private final AtomicLong nextLook = new AtomicLong();
    private final AtomicBoolean ownJobPending = new AtomicBoolean();
    private volatile JobFlowFiles jobFlowFiles;
    private volatile String processGroupId = "";

    @OnScheduled
    public void onScheduled(ProcessContext context) throws IOException {
        jobFlowFiles = new JobFlowFiles(
                context, context.getProperty(PROGRESS_INTERVAL).asDuration(), clock, REPORT, getLogger());
        nextLook.set(System.nanoTime());
        ownJobPending.set(context.getProperty(OwnJob.JOB_ID).isSet());
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) {
        EventJournal journal = context.getProperty(JournalProcessor.EVENT_JOURNAL)
                .asControllerService(EventJournalService.class)
                .getEventJournal()
                .by(new Origin(getIdentifier(), getClass().getSimpleName(), processGroupId));
        try {
            boolean answered = answerRequests(context, journal, session);
            boolean opened = openOwnJob(context, journal, session);
            boolean reported = reportJobs(context, journal, session);
            boolean emitted = emit(context, journal, session);
            if (!answered && !opened && !reported && !emitted) {
                context.yield();
            }
        } catch (JournalException e) {
            session.rollback();
            context.yield();
            getLogger()
                    .error(
                            "The event journal did not give events for replay; what was not emitted comes again: {}",
                            e.getMessage(),
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
        try {
            OwnJob.read(context, requester());
            return List.of();
        } catch (InvalidRequestException e) {
            return List.of(new ValidationResult.Builder()
                    .subject("Replay job")
                    .valid(false)
                    .explanation(e.getMessage())
                    .build());
        }
    }

    /** Whether there were requests. */
    private boolean answerRequests(ProcessContext context, EventJournal journal, ProcessSession session) {
        List<FlowFile> requests = session.get(REQUESTS_A_TRIGGER);
        if (requests.isEmpty()) {
            return false;
        }
        Commands commands = commands(context, journal);
        CommandParser parser = new CommandParser(requester());
        for (FlowFile request : requests) {
            try {
                Command command = parser.parse(JobFlowFiles.read(session, request));
                jobFlowFiles.report(session, request, commands.execute(command));
            } catch (InvalidRequestException | IllegalArgumentException e) {
                getLogger().warn("A replay request, {}, was refused: {}", request, e.getMessage());
                JobFlowFiles.refuse(session, request, FAILURE, e.getMessage());
            }
        }
        session.commitAsync();
        return true;
    }

    private Commands commands(ProcessContext context, EventJournal journal) {
        OptionalDouble pace = Breakers.of(context).stream()
                .mapToDouble(CircuitBreaker::replaysPerSecond)
                .findFirst();
        return new Commands(journal, clock, pace);
    }

    /** Opens the job of the processor's properties; whether it did. */
    private boolean openOwnJob(ProcessContext context, EventJournal journal, ProcessSession session) {
        if (!ownJobPending.compareAndSet(true, false)) {
            return false;
        }
        try {
            Optional<ReplayRequest> request = OwnJob.read(context, requester());
            if (request.isEmpty()) {
                return false;
            }
            Report report = commands(context, journal).execute(new Command.Replay(request.get()));
            jobFlowFiles.report(session, session.create(), report);
            session.commitAsync(() -> {}, error -> ownJobPending.set(true));
            return true;
        } catch (JournalException e) {
            ownJobPending.set(true);
            throw e;
        } catch (InvalidRequestException | IllegalArgumentException e) {
            getLogger()
                    .error(
                            "The replay job of this processor's properties was refused; change them and start again: {}",
                            e.getMessage(),
                            e);
            return false;
        }
    }

    /** Reports on jobs whose state has changed or that run for some time; whether there were any. */
    private boolean reportJobs(ProcessContext context, EventJournal journal, ProcessSession session) {
        long now = System.nanoTime();
        long look = nextLook.get();
        // One task looks, once in a while.
        if (now - look < 0 || !nextLook.compareAndSet(look, now + LOOK_INTERVAL_NANOS)) {
            return false;
        }
        // Jobs over provenance are ReplayProvenance's.
        List<JobStatus> jobs = journal.jobs().stream()
                .filter(job -> job.provenance().isEmpty())
                .toList();
        Commands commands = commands(context, journal);
        return jobFlowFiles.reportDue(session, jobs, commands::of);
    }

    /** Emits what is due; whether there was any. */
    private boolean emit(ProcessContext context, EventJournal journal, ProcessSession session) {
        int batch = context.getProperty(BATCH_SIZE).asInteger();
        Optional<CircuitBreaker> breaker = Breakers.of(context);
        int room = breaker.map(downstream -> downstream.replays(batch)).orElse(batch);
        List<UnreadableEvent> unreadable = new ArrayList<>();
        List<Emission> emissions = room == 0 ? List.of() : journal.emit(room, unreadable::add);
        tell(unreadable);
        if (emissions.isEmpty()) {
            return false;
        }
        breaker.ifPresent(downstream -> downstream.replayed(emissions.size()));
        Routes routes = new Routes(emissions.size());
        List<UnreadableEvent> lost = new ArrayList<>();
        for (Emission emission : emissions) {
            FlowFile created = session.create();
            try {
                FlowFile flowFile = filled(session, created, emission);
                session.getProvenanceReporter().create(flowFile, details(emission));
                routes.add(emission.isDrill() ? DRILL : REPLAYED, flowFile);
            } catch (JournalContentException e) {
                session.remove(created);
                lost.add(new UnreadableEvent(emission.event(), emission.job(), e.getMessage()));
            }
        }
        if (!lost.isEmpty()) {
            journal.unreadable(lost);
            tell(lost);
        }
        routes.transfer(session);
        session.commitAsync();
        return true;
    }

    /**
     * Only what the journal's own stream throws is the journal's fault: when NiFi cannot write, its exception goes on, and
     * all comes again.
     *
     * @throws JournalContentException when the journal's content cannot be read
     */
    private static FlowFile filled(ProcessSession session, FlowFile flowFile, Emission emission)
            throws JournalContentException {
        try (JournalContent content = JournalContent.open(emission.content())) {
            FlowFile filled;
            try {
                // An import opens a file for each; what is written shares one with the others of the session.
                filled = session.write(flowFile, content::transferTo);
            } catch (RuntimeException e) {
                content.throwFailure();
                throw e;
            }
            return session.putAllAttributes(filled, attributes(emission));
        }
    }

    private void tell(List<UnreadableEvent> unreadable) {
        for (UnreadableEvent one : unreadable) {
            getLogger()
                    .error(
                            "Event {} is to be replayed{}, and the journal cannot read it; the others go on. It is tried"
                                    + " again later: {}",
                            one.event(),
                            one.job().map(job -> " by job " + job).orElse(""),
                            one.reason());
        }
    }

    private static Map<String, String> attributes(Emission emission) {
        Map<String, String> attributes = new HashMap<>(emission.envelope().attributes());
        attributes.put(ReplayAttributes.EVENT_ID, emission.event().toString());
        attributes.put(ReplayAttributes.IDEMPOTENCY_KEY, emission.envelope().key());
        emission.job().ifPresent(job -> attributes.put(ReplayAttributes.JOB_ID, job));
        emission.token()
                .ifPresentOrElse(
                        token -> attributes.put(ReplayAttributes.TOKEN, token),
                        () -> attributes.put(ReplayAttributes.DRILL, "true"));
        return attributes;
    }

    private static String details(Emission emission) {
        String what = emission.isDrill() ? "Drill" : "Replay";
        return emission.job()
                .map(job -> what + " of event " + emission.event() + " by job " + job)
                .orElseGet(() -> "Retry of event " + emission.event() + ", which was due");
    }

    private String requester() {
        return "processor " + getIdentifier();
    }
}
