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
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.processors.provenance.Finder;
import io.nifireplay.processors.provenance.ReplayRun;
import io.nifireplay.processors.request.InvalidRequestException;
import io.nifireplay.processors.request.ProvenanceCommandParser;
import io.nifireplay.processors.request.ProvenanceCommands;
import io.nifireplay.processors.request.ProvenancePlans;
import io.nifireplay.processors.rest.ClusterNotReadyException;
import io.nifireplay.processors.rest.NiFiApi;
import io.nifireplay.processors.rest.NiFiApiException;
import io.nifireplay.processors.rest.OwnNode;
import io.nifireplay.processors.rest.ProvenanceSearch;
import io.nifireplay.processors.rest.ReplayCall;
import io.nifireplay.processors.rest.Targets;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.TriggerSerially;
import org.apache.nifi.annotation.behavior.TriggerWhenEmpty;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.configuration.DefaultSettings;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.annotation.lifecycle.OnUnscheduled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.scheduling.ExecutionNode;
import org.apache.nifi.ssl.SSLContextProvider;

@TriggerSerially
@TriggerWhenEmpty
@InputRequirement(InputRequirement.Requirement.INPUT_ALLOWED)
@DefaultSettings(yieldDuration = "100 ms")
@Stateful(
        scopes = {Scope.LOCAL, Scope.CLUSTER},
        description =
                "Remembers which states of jobs were reported, so that a restart does not report them again. On a cluster, the"
                        + " requests of the last day, for all nodes, and how far each has met them. Nothing else rests on it: jobs"
                        + " and their items are in the journal.")
@Tags({"replay", "provenance", "recovery", "missed", "bulk", "reprocess", "journal"})
@CapabilityDescription(
        "Replays many FlowFiles from NiFi's own provenance, as jobs that can be limited, paused, resumed and aborted, and"
                + " that go on after a restart. It is for events whose content the event journal does not hold, and for FlowFiles"
                + " that never became events. It asks NiFi's REST API, as an identity whose policies NiFi enforces, and only for"
                + " FlowFiles that came from a queue before JournalEvent, which admits each event once: what was completed is left"
                + " out. For events whose content is in the journal, ReplayEvents does the same, faster and in order. Only those who"
                + " may be trusted to replay may be able to send FlowFiles here.")
@SeeAlso({ReplayEvents.class, JournalEvent.class})
@WritesAttributes({
    @WritesAttribute(attribute = ReplayAttributes.JOB_ID, description = "The replay job (report only)"),
    @WritesAttribute(attribute = ReplayAttributes.JOB_STATE, description = "Where the job stands (report only)"),
    @WritesAttribute(attribute = ReplayAttributes.REASON, description = "Why a request was refused (failure only)"),
    @WritesAttribute(attribute = "mime.type", description = "application/json (report only)"),
    @WritesAttribute(attribute = "filename", description = "The same for the same news of the same job (report only)")
})
public class ReplayProvenance extends AbstractProcessor implements VerifiableProcessor {

