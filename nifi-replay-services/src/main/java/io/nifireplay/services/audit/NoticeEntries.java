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

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EventBatch;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.entry.EventReference;
import io.nifireplay.audit.entry.IdList;
import io.nifireplay.audit.entry.JobReference;
import io.nifireplay.audit.entry.Lineage;
import io.nifireplay.audit.entry.PersonalId;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventRange;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Happening.Attempt;
import io.nifireplay.journal.outbox.Happening.AttemptEnd;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a journal notes, as entries of an audit trail: who, what and why, and no content. */
public final class NoticeEntries {
    /** How a component names itself as the requester of a job. */
    private static final String PROCESSOR = "processor ";

    private static final String REPLAY_EVENTS = "ReplayEvents";
    private static final String REPLAY_PROVENANCE = "ReplayProvenance";

    private final EventJournal journal;
    private final AuditTrailService service;
    private final Actor journalItself;

    /** @param journalItself who does what no component asked for */
    public NoticeEntries(EventJournal journal, AuditTrailService service, Actor.Component journalItself) {
        this.journal = journal;
        this.service = service;
        this.journalItself = journalItself;
    }

    /** One for each, in the same order. */
    List<AuditEntry> of(List<Notice> notices) {
        List<AuditEntry> entries = new ArrayList<>(notices.size());
        for (Notice notice : notices) {
            entries.add(new AuditEntry.Noted(entry(notice, actor(notice.origin())), id(), notice.number()));
        }
        return entries;
    }

    private AuditEntry entry(Notice notice, Actor actor) {
        Instant at = notice.at();
        Origin origin = notice.origin();
        return switch (notice.happening()) {
            case Happening.Admitted it -> new AuditEntry.EventsAdmitted(at, actor, batch(it.events()));
            case Happening.Completed it -> new AuditEntry.EventsCompleted(at, actor, batch(it.events()));
            case Happening.Acknowledged it ->
                new AuditEntry.EventsAcknowledged(
                        at,
                        actor,
                        requester(it.cause().requester(), REPLAY_EVENTS),
                        it.cause().reason(),
                        words(it.before()),
                        batch(it.events()));
            case Happening.Attempted it ->
                new AuditEntry.ReplayAttempted(
                        at,
                        actor,
                        reference(it.attempt()),
                        it.attempt().number(),
                        it.reason(),
                        it.attempt().job().map(this::job),
                        lineage(origin, it.flowFile()),
                        notice.policy());
            case Happening.AttemptEnded it ->
                new AuditEntry.AttemptEnded(
                        at,
                        actor,
                        reference(it.attempt()),
                        it.attempt().number(),
                        it.attempt().job().map(this::job),
                        outcome(it.end()),
                        it.errorType(),
                        lineage(origin, it.flowFile()),
                        notice.policy());
            case Happening.DeadLettered it ->
                new AuditEntry.EventDeadLettered(
                        at,
                        actor,
                        reference(it.attempt()),
                        it.attempt().number(),
                        it.errorType(),
                        lineage(origin, it.flowFile()));
            case Happening.Conflicted it ->
                new AuditEntry.EventConflicted(
                        at, actor, reference(it.event(), it.generation()), lineage(origin, it.flowFile()));
            case Happening.Rejected it ->
                new AuditEntry.EventRejected(
                        at,
                        actor,
                        it.event().map(event -> reference(event, 1)),
                        it.reason(),
                        lineage(origin, it.flowFile()));
            case Happening.JobChanged it ->
                new AuditEntry.JobChanged(
                        at,
                        actor,
                        job(it.job()),
                        it.before().map(NoticeEntries::words),
                        words(it.after()),
                        it.requester()
                                .map(name ->
                                        it.governed().isPresent() ? user(name) : requester(name, runner(it.job()))),
                        it.why(),
                        notice.policy(),
                        it.governed()
                                .map(job -> new AuditEntry.GovernedJob(
                                        job.version(),
                                        job.items(),
                                        job.approver().map(this::user))));
            case Happening.RequestRefused it ->
                new AuditEntry.RequestRefused(
                        at,
                        actor,
                        it.job().map(this::job),
                        it.asked(),
                        user(it.requester()),
                        it.reason(),
                        notice.policy());
            case Happening.GovernanceChanged it ->
                new AuditEntry.PolicyChanged(
                        at,
                        actor,
                        it.before(),
                        it.after(),
                        Optional.of(new AuditEntry.Pin(
                                words(it.change()),
                                id(),
                                it.coordinator(),
                                it.policyService(),
                                it.rules(),
                                it.approver().map(this::user),
                                it.why())));
            case Happening.ReplayAsked it ->
                new AuditEntry.ReplayAsked(
                        at,
                        actor,
                        job(it.job()),
                        it.event().map(event -> reference(event, 1)),
                        it.provenanceEvent(),
                        Optional.of(it.node()).filter(node -> !node.isEmpty()),
                        it.parent(),
                        it.outcome(),
                        asked(it));
            case Happening.RecoveryPointTaken it ->
                new AuditEntry.RecoveryPointMade(at, actor, id(), it.name(), IdList.of(it.checkpoints()));
            case Happening.RecoveryPointDropped it -> new AuditEntry.RecoveryPointDropped(at, actor, id(), it.name());
            case Happening.SealingKeyRotated it -> new AuditEntry.SealingKeyRotated(at, actor, id(), it.keyId());
            case Happening.Interrupted it -> new AuditEntry.AuditInterrupted(at, actor, id(), it.since());
        };
    }

