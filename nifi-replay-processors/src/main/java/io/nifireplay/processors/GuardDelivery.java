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
import io.nifireplay.journal.Token;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.processors.delivery.HeldQueue;
import io.nifireplay.processors.delivery.QueueShares;
import io.nifireplay.processors.delivery.ReplayedEvents;
import io.nifireplay.services.breaker.BreakerStanding;
import io.nifireplay.services.breaker.CircuitBreaker;
import io.nifireplay.services.journal.EventJournalService;
import java.util.ArrayList;
import java.util.List;
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
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

@SupportsBatching
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@Tags({"replay", "journal", "idempotency", "duplicate", "exactly once", "delivery", "side effect"})
@CapabilityDescription(
        "Stands directly before a side effect, such as InvokeHTTP or PutSQL, and claims it in the event journal:"
                + " a FlowFile goes to 'deliver' only when the journal has written down that it is about to act. So no event is"
                + " delivered twice by a second FlowFile of it, by a replay from NiFi's provenance in mid-flow, or by a late FlowFile"
                + " of an older attempt. When NiFi stops between the claim and the outcome, nobody can know whether the downstream"
                + " acted: the event's outcome is then unknown, and it is not repeated by itself unless the downstream honours the"
                + " idempotency key. With a circuit breaker, FlowFiles wait in their queue while the downstream is out. New events wait in"
                + " it, too, while a replay job that holds them has their partition, and let others pass.")
@SeeAlso({JournalEvent.class, CompleteEvent.class, ReplayEvents.class})
@ReadsAttributes({
    @ReadsAttribute(attribute = ReplayAttributes.TOKEN, description = "What JournalEvent gave the event"),
    @ReadsAttribute(attribute = "fragment.index", description = "Which part of a split event the FlowFile is"),
    @ReadsAttribute(attribute = "fragment.count", description = "Into how many parts the event was split"),
    @ReadsAttribute(
            attribute = ReplayAttributes.ADMITTED_FRAGMENT,
            description = "Tells a split after JournalEvent from one before it")
})
@WritesAttributes({
    @WritesAttribute(
            attribute = ReplayAttributes.IDEMPOTENCY_KEY,
            description =
                    "The event's idempotency key, put right if it is not the journal's, to send downstream (deliver"
                            + " only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.AUDIT_INDEX,
            description =
                    "The index of the audit trail's entry that tells of it, when the journal has a trail (rejected only)"),
    @WritesAttribute(
            attribute = ReplayAttributes.OUTCOME,
            description = "The name of the relationship (not on deliver)"),
    @WritesAttribute(
            attribute = ReplayAttributes.REASON,
            description = "Why the FlowFile was turned away (not on deliver)")
})
public class GuardDelivery extends JournalProcessor {

    static final PropertyDescriptor DOWNSTREAM_HONOURS_KEY = new PropertyDescriptor.Builder()
            .name("Downstream Honours Idempotency Key")
            .description(
                    "Whether the downstream does the work once, however often it gets the same idempotency key. Only then is"
                            + " an event whose outcome is unknown repeated by itself; else a person decides. Send the key, which is in"
                            + " the attribute " + ReplayAttributes.IDEMPOTENCY_KEY + ", with every call.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final PropertyDescriptor REPLAYED_EVENTS = new PropertyDescriptor.Builder()
            .name("Replayed Events")
            .description(
                    "Which events come first when more wait in the queue than can be delivered now: retries and events of"
                            + " replay jobs count as replayed")
            .required(true)
            .allowableValues(ReplayedEvents.class)
            .defaultValue(ReplayedEvents.WITH_NEW)
            .build();

    static final PropertyDescriptor SHARE_OF_REPLAYED_EVENTS = new PropertyDescriptor.Builder()
            .name("Share of Replayed Events")
            .description(
                    "How much replayed events get of what can be delivered, in percent, as long as new ones wait too")
            .required(true)
            .dependsOn(REPLAYED_EVENTS, ReplayedEvents.BY_WEIGHT)
            .defaultValue("20")
            .addValidator(StandardValidators.createLongValidator(1, 99, true))
            .build();

    static final Relationship DELIVER = new Relationship.Builder()
            .name("deliver")
            .description("The claim is written: perform the side effect now")
            .build();

    static final Relationship ALREADY_COMPLETED = new Relationship.Builder()
            .name("already completed")
            .description("The side effect was done before, for this event")
            .build();

    static final Relationship SUPERSEDED = new Relationship.Builder()
            .name("superseded")
            .description("Another FlowFile has claimed the side effect, or a newer attempt has the event")
            .build();

    static final Relationship REJECTED = new Relationship.Builder()
            .name("rejected")
            .description("The FlowFile has no valid token, or does not fit its event: replay.reason says why")
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            EVENT_JOURNAL,
            Effects.EFFECT,
            DOWNSTREAM_HONOURS_KEY,
            Effects.SPLIT_EVENTS,
            Breakers.CIRCUIT_BREAKER,
            REPLAYED_EVENTS,
            SHARE_OF_REPLAYED_EVENTS,
            BATCH_SIZE);

    private static final Set<Relationship> RELATIONSHIPS =
            Routes.inOrder(DELIVER, ALREADY_COMPLETED, SUPERSEDED, REJECTED);

    private static final String UUID = CoreAttributes.UUID.key();

    private volatile HeldQueue held = new HeldQueue();
    private volatile Optional<QueueShares> shares = Optional.empty();