    static final PropertyDescriptor NIFI_API_URL = new PropertyDescriptor.Builder()
            .name("NiFi API URL")
            .description(
                    "Where the REST API of this NiFi is, such as https://nifi.example.com:8443/nifi-api. On a cluster, of the"
                            + " node itself, such as https://${hostname(true)}:8443/nifi-api, or of any node.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(StandardValidators.URL_VALIDATOR)
            .build();

    static final PropertyDescriptor SSL_CONTEXT_SERVICE = new PropertyDescriptor.Builder()
            .name("SSL Context Service")
            .description(
                    "The certificate with which this processor shows NiFi who it is, and those that it trusts. Its identity"
                            + " should be one of its own, with the policies that the documentation lists and no others.")
            .identifiesControllerService(SSLContextProvider.class)
            .build();

    static final PropertyDescriptor BEARER_TOKEN = new PropertyDescriptor.Builder()
            .name("Bearer Token")
            .description("A token that NiFi accepts, in place of a certificate")
            .sensitive(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor JOURNAL_EVENT_PROCESSORS = new PropertyDescriptor.Builder()
            .name("JournalEvent Processors")
            .description(
                    "The ids of the JournalEvent processors into whose queues replays may go, separated by commas. Each must use"
                            + " the same Event Journal. When not set: all JournalEvents of this processor's own process group"
                            + " that use it; Verify says which these are.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor REQUEST = new PropertyDescriptor.Builder()
            .name("Request")
            .description(
                    "A request as JSON, as an incoming FlowFile would have it, which is met when the processor starts. The journal"
                            + " opens a job once, however often the processor starts: a new replay needs a new job id.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor REQUESTS_IN_FLIGHT = new PropertyDescriptor.Builder()
            .name("Requests in Flight")
            .description(
                    "How many replays NiFi is asked for at the same time, each over a connection of its own that is kept")
            .required(true)
            .defaultValue("8")
            .addValidator(StandardValidators.createLongValidator(1, 64, true))
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

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            JournalProcessor.EVENT_JOURNAL,
            NIFI_API_URL,
            SSL_CONTEXT_SERVICE,
            BEARER_TOKEN,
            JOURNAL_EVENT_PROCESSORS,
            REQUEST,
            REQUESTS_IN_FLIGHT,
            ReplayEvents.PROGRESS_INTERVAL);

    private static final Set<Relationship> RELATIONSHIPS = Routes.inOrder(REPORT, FAILURE);

    /** Of a query's answer: more make NiFi hold more in memory, fewer make more queries. */
    private static final int MAX_RESULTS = 10_000;

    private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(1);
    private static final long LOOK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final InstantSource clock = InstantSource.system();
    private final Map<String, ReplayRun> runs = new HashMap<>();
    private volatile String processGroupId = "";
    private volatile NiFiApi api;
    private volatile ExecutorService requests;
    private volatile JobFlowFiles jobFlowFiles;
    private volatile Optional<ClusterRequests> clusterRequests = Optional.empty();
    private volatile boolean requestPending;
    private volatile boolean stopping;
    private Optional<String> node = Optional.empty();
    private Instant nextComplaint = Instant.MIN;
    private volatile Instant started = Instant.MIN;
    private long nextLook;

    @OnScheduled
    public void onScheduled(ProcessContext context) throws IOException {
        boolean clustered = getNodeTypeProvider().isConfiguredForClustering();
        if (clustered && context.getExecutionNode() == ExecutionNode.PRIMARY) {
            throw new ProcessException(
                    "Execution is set to the primary node, but each node replays its own provenance from"
                            + " its own journal: set Execution to all nodes");
        }
        clusterRequests =
                clustered ? Optional.of(new ClusterRequests(context.getStateManager(), clock)) : Optional.empty();
        node = clustered ? Optional.empty() : Optional.of("");
        jobFlowFiles = new JobFlowFiles(
                context, context.getProperty(ReplayEvents.PROGRESS_INTERVAL).asDuration(), clock, REPORT, getLogger());
        nextLook = System.nanoTime();
        stopping = false;
        started = clock.instant();
        requestPending = context.getProperty(REQUEST).isSet();
        api = newApi(context);
        requests = Executors.newFixedThreadPool(
                context.getProperty(REQUESTS_IN_FLIGHT).asInteger(),
                Thread.ofPlatform()
                        .name("ReplayProvenance " + getIdentifier() + "-", 1)
                        .daemon()
                        .factory());
        runs.clear();
    }

    /** What was not asked for yet is not; the journal hands it out again. */
    @OnUnscheduled
    public void onUnscheduled() {
        stopping = true;
    }

    @OnStopped
    public void onStopped() {
        ExecutorService idle = requests;
        if (idle != null) {
            idle.shutdown();
        }
        NiFiApi open = api;
        if (open != null) {
            open.close();
        }
        runs.clear();
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) {
        EventJournal journal = context.getProperty(JournalProcessor.EVENT_JOURNAL)
                .asControllerService(EventJournalService.class)
                .getEventJournal()
                .by(new Origin(getIdentifier(), getClass().getSimpleName(), processGroupId));
        try {
            awaitCluster();
            ProvenanceCommands commands = commands(context, journal);
            boolean answered = answerRequests(context, session, commands);
            boolean planned = planJobs(context, journal);
            boolean ran = runJobs(context, journal);
            boolean reported = reportJobs(journal, session, commands);
            if (!answered && !planned && !ran && !reported) {
                context.yield();
            }
        } catch (JournalException e) {
            session.rollback();
            context.yield();
            getLogger()
                    .error(
                            "The event journal did not do its part of a replay; it is tried again: {}",
                            e.getMessage(),
                            e);
        } catch (ClusterNotReadyException e) {
            session.rollback();
            context.yield();
            clusterRequests.ifPresent(ClusterRequests::again);
            complain(e.getMessage());
        } catch (InterruptedException e) {
            // NiFi stops the processor.
            Thread.currentThread().interrupt();
            session.rollback();
        }
    }

    private static URI url(PropertyContext context) {
        return URI.create(
                context.getProperty(NIFI_API_URL).evaluateAttributeExpressions().getValue());
    }

    /** A node that is away from its cluster keeps what it has to do. */
    private void awaitCluster() throws ClusterNotReadyException {
        if (clusterRequests.isPresent() && !getNodeTypeProvider().isConnected()) {
            throw new ClusterNotReadyException("This node is not connected to its cluster");
        }
    }

    private void complain(String why) {
        Instant now = clock.instant();
        if (!now.isBefore(nextComplaint)) {
            nextComplaint = now.plus(BETWEEN_COMPLAINTS);
            getLogger().warn("Replays from provenance wait, and go on by themselves: {}", why);
        }
    }

    /** NiFi's id of this node of a cluster, which asks for its own events alone; empty without a cluster. */
    private String node(ProcessContext context) throws NiFiApiException, IOException, InterruptedException {
        if (node.isEmpty()) {
            String host = getNodeTypeProvider()
                    .getCurrentNode()
                    .orElseThrow(() -> new ClusterNotReadyException("This node does not know its own address yet"));
            node = Optional.of(new OwnNode(api, url(context)).find(host).id());
        }
        return node.get();
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
        List<ValidationResult> problems = new ArrayList<>();
        if (context.getProperty(BEARER_TOKEN).isSet()
                && context.getProperty(NIFI_API_URL)
                        .evaluateAttributeExpressions()
                        .getValue()
                        .toLowerCase(Locale.ROOT)
                        .startsWith("http:")) {
            problems.add(problem(BEARER_TOKEN, "a token must not be sent over plain http: use an https address"));
        }
        if (context.getProperty(REQUEST).isSet()) {
            try {
                parser(listed(context)).parse(bytes(context.getProperty(REQUEST).getValue()));
            } catch (InvalidRequestException e) {
                problems.add(problem(REQUEST, e.getMessage()));
            }
        }
        return problems;
    }

    private static ValidationResult problem(PropertyDescriptor property, String explanation) {
        return new ValidationResult.Builder()
                .subject(property.getName())
                .valid(false)
                .explanation(explanation)
                .build();
    }

    /** The targets as they are listed, empty when NiFi is to be asked for them. */
    private static Optional<Set<String>> listed(PropertyContext context) {
        return Optional.ofNullable(context.getProperty(JOURNAL_EVENT_PROCESSORS).getValue())
                .map(ids -> Arrays.stream(ids.split(","))
                        .map(String::strip)
                        .filter(id -> !id.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private Set<String> targets(PropertyContext context, Targets targets)
            throws NiFiApiException, IOException, InterruptedException {
        Optional<Set<String>> listed = listed(context);
        return listed.isPresent()
                ? listed.get()
                : targets.inGroup(
                        processGroupId,
                        JournalProcessor.EVENT_JOURNAL.getName(),
                        context.getProperty(JournalProcessor.EVENT_JOURNAL).getValue());
    }

    private ProvenanceCommandParser parser(Optional<Set<String>> targets) {
        return new ProvenanceCommandParser("processor " + getIdentifier(), targets);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ProvenanceCommands commands(ProcessContext context, EventJournal journal) {
        return new ProvenanceCommands(journal, clock, getNodeTypeProvider().getCurrentNode(), search(context));
    }

    private ProvenanceCommands.Search search(ProcessContext context) {
        return new ProvenanceCommands.Search() {
            @Override
            public Set<String> targets() throws NiFiApiException, IOException, InterruptedException {
                return ReplayProvenance.this.targets(context, newTargets(api, node(context)));
            }

            @Override
            public ProvenanceFindings find(ProvenanceSelection selection)
                    throws NiFiApiException, IOException, InterruptedException {
                String own = node(context);
                Targets targets = newTargets(api, own);
                Set<String> processors = ReplayProvenance.this.targets(context, targets);
                require(context, targets, processors);
                return new Finder(new ProvenanceSearch(api, own, MAX_RESULTS), targets, own)
                        .find(selection, clock.instant(), processors);
            }
        };
    }

    private static Targets newTargets(NiFiApi nifi, String own) {
        return new Targets(nifi, own, JournalEvent.class.getName());
    }

    private static void require(PropertyContext context, Targets targets, Set<String> processors)
            throws NiFiApiException, IOException, InterruptedException {
        targets.require(
                processors,
                JournalProcessor.EVENT_JOURNAL.getName(),
                context.getProperty(JournalProcessor.EVENT_JOURNAL).getValue());
    }

    /** Says which JournalEvents are meant, and whether the identity has the rights that it needs. */
    @Override
    public List<ConfigVerificationResult> verify(
            ProcessContext context, ComponentLog verificationLog, Map<String, String> attributes) {
        ConfigVerificationResult.Builder result = new ConfigVerificationResult.Builder()
                .verificationStepName("Find the JournalEvents, and the rights to replay before them");
        try (NiFiApi nifi = newApi(context)) {
            Targets targets = newTargets(nifi, "");
            Set<String> processors = targets(context, targets);
            require(context, targets, processors);
            result.outcome(ConfigVerificationResult.Outcome.SUCCESSFUL)
                    .explanation("Replays may go to JournalEvent " + String.join(", ", processors));
        } catch (NiFiApiException e) {
            result.outcome(ConfigVerificationResult.Outcome.FAILED).explanation(e.getMessage());
        } catch (IOException e) {
            result.outcome(ConfigVerificationResult.Outcome.FAILED)
                    .explanation("NiFi's REST API is not reached; is NiFi API URL right? " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.outcome(ConfigVerificationResult.Outcome.SKIPPED).explanation("It was interrupted");
        }
        return List.of(result.build());
    }

    private static NiFiApi newApi(PropertyContext context) {
        return new NiFiApi(
                url(context),
                Optional.ofNullable(
                                context.getProperty(SSL_CONTEXT_SERVICE).asControllerService(SSLContextProvider.class))
                        .map(SSLContextProvider::createContext),
                Optional.ofNullable(context.getProperty(BEARER_TOKEN).getValue()));
    }

    /** Whether there was a request. */
    private boolean answerRequests(ProcessContext context, ProcessSession session, ProvenanceCommands commands)
            throws ClusterNotReadyException, InterruptedException {
        ProvenanceRequests answers =
                new ProvenanceRequests(parser(listed(context)), commands, jobFlowFiles, getLogger());
        if (requestPending) {
            answers.answer(session, context.getProperty(REQUEST).getValue());
            requestPending = false;
            return true;
        }
        return clusterRequests.isPresent()
                ? answers.answerShared(session, clusterRequests.get())
                : answers.answerNext(session);
    }

    /** Makes the plans that people have asked the coordinator for; whether there were any. */
    private boolean planJobs(ProcessContext context, EventJournal journal)
            throws ClusterNotReadyException, InterruptedException {
        boolean any = false;
        for (ProvenancePlans.Result result : new ProvenancePlans(journal, search(context), clock, started).make()) {
            switch (result) {
                case ProvenancePlans.Result.Planned it -> {
                    any = true;
                    getLogger()
                            .info(
                                    "Replay job {} is planned: {} events are to be replayed",
                                    it.job().request().job(),
                                    it.job().plan().emitted());
                }
                case ProvenancePlans.Result.NotPlanned it -> {
                    any = true;
                    getLogger()
                            .error(
                                    "Replay job {} was not planned, and is drafted again: {}",
                                    it.job().request().job(),
                                    it.why());
                }
                case ProvenancePlans.Result.Overtaken it ->
                    getLogger()
                            .info(
                                    "Replay job {} was changed while it was planned, which did nothing therefore",
                                    it.job().request().job());
                case ProvenancePlans.Result.Waits it -> complain(it.why());
            }
        }
        return any;
    }

    /** A step of each job that runs, or whose FlowFiles are still looked for; whether there was anything to ask for. */
    private boolean runJobs(ProcessContext context, EventJournal journal)
            throws ClusterNotReadyException, InterruptedException {
        boolean any = false;
        for (JobStatus status : overProvenance(journal)) {
            String job = status.request().job();
            if (status.state().isBeforeStart()) {
                // What it will replay is not settled yet.
                continue;
            }
            boolean recent = status.changed().plus(ReplayRun.LOOKED_FOR).isAfter(clock.instant());
            if (status.state() == JobState.RUNNING || recent) {
                Optional<ReplayRun> run = run(context, journal, job);
                if (run.isPresent()) {
                    any |= status.state() == JobState.RUNNING && ask(job, run.get());
                    follow(job, run.get(), status.state() == JobState.RUNNING);
                }
            } else {
                runs.remove(job);
            }
        }
        return any;
    }

    /** Empty while it is not known which node this is. */
    private Optional<ReplayRun> run(ProcessContext context, EventJournal journal, String job)
            throws ClusterNotReadyException, InterruptedException {
        try {
            if (!runs.containsKey(job)) {
                runs.put(job, newRun(context, journal, job));
            }
            return Optional.of(runs.get(job));
        } catch (ClusterNotReadyException e) {
            throw e;
        } catch (NiFiApiException e) {
            complain(e.getMessage());
        } catch (IOException e) {
            complain("NiFi's REST API is not reached, " + e);
        }
        return Optional.empty();
    }

    private boolean ask(String job, ReplayRun run) throws ClusterNotReadyException, InterruptedException {
        ReplayRun.Step step;
        try {
            step = run.ask();
        } catch (ClusterNotReadyException e) {
            throw e;
        } catch (NiFiApiException e) {
            complain(e.getMessage());
            return false;
        } catch (IOException e) {
            complain("NiFi's REST API is not reached, " + e);
            return false;
        }
        step.stopped().ifPresent(why -> getLogger().error("Replay job {} was paused: {}", job, why));
        if (step.unanswered() > 0 && !stopping) {
            getLogger()
                    .warn(
                            "Replay job {}: NiFi did not answer {} of {} requests, which are repeated later: {}",
                            job,
                            step.unanswered(),
                            step.asked(),
                            step.trouble().orElse(""));
        }
        return step.asked() > step.unanswered();
    }

    private void follow(String job, ReplayRun run, boolean runs) throws InterruptedException {
        try {
            run.follow(runs);
        } catch (ClusterNotReadyException e) {
            complain(e.getMessage());
        } catch (NiFiApiException e) {
            notFollowed(job, e.getMessage(), e);
        } catch (IOException e) {
            notFollowed(job, "NiFi's REST API is not reached, " + e, e);
        }
    }

    private void notFollowed(String job, String why, Exception e) {
        getLogger()
                .warn(
                        "Replay job {}: what became of its FlowFiles is not found in provenance; it is looked for again: {}",
                        job,
                        why,
                        e);
    }

    private ReplayRun newRun(ProcessContext context, EventJournal journal, String job)
            throws NiFiApiException, IOException, InterruptedException {
        String own = node(context);
        Targets targets = newTargets(api, own);
        return new ReplayRun(
                journal,
                job,
                targets(context, targets),
                new ReplayCall(api, new SecureRandom(), () -> !stopping),
                new ProvenanceSearch(api, own, MAX_RESULTS),
                targets,
                requests,
                context.getProperty(REQUESTS_IN_FLIGHT).asInteger(),
                () -> !stopping,
                clock);
    }

    private static List<JobStatus> overProvenance(EventJournal journal) {
        return journal.jobs().stream()
                .filter(job -> job.provenance().isPresent())
                .toList();
    }

    /** Reports on jobs whose state has changed or that run for some time; whether there were any. */
    private boolean reportJobs(EventJournal journal, ProcessSession session, ProvenanceCommands commands) {
        long now = System.nanoTime();
        if (now - nextLook < 0) {
            return false;
        }
        nextLook = now + LOOK_INTERVAL_NANOS;
        return jobFlowFiles.reportDue(session, overProvenance(journal), commands::of);
    }
}
