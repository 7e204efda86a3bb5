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
package io.nifireplay.reporting.provenance;

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EventLink;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.entry.EventReference;
import io.nifireplay.audit.entry.IdList;
import io.nifireplay.audit.entry.Lineage;
import io.nifireplay.audit.entry.PersonalId;
import io.nifireplay.audit.personal.PersonalIds;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Supplier;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/** Findings as entries of the audit trail, for one trigger. */
public final class Entries {
    private final Actor self;
    private final PersonalIds personalIds;
    private final Journals journals;
    private final Supplier<ComponentGroups> groups;
    private final InstantSource clock;

    /**
     * @param self who finds gaps: the component that reads provenance
     * @param personalIds for users and idempotency keys
     * @param groups asked once for a list of findings
     */
    public Entries(
            Actor self,
            PersonalIds personalIds,
            Journals journals,
            Supplier<ComponentGroups> groups,
            InstantSource clock) {
        this.self = self;
        this.personalIds = personalIds;
        this.journals = journals;
        this.groups = groups;
        this.clock = clock;
    }

    /**
     * An entry for each finding, but one for all steps of an attempt, behind the others.
     *
     * @throws io.nifireplay.journal.JournalException when the idempotency key of an event cannot be read
     * @throws io.nifireplay.audit.AuditException when personal ids cannot be protected
     */
    List<AuditEntry> of(List<Finding> findings) {
        return findings.isEmpty() ? List.of() : new Writing(findings).entries();
    }

    /** Steps of one attempt become one entry. */
    private record Attempt(Subject subject, int number) {
        static Attempt of(Finding.StepOfAttempt step) {
            return new Attempt(step.token().subject(), step.token().token().attempt());
        }
    }

    /** One list of findings: ids are protected together, since that may take a write. */
    private final class Writing {
        private final List<Finding> findings;
        private final ComponentGroups places = groups.get();
        private final Map<Subject, Optional<String>> keys = new HashMap<>();
        private final Map<String, PersonalId> protectedIds = new HashMap<>();

        Writing(List<Finding> findings) {
            this.findings = findings;
        }

        List<AuditEntry> entries() {
            SequencedSet<String> ids = new LinkedHashSet<>();
            for (Finding finding : findings) {
                user(finding).ifPresent(ids::add);
                subject(finding)
                        .ifPresent(subject ->
                                keys.computeIfAbsent(subject, journals::key).ifPresent(ids::add));
            }
            List<String> list = List.copyOf(ids);
            List<PersonalId> safe = personalIds.protect(list);
            for (int i = 0; i < list.size(); i++) {
                protectedIds.put(list.get(i), safe.get(i));
            }
            Map<Attempt, List<ProvenanceEventRecord>> attempts = new LinkedHashMap<>();
            List<AuditEntry> entries = new ArrayList<>();
            for (Finding finding : findings) {
                if (finding instanceof Finding.StepOfAttempt step) {
                    attempts.computeIfAbsent(Attempt.of(step), absent -> new ArrayList<>())
                            .add(step.event());
                } else {
                    entries.add(entry(finding));
                }
            }
            attempts.forEach((attempt, steps) -> entries.add(entry(attempt, steps)));
            return entries;
        }

        private AuditEntry entry(Attempt attempt, List<ProvenanceEventRecord> steps) {
            return new AuditEntry.AttemptInProvenance(
                    at(steps.getFirst()),
                    self,
                    reference(attempt.subject()),
                    attempt.number(),
                    new Lineage(
                            IdList.of(steps.stream()
                                    .map(ProvenanceEventRecord::getFlowFileUuid)
                                    .distinct()
                                    .toList()),
                            IdList.of(steps.stream()
                                    .map(step -> Long.toString(step.getEventId()))
                                    .toList()),
                            Optional.empty(),
                            Optional.empty()));
        }

