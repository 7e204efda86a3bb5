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
import io.nifireplay.journal.admission.ArrivalKind;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A replay job in memory. Changed by the one thread that commits. */
final class Job {
    private static final double NANOS_PER_SECOND = 1e9;
    /** Somewhat more than the time after which somebody who found nothing to emit asks again. */
    private static final double BURST_SECONDS = 0.25;

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
    private List<ItemCursor> cursors;
    private int turn;
    private double allowance;
    private long allowanceNanos;

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
        allowanceNanos = nanos;
    }

    long number() {
        return number;
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

    ArrivalKind arrivalKind() {
        return request.mode() == ReplayMode.FORCED ? ArrivalKind.FORCED : ArrivalKind.JOB;
    }

    /** @throws IllegalArgumentException when the action does not lead on from here; nothing has changed then */
    void change(JobAction action, Cause cause, Transaction transaction) {
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

    private void note(JobState next, Optional<String> requester, String why, Transaction transaction) {
        transaction
                .notes()
                .note(new Happening.JobChanged(id(), Optional.of(state.name()), next.name(), requester, why));
    }

    private void become(JobState next, String why, Transaction transaction) {
        ranMillis = ranMillis(transaction.runClock());
        runsSince = transaction.runClock();
        state = next;
        reason = why;
        changed = Instant.ofEpochMilli(transaction.nowMillis());
        dirty = true;
        if (next.isOver()) {
            outstanding.clear();
            outstandingByPartition.clear();
        }
    }

    private long ranMillis(long runClock) {
        return state == JobState.RUNNING ? ranMillis + (runClock - runsSince) : ranMillis;
    }

    void settled(Place place, Progress next) {
        progress = next;
        dirty = true;
        forget(place);
    }

    private void forget(Place place) {
        if (outstanding.remove(place) != null) {
            outstandingByPartition.merge(place.partition(), -1, Integer::sum);
        }
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

    /** How many may be emitted now by the rate limit: a token bucket that holds a quarter of a second. */
    int allowance(long nanos) {
        if (limits().ratePerSecond().isEmpty()) {
            return Integer.MAX_VALUE;
        }
        double rate = limits().ratePerSecond().get();
        double burst = Math.max(1, rate * BURST_SECONDS);
        allowance = Math.min(burst, allowance + rate * (nanos - allowanceNanos) / NANOS_PER_SECOND);
        allowanceNanos = nanos;
        return (int) allowance;
    }

    void spend(int count) {
        if (limits().ratePerSecond().isPresent()) {
            allowance -= count;
        }
    }

    /** Whether it changed since it was written last; from now on it has not. */
    boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    JobRows.Standing standing(long runClock) {
        return new JobRows.Standing(state, reason, progress, changed, ranMillis(runClock));
    }

    JobStatus status(long runClock) {
        long ran = ranMillis(runClock);
        double rate = ran > 0 ? progress.settled() * 1000.0 / ran : 0;
        return new JobStatus(number, request, state, reason, plan, progress, started, changed, rate, provenance);
    }
}
