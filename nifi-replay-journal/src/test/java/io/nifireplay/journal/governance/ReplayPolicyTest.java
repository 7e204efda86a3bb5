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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReplayPolicyTest {
    private static final ReplayPolicy STRICT = Policies.STRICT;
    private static final ErrorBudget BUDGET = STRICT.errorBudget().orElseThrow();

    /** A field and a looser value of it. */
    static Stream<Arguments> looser() {
        return Stream.of(
                Arguments.of("enabled", Policies.enabled(STRICT, true), Policies.enabled(STRICT, false)),
                Arguments.of("requesters", Policies.requesters(STRICT, Set.of()), STRICT),
                Arguments.of("requesters", Policies.requesters(STRICT, Set.of("ann", "ben", "cleo")), STRICT),
                Arguments.of("ratePerSecond", Policies.rate(STRICT, Optional.empty()), STRICT),
                Arguments.of("ratePerSecond", Policies.rate(STRICT, Optional.of(10.5)), STRICT),
                Arguments.of("concurrency", Policies.concurrency(STRICT, OptionalInt.empty()), STRICT),
                Arguments.of("concurrency", Policies.concurrency(STRICT, OptionalInt.of(11)), STRICT),
                Arguments.of("approvalAbove", Policies.approvalAbove(STRICT, OptionalLong.empty()), STRICT),
                Arguments.of("approvalAbove", Policies.approvalAbove(STRICT, OptionalLong.of(101)), STRICT),
                Arguments.of("approvalExpiry", Policies.approvalExpiry(STRICT, Duration.ofHours(1)), STRICT),
                Arguments.of("errorBudget", Policies.errorBudget(STRICT, Optional.empty()), STRICT),
                Arguments.of("errorBudget", budget(0.21, BUDGET.window(), BUDGET.action()), STRICT),
                Arguments.of("errorBudget", STRICT, budget(BUDGET.share(), BUDGET.window(), ErrorBudget.Action.ABORT)),
                Arguments.of("oldestMissed", Policies.oldestMissed(STRICT, Optional.empty()), STRICT),
                Arguments.of("oldestMissed", Policies.oldestMissed(STRICT, Optional.of(Duration.ofHours(9))), STRICT),
                Arguments.of("window", Policies.window(STRICT, Optional.empty()), STRICT),
                Arguments.of("window", window(21, 6), STRICT),
                Arguments.of("window", window(22, 7), STRICT),
                Arguments.of("provenanceTargets", Policies.provenanceTargets(STRICT, Optional.empty()), STRICT),
                Arguments.of(
                        "provenanceTargets", Policies.provenanceTargets(STRICT, Optional.of(Set.of("other"))), STRICT));
    }

    private static ReplayPolicy budget(double share, Duration window, ErrorBudget.Action action) {
        return Policies.errorBudget(STRICT, Optional.of(new ErrorBudget(share, window, action)));
    }

    private static ReplayPolicy window(int from, int to) {
        return Policies.window(
                STRICT, Optional.of(new DailyWindow(LocalTime.of(from, 0), LocalTime.of(to, 0), ZoneOffset.UTC)));
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("looser")
    void aLooserFieldMakesALooserPolicy(String field, ReplayPolicy looser, ReplayPolicy stricter) {
        assertThat(looser.isLooserThan(stricter)).isTrue();
        assertThat(looser.digest()).isNotEqualTo(stricter.digest());
        boolean replaced =
                field.equals("provenanceTargets") && looser.provenanceTargets().isPresent();
        assertThat(stricter.isLooserThan(looser)).as("the other way round").isEqualTo(replaced);
    }

    @Test
    void everyFieldIsComparedAndDigested() {
        Set<String> compared =
                looser().map(arguments -> (String) arguments.get()[0]).collect(Collectors.toSet());
        assertThat(compared)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ReplayPolicy.class.getRecordComponents())
                        .map(component -> component.getName())
                        .toList());
    }

    @Test
    void whatDoesNotCompareIsLooserBothWays() {
        ReplayPolicy otherWindow = budget(0.1, Duration.ofMinutes(6), ErrorBudget.Action.ABORT);
        assertThat(otherWindow.isLooserThan(STRICT)).isTrue();
        assertThat(STRICT.isLooserThan(otherWindow)).isTrue();
        ReplayPolicy otherZone = Policies.window(
                STRICT,
                Optional.of(new DailyWindow(LocalTime.of(23, 0), LocalTime.of(1, 0), ZoneId.of("Europe/Berlin"))));
        assertThat(otherZone.isLooserThan(STRICT)).isTrue();
        assertThat(STRICT.isLooserThan(otherZone)).isTrue();
    }

    @Test
    void isWrittenInOneWay() {
        assertThat(STRICT.canonicalJson())
                .isEqualTo("{\"approvalAbove\":100,\"approvalExpiry\":\"PT30M\",\"concurrency\":10,\"enabled\":true,"
                        + "\"errorBudget\":{\"action\":\"PAUSE\",\"share\":\"0.2\",\"window\":\"PT5M\"},"
                        + "\"oldestMissed\":\"PT8H\",\"provenanceTargets\":[\"target\"],\"ratePerSecond\":\"10.0\","
                        + "\"requesters\":[\"ann\",\"ben\"],"
                        + "\"window\":{\"from\":\"22:00\",\"to\":\"06:00\",\"zone\":\"Z\"}}");
        assertThat(STRICT.namelessJson()).contains("\"requesters\":2").doesNotContain("ann");
        assertThat(STRICT.digest())
                .matches("[0-9a-f]{64}")
                .isEqualTo(Policies.requesters(STRICT, Set.of("ben", "ann")).digest());
        assertThat(Policies.requesters(STRICT, Set.of("a\"b\\c\n\u0001ü")).canonicalJson())
                .contains("[\"a\\\"b\\\\c\\n\\u0001ü\"]");
    }

    @Test
    void refusesWhatIsNoPolicy() {
        assertThatThrownBy(() -> Policies.rate(STRICT, Optional.of(0.0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Policies.rate(STRICT, Optional.of(Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Policies.rate(STRICT, Optional.of(Double.POSITIVE_INFINITY)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Policies.concurrency(STRICT, OptionalInt.of(0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Policies.approvalAbove(STRICT, OptionalLong.of(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Policies.approvalExpiry(STRICT, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ErrorBudget(1.1, Duration.ofMinutes(1), ErrorBudget.Action.PAUSE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ErrorBudget(1, Duration.ZERO, ErrorBudget.Action.PAUSE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DailyWindow(LocalTime.NOON, LocalTime.NOON, ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWindowOverMidnightIsOpenOnBothSidesOfIt() {
        DailyWindow window = STRICT.window().orElseThrow();
        List<String> open = Stream.of(
                        "21:59:59", "22:00:00", "23:59:59", "00:00:00", "05:59:59", "06:00:00", "12:00:00")
                .filter(time -> window.isOpen(Instant.parse("2026-03-01T" + time + "Z")))
                .toList();
        assertThat(open).containsExactly("22:00:00", "23:59:59", "00:00:00", "05:59:59");
    }

    @Property(tries = 2_000)
    void aWindowIsLooserIfAndOnlyIfItIsOpenWhereTheOtherIsNot(
            @ForAll("windows") DailyWindow one, @ForAll("windows") DailyWindow other) {
        boolean openWhereTheOtherIsNot = false;
        for (int hour = 0; hour < 24; hour++) {
            Instant time = Instant.parse("2026-03-01T00:30:00Z").plus(Duration.ofHours(hour));
            openWhereTheOtherIsNot |= one.isOpen(time) && !other.isOpen(time);
        }
        assertThat(one.isLooserThan(other)).isEqualTo(openWhereTheOtherIsNot);
    }

    @Property(tries = 2_000)
    void ofTwoUnequalPoliciesOneIsLooserAndStricterIsTransitive(
            @ForAll("policies") ReplayPolicy a,
            @ForAll("policies") ReplayPolicy b,
            @ForAll("policies") ReplayPolicy c) {
        assertThat(a.isLooserThan(a)).isFalse();
        assertThat(a.isLooserThan(b) || b.isLooserThan(a)).isEqualTo(!a.equals(b));
        assertThat(a.digest().equals(b.digest())).isEqualTo(a.equals(b));
        if (!a.isLooserThan(b) && !b.isLooserThan(c)) {
            assertThat(a.isLooserThan(c))
                    .as("step by step nobody gets to a looser one")
                    .isFalse();
        }
    }

    @Provide
    Arbitrary<DailyWindow> windows() {
        Arbitrary<Integer> hours = Arbitraries.integers().between(0, 23);
        return Combinators.combine(hours, hours)
                .as((from, to) -> new int[] {from, to})
                .filter(ends -> ends[0] != ends[1])
                .map(ends -> new DailyWindow(LocalTime.of(ends[0], 0), LocalTime.of(ends[1], 0), ZoneOffset.UTC));
    }

    @Provide
    Arbitrary<ReplayPolicy> policies() {
        Arbitrary<Set<String>> few = Arbitraries.of(Set.of(), Set.of("a"), Set.of("a", "b"));
        Arbitrary<Integer> small = Arbitraries.integers().between(1, 3);
        Arbitrary<ErrorBudget> budgets = Combinators.combine(
                        Arbitraries.of(0.1, 0.2), small, Arbitraries.of(ErrorBudget.Action.class))
                .as((share, minutes, action) -> new ErrorBudget(share, Duration.ofMinutes(minutes), action));
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        few,
                        small.optional(),
                        small.optional(),
                        small.optional(),
                        budgets.optional(),
                        windows().optional(),
                        few.optional())
                .as((enabled, requesters, rate, concurrency, approval, budget, window, targets) -> new ReplayPolicy(
                        enabled,
                        requesters,
                        rate.map(Integer::doubleValue),
                        concurrency.map(OptionalInt::of).orElse(OptionalInt.empty()),
                        approval.map(limit -> OptionalLong.of(limit)).orElse(OptionalLong.empty()),
                        Duration.ofMinutes(concurrency.orElse(2)),
                        budget,
                        rate.map(Duration::ofHours),
                        window,
                        targets));
    }
}