        private AuditEntry entry(Finding finding) {
            return switch (finding) {
                case Finding.Replayed it ->
                    new AuditEntry.ReplayInProvenance(
                            at(it.event()),
                            requester(finding),
                            it.about().map(this::link),
                            it.event().getFlowFileUuid(),
                            lineage(it.event(), it.event().getChildUuids(), it.toldBy()));
                case Finding.Lost it ->
                    new AuditEntry.EventLost(
                            at(it.event()),
                            remover(it),
                            reference(it.about().subject()),
                            it.about().link(),
                            it.removal() instanceof Removal.Expired ? AuditEntry.Loss.EXPIRED : AuditEntry.Loss.DROPPED,
                            it.removal().words(),
                            lineage(it.event(), List.of(it.event().getFlowFileUuid()), List.of()));
                case Finding.Downloaded it ->
                    new AuditEntry.ContentDownloaded(
                            at(it.event()),
                            requester(finding),
                            it.about().map(this::link),
                            lineage(it.event(), List.of(it.event().getFlowFileUuid()), List.of()));
                case Finding.StepOfAttempt it -> entry(Attempt.of(it), List.of(it.event()));
                case Finding.Missing it ->
                    new AuditEntry.ProvenanceGap(
                            clock.instant(),
                            self,
                            it.gap().first(),
                            it.gap().last(),
                            it.gap().reason().words());
            };
        }

        private Actor requester(Finding finding) {
            return user(finding)
                    .<Actor>map(user -> new Actor.User(protectedIds.get(user)))
                    .orElseGet(Actor.Unknown::new);
        }

        private Actor remover(Finding.Lost lost) {
            return switch (lost.removal()) {
                case Removal.Emptied it -> requester(lost);
                case Removal.Expired it -> new Actor.Unknown();
                case Removal.SentToAnotherNode it -> component(lost.event());
                case Removal.NotTakenFromAnotherNode it -> component(lost.event());
                case Removal.AutoTerminated it -> component(lost.event());
                case Removal.Discarded it -> component(lost.event());
            };
        }

        private Actor component(ProvenanceEventRecord event) {
            return new Actor.Component(
                    event.getComponentId(), event.getComponentType(), places.of(event.getComponentId()));
        }

        private EventLink link(Finding.About about) {
            return new EventLink(reference(about.subject()), about.link());
        }

        private EventReference reference(Subject subject) {
            return new EventReference(
                    subject.journal().toString(),
                    new EventPlace(subject.event().partition(), subject.event().position()),
                    subject.generation(),
                    keys.get(subject).map(protectedIds::get));
        }

        private Lineage lineage(ProvenanceEventRecord event, List<String> flowFiles, List<Long> more) {
            List<String> ids = new ArrayList<>();
            ids.add(Long.toString(event.getEventId()));
            more.forEach(id -> ids.add(Long.toString(id)));
            return new Lineage(
                    IdList.of(flowFiles),
                    IdList.of(ids),
                    Optional.ofNullable(event.getComponentId()),
                    Optional.ofNullable(event.getComponentId()).flatMap(places::of));
        }
    }

    private static Instant at(ProvenanceEventRecord event) {
        return Instant.ofEpochMilli(event.getEventTime());
    }

    private static Optional<String> user(Finding finding) {
        return switch (finding) {
            case Finding.Replayed it -> RequestedBy.user(it.event());
            case Finding.Downloaded it -> RequestedBy.user(it.event());
            case Finding.Lost it ->
                it.removal() instanceof Removal.Emptied emptied
                        ? RequestedBy.authenticated(emptied.user())
                        : Optional.empty();
            case Finding.StepOfAttempt it -> Optional.empty();
            case Finding.Missing it -> Optional.empty();
        };
    }

    private static Optional<Subject> subject(Finding finding) {
        return switch (finding) {
            case Finding.Replayed it -> it.about().map(Finding.About::subject);
            case Finding.Downloaded it -> it.about().map(Finding.About::subject);
            case Finding.Lost it -> Optional.of(it.about().subject());
            case Finding.StepOfAttempt it -> Optional.of(it.token().subject());
            case Finding.Missing it -> Optional.empty();
        };
    }
}
