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

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.governance.Approval;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.ErrorBudget;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.JobWait;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.replay.TokenBucket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A replay job in memory. Changed by the one thread that commits. */
final class Job {
    private final long number;
    private final ReplayRequest request;
    private final Plan plan;
    private final Optional<String> provenance;
    private final Instant started;
    private JobState state;
    private String reason;
    private Instant changed;
    private Progress progress;
    private long ranMillis;
    private long runsSince;
    private boolean dirty;

    /** Emitted or waited for, and not settled: the lease clock when that was. The oldest first. */
    private final LinkedHashMap<Place, Long> outstanding = new LinkedHashMap<>();

    private final Map<Integer, Integer> outstandingByPartition = new HashMap<>();
    /** How often an item could not be read since the journal was opened. */
    private final Map<Place, Integer> unread = new HashMap<>();

    /** The first event that the job went on without, and how many there are. */
    private Optional<EventRef> firstUnread = Optional.empty();

    private int wentOnWithout;
    private List<ItemCursor> cursors;
    private int turn;
    private final TokenBucket bucket;
    private Optional<OutcomeWindow> outcomes = Optional.empty();
    private long version;
    private Optional<Governing> governing;
    private long turnInLine;
    private Optional<Place> reviewFrom = Optional.empty();
    private boolean planWritten;

    /** How far the items of one partition have been read. */
    static final class ItemCursor {
        private final int partition;
        private long next = 1;
        private boolean exhausted;

        ItemCursor(int partition) {
            this.partition = partition;
        }

        int partition() {
            return partition;
        }

        long next() {
            return next;
        }

        void passed(long position) {
            next = position + 1;
        }

        void exhaust() {
            exhausted = true;
        }
    }

    Job(long number, JobRows.Opening opening, JobRows.Standing standing, long runClock, long nanos) {
        this.number = number;
        request = opening.request();
        plan = opening.plan();
        provenance = opening.provenance();
        started = opening.started();
        state = standing.state();
        reason = standing.reason();
        changed = standing.changed();
        progress = standing.progress();
        ranMillis = standing.ranMillis();
        runsSince = runClock;
        bucket = new TokenBucket(nanos);
        version = standing.version();
        governing = standing.governing();
        turnInLine = standing.turn() == 0 ? number : standing.turn();
        beginReview();
    }

    long number() {
        return number;
    }

    /** Its place in the line of those that want partitions, which no other job has. */
    long turnInLine() {
        return turnInLine;
    }

    /** It begins now: its turn is higher than that of all that have begun before. */
    void takeTurn(long turn) {
        turnInLine = turn;
        dirty = true;
    }

    String id() {
        return request.job();
    }

    ReplayRequest request() {
        return request;
    }

    Limits limits() {
        return request.limits();
    }

    JobState state() {
        return state;
    }

    long changedMillis() {
        return changed.toEpochMilli();
    }

    Progress progress() {
        return progress;
    }

    boolean includesUnknown() {
        return request.includeUnknown();
    }

    /** Whether NiFi replays its items from provenance. */
    boolean isOverProvenance() {
        return provenance.isPresent();
    }

    boolean isDrill() {
        return request.mode() == ReplayMode.DRILL;
    }

    boolean isForced() {
        return request.mode() == ReplayMode.FORCED;
    }

    long version() {
        return version;
    }

    Instant started() {
        return started;
    }

    /** What a coordinator knows of it, empty when none governs it. */
    Optional<Governing> governing() {
        return governing;
    }

    /** Its plan as it was read from the row that holds it. */
    void readPlan(FrozenPlan plan) {
        governing = governing.map(by -> by.withPlan(Optional.of(plan)));
        planWritten = true;
    }

    /** The plan, when it has no row yet; from now on it has one. */
    Optional<FrozenPlan> takeUnwrittenPlan() {
        boolean written = planWritten;
        planWritten = true;
        return written ? Optional.empty() : governing.flatMap(Governing::plan);
    }

