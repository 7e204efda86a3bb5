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

import java.util.List;
import java.util.Optional;

/**
 * All that changes about an event. Immutable: transitions yield a new one.
 *
 * @param status where it stands
 * @param generation 1, and one more with each forced replay of a completed event
 * @param attempt the fencing number within the generation, from 1: one more with each admission that is not a repetition
 * @param failures the attempts of this generation that failed: what a retry budget counts
 * @param owner the FlowFile (UUID) that was admitted last
 * @param leaseEnd the lease's end, milliseconds of the journal's lease clock
 * @param jobNumber the replay job under which it was admitted last, 0 when none
 * @param effects the required effects, at least one
 * @param error the last failure, absent before any
 * @param retryDue when the journal emits it again, milliseconds since the epoch, 0 when not scheduled
 * @param acknowledged whether a person has settled a DEAD_LETTER
 * @param hasResult whether a result is stored for duplicates
 * @param admittedMillis first admission, milliseconds since the epoch
 * @param changedMillis last change, milliseconds since the epoch
 * @param lateOutcomes outcomes of older attempts or generations that came too late and changed nothing
 * @param conflicts how often its key arrived with other content
 * @param withoutClaim whether it was completed without a claim, by a flow that has no guard
 */
public record EventState(
        Status status,
        int generation,
        int attempt,
        int failures,
        String owner,
        long leaseEnd,
        long jobNumber,
        List<EffectState> effects,
        Optional<Failure> error,
        long retryDue,
        boolean acknowledged,
        boolean hasResult,
        long admittedMillis,
        long changedMillis,
        int lateOutcomes,
        int conflicts,
        boolean withoutClaim) {
    /**
     * Why an event failed.
     *
     * @param type a short, stable name to group and select by, such as {@code 503} or an exception's class
     * @param message for people
     */
    public record Failure(String type, String message) {}

    public EventState {
        effects = List.copyOf(effects);
    }

    /** Whether nothing more is owed to the event: it is COMPLETED, or a DEAD_LETTER that a person acknowledged. */
    public boolean isSettled() {
        return status == Status.COMPLETED || (status == Status.DEAD_LETTER && acknowledged);
    }

    public boolean leaseRuns(long leaseClock) {
        return leaseClock < leaseEnd;
    }

    /** Whether all claims without an outcome go to a downstream that was declared to honour the idempotency key. */
    public boolean downstreamIsIdempotent() {
        return effects.stream()
                .filter(effect -> effect.progress() == EffectState.Progress.CLAIMED)
                .allMatch(EffectState::idempotent);
    }

    /** Whether something of this attempt stands as failed, so that a retry is owed or the event is given up. */
    public boolean anyFailed() {
        return effects.stream()
                .anyMatch(effect -> effect.progress() == EffectState.Progress.FAILED || effect.fragmentsFailed() > 0);
    }

    /**
     * Whether nothing of it is tried any more without a replay: it is a DEAD_LETTER, or becomes one as soon as the claims that
     * are left have their outcome. Of a failed event that still delivers, only one that was given up has no retry scheduled.
     */
    public boolean isGivenUp() {
        return status == Status.DEAD_LETTER || (status == Status.DELIVERING && retryDue == 0 && anyFailed());
    }

    /** Whether a side effect was begun whose outcome nobody will report any more. */
    public boolean outcomeUnknown(long leaseClock) {
        return status == Status.DELIVERING && !leaseRuns(leaseClock);
    }

    public Optional<EffectState> effect(String name) {
        return effects.stream().filter(effect -> effect.name().equals(name)).findFirst();
    }

    public Change change() {
        return new Change(this);
    }

    /** A copy in which some things differ. */
    public static final class Change {
        private final EventState from;
        private Status status;
        private int generation;
        private int attempt;
        private int failures;
        private String owner;
        private long leaseEnd;
        private long jobNumber;
        private List<EffectState> effects;
        private Optional<Failure> error;
        private long retryDue;
        private boolean acknowledged;
        private boolean hasResult;
        private int lateOutcomes;
        private int conflicts;
        private boolean withoutClaim;

        private Change(EventState from) {
            this.from = from;
            status = from.status;
            generation = from.generation;
            attempt = from.attempt;
            failures = from.failures;
            owner = from.owner;
            leaseEnd = from.leaseEnd;
            jobNumber = from.jobNumber;
            effects = from.effects;
            error = from.error;
            retryDue = from.retryDue;
            acknowledged = from.acknowledged;
            hasResult = from.hasResult;
            lateOutcomes = from.lateOutcomes;
            conflicts = from.conflicts;
            withoutClaim = from.withoutClaim;
        }

        public Change status(Status value) {
            status = value;
            return this;
        }

        public Change generation(int value) {
            generation = value;
            return this;
        }

        public Change attempt(int value) {
            attempt = value;
            return this;
        }

        public Change failures(int value) {
            failures = value;
            return this;
        }

        public Change owner(String value) {
            owner = value;
            return this;
        }

        public Change leaseEnd(long value) {
            leaseEnd = value;
            return this;
        }

        public Change jobNumber(long value) {
            jobNumber = value;
            return this;
        }

        public Change effects(List<EffectState> value) {
            effects = value;
            return this;
        }

        public Change effect(EffectState value) {
            effects = effects.stream()
                    .map(effect -> effect.name().equals(value.name()) ? value : effect)
                    .toList();
            return this;
        }

        public Change error(Optional<Failure> value) {
            error = value;
            return this;
        }

        public Change retryDue(long value) {
            retryDue = value;
            return this;
        }

        public Change acknowledged(boolean value) {
            acknowledged = value;
            return this;
        }

        public Change hasResult(boolean value) {
            hasResult = value;
            return this;
        }

        public Change lateOutcomes(int value) {
            lateOutcomes = value;
            return this;
        }

        public Change conflicts(int value) {
            conflicts = value;
            return this;
        }

        public Change withoutClaim(boolean value) {
            withoutClaim = value;
            return this;
        }

        /** @param nowMillis the time of the change, milliseconds since the epoch */
        public EventState at(long nowMillis) {
            return new EventState(
                    status,
                    generation,
                    attempt,
                    failures,
                    owner,
                    leaseEnd,
                    jobNumber,
                    effects,
                    error,
                    retryDue,
                    acknowledged,
                    hasResult,
                    from.admittedMillis,
                    nowMillis,
                    lateOutcomes,
                    conflicts,
                    withoutClaim);
        }
    }
}
