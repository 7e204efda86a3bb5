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
package io.nifireplay.journal.delivery;

import io.nifireplay.journal.EffectState;
import io.nifireplay.journal.EffectState.Progress;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.FragmentState;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What claims and outcomes make of an event: pure functions from the states before to the states after. An event is
 * what its effects are: DELIVERING while one of them is claimed, else FAILED when one failed, COMPLETED when all are done. An
 * event that is given up while another of its effects is claimed is {@link EventState#isGivenUp given up}, but a DEAD_LETTER
 * only once the last claim has its outcome: else a replay could repeat a side effect that is on its way.
 */
public final class DeliveryRules {
    private DeliveryRules() {}

    /** How a claim or an outcome was judged. */
    public enum Verdict {
        GRANTED,
        ALREADY_COMPLETED,
        SUPERSEDED,
        REJECTED
    }

    /**
     * A judgement and what it changes.
     *
     * @param verdict the judgement
     * @param reason for people; empty when granted
     * @param state the event afterwards
     * @param fragment the fragment afterwards, when it changed
     */
    public record Ruling(Verdict verdict, String reason, EventState state, Optional<FragmentState> fragment) {}

    /**
     * Judges a claim.
     *
     * @param state the event
     * @param fragment the claim's fragment, empty when it is new or the event is whole
     * @param leaseEnd the end of a lease that would begin now
     * @param nowMillis milliseconds since the epoch
     */
    public static Ruling claim(
            EventState state, Optional<FragmentState> fragment, Claim claim, long leaseEnd, long nowMillis) {
        Optional<Ruling> misfit = misfit(state, claim.token(), claim.effect());
        if (misfit.isPresent()) {
            return misfit.get();
        }
        if (state.status() == Status.COMPLETED && claim.token().generation() == state.generation()) {
            return keep(Verdict.ALREADY_COMPLETED, "The event is completed", state);
        }
        if (isOlder(state, claim.token())) {
            return keep(Verdict.SUPERSEDED, older(state, claim.token()), state);
        }
        if (state.isGivenUp()) {
            return keep(Verdict.SUPERSEDED, "The event was given up: it is a dead letter", state);
        }
        EffectState effect = state.effect(claim.effect()).orElseThrow();
        Optional<Ruling> unfit = splitMisfit(state, effect, claim.fragment());
        if (unfit.isPresent()) {
            return unfit.get();
        }
        FragmentState before = before(effect, fragment, claim.fragment());
        int attempt = claim.token().attempt();
        switch (before.progress()) {
            case COMPLETED -> {
                return keep(
                        Verdict.ALREADY_COMPLETED,
                        "Effect '" + effect.name() + "'" + words(claim.fragment()) + " is done",
                        state);
            }
            case CLAIMED -> {
                if (before.attempt() == attempt && !before.claimant().equals(claim.flowFile())) {
                    return keep(
                            Verdict.SUPERSEDED,
                            "FlowFile " + before.claimant() + " has claimed effect '" + effect.name() + "'"
                                    + words(claim.fragment()),
                            state);
                }
            }
            case FAILED -> {
                if (before.attempt() == attempt) {
                    return keep(
                            Verdict.SUPERSEDED,
                            "Effect '" + effect.name() + "'" + words(claim.fragment())
                                    + " failed in this attempt; the journal tries again",
                            state);
                }
            }
            case PENDING -> {
                // Nobody has it.
            }
        }
        FragmentState after = new FragmentState(Progress.CLAIMED, attempt, claim.flowFile());
        boolean idempotent = claim.downstreamIdempotent()
                && (effect.progress() != Progress.CLAIMED
                        || effect.idempotent()
                        || claim.fragment().isWhole());
        EffectState claimed = moved(effect, claim.fragment(), before, after, idempotent);
        EventState next = state.change()
                .status(Status.DELIVERING)
                .effect(claimed)
                .leaseEnd(leaseEnd)
                .at(nowMillis);
        return new Ruling(Verdict.GRANTED, "", next, fragmentOf(claim.fragment(), after));
    }

    /**
     * Judges an outcome.
     *
     * @param state the event
     * @param fragment the outcome's fragment, empty when it is new or the event is whole
     * @param nowMillis milliseconds since the epoch
     * @param random for the jitter of a retry
     */
    public static Ruling record(
            EventState state,
            Optional<FragmentState> fragment,
            Outcome outcome,
            long nowMillis,
            RandomGenerator random) {
        Optional<Ruling> misfit = misfit(state, outcome.token(), outcome.effect());
        if (misfit.isPresent()) {
            return misfit.get();
        }
        if (isOlder(state, outcome.token())) {
            return late(state, older(state, outcome.token()), nowMillis);
        }
        EffectState effect = state.effect(outcome.effect()).orElseThrow();
        Optional<Ruling> unfit = splitMisfit(state, effect, outcome.fragment());
        if (unfit.isPresent()) {
            return unfit.get();
        }
        FragmentState before = before(effect, fragment, outcome.fragment());
        return switch (outcome) {
            case Outcome.Completed completed -> completed(state, effect, before, completed, nowMillis);
            case Outcome.Failed failed ->
                failed(state, effect, before, failed, failed.failure(), failed.policy(), nowMillis, random);
            case Outcome.GivenUp givenUp ->
                failed(state, effect, before, givenUp, givenUp.failure(), RetryPolicy.NEVER, nowMillis, random);
        };
    }

    /**
     * The effects as a new attempt finds them: what is done stays done, all else is to be claimed again. An event none of
     * whose parts is done may be split into another number of parts.
     */
    public static List<EffectState> forNextAttempt(List<EffectState> effects) {
        return effects.stream()
                .map(effect -> effect.isCompleted()
                        ? effect
                        : new EffectState(
                                effect.name(),
                                Progress.PENDING,
                                effect.attempt(),
                                effect.claimant(),
                                false,
                                effect.fragmentsCompleted() == 0 ? 0 : effect.fragments(),
                                "",
                                0,
                                effect.fragmentsCompleted(),
                                0))
                .toList();
    }

    private static Ruling completed(
            EventState state, EffectState effect, FragmentState before, Outcome.Completed outcome, long nowMillis) {
        if (before.progress() == Progress.COMPLETED) {
            boolean mayAddResult = before.attempt() == outcome.token().attempt()
                    && outcome.result().isPresent()
                    && !state.hasResult();
            if (mayAddResult) {
                return new Ruling(
                        Verdict.GRANTED, "", state.change().hasResult(true).at(nowMillis), Optional.empty());
            }
            return repeated(state, before, outcome, nowMillis);
        }
        boolean withoutClaim = state.withoutClaim() || before.progress() == Progress.PENDING;
        FragmentState after =
                new FragmentState(Progress.COMPLETED, outcome.token().attempt(), outcome.flowFile());
        EffectState done = moved(effect, outcome.fragment(), before, after, effect.idempotent());
        EventState with = state.change().effect(done).at(nowMillis);
        Status status = status(with, state.isGivenUp());
        EventState next = with.change()
                .status(status)
                .hasResult(state.hasResult() || outcome.result().isPresent())
                .withoutClaim(withoutClaim)
                .retryDue(with.anyFailed() ? state.retryDue() : 0)
                .error(status == Status.COMPLETED ? Optional.empty() : state.error())
                .at(nowMillis);
        return new Ruling(Verdict.GRANTED, "", next, fragmentOf(outcome.fragment(), after));
    }

    private static Ruling failed(
            EventState state,
            EffectState effect,
            FragmentState before,
            Outcome outcome,
            EventState.Failure failure,
            RetryPolicy policy,
            long nowMillis,
            RandomGenerator random) {
        if (before.progress() == Progress.COMPLETED
                || (before.progress() == Progress.FAILED
                        && before.attempt() == outcome.token().attempt())) {
            return repeated(state, before, outcome, nowMillis);
        }
        boolean firstOfAttempt = !state.anyFailed();
        FragmentState after = new FragmentState(Progress.FAILED, outcome.token().attempt(), outcome.flowFile());
        EffectState broken = moved(effect, outcome.fragment(), before, after, effect.idempotent());
        int failures = firstOfAttempt ? state.failures() + 1 : state.failures();
        boolean givenUp = state.isGivenUp() || policy.isUsedUp(failures);
        long due = givenUp ? 0 : Math.max(state.retryDue(), nowMillis + policy.delayMillis(failures, random));
        EventState with = state.change()
                .effect(broken)
                .failures(failures)
                .error(Optional.of(failure))
                .retryDue(due)
                .at(nowMillis);
        EventState next = with.change().status(status(with, givenUp)).at(nowMillis);
        return new Ruling(Verdict.GRANTED, "", next, fragmentOf(outcome.fragment(), after));
    }

    /** An outcome of something that has one: the FlowFile that gave it may repeat it, as after a crash. */
    private static Ruling repeated(EventState state, FragmentState before, Outcome outcome, long nowMillis) {
        if (before.attempt() == outcome.token().attempt()
                && before.claimant().equals(outcome.flowFile())
                && before.progress() == progressOf(outcome)) {
            return keep(Verdict.GRANTED, "", state);
        }
        return late(
                state,
                "Effect '" + outcome.effect() + "'" + words(outcome.fragment()) + " has an outcome: "
                        + before.progress(),
                nowMillis);
    }

    private static Progress progressOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed completed -> Progress.COMPLETED;
            case Outcome.Failed failed -> Progress.FAILED;
            case Outcome.GivenUp givenUp -> Progress.FAILED;
        };
    }

    private static Status status(EventState state, boolean givenUp) {
        List<EffectState> effects = state.effects();
        if (effects.stream().allMatch(EffectState::isCompleted)) {
            return Status.COMPLETED;
        }
        if (state.status() == Status.DEAD_LETTER) {
            // A person may have settled one that still had claims.
            return Status.DEAD_LETTER;
        }
        if (effects.stream().anyMatch(effect -> effect.progress() == Progress.CLAIMED)) {
            return Status.DELIVERING;
        }
        if (givenUp) {
            return Status.DEAD_LETTER;
        }
        return effects.stream().anyMatch(effect -> effect.progress() == Progress.FAILED)
                ? Status.FAILED
                : Status.IN_FLIGHT;
    }

    private static Optional<Ruling> misfit(EventState state, Token token, String effect) {
        if (token.kind() != Token.Kind.ADMISSION) {
            return Optional.of(keep(Verdict.REJECTED, "The FlowFile was emitted for replay, but not admitted", state));
        }
        if (token.generation() > state.generation()
                || (token.generation() == state.generation() && token.attempt() > state.attempt())) {
            return Optional.of(keep(
                    Verdict.REJECTED,
                    "The token is of attempt " + token.generation() + "." + token.attempt()
                            + ", which this journal has not given: was an older copy of it restored?",
                    state));
        }
        if (state.effect(effect).isEmpty()) {
            return Optional.of(keep(
                    Verdict.REJECTED,
                    "Effect '" + effect + "' is not among the event's required effects "
                            + state.effects().stream().map(EffectState::name).toList()
                            + ": name it in JournalEvent's Required Effects",
                    state));
        }
        return Optional.empty();
    }

    private static Optional<Ruling> splitMisfit(EventState state, EffectState effect, Fragment fragment) {
        boolean untouched = effect.fragments() == 0 && effect.progress() == Progress.PENDING;
        if (untouched) {
            return Optional.empty();
        }
        if (effect.fragments() == fragment.count()) {
            boolean another = !effect.split().isEmpty()
                    && !fragment.split().isEmpty()
                    && !effect.split().equals(fragment.split());
            return another
                    ? Optional.of(keep(
                            Verdict.REJECTED,
                            "Effect '" + effect.name() + "' is of the fragments of split " + effect.split()
                                    + ", this FlowFile is of split " + fragment.split()
                                    + ": an event may be split once after JournalEvent, in one place",
                            state))
                    : Optional.empty();
        }
        return Optional.of(keep(
                Verdict.REJECTED,
                "Effect '" + effect.name() + "' is of " + pieces(effect.fragments()) + ", this FlowFile is of "
                        + pieces(fragment.count()),
                state));
    }

    private static String pieces(int count) {
        return count == 0 ? "the whole event" : count + " fragments";
    }

    private static boolean isOlder(EventState state, Token token) {
        return token.generation() < state.generation() || token.attempt() < state.attempt();
    }

    private static String older(EventState state, Token token) {
        return "The FlowFile is of attempt " + token.generation() + "." + token.attempt() + ", the event is at attempt "
                + state.generation() + "." + state.attempt();
    }

    private static FragmentState before(EffectState effect, Optional<FragmentState> stored, Fragment fragment) {
        if (fragment.isWhole()) {
            return new FragmentState(effect.progress(), effect.attempt(), effect.claimant());
        }
        return stored.orElse(new FragmentState(Progress.PENDING, 0, ""));
    }

    private static Optional<FragmentState> fragmentOf(Fragment fragment, FragmentState after) {
        return fragment.isWhole() ? Optional.empty() : Optional.of(after);
    }

    private static EffectState moved(
            EffectState effect, Fragment fragment, FragmentState before, FragmentState after, boolean idempotent) {
        if (fragment.isWhole()) {
            return new EffectState(
                    effect.name(), after.progress(), after.attempt(), after.claimant(), idempotent, 0, "", 0, 0, 0);
        }
        int claimed = effect.fragmentsClaimed();
        int completed = effect.fragmentsCompleted();
        int failed = effect.fragmentsFailed();
        // Claims and failures of older attempts were taken out of the counts when the attempt began.
        if (before.attempt() == after.attempt()) {
            claimed -= before.progress() == Progress.CLAIMED ? 1 : 0;
            failed -= before.progress() == Progress.FAILED ? 1 : 0;
        }
        claimed += after.progress() == Progress.CLAIMED ? 1 : 0;
        completed += after.progress() == Progress.COMPLETED ? 1 : 0;
        failed += after.progress() == Progress.FAILED ? 1 : 0;
        Progress progress;
        if (completed == fragment.count()) {
            progress = Progress.COMPLETED;
        } else if (claimed > 0) {
            progress = Progress.CLAIMED;
        } else {
            progress = failed > 0 ? Progress.FAILED : Progress.PENDING;
        }
        return new EffectState(
                effect.name(),
                progress,
                after.attempt(),
                after.claimant(),
                idempotent,
                fragment.count(),
                effect.split().isEmpty() ? fragment.split() : effect.split(),
                claimed,
                completed,
                failed);
    }

    private static String words(Fragment fragment) {
        return fragment.isWhole() ? "" : ", fragment " + fragment.index() + " of " + fragment.count();
    }

    private static Ruling keep(Verdict verdict, String reason, EventState state) {
        return new Ruling(verdict, reason, state, Optional.empty());
    }

    private static Ruling late(EventState state, String reason, long nowMillis) {
        return keep(
                Verdict.SUPERSEDED,
                reason,
                state.change().lateOutcomes(state.lateOutcomes() + 1).at(nowMillis));
    }
}
