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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.RecoveryPoint;
import io.nifireplay.journal.Rejection;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.TokenMint;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.PinRules;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.missed.MissedQuery;
import io.nifireplay.journal.missed.SequenceGap;
import io.nifireplay.journal.outbox.Happening;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** A journal in a directory of this machine, held by this process alone. */
public final class RocksDBJournal implements EventJournal, AutoCloseable {
    private final Engine engine;
    private final Admissions admissions;
    private final Deliveries deliveries;
    private final Emissions emissions;
    private final Payloads payloads;
    private final RecoveryPoints recoveryPoints;
    private final Scans scans;
    private final JobOpening jobOpening;
    private final JobDrafts jobDrafts;
    private final ProvenancePlanning provenancePlanning;
    private final ProvenanceJobs provenanceJobs;
    private final PausedJobs pausedJobs;
    private final Retention retention;
    private final StoredOutbox outbox;
    private final SequenceGaps gaps;
    private final MissedScan missedScan;
    private final Activity activity;
    private final AskedReplays askedReplays;
    private final Origin origin;

    private RocksDBJournal(Engine engine) {
        this.engine = engine;
        payloads = new Payloads(engine);
        admissions = new Admissions(engine, payloads);
        activity = new Activity();
        askedReplays = new AskedReplays(engine);
        deliveries = new Deliveries(engine, activity);
        emissions = new Emissions(engine, payloads);
        recoveryPoints = new RecoveryPoints(engine);
        scans = new Scans(engine, recoveryPoints);
        jobOpening = new JobOpening(engine, scans);
        jobDrafts = new JobDrafts(engine, jobOpening);
        provenancePlanning = new ProvenancePlanning(engine, jobOpening, jobDrafts);
        provenanceJobs = new ProvenanceJobs(engine);
        pausedJobs = new PausedJobs(engine);
        retention = new Retention(engine);
        outbox = new StoredOutbox(engine);
        gaps = new SequenceGaps();
        missedScan = new MissedScan(engine, scans, gaps);
        origin = Origin.JOURNAL;
    }

    /** The same journal, on behalf of another. */
    private RocksDBJournal(RocksDBJournal same, Origin origin) {
        engine = same.engine;
        admissions = same.admissions;
        deliveries = same.deliveries;
        emissions = same.emissions;
        payloads = same.payloads;
        recoveryPoints = same.recoveryPoints;
        scans = same.scans;
        jobOpening = same.jobOpening;
        jobDrafts = same.jobDrafts;
        provenancePlanning = same.provenancePlanning;
        provenanceJobs = same.provenanceJobs;
        pausedJobs = same.pausedJobs;
        retention = same.retention;
        outbox = same.outbox;
        gaps = same.gaps;
        missedScan = same.missedScan;
        activity = same.activity;
        askedReplays = same.askedReplays;
        this.origin = origin;
    }

    /**
     * Opens the journal of a directory, or makes one, whose files can be read by whoever may read the directory.
     *
     * @throws io.nifireplay.journal.JournalException when the directory cannot be written, is held by another process, is
     *     of another format or sealed, or its files are damaged or not whole
     */
    public static RocksDBJournal open(RocksDBOptions options) {
        return new RocksDBJournal(Engine.open(options, Optional.empty()));
    }

    /**
     * Opens the sealed journal of a directory, or makes one.
     *
     * @param keyring gives the keys as they are now: the active one seals, all can open
     * @throws io.nifireplay.journal.JournalException as {@link #open(RocksDBOptions)}, and when the journal is not sealed, or
     *     the keyring lacks a key of it or has another one of the same id
     */
    public static RocksDBJournal openSealed(RocksDBOptions options, Supplier<Keyring> keyring) {
        return new RocksDBJournal(Engine.open(options, Optional.of(keyring)));
    }

    /**
     * Says what opening would say of the keyring, as far as that shows without opening. Whoever has another key of the same
     * id is found out here.
     *
     * @param keyring empty for a journal that is not sealed
     * @throws io.nifireplay.journal.JournalException when the journal that is in the directory does not open with it
     */
    public static void requireKeyring(Path directory, Optional<Keyring> keyring) {
        JournalDirectory.requireKeyring(directory, keyring);
    }

    /** @throws io.nifireplay.journal.JournalException when this keyring would not open the journal, which is open and sealed */
    void requireOpensWith(Supplier<Keyring> keyring) {
        engine.requireOpensWith(keyring);
    }

    @Override
    public UUID id() {
        return engine.id();
    }

    @Override
    public TokenMint tokens() {
        return engine.tokens();
    }

    @Override
    public EventJournal by(Origin other) {
        return new RocksDBJournal(this, other);
    }