    @OnScheduled
    public void onScheduled(ProcessContext context) {
        held = new HeldQueue();
        ReplayedEvents order = context.getProperty(REPLAYED_EVENTS).asAllowableValue(ReplayedEvents.class);
        double share = order == ReplayedEvents.BY_WEIGHT
                ? context.getProperty(SHARE_OF_REPLAYED_EVENTS).asInteger() / 100.0
                : 0;
        shares = Optional.of(new QueueShares(order, share));
    }

    /** By the token, since attributes prove nothing. */
    private static boolean isReplayed(EventJournal journal, FlowFile flowFile) {
        return token(journal, flowFile)
                .filter(token -> token.jobNumber() > 0 || token.generation() > 1 || token.attempt() > 1)
                .isPresent();
    }

    @Override
    List<FlowFile> take(ProcessContext context, ProcessSession session, EventJournalService service) {
        int room = room(context, session, service);
        if (room == 0) {
            context.yield();
            return List.of();
        }
        EventJournal journal = journal(service);
        return shares.orElseThrow().take(session, room, flowFile -> isReplayed(journal, flowFile));
    }

    /** How many FlowFiles may be taken now. */
    private int room(ProcessContext context, ProcessSession session, EventJournalService service) {
        int batch = context.getProperty(BATCH_SIZE).asInteger();
        Optional<CircuitBreaker> breaker = Breakers.of(context);
        if (breaker.isEmpty()) {
            return batch;
        }
        int room = breaker.get().room(batch);
        BreakerStanding standing = breaker.get().standing();
        if (hold(standing, service)) {
            getLogger()
                    .warn(
                            "The circuit breaker of the downstream is open: {} FlowFiles wait in the queue, with their leases"
                                    + " held, and are delivered when it closes. {}",
                            session.getQueueSize().getObjectCount(),
                            standing.reason());
        }
        return room;
    }

    /** Whether this opening of the breaker is news. */
    private boolean hold(BreakerStanding standing, EventJournalService service) {
        try {
            return held.follow(standing, journal(service));
        } catch (JournalException e) {
            getLogger()
                    .warn(
                            "The event journal cannot hold the leases of what waits for the circuit breaker; it is tried"
                                    + " again: {}",
                            e.getMessage(),
                            e);
            return false;
        }
    }

    @Override
    void process(
            ProcessContext context,
            ProcessSession session,
            List<FlowFile> flowFiles,
            EventJournal journal,
            EventJournalService service) {
        String effect = context.getProperty(Effects.EFFECT).getValue();
        boolean idempotent = context.getProperty(DOWNSTREAM_HONOURS_KEY).asBoolean();
        SplitEvents split = context.getProperty(Effects.SPLIT_EVENTS).asAllowableValue(SplitEvents.class);

        Routes routes = new Routes(flowFiles.size());
        Rejections rejections = new Rejections();
        AuditIndexes indexes = new AuditIndexes(journal);
        List<FlowFile> claiming = new ArrayList<>(flowFiles.size());
        List<Claim> claims = new ArrayList<>(flowFiles.size());
        for (FlowFile flowFile : flowFiles) {
            Optional<Token> token = token(journal, flowFile);
            if (token.isEmpty()) {
                rejections.add(flowFile, withoutToken(flowFile));
                continue;
            }
            try {
                claims.add(new Claim(
                        token.get(),
                        flowFile.getAttribute(UUID),
                        effect,
                        split.fragment(flowFile),
                        idempotent,
                        Optional.ofNullable(flowFile.getAttribute(ReplayAttributes.IDEMPOTENCY_KEY))));
                claiming.add(flowFile);
            } catch (IllegalArgumentException e) {
                rejections.add(flowFile, e.getMessage());
            }
        }

        Permissions permissions = new Permissions(Breakers.of(context), claims);
        // What has no permission after all, because another task was faster, goes on waiting.
        claiming.subList(permissions.count(), claiming.size()).forEach(session::transfer);
        List<ClaimResult> results = permissions.claim(journal);
        for (int i = 0; i < results.size(); i++) {
            FlowFile flowFile = claiming.get(i);
            switch (results.get(i)) {
                // Without a provenance event: the one way on is no choice, and NiFi looks through the whole session for
                // each
                // ROUTE (StandardProcessSession.isSpuriousRouteEvent), which for a batch costs more than the claim.
                case ClaimResult.Deliver deliver -> routes.add(DELIVER, withKey(session, flowFile, deliver.key()));
                case ClaimResult.AlreadyCompleted completed ->
                    turnAway(session, routes, flowFile, ALREADY_COMPLETED, completed.reason());
                case ClaimResult.Superseded superseded ->
                    turnAway(session, routes, flowFile, SUPERSEDED, superseded.reason());
                case ClaimResult.Rejected rejected ->
                    turnAway(session, routes, flowFile, REJECTED, rejected.reason(), indexes, rejected.notice());
                // Penalized FlowFiles let the others in their queue pass.
                case ClaimResult.Held held -> session.transfer(session.penalize(flowFile));
            }
        }
        rejections.note(
                journal,
                (flowFile, reason, notice) -> turnAway(session, routes, flowFile, REJECTED, reason, indexes, notice));
        routes.transfer(session);
    }

    /** The key goes downstream: a wrong one, which somebody wrote on the way, is put right. */
    private static FlowFile withKey(ProcessSession session, FlowFile flowFile, String key) {
        return key.equals(flowFile.getAttribute(ReplayAttributes.IDEMPOTENCY_KEY))
                ? flowFile
                : session.putAttribute(flowFile, ReplayAttributes.IDEMPOTENCY_KEY, key);
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }
}
