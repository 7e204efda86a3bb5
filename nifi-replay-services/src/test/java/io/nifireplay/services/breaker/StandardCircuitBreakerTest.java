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
package io.nifireplay.services.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.EventRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandardCircuitBreakerTest {
    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final StandardCircuitBreaker service = new StandardCircuitBreaker();

    @BeforeEach
    void addTheService() throws Exception {
        runner.addControllerService("breaker", service);
    }

    private void fail(int count, String type) {
        for (int i = 0; i < count; i++) {
            service.getCircuitBreaker()
                    .end(
                            new Call(new EventRef("orders", i + 1), 1, 1, "delivery", 0),
                            new CallOutcome.Failed(type, Duration.ZERO));
        }
    }

    private Map<String, String> state() throws Exception {
        return runner.getStateManager(service).getState(Scope.LOCAL).toMap();
    }

    @Test
    void isValidAsItComesAndBeginsClosed() throws Exception {
        runner.enableControllerService(service);
        assertThat(service.getCircuitBreaker().standing().isClosed()).isTrue();
        assertThat(state()).containsEntry("state", "closed").containsEntry("openings", "0");
    }

    @Test
    void countsByDefaultWhatIsTheDownstreamsFault() {
        for (String fault : new String[] {"503", "429", "408", "java.net.ConnectException", "unknown"}) {
            runner.enableControllerService(service);
            fail(20, fault);
            assertThat(service.getCircuitBreaker().standing().state()).as(fault).isEqualTo(BreakerState.OPEN);
            runner.disableControllerService(service);
        }
    }

    @Test
    void doesNotCountByDefaultWhatIsTheEventsFault() {
        runner.enableControllerService(service);
        fail(500, "400");
        fail(500, "404");
        fail(500, "409");
        assertThat(service.getCircuitBreaker().standing().isClosed()).isTrue();
    }

    @Test
    void eachTransitionIsInTheStateAndInABulletin() throws Exception {
        runner.setProperty(service, StandardCircuitBreaker.OPEN_TIME, "1 ms");
        runner.setProperty(service, StandardCircuitBreaker.PROBES, "1");
        runner.enableControllerService(service);
        fail(20, "503");
        assertThat(state())
                .containsEntry("state", "open")
                .containsEntry("openings", "1")
                .containsEntry(
                        "reason", "Of the 20 last calls, 20 failed and 0 were slow; the last error was of type 503");
        assertThat(runner.getControllerServiceLogger("breaker").getWarnMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg()).contains("holds its queues"));

        CircuitBreaker breaker = service.getCircuitBreaker();
        Awaitility.await().until(() -> breaker.room(1) == 1);
        assertThat(state()).containsEntry("state", "half open");

        Call probe = new Call(new EventRef("orders", 1), 1, 2, "delivery", 0);
        assertThat(breaker.begin(List.of(probe))).isOne();
        breaker.end(probe, new CallOutcome.Done(Duration.ZERO));
        assertThat(state()).containsEntry("state", "closed").containsEntry("openings", "1");
        assertThat(runner.getControllerServiceLogger("breaker").getWarnMessages())
                .last()
                .satisfies(message -> assertThat(message.getMsg()).contains("closed again"));
    }

    @Test
    void isInvalidWhenItsWindowNeverHasTheMinimum() {
        runner.setProperty(service, StandardCircuitBreaker.WINDOW_CALLS, "10");
        runner.setProperty(service, StandardCircuitBreaker.MINIMUM_CALLS, "11");
        runner.assertNotValid(service);
        runner.setProperty(service, StandardCircuitBreaker.WINDOW, "time");
        runner.assertValid(service);
    }

    @Test
    void verifySaysWhatTheSettingsMean() {
        MockConfigurationContext context = new MockConfigurationContext(
                service, Map.of(StandardCircuitBreaker.FAILURE_SHARE, "30"), null, Map.of());
        ConfigVerificationResult result =
                service.verify(context, runner.getLogger(), Map.of()).getFirst();
        assertThat(result.getOutcome()).isEqualTo(Outcome.SUCCESSFUL);
        assertThat(result.getExplanation())
                .startsWith("It opens when, of the last 100 calls, once there are 20 outcomes, 30 % have failed");
    }

    @Test
    void hasAPageOfItsOwn() throws Exception {
        String page = "docs/" + StandardCircuitBreaker.class.getName() + "/additionalDetails.md";
        assertThat(StandardCircuitBreaker.class.getClassLoader().getResource(page))
                .as(page)
                .isNotNull();
    }

    @Test
    void givesNoBreakerWhileItIsNotEnabled() {
        assertThatThrownBy(service::getCircuitBreaker)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("enable it");
    }
}
