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

import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.services.journal.RocksDBEventJournal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardReplayCoordinatorTest {
    private static final Caller ANN = new Caller("ann", true, Optional.empty());
    private static final Caller CLEO = new Caller("cleo", false, Optional.of("policy"));

    @TempDir
    private Path folder;

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final RocksDBEventJournal journal = new RocksDBEventJournal();
    private final StandardReplayPolicy policy = new StandardReplayPolicy();
    private final StandardReplayCoordinator service = new StandardReplayCoordinator();

    @BeforeEach
    void addTheServices() throws Exception {
        runner.addControllerService("journal", journal);
        runner.setProperty(
                journal,
                journal.getPropertyDescriptor("Directory"),
                folder.resolve("event_journal").toString());
        runner.addControllerService("policy", policy);
        add("coordinator", service, "policy");
        runner.enableControllerService(journal);
        runner.enableControllerService(policy);
    }

    private void add(String id, StandardReplayCoordinator coordinator, String policyId) throws Exception {
        runner.addControllerService(id, coordinator);
        runner.setProperty(coordinator, StandardReplayCoordinator.EVENT_JOURNAL, "journal");
        runner.setProperty(coordinator, StandardReplayCoordinator.REPLAY_POLICY, policyId);
    }

    private Governance governance() {
        return journal.getEventJournal().governance();
    }

    private void setPolicy(PropertyDescriptor property, String value) {
        runner.disableControllerService(service);
        runner.disableControllerService(policy);
        runner.setProperty(policy, property, value);
        runner.enableControllerService(policy);
        runner.enableControllerService(service);
    }

    @Test
    void governsItsJournalFromTheFirstTimeThatItIsEnabled() {
        runner.assertValid(service);
        runner.enableControllerService(service);

        Pin pin = governance().pinned().orElseThrow();
        assertThat(pin.coordinator()).isEqualTo("coordinator");
        assertThat(pin.policyService()).isEqualTo("policy");
        assertThat(pin.policy()).isEqualTo(policy.getReplayPolicy());
        assertThat(service.getReplayCoordinator().governance()).isEqualTo(governance());
        assertThat(runner.getControllerServiceLogger("coordinator").getWarnMessages())
                .isEmpty();
    }

    @Test
    void aJobGoesThroughIt() {
        runner.enableControllerService(service);
        ReplayCoordinator coordinator = service.getReplayCoordinator();

        coordinator.draft(
                new ReplayRequest("job", Selector.ALL, ReplayMode.FORCED, false, Limits.NONE, "wrong flow", ""), ANN);
        GovernedJob planned = coordinator.plan("job", 1, ANN);
        coordinator.approve("job", planned.version(), "agreed", CLEO);
        coordinator.start("job", coordinator.job("job").orElseThrow().version(), "go", ANN);

        assertThat(coordinator.job("job").orElseThrow().state())
                .as("there is nothing to replay")
                .isEqualTo(JobState.FINISHED);
    }

    @Test
    void aLooserPolicyWaitsWithABulletinAcrossARestart() {
        runner.enableControllerService(service);
        setPolicy(StandardReplayPolicy.MAXIMUM_RATE, "50");
        assertThat(governance().pinned().orElseThrow().policy().ratePerSecond()).contains(50.0);
        assertThat(governance().waiting()).isEmpty();

        setPolicy(StandardReplayPolicy.MAXIMUM_RATE, "5000");

        assertThat(governance().pinned().orElseThrow().policy().ratePerSecond()).contains(50.0);
        assertThat(governance().waiting().orElseThrow().policy().ratePerSecond())
                .contains(5000.0);
        assertThat(runner.getControllerServiceLogger("coordinator").getWarnMessages())
                .last()
                .satisfies(message -> assertThat(message.getMsg()).contains("does not govern"));
        runner.disableControllerService(service);
        runner.disableControllerService(journal);
        runner.enableControllerService(journal);
        assertThat(governance().waiting()).isPresent();
        runner.enableControllerService(service);
        service.getReplayCoordinator()
                .approvePolicy(governance().waiting().orElseThrow().digest(), "agreed", CLEO);
        assertThat(governance().pinned().orElseThrow().policy().ratePerSecond()).contains(5000.0);
    }

    @Test
    void aSecondCoordinatorGovernsNothing() throws Exception {
        runner.enableControllerService(service);
        StandardReplayPolicy lax = new StandardReplayPolicy();
        runner.addControllerService("lax", lax);
        runner.enableControllerService(lax);
        StandardReplayCoordinator second = new StandardReplayCoordinator();
        add("second", second, "lax");
        runner.enableControllerService(second);

        assertThat(governance().pinned().orElseThrow().coordinator()).isEqualTo("coordinator");
        assertThat(governance().approversOf()).contains("policy");
        assertThatThrownBy(() -> second.getReplayCoordinator()
                        .draft(
                                new ReplayRequest(
                                        "job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "mine", ""),
                                ANN))
                .isInstanceOf(NotPermittedException.class);
        assertThat(runner.getControllerServiceLogger("second").getWarnMessages())
                .singleElement()
                .satisfies(message ->
                        assertThat(message.getMsg()).contains("coordinator coordinator, policy service policy"));
    }

    @Test
    void saysThatItIsNotEnabled() {
        assertThatThrownBy(service::getReplayCoordinator)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("not enabled");
        runner.enableControllerService(service);
        runner.disableControllerService(service);
        assertThatThrownBy(service::getReplayCoordinator).isInstanceOf(JournalException.class);
    }

    @Test
    void verifySaysWhatEnablingWouldChange() {
        assertThat(verify().getExplanation()).contains("has no coordinator");
        runner.enableControllerService(service);
        assertThat(verify().getExplanation()).isEqualTo("Nothing changes");
        runner.disableControllerService(service);
        runner.disableControllerService(policy);
        assertThat(verify().getOutcome()).isEqualTo(Outcome.SKIPPED);
    }

    private ConfigVerificationResult verify() {
        MockProcessContext process = (MockProcessContext) runner.getProcessContext();
        MockConfigurationContext context = new MockConfigurationContext(
                service, process.getControllerServices().get("coordinator").getProperties(), process, Map.of());
        return service.verify(context, new MockComponentLog("coordinator", service), Map.of())
                .getFirst();
    }
}
