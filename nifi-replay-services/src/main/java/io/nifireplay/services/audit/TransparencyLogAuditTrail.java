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
package io.nifireplay.services.audit;

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.held.CheckpointReceiver;
import io.nifireplay.audit.held.TimeStampedFolder;
import io.nifireplay.audit.key.SigningKeyException;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.SharedLogs;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.VerifierKey;
import io.nifireplay.audit.personal.PersonalIds;
import io.nifireplay.audit.personal.SharedSubjectKeys;
import io.nifireplay.audit.personal.SubjectsCommand;
import io.nifireplay.crypto.keyring.OwnerOnly;
import io.nifireplay.services.keyring.FileVersion;
import io.nifireplay.services.keyring.KeyringService;
import io.nifireplay.services.settings.InvalidSettingException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.annotation.lifecycle.OnShutdown;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.DataUnit;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.reporting.InitializationException;

@Tags({"replay", "audit", "transparency log", "tamper", "evidence", "compliance", "checkpoint", "signature", "Ed25519"})
@CapabilityDescription(
        "An audit trail in a directory of this node, in which nobody can change, remove or reorder anything unseen: a"
                + " transparency log (C2SP tlog-tiles) under checkpoints that an Ed25519 key signs. Outsiders verify it with the"
                + " verifier key, which Verify, the log and View State of this service show, and with checkpoints that they hold"
                + " themselves. Every entry is on disk before it is acknowledged. Several services may name the same directory"
                + " when their properties are the same; another process may not.")
@Stateful(
        scopes = Scope.LOCAL,
        description =
                "The last checkpoint, with the trail's name, verifier key, number of entries and root: to be looked at, and so"
                        + " that a trail which was cut, or whose directory was restored from an older copy, is not opened.")
@SystemResourceConsideration(
        resource = SystemResource.DISK,
        description =
                "About 500 bytes for each entry, for ever: a trail has no retention. To drop what is old, begin a new trail and"
                        + " remove the old one as a whole.")
@SystemResourceConsideration(
        resource = SystemResource.MEMORY,
        description = "Up to the Maximum Unpublished Size of entries that wait for their checkpoint.")
