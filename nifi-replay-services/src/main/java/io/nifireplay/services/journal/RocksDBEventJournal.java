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
package io.nifireplay.services.journal;

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.journal.rocksdb.SharedJournals;
import io.nifireplay.services.audit.AuditTrailService;
import io.nifireplay.services.audit.AuditedJournal;
import io.nifireplay.services.audit.NoticeEntries;
import io.nifireplay.services.audit.OutboxTeller;
import io.nifireplay.services.keyring.KeyringService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.DataUnit;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.reporting.InitializationException;

@Tags({"replay", "journal", "idempotency", "duplicate", "exactly once", "checkpoint", "recovery", "RocksDB"})
@CapabilityDescription(
        "An event journal in a directory of this node: remembers every event by its idempotency key, with its"
                + " content and what came of it, so that nothing is processed twice and what was missed can be replayed. Every"
                + " answer is on disk before it is given. Several services may name the same directory when their properties are"
                + " the same; another process may not.")
@SystemResourceConsideration(
        resource = SystemResource.DISK,
        description =
                "Holds the content of every event for the Payload Retention, and about 1 KB for each event for the Key"
                        + " Retention. A disk of its own keeps it from competing with NiFi's repositories.")
@SystemResourceConsideration(
        resource = SystemResource.MEMORY,
        description = "The Block Cache Size and some tens of megabytes, outside of the Java heap.")
