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
package io.nifireplay.journal.governance;

import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who may do what to which job under which policy: pure functions, so that every engine keeps the same rules. */
public final class JobRules {
    private JobRules() {}

    /** Whether a second identity has to agree to a job of so many events. */
    public static boolean needsApproval(ReplayMode mode, long events, ReplayPolicy policy) {
        return mode == ReplayMode.FORCED
                || (policy.approvalAbove().isPresent()
                        && events > policy.approvalAbove().getAsLong());
    }

    /** @throws NotPermittedException when another coordinator governs the journal, or none */
    public static Pin requirePinned(Governance governance, String coordinator) {
        Pin pin = governance
                .pinned()
                .orElseThrow(() -> new NotPermittedException(
                        "No coordinator governs this journal: enable the service StandardReplayCoordinator"));
        if (!pin.coordinator().equals(coordinator)) {
            throw new NotPermittedException("Coordinator " + coordinator + " does not govern this journal: coordinator "
                    + pin.coordinator() + " does. Use that one, or have an approver of its policy agree to the change");
        }
        return pin;
    }

    /** @throws NotPermittedException when the caller may not ask for replays */
    public static void requireRequester(Caller caller, ReplayPolicy policy) {
        if (!caller.mayOperate()) {
            throw new NotPermittedException(who(caller)
                    + " may not operate replay jobs: 'modify the component' on the coordinator's service is needed");
        }
        if (!policy.requesters().isEmpty() && !policy.requesters().contains(caller.identity())) {
            throw new NotPermittedException(
                    who(caller) + " is not among the requesters that the replay policy lists: have it added there");
        }
    }

    /** @throws NotPermittedException when nobody knows who asks for what a second identity has to agree to */
    public static void requireKnown(Caller caller, boolean approvalNeeded) {
        if (approvalNeeded && caller.isAnonymous()) {
            throw new NotPermittedException(
                    "This replay needs the approval of a second person, and NiFi does not know who"
                            + " asks for it: use a NiFi in which people log in or have certificates");
        }
    }

    /** @throws NotPermittedException when the caller may not agree to this job */
    public static void requireApprover(Caller caller, Governing job, Governance governance) {
        requireApprover(caller, governance);
        if (job.editors().contains(caller.identity())) {
            throw new NotPermittedException(
                    who(caller) + " has asked for this job, or edited it: somebody else has to agree to it");
        }
        if (hasUnknownEditor(job)) {
            throw new NotPermittedException("Somebody whom NiFi does not know has asked for this job, or edited it, who"
                    + " may be anybody: have it drafted anew by somebody who is logged in");
        }
    }

    private static boolean hasUnknownEditor(Governing job) {
        return job.editors().stream().anyMatch(Caller::isAnonymous);
    }

    /** @throws NotPermittedException when the caller may not approve anything */
    public static void requireApprover(Caller caller, Governance governance) {
        if (caller.isAnonymous()) {
            throw new NotPermittedException(
                    "NiFi does not know who approves this: use a NiFi in which people log in or have certificates");
        }
        if (!caller.mayApprove()) {
            throw new NotPermittedException(
                    who(caller) + " may not approve replays: 'modify the component' on the policy's service is needed");
        }
        if (!governance.canMakeApprovers(caller.approverOf().get())) {
            throw new NotPermittedException("Another policy's service governs the journal since NiFi was asked whether "
                    + who(caller) + " may approve: look at it again");
        }
    }

    /** Who may do neither may not even stop a job. */
    public static void requireStopper(Caller caller) {
        if (!caller.mayOperate() && !caller.mayApprove()) {
            throw new NotPermittedException(who(caller)
                    + " may not stop replay jobs: 'modify the component' on the coordinator's service, or on the"
                    + " policy's, is needed");
        }
    }

    /** @throws StaleVersionException when the caller has seen another version */
    public static void requireVersion(String job, long seen, long version) {
        if (seen != version) {
            throw new StaleVersionException("Replay job " + job + " is at version " + version + ", not " + seen
                    + ": somebody has changed it meanwhile. Look at it again");
        }
    }

    /** @throws IllegalTransitionException when the job cannot go there */
    public static void requireTransition(String job, JobState from, JobState to) {
        if (!from.next().contains(to)) {
            throw new IllegalTransitionException("Replay job " + job + " is " + from.words() + ": it cannot be "
                    + to.words() + ". " + possible(from));
        }
    }

    /** That a job which needs no approval gets there through every state in between, in one write. */
    public static void requirePath(String job, JobState end) {
        JobState from = JobState.DRAFTED;
        for (JobState to : List.of(JobState.PLANNED, JobState.APPROVED, JobState.RUNNING)) {
            requireTransition(job, from, to);
            from = to;
        }
        if (end != from) {
            requireTransition(job, from, end);
        }
    }

    private static String possible(JobState from) {
        return from.isOver()
                ? "It is over"
                : "It can be "
                        + Stream.of(JobState.values())
                                .filter(from.next()::contains)
                                .map(JobState::words)
                                .collect(Collectors.joining(", "));
    }