    /** @throws IllegalArgumentException when the action does not lead on from here; nothing has changed then */
    void change(JobAction action, Cause cause, Transaction transaction) {
        if (governing.isPresent()) {
            throw new IllegalArgumentException("Replay job " + id()
                    + " is governed by a coordinator: pause, resume or abort it there, StandardReplayCoordinator");
        }
        if (!state.next().contains(action.leadsTo())) {
            throw new IllegalArgumentException(
                    "Replay job " + id() + " is " + state + ": it cannot be " + action.leadsTo());
        }
        note(action.leadsTo(), Optional.of(cause.requester()), cause.reason(), transaction);
        become(action.leadsTo(), cause.toString(), transaction);
    }

    /** The journal itself brings it there. */
    void enter(JobState next, String why, Transaction transaction) {
        note(next, Optional.empty(), why, transaction);
        become(next, why, transaction);
    }

    /** Somebody whom NiFi has authenticated brings it there. */
    void enter(JobState next, Caller caller, String why, Transaction transaction) {
        note(next, Optional.of(caller.identity()), why, transaction);
        become(next, caller.identity() + ": " + why, transaction);
    }

    /** The same, and what a coordinator knows of it changes. */
    void enter(JobState next, Governing nextGoverning, Caller caller, String why, Transaction transaction) {
        governing = Optional.of(nextGoverning);
        enter(next, caller, why, transaction);
    }

    /** The journal itself brings it there, and what a coordinator knows of it changes. */
    void enter(JobState next, Governing nextGoverning, String why, Transaction transaction) {
        governing = Optional.of(nextGoverning);
        enter(next, why, transaction);
    }

    /** What was agreed counts no more. */
    void unapprove(String problem, Transaction transaction) {
        enter(JobState.AWAITING_APPROVAL, governing.orElseThrow().unapproved(), problem, transaction);
    }

    private void note(JobState next, Optional<String> requester, String why, Transaction transaction) {
        transaction
                .notes()
                .note(new Happening.JobChanged(
                        id(),
                        Optional.of(state.name()),
                        next.name(),
                        requester,
                        why,
                        governed(governing, version + 1)));
    }

    /** What a notice tells of a governed job. */
    static Optional<Happening.Governed> governed(Optional<Governing> governing, long version) {
        return governing.map(by -> new Happening.Governed(
                version, by.plan().map(FrozenPlan::items), by.approval().map(Approval::approver)));
    }

    private void become(JobState next, String why, Transaction transaction) {
        ranMillis = ranMillis(transaction.runClock());
        runsSince = transaction.runClock();
        state = next;
        reason = why;
        changed = Instant.ofEpochMilli(transaction.nowMillis());
        version++;
        dirty = true;
        // Somebody who lets it go on does not want it stopped by what was before.
        outcomes = Optional.empty();
        beginReview();
        if (next.isOver()) {
            outstanding.clear();
            outstandingByPartition.clear();
            unread.clear();
        }
    }

    private void beginReview() {
        reviewFrom = state == JobState.PAUSED && !isDrill() ? Optional.of(new Place(0, 0)) : Optional.empty();
    }

    /** Whether it is paused, and not all its items have been looked at since. */
    boolean isToBeReviewed() {
        return reviewFrom.isPresent();
    }

    /** The first place that a review has not come to; empty when none is under way. */
    Optional<Place> reviewFrom() {
        return reviewFrom;
    }

    /** @param next empty when all items have been looked at */
    void reviewed(Optional<Place> next) {
        reviewFrom = next;
    }

    private long ranMillis(long runClock) {
        return state == JobState.RUNNING ? ranMillis + (runClock - runsSince) : ranMillis;
    }

    /** @param budget of the policy in force, over whose window outcomes are counted */
    void settled(Place place, Progress next, Optional<ErrorBudget> budget, long runClock) {
        budget.ifPresent(limit -> {
            boolean failed = next.failed() > progress.failed();
            outcomes = outcomes.filter(window -> window.length().equals(limit.window()))
                    .or(() -> Optional.of(new OutcomeWindow(limit.window())));
            outcomes.get().add(runClock, failed);
        });
        progress = next;
        dirty = true;
        unread.remove(place);
        forget(place);
    }

    private void forget(Place place) {
        if (outstanding.remove(place) != null) {
            outstandingByPartition.merge(place.partition(), -1, Integer::sum);
        }
    }

    /** An item could not be read once more; how often that was. */
    int countUnread(Place place) {
        return unread.merge(place, 1, Integer::sum);
    }