public class RocksDBEventJournal extends AbstractControllerService
        implements EventJournalService, VerifiableControllerService {

    static final PropertyDescriptor DIRECTORY = new PropertyDescriptor.Builder()
            .name("Directory")
            .description(
                    "Where the journal lies; it is made when it is not there. The journal has an identity of its own: a flow"
                            + " that is imported again finds its events in the same directory. A relative path starts at NiFi's"
                            + " working directory.")
            .required(true)
            .defaultValue("./event_journal")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    static final PropertyDescriptor KEYRING = new PropertyDescriptor.Builder()
            .name("Keyring")
            .description(
                    "The keys that seal the journal's files: content, attributes and keys of events cannot be read on disk."
                            + " A journal is sealed from its beginning or not at all. When not set, whoever may read the"
                            + " directory may read the events.")
            .identifiesControllerService(KeyringService.class)
            .build();

    static final PropertyDescriptor AUDIT_TRAIL = new PropertyDescriptor.Builder()
            .name("Audit Trail")
            .description(
                    "Where it is told what happens in the journal: every replay and what came of it, job, conflict, rejection"
                            + " and dead letter, and admissions and completions by the batch. An answer of the journal is in the"
                            + " trail before it is given. When not set, nothing outside of the journal tells.")
            .identifiesControllerService(AuditTrailService.class)
            .build();

    static final PropertyDescriptor LEASE_DURATION = new PropertyDescriptor.Builder()
            .name("Lease Duration")
            .description(
                    "How long an admitted FlowFile has an event for itself. When it has not completed the event by then,"
                            + " it is taken for lost, and the event may be admitted again. Longer than a FlowFile ever takes through"
                            + " the flow, queues included. The time stops while the journal is closed.")
            .required(true)
            .defaultValue(RocksDBOptions.DEFAULT_LEASE.toMinutes() + " mins")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 365, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor PAYLOAD_RETENTION = new PropertyDescriptor.Builder()
            .name("Payload Retention")
            .description(
                    "How long a settled event can be replayed: after that its content is removed from the journal. Events"
                            + " that are not settled are never removed.")
            .required(true)
            .defaultValue(RocksDBOptions.DEFAULT_PAYLOAD_RETENTION.toDays() + " days")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 36_500, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor KEY_RETENTION = new PropertyDescriptor.Builder()
            .name("Key Retention")
            .description(
                    "How long a settled event is known as a duplicate: after that its key is forgotten. Longer than anyone"
                            + " repeats a message, and no shorter than the Payload Retention.")
            .required(true)
            .defaultValue(RocksDBOptions.DEFAULT_KEY_RETENTION.toDays() + " days")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 36_500, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor CONTENT_IN_JOURNAL = new PropertyDescriptor.Builder()
            .name("Content In Journal")
            .description("Whether the journal holds the content of events")
            .required(true)
            .allowableValues(ContentInJournal.class)
            .defaultValue(ContentInJournal.ALL)
            .build();

    static final PropertyDescriptor MAXIMUM_STORED_RESULT_SIZE = new PropertyDescriptor.Builder()
            .name("Maximum Stored Result Size")
            .description(
                    "The largest content of a result that the journal keeps to answer duplicates; a larger result is kept"
                            + " without its content")
            .required(true)
            .defaultValue(RocksDBOptions.DEFAULT_MAX_RESULT_BYTES / 1024 + " KB")
            .addValidator(StandardValidators.createDataSizeBoundsValidator(0, 64L * 1024 * 1024))
            .build();

    static final PropertyDescriptor RE_EMISSION_TIME = new PropertyDescriptor.Builder()
            .name("Re-emission Time")
            .description(
                    "How long a replayed event may be on its way from ReplayEvents to JournalEvent. When it has not been"
                            + " admitted by then, ReplayEvents emits it again; that is harmless, since it is admitted once.")
            .required(true)
            .defaultValue(RocksDBOptions.DEFAULT_RE_EMIT_AFTER.toSeconds() + " secs")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 365, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor BLOCK_CACHE_SIZE = new PropertyDescriptor.Builder()
            .name("Block Cache Size")
            .description(
                    "Memory, outside of the Java heap, for what was read from disk. More helps when duplicates come long"
                            + " after their events.")
            .required(true)
            .defaultValue(RocksDBOptions.DEFAULT_BLOCK_CACHE_BYTES / (1024 * 1024) + " MB")
            .addValidator(StandardValidators.createDataSizeBoundsValidator(1024 * 1024, 1L << 40))
            .build();

    static final PropertyDescriptor RECOVERY_POINT_INTERVAL = new PropertyDescriptor.Builder()
            .name("Recovery Point Interval")
            .description(
                    "Time between two recovery points, from which a replay can start: 'everything that was not settled at"
                            + " that time, or came after it'")
            .required(true)
            .defaultValue("1 hour")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 365, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor RECOVERY_POINTS_KEPT = new PropertyDescriptor.Builder()
            .name("Recovery Points Kept")
            .description(
                    "How many of the recovery points taken on the schedule are kept; they are named 'scheduled-' and"
                            + " their time. 0 takes none. Those taken by hand are not counted.")
            .required(true)
            .defaultValue("48")
            .addValidator(StandardValidators.createLongValidator(0, 10_000, true))
            .build();

    static final PropertyDescriptor CLUSTER_USE = new PropertyDescriptor.Builder()
            .name("Cluster Use")
            .description("This journal knows only the events of its node. What that means on a cluster.")
            .required(true)
            .allowableValues(ClusterUse.class)
            .defaultValue(ClusterUse.STANDALONE)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            DIRECTORY,
            KEYRING,
            AUDIT_TRAIL,
            LEASE_DURATION,
            PAYLOAD_RETENTION,
            KEY_RETENTION,
            CONTENT_IN_JOURNAL,
            MAXIMUM_STORED_RESULT_SIZE,
            RE_EMISSION_TIME,
            BLOCK_CACHE_SIZE,
            RECOVERY_POINT_INTERVAL,
            RECOVERY_POINTS_KEPT,
            CLUSTER_USE);

    static final String DIRECTORY_STEP = "Directory can be written";
    static final String JOURNAL_STEP = "Journal opens";

    private static final long UPKEEP_SECONDS = 1;

    private volatile Opened opened;

    /** What is there while the service is enabled. */
    private record Opened(
            SharedJournals.Lease lease, EventJournal journal, int maxResultBytes, ScheduledExecutorService upkeep) {}

    @OnEnabled
    public void onEnabled(ConfigurationContext context) throws InitializationException {
        SharedJournals.Lease lease;
        RocksDBOptions options;
        try {
            options = options(context);
            lease = SharedJournals.acquire(options, keyring(context));
        } catch (JournalException | IllegalArgumentException e) {
            throw new InitializationException(e.getMessage(), e);
        }
        EventJournal journal = audited(context, lease.journal());
        JournalUpkeep upkeep = new JournalUpkeep(
                journal,
                duration(context, RECOVERY_POINT_INTERVAL),
                context.getProperty(RECOVERY_POINTS_KEPT).asInteger(),
                InstantSource.system());
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> Thread.ofPlatform()
                .daemon()
                .name("Event journal upkeep " + getIdentifier())
                .unstarted(task));
        scheduler.scheduleWithFixedDelay(() -> keepUp(upkeep, options), 0, UPKEEP_SECONDS, TimeUnit.SECONDS);
        opened = new Opened(lease, journal, options.maxResultBytes(), scheduler);
        getLogger().info("Event journal {} is open in {}", lease.journal().id(), options.directory());
    }

    private EventJournal audited(ConfigurationContext context, EventJournal journal) {
        AuditTrailService trail = context.getProperty(AUDIT_TRAIL).asControllerService(AuditTrailService.class);
        return journal.outbox()
                .<EventJournal>map(outbox -> {
                    Actor.Component itself =
                            new Actor.Component(getIdentifier(), getClass().getSimpleName(), Optional.empty());
                    NoticeEntries entries = new NoticeEntries(journal, trail, itself);
                    return new AuditedJournal(
                            journal, new OutboxTeller(outbox, trail, entries, getLogger(), System::nanoTime));
                })
                .orElse(journal);
    }

    @OnDisabled
    public void onDisabled() {
        Opened closing = opened;
        opened = null;
        if (closing == null) {
            return;
        }
        closing.upkeep().shutdown();
        try {
            // Upkeep that is under way ends first: the journal under it must not be closed.
            if (!closing.upkeep().awaitTermination(1, TimeUnit.MINUTES)) {
                getLogger()
                        .warn(
                                "The event journal's upkeep has not ended within a minute; the journal is closed under it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closing.lease().close();
    }

    @Override
    public EventJournal getEventJournal() {
        return requireOpened().journal();
    }

    @Override
    public int getMaximumResultSize() {
        return requireOpened().maxResultBytes();
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog verificationLogger, Map<String, String> variables) {
        List<ConfigVerificationResult> results = new ArrayList<>();
        RocksDBOptions options;
        try {
            options = options(context);
            Files.createDirectories(options.directory());
            Files.delete(Files.createTempFile(options.directory(), "verify", ".tmp"));
            results.add(
                    result(DIRECTORY_STEP, Outcome.SUCCESSFUL, options.directory() + " is there and can be written"));
        } catch (JournalException | IllegalArgumentException e) {
            results.add(result(DIRECTORY_STEP, Outcome.FAILED, e.getMessage()));
            return results;
        } catch (IOException e) {
            results.add(result(
                    DIRECTORY_STEP,
                    Outcome.FAILED,
                    "A file cannot be written there: " + e + ". Choose a directory that NiFi's user may write"));
            return results;
        }
        try (SharedJournals.Lease lease = SharedJournals.acquire(options, keyring(context))) {
            JournalStatistics statistics = lease.journal().statistics();
            results.add(result(
                    JOURNAL_STEP,
                    Outcome.SUCCESSFUL,
                    "Journal " + lease.journal().id() + " of " + statistics.diskBytes() + " bytes can be opened"));
        } catch (JournalException | IllegalArgumentException | IllegalStateException e) {
            // The last one is of a keyring that is not enabled.
            results.add(result(JOURNAL_STEP, Outcome.FAILED, e.getMessage()));
        }
        return results;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        List<ValidationResult> problems = new ArrayList<>();
        try {
            Path directory = options(context).directory();
            keyringProblem(context, directory).ifPresent(problems::add);
        } catch (JournalException e) {
            problems.add(problem(DIRECTORY, e.getMessage()));
        } catch (IllegalArgumentException e) {
            problems.add(problem(KEY_RETENTION, e.getMessage()));
        }
        // Not isClustered: it waits for the lock under which NiFi loads its flow, and NiFi waits then, for half a
        // minute, for the keyring's service, which is not enabled before this journal is validated.
        boolean clustered = getNodeTypeProvider().isConfiguredForClustering();
        ClusterUse use = context.getProperty(CLUSTER_USE).asAllowableValue(ClusterUse.class);
        if (clustered && use == ClusterUse.STANDALONE) {
            problems.add(problem(
                    CLUSTER_USE,
                    "this NiFi is a node of a cluster, and the journal would know the events of its own node only. Choose '"
                            + ClusterUse.STICKY_SOURCES.getDisplayName()
                            + "' when every sender's repetitions reach the same node"));
        }
        return problems;
    }

    /** A wrong key shows before the start, once the keyring's service is enabled. */
    private static Optional<ValidationResult> keyringProblem(ValidationContext context, Path directory) {
        boolean sealed = context.getProperty(KEYRING).isSet();
        boolean usable = !sealed
                || context.getControllerServiceLookup()
                        .isControllerServiceEnabled(context.getProperty(KEYRING).getValue());
        if (!usable) {
            return Optional.empty();
        }
        try {
            RocksDBJournal.requireKeyring(directory, keyring(context).map(Supplier::get));
            return Optional.empty();
        } catch (JournalException e) {
            return Optional.of(problem(KEYRING, e.getMessage()));
        }
    }

    private static Optional<Supplier<Keyring>> keyring(PropertyContext context) {
        PropertyValue property = context.getProperty(KEYRING);
        if (!property.isSet()) {
            return Optional.empty();
        }
        KeyringService service = property.asControllerService(KeyringService.class);
        return Optional.of(service::getKeyring);
    }

    private void keepUp(JournalUpkeep upkeep, RocksDBOptions options) {
        try {
            upkeep.run();
        } catch (JournalException e) {
            getLogger()
                    .warn(
                            "Upkeep of the event journal in {} failed and is tried again: {}",
                            options.directory(),
                            e.getMessage(),
                            e);
        } catch (RuntimeException e) {
            // Anything that escapes would end the schedule in silence.
            getLogger().error("Upkeep of the event journal in {} failed and is tried again", options.directory(), e);
        }
    }

    private Opened requireOpened() {
        Opened current = opened;
        if (current == null) {
            throw new JournalException("The event journal service " + getIdentifier() + " is not enabled: enable it");
        }
        return current;
    }

    /** @throws IllegalArgumentException when retention times contradict each other */
    private static RocksDBOptions options(PropertyContext context) {
        return RocksDBOptions.defaults(directory(context))
                .withLease(duration(context, LEASE_DURATION))
                .withRetention(duration(context, PAYLOAD_RETENTION), duration(context, KEY_RETENTION))
                .withKeepContent(context.getProperty(CONTENT_IN_JOURNAL).asAllowableValue(ContentInJournal.class)
                        == ContentInJournal.ALL)
                .withMaxResultBytes((int) bytes(context, MAXIMUM_STORED_RESULT_SIZE))
                .withReEmitAfter(duration(context, RE_EMISSION_TIME))
                .withBlockCacheBytes(bytes(context, BLOCK_CACHE_SIZE))
                .withOutbox(context.getProperty(AUDIT_TRAIL).isSet());
    }

    private static Path directory(PropertyContext context) {
        String text =
                context.getProperty(DIRECTORY).evaluateAttributeExpressions().getValue();
        if (text == null || text.isBlank()) {
            throw new JournalException("The event journal's directory is empty: the expression yields nothing");
        }
        try {
            return canonical(Path.of(text).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            throw new JournalException("'" + text + "' is not a path: " + e.getReason(), e);
        } catch (IOException e) {
            throw new JournalException(
                    "The event journal's directory " + text + " cannot be found out: " + e
                            + ". Check the rights and links on its path",
                    e);
        }
    }

    /** The one name of a directory, links followed, of which the last parts need not be there. */
    private static Path canonical(Path path) throws IOException {
        if (Files.exists(path) || path.getParent() == null) {
            return path.toRealPath();
        }
        return canonical(path.getParent()).resolve(path.getFileName());
    }

    private static Duration duration(PropertyContext context, PropertyDescriptor property) {
        return context.getProperty(property).asDuration();
    }

    private static long bytes(PropertyContext context, PropertyDescriptor property) {
        return context.getProperty(property).asDataSize(DataUnit.B).longValue();
    }

    private static ValidationResult problem(PropertyDescriptor property, String explanation) {
        return new ValidationResult.Builder()
                .subject(property.getName())
                .valid(false)
                .explanation(explanation)
                .build();
    }

    private static ConfigVerificationResult result(String step, Outcome outcome, String explanation) {
        return new ConfigVerificationResult.Builder()
                .verificationStepName(step)
                .outcome(outcome)
                .explanation(explanation)
                .build();
    }
}
