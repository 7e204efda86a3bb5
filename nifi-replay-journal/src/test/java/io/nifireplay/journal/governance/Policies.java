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
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Policies for tests: the loosest but for one field, and a strict one. */
public final class Policies {
    public static final Duration EXPIRY = Duration.ofHours(1);

    /** Forced replays need an approval, which expires; nothing else is limited. */
    public static final ReplayPolicy LOOSE = new ReplayPolicy(
            true,
            Set.of(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            EXPIRY,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public static final ReplayPolicy STRICT = new ReplayPolicy(
            true,
            Set.of("ann", "ben"),
            Optional.of(10.0),
            OptionalInt.of(10),
            OptionalLong.of(100),
            EXPIRY.dividedBy(2),
            Optional.of(new ErrorBudget(0.2, Duration.ofMinutes(5), ErrorBudget.Action.PAUSE)),
            Optional.of(Duration.ofHours(8)),
            Optional.of(new DailyWindow(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneOffset.UTC)),
            Optional.of(Set.of("target")));

    private Policies() {}

    public static ReplayPolicy switchedOff() {
        return enabled(LOOSE, false);
    }

    static ReplayPolicy enabled(ReplayPolicy p, boolean value) {
        return new ReplayPolicy(
                value,
                p.requesters(),
                p.ratePerSecond(),
                p.concurrency(),
                p.approvalAbove(),
                p.approvalExpiry(),
                p.errorBudget(),
                p.oldestMissed(),
                p.window(),
                p.provenanceTargets());
    }

    public static ReplayPolicy requesters(String... identities) {
        return requesters(LOOSE, Set.of(identities));
    }

    static ReplayPolicy requesters(ReplayPolicy p, Set<String> value) {
        return new ReplayPolicy(
                p.enabled(),
                value,
                p.ratePerSecond(),
                p.concurrency(),
                p.approvalAbove(),
                p.approvalExpiry(),
                p.errorBudget(),
                p.oldestMissed(),
                p.window(),
                p.provenanceTargets());
    }

    public static ReplayPolicy limited(double ratePerSecond, int concurrency) {
        return concurrency(rate(LOOSE, Optional.of(ratePerSecond)), OptionalInt.of(concurrency));
    }

    static ReplayPolicy rate(ReplayPolicy p, Optional<Double> value) {
        return new ReplayPolicy(
                p.enabled(),
                p.requesters(),
                value,
                p.concurrency(),
                p.approvalAbove(),
                p.approvalExpiry(),
                p.errorBudget(),
                p.oldestMissed(),
                p.window(),
                p.provenanceTargets());
    }

    static ReplayPolicy concurrency(ReplayPolicy p, OptionalInt value) {
        return new ReplayPolicy(
                p.enabled(),
                p.requesters(),
                p.ratePerSecond(),
                value,
                p.approvalAbove(),
                p.approvalExpiry(),
                p.errorBudget(),
                p.oldestMissed(),
                p.window(),
                p.provenanceTargets());
    }

    public static ReplayPolicy approvalAbove(long events) {
        return approvalAbove(LOOSE, OptionalLong.of(events));
    }

    static ReplayPolicy approvalAbove(ReplayPolicy p, OptionalLong value) {
        return new ReplayPolicy(
                p.enabled(),
                p.requesters(),
                p.ratePerSecond(),
                p.concurrency(),
                value,
                p.approvalExpiry(),
                p.errorBudget(),
                p.oldestMissed(),
                p.window(),
                p.provenanceTargets());
    }

    public static ReplayPolicy approvalExpiry(Duration expiry) {
        return approvalExpiry(LOOSE, expiry);
    }

    static ReplayPolicy approvalExpiry(ReplayPolicy p, Duration value) {
        return new ReplayPolicy(
                p.enabled(),
                p.requesters(),
                p.ratePerSecond(),
                p.concurrency(),
                p.approvalAbove(),
                value,
                p.errorBudget(),
                p.oldestMissed(),
                p.window(),
                p.provenanceTargets());
    }

    public static ReplayPolicy errorBudget(ErrorBudget budget) {
        return errorBudget(LOOSE, Optional.of(budget));
    }

    static ReplayPolicy errorBudget(ReplayPolicy p, Optional<ErrorBudget> value) {
        return new ReplayPolicy(
                p.enabled(),
                p.requesters(),
                p.ratePerSecond(),
                p.concurrency(),
                p.approvalAbove(),
                p.approvalExpiry(),
                value,
                p.oldestMissed(),
                p.window(),
                p.provenanceTargets());
    }

    static ReplayPolicy oldestMissed(ReplayPolicy p, Optional<Duration> value) {
        return new ReplayPolicy(
                p.enabled(),
                p.requesters(),
                p.ratePerSecond(),
                p.concurrency(),
                p.approvalAbove(),
                p.approvalExpiry(),
                p.errorBudget(),
                value,
                p.window(),
                p.provenanceTargets());
    }

    public static ReplayPolicy window(DailyWindow window) {
        return window(LOOSE, Optional.of(window));
    }

    static ReplayPolicy window(ReplayPolicy p, Optional<DailyWindow> value) {
        return new ReplayPolicy(
                p.enabled(),
                p.requesters(),
                p.ratePerSecond(),
                p.concurrency(),
                p.approvalAbove(),
                p.approvalExpiry(),
                p.errorBudget(),
                p.oldestMissed(),
                value,
                p.provenanceTargets());
    }

    public static ReplayPolicy provenanceTargets(String... ids) {
        return provenanceTargets(LOOSE, Optional.of(Set.of(ids)));
    }

    static ReplayPolicy provenanceTargets(ReplayPolicy p, Optional<Set<String>> value) {
        return new ReplayPolicy(
                p.enabled(),
                p.requesters(),
                p.ratePerSecond(),
                p.concurrency(),
                p.approvalAbove(),
                p.approvalExpiry(),
                p.errorBudget(),
                p.oldestMissed(),
                p.window(),
                value);
    }
}