    void goesOnWithout(EventRef event) {
        firstUnread = firstUnread.or(() -> Optional.of(event));
        wentOnWithout++;
    }

    /** For people, empty when the job could read all its items since the journal was opened. */
    String unreadWords() {
        return firstUnread
                .map(event -> "; " + wentOnWithout
                        + " of them could not be read from the journal and stay missed, event " + event + " first")
                .orElse("");
    }

    boolean isOutstanding(Place place) {
        return outstanding.containsKey(place);
    }

    void waitFor(Place place, long leaseClock) {
        forget(place);
        outstanding.put(place, leaseClock);
        outstandingByPartition.merge(place.partition(), 1, Integer::sum);
    }

    /** What is outstanding is not waited for any more: its turn comes next. */
    void isDueAgain(Place place) {
        if (outstanding.containsKey(place)) {
            outstanding.putFirst(place, Long.MIN_VALUE);
        }
    }

    void emitted() {
        progress = new Progress(
                progress.total(),
                progress.emitted() + 1,
                progress.completed(),
                progress.deadLetter(),
                progress.elsewhere(),
                progress.unknown(),
                progress.rejected());
        dirty = true;
    }

    /** Outstanding places that were last looked at before a time. */
    List<Place> overdue(long leaseClock) {
        List<Place> overdue = new ArrayList<>();
        for (Map.Entry<Place, Long> entry : outstanding.entrySet()) {
            if (entry.getValue() > leaseClock) {
                break;
            }
            overdue.add(entry.getKey());
        }
        return overdue;
    }

    /** How many more may be outstanding. */
    int room() {
        return limits().concurrency() - outstanding.size();
    }

    boolean hasNoOutstanding() {
        return outstanding.isEmpty();
    }

    /** Whether the job was begun since the journal was opened. */
    boolean isRead() {
        return cursors != null;
    }

    void read(List<ItemCursor> items) {
        cursors = items;
    }

    /** The next partition, in turn, from which an item may be taken; null when there is none now. */
    ItemCursor nextCursor() {
        for (int i = 0; i < cursors.size(); i++) {
            ItemCursor cursor = cursors.get((turn + i) % cursors.size());
            boolean blocked = limits().strictOrder() && outstandingByPartition.getOrDefault(cursor.partition(), 0) > 0;
            if (!cursor.exhausted && !blocked) {
                turn = (turn + i + 1) % cursors.size();
                return cursor;
            }
        }
        return null;
    }

    boolean isExhausted() {
        return cursors != null && cursors.stream().allMatch(cursor -> cursor.exhausted);
    }

    /** Whether more of the outcomes within the budget's window failed than it allows. */
    boolean isOver(ErrorBudget budget, long runClock) {
        return outcomes.filter(window -> window.settled(runClock) >= Limits.ERROR_BUDGET_SAMPLE)
                .filter(window -> window.failed(runClock) > budget.share() * window.settled(runClock))
                .isPresent();
    }

    int outstanding() {
        return outstanding.size();
    }

    /** How many may be emitted now by the job's own rate limit. */
    int allowance(long nanos) {
        return limits().ratePerSecond()
                .map(rate -> bucket.available(rate, nanos))
                .orElse(Integer.MAX_VALUE);
    }

    void spend(int count) {
        if (limits().ratePerSecond().isPresent()) {
            bucket.take(count);
        }
    }

    /** Whether it changed since it was written last; from now on it has not. */
    boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    JobRows.Standing standing(long runClock) {
        return new JobRows.Standing(
                state,
                reason,
                progress,
                changed,
                ranMillis(runClock),
                version,
                governing.map(by -> by.withPlan(Optional.empty())),
                turnInLine);
    }

    /** @param waitsFor the job before it that has one of its partitions */
    JobStatus status(long runClock, Optional<JobWait> waitsFor) {
        long ran = ranMillis(runClock);
        double rate = ran > 0 ? progress.settled() * 1000.0 / ran : 0;
        return new JobStatus(
                number,
                request,
                state,
                reason,
                plan,
                progress,
                started,
                changed,
                rate,
                provenance,
                version,
                governing,
                waitsFor);
    }
}