    @Override
    public Optional<Outbox> outbox() {
        return engine.options().outbox() ? Optional.of(outbox) : Optional.empty();
    }

    @Override
    public List<Long> note(List<Rejection> rejections) {
        if (rejections.isEmpty() || !engine.options().outbox()) {
            return Collections.nCopies(rejections.size(), 0L);
        }
        return engine.commit(
                origin,
                rejections.size(),
                (transaction, jobs) -> rejections.stream()
                        .map(rejection -> transaction
                                .notes()
                                .note(new Happening.Rejected(
                                        rejection.event(), rejection.reason(), rejection.flowFile())))
                        .toList());
    }

    @Override
    public List<Admission> admit(List<Arrival> arrivals) {
        List<Admission> answers = admissions.admit(origin, arrivals);
        activity.admitted(arrivals, answers, askedReplays);
        return answers;
    }

    @Override
    public List<ClaimResult> claim(List<Claim> claims) {
        return deliveries.claim(origin, claims);
    }

    @Override
    public List<OutcomeResult> record(List<Outcome> outcomes) {
        return deliveries.record(origin, outcomes);
    }

    @Override
    public Optional<EventView> find(EventRef event) {
        return engine.read(view -> find(view, event)
                .flatMap(place ->
                        Transaction.read(view.store(), place).flatMap(entry -> Scans.view(view, place, entry))));
    }

    private static Optional<Place> find(Engine.View view, EventRef event) {
        return view.partitions()
                .find(event.partition())
                .map(partition -> new Place(partition.number(), event.position()));
    }

    @Override
    public Optional<EventView> findByKey(String key) {
        return engine.read(view -> Optional.ofNullable(view.store()
                        .get(Table.KEYS, engine.digests().digest(key).key()))
                .map(row -> Place.of(row, 0))
                .flatMap(place ->
                        Transaction.read(view.store(), place).flatMap(entry -> Scans.view(view, place, entry))));
    }

    @Override
    public Optional<Content> content(EventRef event) {
        return engine.read(view -> find(view, event)
                .flatMap(place -> Transaction.read(view.store(), place)
                        .filter(entry -> entry.payload() != Entry.Payload.NONE)
                        .flatMap(entry -> EventRows.read(view.store(), place, entry.digest())
                                .map(row ->
                                        payloads.content(entry, Rows.event(row).inlineContent())))));
    }

    @Override
    public long acknowledge(Selector selector, Cause cause) {
        Set<Status> wanted = selector.statuses().isEmpty() ? Set.of(Status.DEAD_LETTER) : selector.statuses();
        List<Place> places = new ArrayList<>();
        engine.read(view -> {
            scans.scan(view, selector.withStatuses(wanted), true, (place, entry) -> places.add(place));
            return true;
        });
        return engine.commit(origin, places.size(), (transaction, jobs) -> {
            long count = 0;
            for (Place place : places) {
                EventState state = transaction.entry(place).map(Entry::state).orElse(null);
                if (state != null && wanted.contains(state.status()) && acknowledge(transaction, place, state, cause)) {
                    count++;
                }
            }
            return count;
        });
    }

    private static boolean acknowledge(Transaction transaction, Place place, EventState state, Cause cause) {
        boolean awaitsPerson = (state.status() == Status.DEAD_LETTER && !state.acknowledged())
                || state.outcomeUnknown(transaction.leaseClock());
        if (awaitsPerson) {
            transaction.update(
                    place,
                    state.change()
                            .status(Status.DEAD_LETTER)
                            .acknowledged(true)
                            .retryDue(0)
                            .at(transaction.nowMillis()));
            transaction.noted(place, transaction.notes().acknowledged(state.status(), cause, transaction.ref(place)));
        }
        return awaitsPerson;
    }

    @Override
    public void scan(Selector selector, Consumer<EventView> visitor) {
        engine.read(view -> {
            scans.scan(
                    view,
                    selector,
                    Scans.isOpenOnly(selector),
                    (place, entry) -> Scans.view(view, place, entry).ifPresent(visitor));
            return true;
        });
    }

    @Override
    public long rowsScanned() {
        return scans.rowsRead() + gaps.rowsRead();
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return recoveryPoints.checkpoints();
    }

    @Override
    public RecoveryPoint takeRecoveryPoint(String name) {
        return recoveryPoints.take(origin, name);
    }

    @Override
    public boolean dropRecoveryPoint(String name) {
        return recoveryPoints.drop(origin, name);
    }

    @Override
    public List<RecoveryPoint> recoveryPoints() {
        return recoveryPoints.all();
    }

    @Override
    public Missed missed(MissedQuery query) {
        return missedScan.find(query);
    }