    private String id() {
        return journal.id().toString();
    }

    private Actor actor(Origin origin) {
        return origin.isJournal()
                ? journalItself
                : new Actor.Component(origin.component(), origin.type(), group(origin));
    }

    private static Optional<String> group(Origin origin) {
        return origin.processGroup().isEmpty() ? Optional.empty() : Optional.of(origin.processGroup());
    }

    /** The component is there as the actor; NiFi's own provenance events name the FlowFile. */
    private static Lineage lineage(Origin origin, String flowFile) {
        return new Lineage(
                flowFile.isEmpty() ? IdList.of() : IdList.of(flowFile),
                IdList.of(),
                origin.isJournal() ? Optional.empty() : Optional.of(origin.component()),
                group(origin));
    }

    private static Lineage asked(Happening.ReplayAsked it) {
        return new Lineage(
                it.flowFile().isEmpty() ? IdList.of() : IdList.of(it.flowFile()),
                it.replayEvent().isPresent()
                        ? IdList.of(Long.toString(it.replayEvent().getAsLong()))
                        : IdList.of(),
                Optional.empty(),
                Optional.empty());
    }

    private EventBatch batch(List<EventRange> ranges) {
        List<EventPlace> places = new ArrayList<>();
        for (EventRange range : ranges) {
            for (long position = range.from(); position <= range.to(); position++) {
                places.add(new EventPlace(range.partition(), position));
            }
        }
        return EventBatch.of(id(), places);
    }

    private EventReference reference(Attempt attempt) {
        return reference(attempt.event(), attempt.generation());
    }

    private EventReference reference(EventRef event, int generation) {
        Optional<PersonalId> key = journal.find(event)
                .map(view -> service.getPersonalIds().protect(view.envelope().key()));
        return new EventReference(id(), new EventPlace(event.partition(), event.position()), generation, key);
    }

    private JobReference job(String id) {
        return journal.job(id)
                .map(status -> job(
                        status.request(),
                        status.governing().isPresent()
                                ? user(status.request().requester())
                                : requester(status.request().requester(), runner(status))))
                .orElse(new JobReference(
                        id, "unknown", "The journal does not know the job any more", Optional.empty()));
    }

    /** The type of the component that runs a job. */
    private String runner(String id) {
        return journal.job(id).map(NoticeEntries::runner).orElse(REPLAY_EVENTS);
    }

    private static String runner(JobStatus job) {
        return job.provenance().isPresent() ? REPLAY_PROVENANCE : REPLAY_EVENTS;
    }

    private static JobReference job(ReplayRequest request, Actor requester) {
        return new JobReference(request.job(), request.mode().text(), request.reason(), Optional.of(requester));
    }

    /** An identity that NiFi has authenticated. */
    private Actor user(String identity) {
        return new Actor.User(service.getPersonalIds().protect(identity));
    }

    /** @param type of the component that runs the job, which asks for it when nobody else does */
    private Actor requester(String name, String type) {
        return name.startsWith(PROCESSOR)
                ? new Actor.Component(name.substring(PROCESSOR.length()), type, Optional.empty())
                : new Actor.Claimed(service.getPersonalIds().protect(name));
    }

    private static AuditEntry.Outcome outcome(AttemptEnd end) {
        return switch (end) {
            case COMPLETED -> AuditEntry.Outcome.COMPLETED;
            case FAILED -> AuditEntry.Outcome.FAILED;
            case DEAD_LETTER -> AuditEntry.Outcome.DEAD_LETTER;
            case SUPERSEDED -> AuditEntry.Outcome.SUPERSEDED;
            case UNKNOWN -> AuditEntry.Outcome.UNKNOWN;
        };
    }

    /** A constant's name as people write it. */
    private static String words(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
