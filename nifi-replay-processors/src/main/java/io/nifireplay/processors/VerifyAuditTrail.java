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

import io.nifireplay.audit.held.TimeStamps;
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.VerifierKey;
import io.nifireplay.audit.verify.HeldCheckpoint;
import io.nifireplay.audit.verify.HeldFiles;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.Problem;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import io.nifireplay.services.audit.TransparencyLogAuditTrail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.InputRequirement.Requirement;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.scheduling.SchedulingStrategy;

@InputRequirement(Requirement.INPUT_ALLOWED)
@DefaultSchedule(strategy = SchedulingStrategy.TIMER_DRIVEN, period = "1 hour")
@Tags({"replay", "audit", "verify", "transparency log", "tamper", "evidence", "compliance", "checkpoint", "signature"})
@CapabilityDescription(
        "Verifies an audit trail as an outsider does, by its files and its verifier key alone: hashes every entry, builds the"
                + " tree anew, compares it with every file, with the signed checkpoint and with checkpoints that are held"
                + " elsewhere, and can look for an event and prove what is found. The report becomes the content, as JSON. Without"
                + " an incoming connection it verifies on its schedule; else once for each FlowFile, whose content the report"
                + " replaces. A trail that does not fit is also told in a bulletin.")
@SeeAlso(TransparencyLogAuditTrail.class)
@SystemResourceConsideration(
        resource = SystemResource.CPU,
        description = "Every entry is read and hashed, with as many cores as Threads says.")
@WritesAttributes({
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_VERIFIED,
            description = "true when the trail fits, false when it does not (verified and not verified)"),
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_ORIGIN,
            description = "The trail's name, when its checkpoint can be read (verified and not verified)"),
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_SIZE,
            description = "How many entries the checkpoint is about (verified and not verified)"),
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_ROOT,
            description = "The root that the checkpoint signs, in hexadecimal digits (verified and not verified)"),
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_FIRST_MISFIT,
            description =
                    "The index of the first entry that does not fit, or a range such as 256-511 in which it is; absent"
                            + " when it cannot be told (not verified only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_FOUND,
            description = "How many entries are about the Event ID (verified and not verified)"),
    @WritesAttribute(attribute = ReplayAttributes.REASON, description = "Why it could not be verified (failure only)"),
    @WritesAttribute(attribute = "mime.type", description = "application/json (verified and not verified)"),
    @WritesAttribute(attribute = "filename", description = "audit-verification.json (verified and not verified)")
})
public class VerifyAuditTrail extends AbstractProcessor {

