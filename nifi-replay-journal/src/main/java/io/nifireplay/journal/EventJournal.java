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
package io.nifireplay.journal;

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

/**
 * The record of all events, and the only arbiter of what may be processed.
 *
 * <p>Every method may be called by several threads at once. A method that changes something returns once the change is on
 * stable storage; a list of changes is made in its order, in one durable write or, when it is large, a few, and its answers
 * come in the same order. Every method throws {@link JournalException} when the journal is closed or cannot read or write its storage.
 */
public interface EventJournal {
    /** So long a hold lasts at most without being said again. */
    Duration MAX_HOLD = Duration.ofMinutes(10);

    /** The identity of this journal, given when it was made, and kept for its life. */
    UUID id();

    /** Makes and verifies this journal's tokens. */
    TokenMint tokens();

    /** This journal, on behalf of a component: its notices name it. */
    EventJournal by(Origin origin);

    /** What is to be told elsewhere; empty when the journal was opened without an outbox. */
    Optional<Outbox> outbox();

    /**
     * Decides about arrivals by the {@link io.nifireplay.journal.admission.AdmissionTable}. One whose content cannot be read
     * is answered as that, and holds none of the others up.
     */
    List<Admission> admit(List<Arrival> arrivals);

    /** Claims effects before they are performed. */
    List<ClaimResult> claim(List<Claim> claims);

    /** Records what came of effects. */
    List<OutcomeResult> record(List<Outcome> outcomes);

    /**
     * Notes FlowFiles that were turned away before they came here. Without an outbox it does nothing.
     *
     * @return the numbers of the notices, in the same order; 0 without an outbox
     */
    List<Long> note(List<Rejection> rejections);

    /** The event at a place, empty when there is none, or when its content and attributes have outlived their retention. */
    Optional<EventView> find(EventRef event);

    /** The event with an idempotency key; empty as {@link #find} is, although a repetition may still be a duplicate. */
    Optional<EventView> findByKey(String key);

    /** The content of an event, empty when the journal does not hold it (any more). */
    Optional<Content> content(EventRef event);

    /**
     * Settles events that a person has dealt with in another way: dead letters and, when the selector names the status
     * DELIVERING, events whose outcome is unknown, which become dead letters; others are left alone. Without a status in
     * the selector only dead letters are meant.
     *
     * @return how many were settled
     */
    long acknowledge(Selector selector, Cause cause);

    /**
     * Hands every event that is selected to the visitor, partition by partition, in the order of positions. The visitor
     * must not change the journal.
     */
    void scan(Selector selector, Consumer<EventView> visitor);

    /** The journal's own count of how much it read for scans, in rows: so that a test can tell an index from a search. */
    long rowsScanned();

    /** How far each partition has come, in the order of their names. */
    List<Checkpoint> checkpoints();

    /** Takes a named snapshot of all checkpoints; one of that name is replaced. */
    RecoveryPoint takeRecoveryPoint(String name);

    /** Removes a recovery point; whether there was one of that name. */
    boolean dropRecoveryPoint(String name);

    /** All recovery points, the oldest first. */
    List<RecoveryPoint> recoveryPoints();

    /**
     * What was missed: found among the events that are not settled and in the index of producers' numbers, without reading
     * what is completed.
     */
    Missed missed(MissedQuery query);

    /**
     * The producer's numbers that a partition lacks between its lowest and its highest.
     *
     * Below the highest number that retention has removed none is said to be missing.
     *
     * @param max how many are listed at most
     */
    List<Long> missingSequences(String partition, int max);

    /** What a job would do; changes nothing. */
    Plan plan(ReplayRequest request);

    /**
     * Opens a replay job on a frozen set of events, or returns the one that is there when it was opened by the same
     * request. Modes {@code missed only} and {@code drill}. Where a coordinator governs the journal, its policy holds.
     *
     * @throws IllegalArgumentException when a job of that id was opened by another request, the recovery point is unknown, or
     *     the mode or the policy asks for an approval: such a job goes through a {@link #coordinator}
     */
    JobStatus open(ReplayRequest request);

    /**
     * What a job over NiFi's provenance would do with what was found there; changes nothing. Events that the journal does
     * not know are counted as selected and emitted.
     */
    Plan plan(ReplayRequest request, List<ProvenanceSource> sources);

    /**
     * Opens a job over NiFi's provenance on a frozen set of what was found there, or returns the one that is there when it
     * was opened by the same request and selection. It has one item for each event that is missed, and for each FlowFile
     * that is of no event that the journal knows. Mode {@code missed only}; the request's own selector is not looked at.
     *
     * @param selection what was selected in provenance, as text
     * @throws IllegalArgumentException as {@link #open(ReplayRequest)}
     */
    JobStatus open(ReplayRequest request, String selection, List<ProvenanceSource> sources);

    /**
     * Plans a job over NiFi's provenance whose plan somebody has asked a coordinator for, which is {@link
     * io.nifireplay.journal.replay.JobState#PLANNING}: freezes what was found there. The job awaits an approval then, or is
     * approved where none is needed.
     *
     * @param version the one at which the plan was asked for
     * @param selection for what was searched: the request's, with the JournalEvents named
     * @throws io.nifireplay.journal.governance.StaleVersionException when somebody has changed the job since; nothing is
     *     changed
     * @throws IllegalArgumentException when there is no such job, it waits for no plan, or the policy does not let it be
     *     planned; nothing is changed
     */
    JobStatus planned(String job, long version, ProvenanceSelection selection, ProvenanceFindings findings);

