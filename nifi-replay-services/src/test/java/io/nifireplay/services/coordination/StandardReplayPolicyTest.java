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
package io.nifireplay.services.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.governance.DailyWindow;
import io.nifireplay.journal.governance.ErrorBudget;
import io.nifireplay.journal.governance.ReplayPolicy;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockValidationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandardReplayPolicyTest {
    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final StandardReplayPolicy service = new StandardReplayPolicy();

    @BeforeEach
    void addTheService() throws Exception {
        runner.addControllerService("policy", service);
    }

    @Test
    void isSafeAsItComes() {
        runner.assertValid(service);
        runner.enableControllerService(service);

        assertThat(service.getReplayPolicy())
                .isEqualTo(new ReplayPolicy(
                        true,
                        Set.of(),
                        Optional.of(100.0),
                        OptionalInt.of(1_000),
                        OptionalLong.of(1_000),
                        Duration.ofHours(8),
                        Optional.of(new ErrorBudget(0.1, Duration.ofMinutes(5), ErrorBudget.Action.PAUSE)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(Set.of())));
    }

    @Test
    void saysWhatIsSet() {
        runner.setProperty(service, StandardReplayPolicy.REPLAY, "off");
        runner.setProperty(service, StandardReplayPolicy.REQUESTERS, "CN=ann, OU=NiFi\n CN=ben, OU=NiFi \n\n");
        runner.setProperty(service, StandardReplayPolicy.APPROVAL_REQUIRED, ApprovalRequired.ALWAYS);
        runner.setProperty(service, StandardReplayPolicy.APPROVAL_EXPIRY, "10 mins");
        runner.setProperty(service, StandardReplayPolicy.MAXIMUM_RATE, "5");
        runner.setProperty(service, StandardReplayPolicy.MAXIMUM_CONCURRENCY, "7");
        runner.setProperty(service, StandardReplayPolicy.ERROR_BUDGET, "25");
        runner.setProperty(service, StandardReplayPolicy.ERROR_BUDGET_WINDOW, "1 min");
        runner.setProperty(service, StandardReplayPolicy.ERROR_BUDGET_ACTION, BudgetAction.ABORT);
        runner.setProperty(service, StandardReplayPolicy.OLDEST_MISSED_EVENT, "2 hours");
        runner.setProperty(service, StandardReplayPolicy.DAILY_WINDOW, "22:00 - 06:00");
        runner.setProperty(service, StandardReplayPolicy.TIME_ZONE, "Europe/Berlin");
        runner.setProperty(service, StandardReplayPolicy.PROVENANCE_TARGETS, "one, two");
        runner.enableControllerService(service);

        assertThat(service.getReplayPolicy())
                .isEqualTo(new ReplayPolicy(
                        false,
                        Set.of("CN=ann, OU=NiFi", "CN=ben, OU=NiFi"),
                        Optional.of(5.0),
                        OptionalInt.of(7),
                        OptionalLong.of(0),
                        Duration.ofMinutes(10),
                        Optional.of(new ErrorBudget(0.25, Duration.ofMinutes(1), ErrorBudget.Action.ABORT)),
                        Optional.of(Duration.ofHours(2)),
                        Optional.of(
                                new DailyWindow(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneId.of("Europe/Berlin"))),
                        Optional.of(Set.of("one", "two"))));
    }

    @Test
    void whatIsTakenAwayLimitsNothing() {
        runner.setProperty(service, StandardReplayPolicy.APPROVAL_REQUIRED, ApprovalRequired.FORCED);
        runner.removeProperty(service, StandardReplayPolicy.MAXIMUM_RATE);
        runner.removeProperty(service, StandardReplayPolicy.MAXIMUM_CONCURRENCY);
        runner.removeProperty(service, StandardReplayPolicy.ERROR_BUDGET);
        runner.setProperty(service, StandardReplayPolicy.PROVENANCE_TARGETS, "*");
        runner.enableControllerService(service);

        ReplayPolicy policy = service.getReplayPolicy();
        assertThat(policy.approvalAbove()).isEmpty();
        assertThat(policy.provenanceTargets()).isEmpty();
    }

    @Test
    void refusesATimeWindowThatIsNone() {
        for (String text : new String[] {"22:00", "22:00-06:00-07:00", "22-6", "late-early", "06:00-06:00"}) {
            assertThat(faults(text, "UTC")).as(text).containsExactly("Daily Time Window");
        }
        runner.setProperty(service, StandardReplayPolicy.DAILY_WINDOW, "22:00-06:00");
        runner.assertValid(service);
    }

    @Test
    void saysWhichPropertyIsAtFault() {
        assertThat(faults("22:00-06:00", "Atlantis")).containsExactly("Time Zone");
        assertThat(service.verify(
                        new MockConfigurationContext(
                                service,
                                Map.of(
                                        StandardReplayPolicy.DAILY_WINDOW, "22:00-06:00",
                                        StandardReplayPolicy.TIME_ZONE, "Atlantis"),
                                null,
                                Map.of()),
                        new MockComponentLog("policy", service),
                        Map.of()))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.getOutcome()).isEqualTo(Outcome.FAILED);
                    assertThat(result.getExplanation()).startsWith("Time Zone: 'Atlantis'");
                });
    }

    /** The properties that NiFi shows as invalid. */
    private List<String> faults(String window, String zone) {
        MockProcessContext context = new MockProcessContext(service);
        context.setProperty(StandardReplayPolicy.DAILY_WINDOW, window);
        context.setProperty(StandardReplayPolicy.TIME_ZONE, zone);
        return service.validate(new MockValidationContext(context)).stream()
                .filter(result -> !result.isValid())
                .map(ValidationResult::getSubject)
                .toList();
    }

    @Test
    void saysThatItIsNotEnabled() {
        assertThatThrownBy(service::getReplayPolicy)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not enabled");
    }

    @Test
    void verifySaysWhatThePolicyMeans() {
        MockConfigurationContext context = new MockConfigurationContext(service, Map.of(), null, Map.of());

        assertThat(service.verify(context, new MockComponentLog("policy", service), Map.of()))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.getOutcome()).isEqualTo(Outcome.SUCCESSFUL);
                    assertThat(result.getExplanation())
                            .contains("more than 1000 events")
                            .contains("100 events a second")
                            .contains("10 %");
                });
    }
}