    static final PropertyDescriptor DIRECTORY = new PropertyDescriptor.Builder()
            .name("Directory")
            .description(
                    "The trail's directory, its part 'log', or a copy of that. A trail that is being written may be verified.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor VERIFIER_KEY = new PropertyDescriptor.Builder()
            .name("Verifier Key")
            .description(
                    "The key that you trust, such as example.com/audit/node-1+3f7a00c1+Af…: the present one of the trail, or"
                            + " an earlier one, from which the trail itself leads to the present one. Take it from where it cannot"
                            + " be exchanged together with the trail.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor HELD_CHECKPOINTS = new PropertyDescriptor.Builder()
            .name("Held Checkpoints")
            .description(
                    "A folder of checkpoints that are held elsewhere, such as the Checkpoint Folder of the trail's service, or"
                            + " one such file. When not set, it is not seen that the end was cut off or all of the trail"
                            + " exchanged.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor HELD_CHOICE = new PropertyDescriptor.Builder()
            .name("Held Checkpoints Compared")
            .description("Which of them the trail is compared with")
            .required(true)
            .allowableValues(HeldChoice.class)
            .defaultValue(HeldChoice.RECENT)
            .dependsOn(HELD_CHECKPOINTS)
            .build();

    static final PropertyDescriptor TIME_STAMP_CERTIFICATES = new PropertyDescriptor.Builder()
            .name("Time Stamp Certificates")
            .description(
                    "A file with the certificates, PEM or DER, of time stamp authorities that you trust: time stamps that lie"
                            + " beside the Held Checkpoints are verified. When not set, they are left alone.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .dependsOn(HELD_CHECKPOINTS)
            .build();

    static final PropertyDescriptor EVENT_ID = new PropertyDescriptor.Builder()
            .name("Event ID")
            .description(
                    "An event to look for, as position/partition, such as 17/orders; or any id that entries have, such as a"
                            + " FlowFile's UUID or a job's name. Entries that are found are in the report, each with the proof that"
                            + " it is in the trail.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .build();

    static final PropertyDescriptor THREADS = new PropertyDescriptor.Builder()
            .name("Threads")
            .description("How many processor cores one verification may use")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.createLongValidator(1, 256, true))
            .build();

    static final Relationship VERIFIED = new Relationship.Builder()
            .name("verified")
            .description("Reports of trails that fit; the report also says what could not be checked")
            .build();

    static final Relationship NOT_VERIFIED = new Relationship.Builder()
            .name("not verified")
            .description(
                    "Reports of trails that do not fit: something was changed, removed or added, or a file is missing")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description("It could not be verified, and nothing is said about the trail: replay.reason says why")
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS =
            List.of(DIRECTORY, VERIFIER_KEY, HELD_CHECKPOINTS, HELD_CHOICE, TIME_STAMP_CERTIFICATES, EVENT_ID, THREADS);

    private static final Set<Relationship> RELATIONSHIPS = Routes.inOrder(VERIFIED, NOT_VERIFIED, FAILURE);

    /** What an earlier verification may have left on a FlowFile. */
    private static final Pattern OWN_ATTRIBUTES = Pattern.compile(Stream.of(
                    ReplayAttributes.AUDIT_VERIFIED,
                    ReplayAttributes.AUDIT_ORIGIN,
                    ReplayAttributes.AUDIT_SIZE,
                    ReplayAttributes.AUDIT_ROOT,
                    ReplayAttributes.AUDIT_FIRST_MISFIT,
                    ReplayAttributes.AUDIT_FOUND,
                    ReplayAttributes.REASON)
            .map(Pattern::quote)
            .collect(Collectors.joining("|")));

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) {
        FlowFile given = session.get();
        if (given == null && context.hasNonLoopConnection()) {
            return;
        }
        FlowFile flowFile = given == null ? session.create() : given;
        try {
            VerificationReport report = verify(context, flowFile);
            transfer(session, given == null, flowFile, report);
        } catch (IOException | UncheckedIOException | MalformedNoteException | InvalidPathException e) {
            getLogger()
                    .error(
                            "The audit trail in {} could not be verified, and nothing is said about it: {}",
                            context.getProperty(DIRECTORY)
                                    .evaluateAttributeExpressions(flowFile)
                                    .getValue(),
                            e.getMessage(),
                            e);
            fail(session, given == null, flowFile, e.getMessage());
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

    /** A key that no FlowFile can change shows before the start whether it is one. */
    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        String key = context.getProperty(VERIFIER_KEY).getValue();
        if (context.isExpressionLanguagePresent(key)) {
            return List.of();
        }
        try {
            VerifierKey.parse(key.strip());
            return List.of();
        } catch (MalformedNoteException e) {
            return List.of(new ValidationResult.Builder()
                    .subject(VERIFIER_KEY.getName())
                    .valid(false)
                    .explanation(e.getMessage())
                    .build());
        }
    }

    private static VerificationReport verify(ProcessContext context, FlowFile flowFile)
            throws IOException, MalformedNoteException {
        Path log = VerificationRequest.logOf(Path.of(required(context, DIRECTORY, flowFile)));
        VerifierKey key = VerifierKey.parse(required(context, VERIFIER_KEY, flowFile));
        Optional<String> held = text(context, HELD_CHECKPOINTS, flowFile);
        VerificationRequest request = VerificationRequest.of(log, key)
                .withThreads(context.getProperty(THREADS).asInteger());
        if (held.isPresent()) {
            request = request.withHeld(held(context, Path.of(held.get()), flowFile));
        }
        Optional<String> event = text(context, EVENT_ID, flowFile);
        return LogVerifier.verify(event.map(request::withEvent).orElse(request));
    }

    private static List<HeldCheckpoint> held(ProcessContext context, Path held, FlowFile flowFile) throws IOException {
        Optional<String> certificates = text(context, TIME_STAMP_CERTIFICATES, flowFile);
        Optional<TimeStamps> stamps = certificates.isPresent()
                ? Optional.of(TimeStamps.trusting(Path.of(certificates.get())))
                : Optional.empty();
        return switch (context.getProperty(HELD_CHOICE).asAllowableValue(HeldChoice.class)) {
            case RECENT -> HeldFiles.readRecent(List.of(held), stamps);
            case ALL -> HeldFiles.read(List.of(held), stamps);
        };
    }

    /** @return empty when it is not set, or its expression yields nothing */
    private static Optional<String> text(ProcessContext context, PropertyDescriptor property, FlowFile flowFile) {
        return Optional.ofNullable(context.getProperty(property)
                        .evaluateAttributeExpressions(flowFile)
                        .getValue())
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private static String required(ProcessContext context, PropertyDescriptor property, FlowFile flowFile)
            throws IOException {
        return text(context, property, flowFile)
                .orElseThrow(() -> new IOException(
                        "The property " + property.getName() + " is empty: its expression yields nothing"));
    }

    private void transfer(ProcessSession session, boolean isOwn, FlowFile flowFile, VerificationReport report) {
        FlowFile cleared = session.removeAllAttributes(flowFile, OWN_ATTRIBUTES);
        FlowFile written = session.write(cleared, out -> out.write(report.json().getBytes(StandardCharsets.UTF_8)));
        FlowFile result = session.putAllAttributes(written, attributes(report));
        String details = verdict(report);
        if (isOwn) {
            session.getProvenanceReporter().create(result, details);
        } else {
            session.getProvenanceReporter().modifyContent(result, details);
        }
        if (!report.isIntact()) {
            getLogger()
                    .error(
                            "{}. Keep a copy of the trail as it is, and the checkpoints that are held elsewhere: they are"
                                    + " evidence. The FlowFile in '{}' has the whole report",
                            details,
                            NOT_VERIFIED.getName());
        }
        transfer(session, result, report.isIntact() ? VERIFIED : NOT_VERIFIED);
    }

    private static Map<String, String> attributes(VerificationReport report) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put(CoreAttributes.FILENAME.key(), "audit-verification.json");
        attributes.put(CoreAttributes.MIME_TYPE.key(), "application/json");
        attributes.put(ReplayAttributes.AUDIT_VERIFIED, Boolean.toString(report.isIntact()));
        report.origin().ifPresent(origin -> attributes.put(ReplayAttributes.AUDIT_ORIGIN, origin));
        report.head().ifPresent(head -> {
            attributes.put(ReplayAttributes.AUDIT_SIZE, Long.toString(head.size()));
            attributes.put(ReplayAttributes.AUDIT_ROOT, head.root().toString());
        });
        report.firstMisfit()
                .ifPresent(range -> attributes.put(
                        ReplayAttributes.AUDIT_FIRST_MISFIT,
                        range.first() == range.last()
                                ? Long.toString(range.first())
                                : range.first() + "-" + range.last()));
        report.asked()
                .ifPresent(event -> attributes.put(
                        ReplayAttributes.AUDIT_FOUND,
                        Integer.toString(report.found().size())));
        return attributes;
    }

    /** In a sentence, without its full stop. */
    private static String verdict(VerificationReport report) {
        String trail = "The audit trail "
                + report.origin().orElse("of " + report.key())
                + report.head().map(head -> " of " + head.size() + " entries").orElse("");
        if (report.isIntact()) {
            return trail + " fits, and agrees with " + report.compared().size() + " checkpoints held elsewhere";
        }
        Problem first = report.problems().getFirst();
        return trail + " DOES NOT FIT: " + (report.problems().size() + report.moreProblems()) + " problems, the first: "
                + first.message() + first.file().map(file -> " (" + file + ")").orElse("")
                + report.firstMisfit()
                        .map(range -> "; the first that does not fit is " + range)
                        .orElse("");
    }

    private static void fail(ProcessSession session, boolean isOwn, FlowFile flowFile, String reason) {
        FlowFile failed = session.putAttribute(
                session.removeAllAttributes(flowFile, OWN_ATTRIBUTES), ReplayAttributes.REASON, reason);
        if (isOwn) {
            session.getProvenanceReporter().create(failed, reason);
        } else {
            session.getProvenanceReporter().route(failed, FAILURE, reason);
        }
        transfer(session, session.penalize(failed), FAILURE);
    }

    private static void transfer(ProcessSession session, FlowFile flowFile, Relationship relationship) {
        session.transfer(flowFile, relationship);
        session.adjustCounter(relationship.getName(), 1, false);
    }
}