public class TransparencyLogAuditTrail extends AbstractControllerService
        implements AuditTrailService, VerifiableControllerService {

    static final PropertyDescriptor DIRECTORY = new PropertyDescriptor.Builder()
            .name("Directory")
            .description(
                    "Where the trail lies; it is made when it is not there. Its part 'log' is what is published: it can be"
                            + " copied, or served by any web server, while the trail is written. A relative path starts at NiFi's"
                            + " working directory.")
            .required(true)
            .defaultValue("./audit_trail")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    static final PropertyDescriptor LOG_NAME = new PropertyDescriptor.Builder()
            .name("Log Name")
            .description(
                    "The trail's name in its checkpoints and in its verifier key (the origin), for ever. A name that nobody"
                            + " else uses, by custom a domain and a path such as example.com/audit/node-1, without spaces and plus"
                            + " signs. On a cluster each node's trail has a name of its own: example.com/audit/${hostname()}.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    static final PropertyDescriptor CHECKPOINT_INTERVAL = new PropertyDescriptor.Builder()
            .name("Checkpoint Interval")
            .description(
                    "How long an entry waits for a signed checkpoint, at most. What came after the last one that is held"
                            + " elsewhere could be cut off unseen.")
            .required(true)
            .defaultValue(LogOptions.DEFAULT_CHECKPOINT_INTERVAL.toSeconds() + " sec")
            .addValidator(StandardValidators.createTimePeriodValidator(10, TimeUnit.MILLISECONDS, 1, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor MAXIMUM_UNPUBLISHED_SIZE = new PropertyDescriptor.Builder()
            .name("Maximum Unpublished Size")
            .description(
                    "How many bytes of entries may wait for a checkpoint. Who appends more waits for the checkpoint, which is"
                            + " begun at once; when it cannot be made, nothing more is taken.")
            .required(true)
            .defaultValue(LogOptions.DEFAULT_UNPUBLISHED_BYTES / (1024 * 1024) + " MB")
            .addValidator(StandardValidators.createDataSizeBoundsValidator(1024 * 1024, 1L << 30))
            .build();

    static final PropertyDescriptor CHECKPOINT_FOLDER = new PropertyDescriptor.Builder()
            .name("Checkpoint Folder")
            .description(
                    "A folder on another machine, or in another person's hands, that is handed each checkpoint as it is made:"
                            + " with these, and not without, an auditor sees when the trail's end was cut off or all of it was"
                            + " exchanged. A folder of its own for each trail. The trail is opened only when it agrees with the"
                            + " newest one there.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    static final PropertyDescriptor TIME_STAMP_AUTHORITY = new PropertyDescriptor.Builder()
            .name("Time Stamp Authority")
            .description(
                    "The URL of a time stamp authority (RFC 3161 over HTTP): checkpoints in the Checkpoint Folder get time"
                            + " stamps beside them, which prove to everybody that the entries were there at that time.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(CHECKPOINT_FOLDER)
            .build();

    static final PropertyDescriptor TIME_STAMP_INTERVAL = new PropertyDescriptor.Builder()
            .name("Time Stamp Interval")
            .description(
                    "Time between two time stamps, at least. Authorities that are free of charge ask for restraint.")
            .required(true)
            .defaultValue(TimeStampedFolder.DEFAULT_INTERVAL.toHours() + " hour")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 365, TimeUnit.DAYS))
            .dependsOn(TIME_STAMP_AUTHORITY)
            .build();

    static final PropertyDescriptor PERSONAL_IDS = new PropertyDescriptor.Builder()
            .name("Personal Ids")
            .description(
                    "How ids that may tell who a person is stand in the trail: idempotency keys and users' identities. What"
                            + " is in the trail cannot be taken out again.")
            .required(true)
            .allowableValues(PersonalIdsStrategy.class)
            .defaultValue(PersonalIdsStrategy.PSEUDONYMS)
            .build();

    static final PropertyDescriptor KEYRING = new PropertyDescriptor.Builder()
            .name("Keyring")
            .description("The keys from one of which the key of the pseudonyms is derived")
            .required(true)
            .identifiesControllerService(KeyringService.class)
            .dependsOn(PERSONAL_IDS, PersonalIdsStrategy.PSEUDONYMS)
            .build();

    static final PropertyDescriptor PSEUDONYM_KEY_ID = new PropertyDescriptor.Builder()
            .name("Pseudonym Key ID")
            .description(
                    "The id of that key in the keyring. It is named, and not the active one, so that everybody keeps the same"
                            + " pseudonym when the keyring gets a new key.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(PERSONAL_IDS, PersonalIdsStrategy.PSEUDONYMS)
            .build();

    static final PropertyDescriptor UNWRITABLE_TRAIL = new PropertyDescriptor.Builder()
            .name("When The Trail Cannot Be Written")
            .description("What components do that write to this trail while it takes nothing, as on a full disk")
            .required(true)
            .allowableValues(UnwritableTrail.class)
            .defaultValue(UnwritableTrail.STOP)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = Stream.of(
                    List.of(DIRECTORY, LOG_NAME),
                    SigningKeyProperties.PROPERTY_DESCRIPTORS,
                    List.of(
                            CHECKPOINT_INTERVAL,
                            MAXIMUM_UNPUBLISHED_SIZE,
                            CHECKPOINT_FOLDER,
                            TIME_STAMP_AUTHORITY,
                            TIME_STAMP_INTERVAL,
                            PERSONAL_IDS,
                            KEYRING,
                            PSEUDONYM_KEY_ID,
                            UNWRITABLE_TRAIL))
            .flatMap(List::stream)
            .toList();

    static final String DIRECTORY_STEP = "Directory can be written";
    static final String KEY_STEP = "Signing key can be read";
    static final String RIGHTS_STEP = "Only its owner may use the signing key";
    static final String FOLDER_STEP = "Checkpoint folder can be written";
    static final String PERSONAL_IDS_STEP = "Personal ids can be protected";
    static final String TRAIL_STEP = "Trail opens";

    /** Where keys of subjects lie in the trail's directory: apart from the log, so that they can be kept from its backups. */
    static final String SUBJECT_KEYS = SubjectsCommand.FILE;

    private volatile Optional<Opened> opened = Optional.empty();
    private volatile Optional<ReadKeys> lastRead = Optional.empty();

    /** What is there while the service is enabled. */
    private record Opened(
            SharedLogs.Lease lease,
            PersonalIds personalIds,
            Optional<SharedSubjectKeys.Lease> subjects,
            boolean isRequired,
            CheckpointInState state) {}

    /**
     * What was found to be readable. NiFi validates a service every few seconds as long as it is disabled, and opening a key
     * store is slow by design.
     */
    private record ReadKeys(
            String name, SigningKeySettings settings, List<Optional<FileVersion>> versions, SigningKeys keys) {
        private boolean isOf(String otherName, SigningKeySettings other, List<Optional<FileVersion>> otherVersions) {
            return name.equals(otherName) && settings.equals(other) && versions.equals(otherVersions);
        }
    }

    @OnEnabled
    public void onEnabled(ConfigurationContext context) throws InitializationException {
        try {
            TrailSettings settings = settings(context);
            SigningKeys keys = settings.keys().read(settings.name());
            VerifierKey verifierKey = keys.current().verifierKey();
            CheckpointInState state = new CheckpointInState(getStateManager(), verifierKey.toString());
            Optional<PersonalIds> pseudonyms = pseudonyms(context);
            SharedLogs.Lease lease = SharedLogs.acquire(options(settings, keys, state));
            try {
                opened = Optional.of(opened(context, settings, lease, pseudonyms, state));
            } finally {
                if (opened.isEmpty()) {
                    lease.close();
                }
            }
            warnOfRights(settings.keys());
            getLogger()
                    .info(
                            "The audit trail in {} is open with {} entries. The verifier key that auditors need: {}",
                            settings.directory(),
                            lease.trail().status().acknowledged().size(),
                            verifierKey);
        } catch (InvalidSettingException e) {
            throw new InitializationException(e.property() + ": " + e.getMessage(), e);
        } catch (SigningKeyException | AuditException e) {
            throw new InitializationException(e.getMessage(), e);
        }
    }

    private static Opened opened(
            PropertyContext context,
            TrailSettings settings,
            SharedLogs.Lease lease,
            Optional<PersonalIds> pseudonyms,
            CheckpointInState state) {
        Optional<SharedSubjectKeys.Lease> subjects = strategy(context) == PersonalIdsStrategy.SEALED
                ? Optional.of(SharedSubjectKeys.acquire(settings.directory().resolve(SUBJECT_KEYS)))
                : Optional.empty();
        PersonalIds ids = subjects.<PersonalIds>map(SharedSubjectKeys.Lease::keys)
                .or(() -> pseudonyms)
                .orElseGet(PersonalIds::plain);
        boolean isRequired =
                context.getProperty(UNWRITABLE_TRAIL).asAllowableValue(UnwritableTrail.class) == UnwritableTrail.STOP;
        return new Opened(lease, ids, subjects, isRequired, state);
    }

    @OnDisabled
    public void onDisabled() {
        close();
    }

    /** NiFi stops without disabling its services. */
    @OnShutdown
    public void onShutdown() {
        opened.ifPresent(current -> current.state().end());
        close();
    }

    private void close() {
        Optional<Opened> closing = opened;
        opened = Optional.empty();
        closing.ifPresent(each -> {
            each.subjects().ifPresent(SharedSubjectKeys.Lease::close);
            try {
                each.lease().close();
            } catch (AuditException e) {
                getLogger()
                        .error(
                                "The audit trail is closed without its last checkpoint. What was acknowledged is on disk, and"
                                        + " is published when it is opened again. {}",
                                e.getMessage(),
                                e);
            }
        });
    }

    @Override
    public AuditTrail getAuditTrail() {
        return requireOpened().lease().trail();
    }

    @Override
    public PersonalIds getPersonalIds() {
        return requireOpened().personalIds();
    }

    @Override
    public boolean isRequired() {
        return requireOpened().isRequired();
    }

    private Opened requireOpened() {
        return opened.orElseThrow(() ->
                new AuditException("The audit trail's service " + getIdentifier() + " is not enabled: enable it"));
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog verificationLogger, Map<String, String> variables) {
        List<ConfigVerificationResult> results = new ArrayList<>();
        try {
            TrailSettings settings = settings(context);
            results.add(writable(DIRECTORY_STEP, settings.directory()));
            Optional<SigningKeys> keys = verifyKeys(settings, results);
            settings.outside().ifPresent(outside -> results.add(writable(FOLDER_STEP, outside.folder())));
            results.add(personalIdsResult(context));
            if (keys.isPresent()) {
                results.add(trailResult(settings, keys.get()));
            }
        } catch (InvalidSettingException e) {
            results.add(result(TRAIL_STEP, Outcome.FAILED, e.property() + ": " + e.getMessage()));
        }
        return results;
    }

    private static ConfigVerificationResult writable(String step, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "verify", ".tmp"));
            return result(step, Outcome.SUCCESSFUL, folder + " is there and can be written");
        } catch (IOException e) {
            return result(
                    step,
                    Outcome.FAILED,
                    "A file cannot be written in " + folder + ": " + e + ". Choose one that NiFi's user may write");
        }
    }

    private static Optional<SigningKeys> verifyKeys(TrailSettings settings, List<ConfigVerificationResult> results) {
        try {
            SigningKeys keys = settings.keys().read(settings.name());
            results.add(result(
                    KEY_STEP,
                    Outcome.SUCCESSFUL,
                    "The verifier key that auditors need: " + keys.current().verifierKey()));
            Optional<String> others = rightsOfOthers(settings.keys());
            results.add(result(
                    RIGHTS_STEP,
                    others.isEmpty() ? Outcome.SUCCESSFUL : Outcome.FAILED,
                    others.orElse("Nobody but its owner has a right to it")));
            return Optional.of(keys);
        } catch (SigningKeyException e) {
            results.add(result(KEY_STEP, Outcome.FAILED, e.getMessage()));
            return Optional.empty();
        }
    }

    private static ConfigVerificationResult personalIdsResult(PropertyContext context) {
        try {
            pseudonyms(context);
            return result(
                    PERSONAL_IDS_STEP,
                    Outcome.SUCCESSFUL,
                    switch (strategy(context)) {
                        case PSEUDONYMS -> "The keyring has the key of the pseudonyms";
                        case SEALED -> "The keys of persons lie in the trail's directory, in " + SUBJECT_KEYS;
                        case PLAIN -> "Nothing is to be protected: ids stand in the trail as they are";
                    });
        } catch (InvalidSettingException e) {
            return result(PERSONAL_IDS_STEP, Outcome.FAILED, e.property() + ": " + e.getMessage());
        } catch (IllegalStateException e) {
            // Of a keyring that is not enabled.
            return result(PERSONAL_IDS_STEP, Outcome.FAILED, e.getMessage());
        }
    }

    /** Opens the trail only where that changes nothing: a trail is made, and a key takes over, when the service is enabled. */
    private ConfigVerificationResult trailResult(TrailSettings settings, SigningKeys keys) {
        VerifierKey verifierKey = keys.current().verifierKey();
        CheckpointInState state = new CheckpointInState(getStateManager(), verifierKey.toString());
        LogOptions options = options(settings, keys, state);
        try {
            return switch (TransparencyLog.succession(options)) {
                case NEW_LOG ->
                    result(
                            TRAIL_STEP,
                            Outcome.SUCCESSFUL,
                            "There is none in " + settings.directory() + " yet: enabling makes one with the name "
                                    + settings.name());
                case TAKES_OVER ->
                    result(
                            TRAIL_STEP,
                            Outcome.SUCCESSFUL,
                            "Enabling lets the new key take over, for good: give auditors the verifier key "
                                    + verifierKey);
                case SAME_KEY -> opens(options);
            };
        } catch (AuditException e) {
            return result(TRAIL_STEP, Outcome.FAILED, e.getMessage());
        }
    }

    private static ConfigVerificationResult opens(LogOptions options) {
        try (SharedLogs.Lease lease = SharedLogs.acquire(options)) {
            TreeHead head = lease.trail().status().acknowledged();
            return result(
                    TRAIL_STEP,
                    Outcome.SUCCESSFUL,
                    options.origin() + " of " + head.size() + " entries can be opened, and agrees with what is held"
                            + " elsewhere");
        }
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    /** A wrong password, or a trail of another key, shows before the start. */
    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        List<ValidationResult> problems = new ArrayList<>();
        try {
            TrailSettings settings = settings(context);
            keyringProblem(context).ifPresent(problems::add);
            clusterProblem(context).ifPresent(problems::add);
            TransparencyLog.succession(settings.options(readOnce(settings)));
        } catch (InvalidSettingException e) {
            problems.add(problem(e.property(), e.getMessage()));
        } catch (SigningKeyException e) {
            problems.add(problem(SigningKeyProperties.subject(context).getName(), e.getMessage()));
        } catch (AuditException e) {
            problems.add(problem(DIRECTORY.getName(), e.getMessage()));
        }
        return problems;
    }

    private SigningKeys readOnce(TrailSettings settings) throws SigningKeyException {
        List<Optional<FileVersion>> versions = settings.keys().versions();
        Optional<ReadKeys> known = lastRead.filter(read -> read.isOf(settings.name(), settings.keys(), versions));
        if (known.isPresent()) {
            return known.get().keys();
        }
        SigningKeys keys = settings.keys().read(settings.name());
        lastRead = Optional.of(new ReadKeys(settings.name(), settings.keys(), versions, keys));
        return keys;
    }

    /** Whether the keyring has the key shows once its service is enabled. */
    private static Optional<ValidationResult> keyringProblem(ValidationContext context) {
        PropertyValue keyring = context.getProperty(KEYRING);
        boolean isUsable = strategy(context) == PersonalIdsStrategy.PSEUDONYMS
                && keyring.isSet()
                && context.getControllerServiceLookup().isControllerServiceEnabled(keyring.getValue());
        if (!isUsable) {
            return Optional.empty();
        }
        try {
            pseudonyms(context);
            return Optional.empty();
        } catch (InvalidSettingException e) {
            return Optional.of(problem(e.property(), e.getMessage()));
        }
    }

    /** Every node has the same properties: without an expression all trails would have one name. */
    private Optional<ValidationResult> clusterProblem(ValidationContext context) {
        boolean isOneName = getNodeTypeProvider().isConfiguredForClustering()
                && !context.isExpressionLanguagePresent(
                        context.getProperty(LOG_NAME).getValue());
        return isOneName
                ? Optional.of(problem(
                        LOG_NAME.getName(),
                        "this NiFi is a node of a cluster, and the trails of all nodes would have the same name: to an auditor"
                                + " they would contradict each other. Name each by its node, as in"
                                + " example.com/audit/${hostname()}"))
                : Optional.empty();
    }

    private LogOptions options(TrailSettings settings, SigningKeys keys, CheckpointInState state) {
        List<CheckpointReceiver> receivers = new ArrayList<>(List.of(state));
        settings.outside().ifPresent(outside -> receivers.add(outside.receiver(Clock.systemUTC())));
        return settings.options(keys)
                .withReceivers(receivers)
                .withListener(new TroubleReports(getLogger(), InstantSource.system()));
    }

    private static TrailSettings settings(PropertyContext context) throws InvalidSettingException {
        Path directory = Settings.requiredPath(context, DIRECTORY);
        String name = Settings.requiredText(context, LOG_NAME);
        if (!VerifierKey.isName(name)) {
            throw new InvalidSettingException(
                    LOG_NAME,
                    "'" + name
                            + "' cannot name a trail: take something like example.com/audit/node-1, without spaces and"
                            + " plus signs");
        }
        return new TrailSettings(
                directory,
                name,
                SigningKeyProperties.read(context),
                context.getProperty(CHECKPOINT_INTERVAL).asDuration(),
                context.getProperty(MAXIMUM_UNPUBLISHED_SIZE)
                        .asDataSize(DataUnit.B)
                        .longValue(),
                outside(context, directory));
    }

    private static Optional<TrailSettings.Outside> outside(PropertyContext context, Path directory)
            throws InvalidSettingException {
        Optional<Path> folder = Settings.path(context, CHECKPOINT_FOLDER);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        if (folder.get().normalize().startsWith(directory.normalize())) {
            throw new InvalidSettingException(
                    CHECKPOINT_FOLDER,
                    folder.get()
                            + " lies in the trail's own directory, where it proves nothing: choose a folder on another"
                            + " machine, or one that NiFi's user can only add to");
        }
        Optional<String> url = Settings.text(context, TIME_STAMP_AUTHORITY);
        Optional<URI> authority = url.isPresent() ? Optional.of(authority(url.get())) : Optional.empty();
        Duration interval = context.getProperty(TIME_STAMP_INTERVAL).asDuration();
        return Optional.of(new TrailSettings.Outside(folder.get(), authority, interval));
    }

    private static URI authority(String url) throws InvalidSettingException {
        try {
            URI uri = new URI(url);
            boolean isHttp = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (isHttp && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new InvalidSettingException(TIME_STAMP_AUTHORITY, "'" + url + "' is no URL: " + e.getReason(), e);
        }
        throw new InvalidSettingException(
                TIME_STAMP_AUTHORITY, "'" + url + "' is no URL of a server: it begins with https:// or http://");
    }

    private static PersonalIdsStrategy strategy(PropertyContext context) {
        return context.getProperty(PERSONAL_IDS).asAllowableValue(PersonalIdsStrategy.class);
    }

    /** @return empty when no pseudonyms are wanted */
    private static Optional<PersonalIds> pseudonyms(PropertyContext context) throws InvalidSettingException {
        if (strategy(context) != PersonalIdsStrategy.PSEUDONYMS) {
            return Optional.empty();
        }
        KeyringService keyring = context.getProperty(KEYRING).asControllerService(KeyringService.class);
        return Optional.of(Pseudonyms.under(
                keyring.getKeyring(), Settings.requiredText(context, PSEUDONYM_KEY_ID), PSEUDONYM_KEY_ID));
    }

    private void warnOfRights(SigningKeySettings keys) {
        rightsOfOthers(keys).ifPresent(getLogger()::warn);
    }

    /** What is wrong with who may use the files of the keys; empty when nothing is. */
    private static Optional<String> rightsOfOthers(SigningKeySettings keys) {
        for (Path file : keys.files()) {
            Optional<String> rights;
            try {
                rights = OwnerOnly.rightsOfOthers(file);
            } catch (IOException e) {
                return Optional.of("Who may use the file " + file + " of the signing key cannot be found out: " + e);
            }
            if (rights.isPresent()) {
                return Optional.of("The file " + file + " of the signing key can be used by others than its owner ("
                        + rights.get()
                        + "): who has the key can write a trail that fits. Make NiFi's user its owner and"
                        + " chmod 600 it");
            }
        }
        return Optional.empty();
    }

    private static ValidationResult problem(String property, String explanation) {
        return new ValidationResult.Builder()
                .subject(property)
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
