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

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.RecoveryPoint;
import io.nifireplay.journal.Rejection;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.TokenMint;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.missed.MissedQuery;
import io.nifireplay.journal.outbox.Outbox;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.provenance.ReplayAnswer;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.Grant;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.replay.UnreadableEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A journal whose changes are in the audit trail before it says that they are made. Whoever gets no answer asks again: the
 * journal answers the same, and what it has noted is told then.
 */
public final class AuditedJournal implements EventJournal {
    private final EventJournal journal;
    private final OutboxTeller teller;

    /** @param journal with an outbox, which the teller tells of */
    public AuditedJournal(EventJournal journal, OutboxTeller teller) {
        this.journal = journal;
        this.teller = teller;
    }

    private <R> R told(Supplier<R> change) {
        return teller.telling(change);
    }

    @Override
    public UUID id() {
        return journal.id();
    }

    @Override
    public TokenMint tokens() {
        return journal.tokens();
    }

    @Override
    public EventJournal by(Origin origin) {
        return new AuditedJournal(journal.by(origin), teller);
    }

    @Override
    public Optional<Outbox> outbox() {
        return journal.outbox();
    }

    @Override
    public List<Admission> admit(List<Arrival> arrivals) {
        return told(() -> journal.admit(arrivals));
    }

    @Override
    public List<ClaimResult> claim(List<Claim> claims) {
        return teller.telling(
                () -> journal.claim(claims),
                results -> results.stream().anyMatch(result -> result instanceof ClaimResult.Rejected));
    }

    @Override
    public List<OutcomeResult> record(List<Outcome> outcomes) {
        return told(() -> journal.record(outcomes));
    }

    @Override
    public List<Long> note(List<Rejection> rejections) {
        return told(() -> journal.note(rejections));
    }

    @Override
    public Optional<EventView> find(EventRef event) {
        return journal.find(event);
    }

    @Override
    public Optional<EventView> findByKey(String key) {
        return journal.findByKey(key);
    }

    @Override
    public Optional<Content> content(EventRef event) {
        return journal.content(event);
    }

    @Override
    public long acknowledge(Selector selector, Cause cause) {
        return told(() -> journal.acknowledge(selector, cause));
    }

    @Override
    public void scan(Selector selector, Consumer<EventView> visitor) {
        journal.scan(selector, visitor);
    }

    @Override
    public long rowsScanned() {
        return journal.rowsScanned();
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return journal.checkpoints();
    }

    @Override
    public RecoveryPoint takeRecoveryPoint(String name) {
        return told(() -> journal.takeRecoveryPoint(name));
    }

    @Override
    public boolean dropRecoveryPoint(String name) {
        return told(() -> journal.dropRecoveryPoint(name));
    }

    @Override
    public List<RecoveryPoint> recoveryPoints() {
        return journal.recoveryPoints();
    }

    @Override
    public Missed missed(MissedQuery query) {
        return journal.missed(query);
    }

    @Override
    public List<Long> missingSequences(String partition, int max) {
        return journal.missingSequences(partition, max);
    }

    @Override
    public Plan plan(ReplayRequest request) {
        return journal.plan(request);
    }

    @Override
    public JobStatus open(ReplayRequest request) {
        return told(() -> journal.open(request));
    }

    @Override
    public Plan plan(ReplayRequest request, List<ProvenanceSource> sources) {
        return journal.plan(request, sources);
    }

    @Override
    public JobStatus open(ReplayRequest request, String selection, List<ProvenanceSource> sources) {
        return told(() -> journal.open(request, selection, sources));
    }

    @Override
    public JobStatus planned(String job, long version, ProvenanceSelection selection, ProvenanceFindings findings) {
        return told(() -> journal.planned(job, version, selection, findings));
    }

    @Override
    public JobStatus notPlanned(String job, long version, String why) {
        return told(() -> journal.notPlanned(job, version, why));
    }

    @Override
    public List<ProvenanceItem> ask(String job, int max) {
        return told(() -> journal.ask(job, max));
    }

    @Override
    public void answer(String job, List<ReplayAnswer> answers) {
        told(() -> {
            journal.answer(job, answers);
            return true;
        });
    }

    @Override
    public boolean halt(String job, String why) {
        return told(() -> journal.halt(job, why));
    }

    @Override
    public void items(String job, Consumer<ProvenanceItem> visitor) {
        journal.items(job, visitor);
    }

    @Override
    public List<JobStatus> jobs() {
        return journal.jobs();
    }

    @Override
    public Optional<JobStatus> job(String job) {
        return journal.job(job);
    }

    @Override
    public JobStatus change(String job, JobAction action, Cause cause) {
        return told(() -> journal.change(job, action, cause));
    }

    @Override
    public Governance governance() {
        return journal.governance();
    }

    @Override
    public Governance govern(Pin wish) {
        return told(() -> journal.govern(wish));
    }

    @Override
    public ReplayCoordinator coordinator(String id) {
        return new AuditedCoordinator(journal.coordinator(id), teller);
    }

    @Override
    public void grant(List<Grant> grants) {
        journal.grant(grants);
    }

    @Override
    public List<Emission> emit(int maxEvents, Consumer<UnreadableEvent> unreadable) {
        return told(() -> journal.emit(maxEvents, unreadable));
    }

    @Override
    public void unreadable(List<UnreadableEvent> events) {
        told(() -> {
            journal.unreadable(events);
            return true;
        });
    }

    @Override
    public long expire() {
        return told(journal::expire);
    }

    @Override
    public void holdLeases(Duration time) {
        journal.holdLeases(time);
    }

    @Override
    public void reviewJobs() {
        journal.reviewJobs();
        teller.tell();
    }

    @Override
    public void renewSeal() {
        journal.renewSeal();
        teller.tell();
    }

    @Override
    public JournalStatistics statistics() {
        return journal.statistics();
    }
}