    @Override
    public List<Long> missingSequences(String partition, int max) {
        List<SequenceGap> found = engine.read(view -> view.partitions()
                .find(partition)
                .map(known -> gaps.of(view, known))
                .orElse(List.of()));
        return found.stream()
                .flatMap(gap ->
                        LongStream.rangeClosed(gap.from(), gap.to()).limit(max).boxed())
                .limit(max)
                .toList();
    }

    @Override
    public Plan plan(ReplayRequest request) {
        return jobOpening.plan(request);
    }

    @Override
    public JobStatus open(ReplayRequest request) {
        return jobOpening.open(origin, request);
    }

    @Override
    public Plan plan(ReplayRequest request, List<ProvenanceSource> sources) {
        return jobOpening.plan(request, sources);
    }

    @Override
    public JobStatus open(ReplayRequest request, String selection, List<ProvenanceSource> sources) {
        return jobOpening.open(origin, request, selection, sources);
    }

    @Override
    public JobStatus planned(String job, long version, ProvenanceSelection selection, ProvenanceFindings findings) {
        return provenancePlanning.planned(origin, job, version, selection, findings);
    }

    @Override
    public JobStatus notPlanned(String job, long version, String why) {
        return provenancePlanning.notPlanned(origin, job, version, why);
    }

    @Override
    public List<ProvenanceItem> ask(String job, int max) {
        return provenanceJobs.ask(origin, job, max);
    }

    @Override
    public void answer(String job, List<ReplayAnswer> answers) {
        provenanceJobs.answer(origin, job, answers);
    }

    @Override
    public boolean halt(String job, String why) {
        return provenanceJobs.halt(origin, job, why);
    }

    @Override
    public void items(String job, Consumer<ProvenanceItem> visitor) {
        provenanceJobs.items(job, visitor);
    }

    @Override
    public List<JobStatus> jobs() {
        return engine.read(view -> view.jobs().statuses());
    }

    @Override
    public Optional<JobStatus> job(String job) {
        return jobs().stream()
                .filter(status -> status.request().job().equals(job))
                .findFirst();
    }

    @Override
    public JobStatus change(String job, JobAction action, Cause cause) {
        return engine.commit(origin, 1, (transaction, jobs) -> {
            Job found = jobs.find(job).orElseThrow(() -> new IllegalArgumentException("There is no replay job " + job));
            if (action == JobAction.RESUME) {
                JobRules.requireRunnable(found.request().mode(), jobs.pins().governance());
            }
            found.change(action, cause, transaction);
            return jobs.status(found, transaction.runClock());
        });
    }

    @Override
    public Governance governance() {
        return engine.read(view -> view.jobs().pins().published());
    }

    @Override
    public Governance govern(Pin wish) {
        return engine.commit(origin, 1, (transaction, jobs) -> {
            PinRules.Ruling ruling = PinRules.wish(jobs.pins().governance(), wish);
            String why = "Coordinator " + wish.coordinator() + " was enabled with this policy";
            jobs.pins().become(transaction, jobs, ruling, Optional.empty(), why);
            return jobs.pins().governance();
        });
    }

    @Override
    public ReplayCoordinator coordinator(String id) {
        return new NotedRefusals(new StoredCoordinator(engine, jobDrafts, origin, id), engine, origin);
    }

    @Override
    public void grant(List<Grant> grants) {
        if (!grants.isEmpty()) {
            engine.commit(origin, grants.size(), (transaction, jobs) -> {
                Grants.give(transaction, jobs, engine.digests(), grants);
                return true;
            });
        }
    }

    @Override
    public List<Emission> emit(int maxEvents, Consumer<UnreadableEvent> unreadable) {
        return emissions.emit(origin, maxEvents, unreadable);
    }

    @Override
    public void unreadable(List<UnreadableEvent> events) {
        emissions.unreadable(origin, events);
    }

    @Override
    public void holdLeases(Duration time) {
        if (time.isNegative() || time.compareTo(MAX_HOLD) > 0) {
            throw new IllegalArgumentException(
                    "Leases cannot be held for " + time + ", but for zero to " + MAX_HOLD + " at a time");
        }
        engine.holdLeases(origin.component(), time);
    }

    @Override
    public long expire() {
        return retention.expire();
    }

    @Override
    public void reviewJobs() {
        pausedJobs.review();
    }

    @Override
    public void renewSeal() {
        engine.renewSeal();
    }

    @Override
    public JournalStatistics statistics() {
        return engine.read(view -> new JournalStatistics(
                engine.commits(),
                view.store().diskBytes(),
                deliveries.lateOutcomes(),
                view.backlog().counts(),
                scans.oldestUnsettled(view),
                activity.arrivals(),
                activity.outcomes(),
                activity.repeated()));
    }

    @Override
    public void close() {
        engine.close();
    }
}
