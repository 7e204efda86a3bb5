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
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobRulesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final ReplayPolicy POLICY = Policies.LOOSE;
    private static final String ITEMS = "i1";
    private static final Pin PIN = new Pin("c", "policy service", POLICY, NOW);
    private static final Approval GOOD =
            new Approval("cleo", "agreed", NOW, NOW.plusSeconds(60), 3, ITEMS, POLICY.digest(), PIN.digest(), false);

    private static Governing job(Approval approval) {
        FrozenPlan plan = new FrozenPlan(numbers(5), ITEMS, POLICY.digest(), NOW, Optional.empty(), Optional.empty());
        return new Governing(
                "c", List.of("ann", "ben"), Optional.of(plan), true, Optional.of(approval), Optional.empty());
    }

    private static Plan numbers(long emitted) {
        return new Plan(emitted, emitted, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0);
    }

    @Test
    void aGoodApprovalLetsItsJobStart() {
        assertThat(JobRules.problem(job(GOOD), 4, PIN, ReplayMode.FORCED, NOW)).isEmpty();
    }

    /** An approval that is not good, and when it is looked at. */
    static Stream<Arguments> bad() {
        Instant late = GOOD.expires();
        return Stream.of(
                Arguments.of("used", GOOD.asUsed(), 4, PIN, NOW),
                Arguments.of("expired", GOOD, 4, PIN, late),
                Arguments.of("policy has changed", GOOD, 4, pin("c", "policy service", Policies.approvalAbove(1)), NOW),
                Arguments.of("Another coordinator", GOOD, 4, pin("second", "policy service", POLICY), NOW),
                Arguments.of("Another coordinator", GOOD, 4, pin("c", "my own policy", POLICY), NOW),
                Arguments.of("Another coordinator", ofAnOlderVersion(), 4, PIN, NOW),
                Arguments.of("something else", GOOD, 5, PIN, NOW),
                Arguments.of("something else", with("cleo", "i2"), 4, PIN, NOW),
                Arguments.of("something else", with("ben", ITEMS), 4, PIN, NOW),
                Arguments.of("something else", with("anonymous", ITEMS), 4, PIN, NOW),
                Arguments.of("something else", with(" ", ITEMS), 4, PIN, NOW));
    }

    private static Approval with(String approver, String items) {
        return new Approval(
                approver,
                GOOD.reason(),
                GOOD.given(),
                GOOD.expires(),
                GOOD.version(),
                items,
                GOOD.policy(),
                GOOD.pin(),
                false);
    }

    /** Which did not bind who governs. */
    private static Approval ofAnOlderVersion() {
        return new Approval("cleo", "agreed", NOW, GOOD.expires(), 3, ITEMS, POLICY.digest(), null, false);
    }

    private static Pin pin(String coordinator, String policyService, ReplayPolicy policy) {
        return new Pin(coordinator, policyService, policy, NOW);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void anyOtherDoesNot(String word, Approval approval, long version, Pin pin, Instant now) {
        assertThat(JobRules.problem(job(approval), version, pin, ReplayMode.FORCED, now))
                .hasValueSatisfying(problem -> assertThat(problem).contains(word));
    }

    @Test
    void forcedJobsAlwaysNeedAnApprovalAndOthersByTheirSize() {
        assertThat(JobRules.needsApproval(ReplayMode.FORCED, 0, POLICY)).isTrue();
        assertThat(JobRules.needsApproval(ReplayMode.MISSED_ONLY, 1_000_000, POLICY))
                .isFalse();
        ReplayPolicy above = Policies.approvalAbove(POLICY, OptionalLong.of(10));
        assertThat(JobRules.needsApproval(ReplayMode.MISSED_ONLY, 10, above)).isFalse();
        assertThat(JobRules.needsApproval(ReplayMode.DRILL, 11, above)).isTrue();
        assertThat(JobRules.problem(job(GOOD.asUsed()), 9, PIN, ReplayMode.MISSED_ONLY, NOW))
                .as("where none is needed none is looked at")
                .isEmpty();
    }

    @Test
    void nobodyInParticularIsAnonymous() {
        for (String identity : List.of("", "  ", "anonymous", "Anonymous", " ANONYMOUS ")) {
            assertThat(new Caller(identity, true, Optional.of("policy service")).isAnonymous())
                    .isTrue();
        }
        assertThat(new Caller("ann", false, Optional.empty()).isAnonymous()).isFalse();
    }

    @Test
    void aRequestThatNeedsNoApprovalPassesThroughEveryState() {
        assertThatCode(() -> JobRules.requirePath("job", JobState.RUNNING)).doesNotThrowAnyException();
        assertThatCode(() -> JobRules.requirePath("job", JobState.FINISHED)).doesNotThrowAnyException();
        assertThatThrownBy(() -> JobRules.requirePath("job", JobState.DRAFTED))
                .isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void provenanceJobsGoOnlyWhereThePolicyLetsThem() {
        Governance some = governance(Policies.provenanceTargets("one", "two"));
        assertThatCode(() -> JobRules.requireProvenanceTargets(Set.of("one"), some))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> JobRules.requireProvenanceTargets(Set.of("one", "three"), some))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("[three]")
                .hasMessageContaining("policy service");
        assertThatCode(() -> JobRules.requireProvenanceTargets(Set.of("three"), governance(Policies.LOOSE)))
                .doesNotThrowAnyException();
        assertThatCode(() -> JobRules.requireProvenanceTargets(Set.of("three"), Governance.NONE))
                .doesNotThrowAnyException();
    }

    @Test
    void withoutACoordinatorForcedRequestsAreRefusedAndOthersAreNot() {
        assertThatThrownBy(() -> JobRules.requireOpenByFlowFile(request(ReplayMode.FORCED), 0, Governance.NONE))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("StandardReplayCoordinator");
        assertThatCode(() ->
                        JobRules.requireOpenByFlowFile(request(ReplayMode.MISSED_ONLY), 1_000_000_000, Governance.NONE))
                .doesNotThrowAnyException();
    }

    @Test
    void estimatesByTheLowerRate() {
        assertThat(JobRules.estimate(request(ReplayMode.FORCED), numbers(100), POLICY))
                .isEmpty();
        assertThat(JobRules.estimate(request(ReplayMode.FORCED), numbers(100), Policies.limited(10, 1)))
                .contains(Duration.ofSeconds(10));
        ReplayRequest slow = new ReplayRequest(
                "job",
                Selector.ALL,
                ReplayMode.FORCED,
                false,
                new Limits(Optional.of(2.0), 10, Optional.empty(), Optional.empty(), false),
                "test",
                "ann");
        assertThat(JobRules.estimate(slow, numbers(100), Policies.limited(10, 1)))
                .contains(Duration.ofSeconds(50));
    }

    private static ReplayRequest request(ReplayMode mode) {
        return new ReplayRequest("job", Selector.ALL, mode, false, Limits.NONE, "test", "ann");
    }

    private static Governance governance(ReplayPolicy policy) {
        return new Governance(Optional.of(new Pin("c", "policy service", policy, NOW)), Optional.empty());
    }
}