    /** @throws IllegalArgumentException when nothing says why */
    public static void requireReason(String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("Say why: the reason is empty");
        }
    }

    /** @throws NotPermittedException when the policy does not let any job run, or this one not now */
    public static void requireRunnable(ReplayMode mode, Governance governance) {
        governance.pinned().filter(pin -> !pin.policy().enabled()).ifPresent(pin -> {
            throw new NotPermittedException(
                    "The replay policy has switched replay off: switch it on in policy service " + pin.policyService());
        });
        if (mode == ReplayMode.FORCED && governance.waiting().isPresent()) {
            throw new NotPermittedException("Another policy or coordinator waits for an approval, and no forced replay"
                    + " runs meanwhile: an approver agrees to it, or the coordinator that governs the journal is disabled"
                    + " and enabled with its policy as it was");
        }
    }

    /**
     * Holds what a FlowFile asks for to the policy in force, which has no way to tell who asks.
     *
     * @throws NotPermittedException when it has to go through the coordinator
     */
    public static void requireOpenByFlowFile(ReplayRequest request, long events, Governance governance) {
        requireRunnable(request.mode(), governance);
        boolean approval = governance
                .pinned()
                .map(pin -> needsApproval(request.mode(), events, pin.policy()))
                .orElse(request.mode() == ReplayMode.FORCED);
        if (approval) {
            throw new NotPermittedException((request.mode() == ReplayMode.FORCED
                            ? "A forced replay repeats events that are completed, and needs the approval of a"
                                    + " second person"
                            : "The replay policy asks for the approval of a second person for a job of " + events
                                    + " events")
                    + ": draft the job at the coordinator, StandardReplayCoordinator, instead of asking by FlowFile");
        }
    }

    /**
     * That NiFi's provenance can be replayed in such a way.
     *
     * @throws IllegalArgumentException when it cannot, whoever agrees
     */
    public static void requirePossibleOverProvenance(ReplayRequest request) {
        switch (request.mode()) {
            case DRILL ->
                throw new IllegalArgumentException(
                        "NiFi cannot mark what it replays, so there is no drill over provenance: run a dry run");
            case FORCED ->
                throw new IllegalArgumentException("There is no forced replay over provenance: NiFi cannot tell"
                        + " JournalEvent who has agreed to it. Draft a job over the journal's own events at the"
                        + " coordinator, StandardReplayCoordinator");
            case MISSED_ONLY, DRY_RUN -> {
                // Possible.
            }
        }
        if (request.limits().newEvents() == NewEvents.HOLD) {
            throw new IllegalArgumentException(
                    "A replay from provenance can bring events that the journal does not know:"
                            + " to hold new events would hold these. Let new events pass");
        }
        if (request.limits().strictOrder()) {
            throw new IllegalArgumentException(
                    "Provenance has no order that a replay could keep: leave strict order out");
        }
    }

    /** @throws NotPermittedException when the policy does not let jobs have NiFi replay before all of these JournalEvents */
    public static void requireProvenanceTargets(Set<String> processors, Governance governance) {
        governance
                .pinned()
                .ifPresent(pin -> pin.policy().provenanceTargets().ifPresent(allowed -> {
                    Set<String> others = new TreeSet<>(processors);
                    others.removeAll(allowed);
                    if (!others.isEmpty()) {
                        throw new NotPermittedException("The replay policy does not let NiFi replay before " + others
                                + ": add the JournalEvents to Provenance Targets in policy service "
                                + pin.policyService()
                                + ", which an approver has to agree to");
                    }
                }));
    }

    /**
     * Why an approval does not let its job start, empty when it does.
     *
     * @param version of the job now: an approval is good for the version that it made
     * @param pin who governs now, by what
     */
    public static Optional<String> problem(Governing job, long version, Pin pin, ReplayMode mode, Instant now) {
        FrozenPlan plan = job.plan().orElseThrow();
        if (!needsApproval(mode, plan.numbers().emitted(), pin.policy())) {
            return Optional.empty();
        }
        if (job.approval().isEmpty()) {
            return Optional.of("The replay policy asks for an approval, which it has not");
        }
        Approval approval = job.approval().get();
        if (approval.used()) {
            return Optional.of("Its approval was used");
        }
        if (!now.isBefore(approval.expires())) {
            return Optional.of("Its approval expired at " + approval.expires());
        }
        if (!approval.policy().equals(pin.policy().digest())) {
            return Optional.of("The replay policy has changed since it was approved");
        }
        if (!approval.pin().equals(pin.digest())) {
            return Optional.of("Another coordinator or policy's service governs the journal than when it was approved");
        }
        boolean same = approval.items().equals(plan.items()) && approval.version() + 1 == version;
        boolean byASecondPerson = !job.editors().contains(approval.approver())
                && !hasUnknownEditor(job)
                && !Caller.isAnonymous(approval.approver());
        if (!same || !byASecondPerson) {
            return Optional.of("Its approval is of something else");
        }
        return Optional.empty();
    }

    /** How long a job takes at the lower of its own rate limit and the policy's, absent when it has none. */
    public static Optional<Duration> estimate(ReplayRequest request, Plan plan, ReplayPolicy policy) {
        return Stream.of(request.limits().ratePerSecond(), policy.ratePerSecond())
                .flatMap(Optional::stream)
                .min(Double::compare)
                .map(rate -> Duration.ofMillis((long) Math.ceil(plan.emitted() * 1000.0 / rate)));
    }

    private static String who(Caller caller) {
        return caller.isAnonymous() ? "Who is not logged in" : "'" + caller.identity() + "'";
    }
}
