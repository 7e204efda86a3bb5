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

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules for replay jobs. That a forced replay needs the approval of a second identity is no part of it: it always does.
 *
 * @param enabled whether replay jobs may run at all
 * @param requesters the identities that may ask; empty when whoever may operate the coordinator may
 * @param ratePerSecond events that all jobs together emit per second at most, above 0; absent for no limit
 * @param concurrency events that all jobs that run have emitted and not settled at most, 1 or more; absent for no limit
 * @param approvalAbove a job of more events needs the approval of a second identity, 0 for every job that has any; absent
 *     when only forced replays do
 * @param approvalExpiry how long an approval is good for the start of its job, above zero
 * @param errorBudget absent for none beside the job's own
 * @param oldestMissed how long an event may be missed before people are told; absent for ever
 * @param window when jobs may emit; absent for always
 * @param provenanceTargets ids of the JournalEvents before which jobs may have NiFi replay; absent for any
 */
public record ReplayPolicy(
        boolean enabled,
        Set<String> requesters,
        Optional<Double> ratePerSecond,
        OptionalInt concurrency,
        OptionalLong approvalAbove,
        Duration approvalExpiry,
        Optional<ErrorBudget> errorBudget,
        Optional<Duration> oldestMissed,
        Optional<DailyWindow> window,
        Optional<Set<String>> provenanceTargets) {
    public ReplayPolicy {
        requesters = sorted(requesters);
        provenanceTargets = provenanceTargets.map(ReplayPolicy::sorted);
        ratePerSecond.filter(rate -> !(rate > 0 && Double.isFinite(rate))).ifPresent(rate -> {
            throw new IllegalArgumentException("The rate is " + rate + ", but must be above 0");
        });
        if (concurrency.isPresent() && concurrency.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "The concurrency is " + concurrency.getAsInt() + ", but must be 1 or more");
        }
        if (approvalAbove.isPresent() && approvalAbove.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "Approval is needed above " + approvalAbove.getAsLong() + " events, but must be above 0 or more");
        }
        if (!approvalExpiry.isPositive()) {
            throw new IllegalArgumentException(
                    "An approval expires after " + approvalExpiry + ", but must be after some time");
        }
    }

    private static Set<String> sorted(Set<String> texts) {
        return Collections.unmodifiableSet(new TreeSet<>(texts));
    }

    /**
     * Whether it allows anything that the other does not. What does not compare counts as looser: so of two policies that
     * are not equal at least one is looser than the other.
     */
    public boolean isLooserThan(ReplayPolicy other) {
        return (enabled && !other.enabled)
                || (!other.requesters.isEmpty() && (requesters.isEmpty() || !other.requesters.containsAll(requesters)))
                || isHigher(ratePerSecond, other.ratePerSecond)
                || isHigher(boxed(concurrency), boxed(other.concurrency))
                || isHigher(boxed(approvalAbove), boxed(other.approvalAbove))
                || approvalExpiry.compareTo(other.approvalExpiry) > 0
                || (other.errorBudget.isPresent()
                        && errorBudget
                                .map(own -> own.isLooserThan(other.errorBudget.get()))
                                .orElse(true))
                || isHigher(oldestMissed, other.oldestMissed)
                || (other.window.isPresent()
                        && window.map(own -> own.isLooserThan(other.window.get()))
                                .orElse(true))
                || (other.provenanceTargets.isPresent()
                        && provenanceTargets
                                .map(own -> !other.provenanceTargets.get().containsAll(own))
                                .orElse(true));
    }

    /** Limits that are absent are the highest. */
    private static <T extends Comparable<T>> boolean isHigher(Optional<T> own, Optional<T> other) {
        return other.isPresent()
                && own.map(limit -> limit.compareTo(other.get()) > 0).orElse(true);
    }

    private static Optional<Integer> boxed(OptionalInt limit) {
        return limit.isPresent() ? Optional.of(limit.getAsInt()) : Optional.empty();
    }

    private static Optional<Long> boxed(OptionalLong limit) {
        return limit.isPresent() ? Optional.of(limit.getAsLong()) : Optional.empty();
    }

    /** SHA-256 of the {@link #canonicalJson}, 64 lower-case hexadecimal digits: what approvals and notices name it by. */
    public String digest() {
        return Sha256.hex(canonicalJson());
    }

    /**
     * The policy as canonical JSON (RFC 8785). Members that are absent are left out; numbers with a fraction and durations
     * (ISO 8601) are texts, so that there is one way to write them.
     */
    public String canonicalJson() {
        return json().member("requesters", requesters).toString();
    }

    /** The same with the number of requesters instead of their names: for those who read what was in force, and when. */
    public String namelessJson() {
        return json().member("requesters", requesters.size()).toString();
    }

    private CanonicalObject json() {
        CanonicalObject json = new CanonicalObject();
        boxed(approvalAbove).ifPresent(limit -> json.member("approvalAbove", limit));
        json.member("approvalExpiry", approvalExpiry);
        boxed(concurrency).ifPresent(limit -> json.member("concurrency", limit));
        json.member("enabled", enabled);
        errorBudget.ifPresent(budget -> json.member(
                "errorBudget",
                new CanonicalObject()
                        .member("action", budget.action().name())
                        .member("share", Double.toString(budget.share()))
                        .member("window", budget.window())));
        oldestMissed.ifPresent(time -> json.member("oldestMissed", time));
        provenanceTargets.ifPresent(ids -> json.member("provenanceTargets", ids));
        ratePerSecond.ifPresent(rate -> json.member("ratePerSecond", Double.toString(rate)));
        window.ifPresent(daily -> json.member(
                "window",
                new CanonicalObject()
                        .member("from", daily.from().toString())
                        .member("to", daily.to().toString())
                        .member("zone", daily.zone().getId())));
        return json;
    }
}