    /**
     * Says why such a plan cannot be made: the job is drafted again, so that a person can act.
     *
     * @throws IllegalArgumentException as {@link #planned}
     */
    JobStatus notPlanned(String job, long version, String why);

    /**
     * What NiFi is to be asked for now, as the job's state and limits allow: it is noted as asked, and a {@link Grant}
     * is given, before this returns. What was asked for and got no answer, or was answered and did not arrive, is handed
     * out again after some time.
     *
     * @param max at most so many, 1 or more
     * @return nothing when the job does not run
     * @throws IllegalArgumentException when the job is none over provenance
     */
    List<ProvenanceItem> ask(String job, int max);

    /**
     * Records what came of asking; what a newer answer or the job's end has overtaken is left out.
     *
     * @throws IllegalArgumentException when the job is none over provenance, or was not started
     */
    void answer(String job, List<ReplayAnswer> answers);

    /**
     * Pauses a job over provenance that runs, whoever governs it, on behalf of the component that runs it and cannot go on.
     *
     * @param why for people
     * @return whether it ran
     * @throws IllegalArgumentException when the job is none over provenance
     */
    boolean halt(String job, String why);

    /**
     * Hands all items of a job over provenance to the visitor, which must not change the journal.
     *
     * @throws IllegalArgumentException when there is no such job
     */
    void items(String job, Consumer<ProvenanceItem> visitor);

    /** All jobs that the journal still knows, the oldest first. */
    List<JobStatus> jobs();

    /** The job of this id, empty when there is none. */
    Optional<JobStatus> job(String job);

    /**
     * Pauses, resumes or aborts a job that no coordinator governs.
     *
     * @throws IllegalArgumentException when there is no such job, or it is over, or stands where the action leads already, or
     *     a coordinator governs it
     */
    JobStatus change(String job, JobAction action, Cause cause);

    /** Who governs the replay jobs of this journal, and by what. */
    Governance governance();

    /**
     * A coordinator wishes to govern the journal's replay jobs: the first one is trusted, a stricter policy of the same one
     * counts at once, anything else waits for {@link ReplayCoordinator#approvePolicy}, across restarts too.
     */
    Governance govern(Pin wish);

    /** The replay jobs as a coordinator governs them: one that is not pinned may look, and change nothing. */
    ReplayCoordinator coordinator(String id);

    /**
     * Lets FlowFiles that NiFi replays in under jobs, each once: an arrival that is marked as replayed and fits a grant is
     * decided about as one that the job emitted. A grant that is expired or used, of a job that is over, or of an event
     * that is none of the job's pending items changes nothing.
     *
     * @throws IllegalArgumentException when a job does not exist, is over or a drill, or a grant expires too late or has
     *     expired; none is given then
     */
    void grant(List<Grant> grants);

    /**
     * What goes into the flow now: retries that are due, then events of running jobs, as their limits allow. What is not
     * admitted within the re-emission time is handed out again.
     *
     * @param maxEvents at most so many, 1 or more
     * @param unreadable hears of each event whose turn it was and whose row cannot be read, after {@link #unreadable} was
     *     told: the others go on
     */
    List<Emission> emit(int maxEvents, Consumer<UnreadableEvent> unreadable);

    /** The same, for who does not ask what could not be read. */
    default List<Emission> emit(int maxEvents) {
        return emit(maxEvents, unread -> {});
    }

    /**
     * Says that contents of emissions could not be read when they were opened: nothing of them is in the flow. They are
     * handed out again as what was lost is. A job does that {@link UnreadableEvent#MAX_TRIES} times, counted since the
     * journal was opened; then it goes on without the event, which stays missed: its item is settled as rejected, with a
     * notice.
     */
    void unreadable(List<UnreadableEvent> events);

    /**
     * Lets the time of all leases stand still, on behalf of the component that this journal acts for: FlowFiles that are
     * held back, because their downstream is out, are slow and not lost. It stands while at least one component holds it.
     * A hold ends by itself: who still holds FlowFiles back says so again. It does not outlive the journal's closing, nor
     * a failure of its storage.
     *
     * @param time from now on, up to {@link #MAX_HOLD}; zero lets go
     * @throws IllegalArgumentException when the time is negative or longer
     */
    void holdLeases(Duration time);

    /**
     * Looks after paused jobs, for which nobody emits: one that has nothing left to do, because its events were settled in
     * other ways, is finished, and one whose end time has come is aborted. To be called now and then.
     */
    void reviewJobs();

    /** Removes what has outlived its retention; events that are not settled are never removed. How many were removed. */
    long expire();

    /**
     * Goes over to the active key of the keyring of a sealed journal when that is another one now; what was sealed before
     * stays as it is, and opens. Does nothing when the journal is not sealed. To be called now and then.
     *
     * @throws JournalException also when the keyring lacks a key that is still needed: nothing changes
     */
    void renewSeal();

    /**
     * Counts of the journal since it was opened and its size, for people and metrics; cheap: of each partition one row is
     * read.
     */
    JournalStatistics statistics();
}
