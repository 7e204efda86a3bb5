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
package io.nifireplay.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.services.coordination.ReplayCoordinatorService;
import io.nifireplay.ui.http.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.nifi.authorization.AccessDeniedException;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.web.ComponentDetails;
import org.apache.nifi.web.ConfigurationAction;
import org.apache.nifi.web.NiFiWebConfigurationContext;
import org.apache.nifi.web.NiFiWebConfigurationRequestContext;
import org.apache.nifi.web.NiFiWebRequestContext;
import org.apache.nifi.web.ResourceNotFoundException;
import org.apache.nifi.web.UiExtensionType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How NiFi really decides is for the system tests; here is what is made of it. */
class NiFiCoordinatorsTest {
    private final RecordingCoordinator coordinator = new RecordingCoordinator(
            new ReplayRequest("fix", Selector.ALL, ReplayMode.FORCED, false, Limits.NONE, "a reason", "CN=operator"));
    private final Service service = new Service(coordinator);
    private final FakeNiFi nifi = new FakeNiFi();
    private final Coordinators coordinators = new NiFiCoordinators(nifi, "https");

    @BeforeEach
    void fill() {
        nifi.put("c1", NiFiCoordinators.COORDINATOR, "ENABLED", service);
        nifi.put("p1", "io.nifireplay.services.coordination.StandardReplayPolicy", "ENABLED", new Other());
        nifi.put("p2", "io.nifireplay.services.coordination.StandardReplayPolicy", "ENABLED", new Other());
        nifi.readable.addAll(Set.of("c1", "p1"));
        coordinator.governedBy(new Governance(Optional.of(pin("p1")), Optional.of(pin("p2"))));
    }

    @Test
    void whoMayOnlyReadMayDoNothingElse() throws Problem {
        Coordinators.Seat seat = coordinators.open("c1");
        assertThat(seat.coordinator()).isSameAs(coordinator);
        assertThat(seat.caller().identity()).isEqualTo("CN=somebody");
        assertThat(seat.caller().mayOperate()).isFalse();
        assertThat(seat.caller().mayApprove()).isFalse();
    }

    @Test
    void whoMayWriteTheCoordinatorOperatesAndDoesNotApprove() throws Problem {
        nifi.writable.add("c1");
        assertThat(coordinators.open("c1").caller().mayOperate()).isTrue();
        assertThat(coordinators.open("c1").caller().mayApprove()).isFalse();
    }

    @Test
    void whoMayWriteThePinnedPolicyApprovesAlsoWithoutReadingIt() throws Problem {
        nifi.writable.add("p1");
        nifi.readable.remove("p1");
        assertThat(coordinators.open("c1").caller().approverOf()).contains("p1");
        assertThat(coordinators.open("c1").caller().mayOperate()).isFalse();
    }

    @Test
    void whoMayWriteThePolicyThatWaitsDoesNotApprove() throws Problem {
        nifi.writable.add("p2");
        assertThat(coordinators.open("c1").caller().mayApprove()).isFalse();
    }

    @Test
    void onlyWhenThePinnedPolicyWasRemovedItIsTheOneThatWaits() throws Problem {
        nifi.writable.add("p2");
        nifi.services.remove("p1");
        assertThat(coordinators.open("c1").caller().approverOf()).contains("p2");
    }

    @Test
    void whereNothingIsPinnedNobodyApproves() throws Problem {
        nifi.writable.addAll(Set.of("p1", "p2"));
        coordinator.governedBy(Governance.NONE);
        assertThat(coordinators.open("c1").caller().mayApprove()).isFalse();
    }

    @Test
    void whoMayNotReadIsToldWhichRightIsMissing() {
        nifi.readable.remove("c1");
        assertProblem("c1", Problem.Kind.NOT_PERMITTED, "view the component");
    }

    @Test
    void whoMayNotSeeTheFlowIsRefused() {
        nifi.seesTheFlow = false;
        assertProblem("c1", Problem.Kind.NOT_PERMITTED, "user interface");
    }

    @Test
    void findsNoServiceOfAnotherType() {
        assertProblem("p1", Problem.Kind.NOT_FOUND, "no StandardReplayCoordinator");
        assertProblem("none", Problem.Kind.NOT_FOUND, "'none'");
    }

    @Test
    void findsNoServiceOfTheSameNameInAnotherBundle() {
        nifi.put("c2", NiFiCoordinators.COORDINATOR, "ENABLED", new Other());
        nifi.readable.add("c2");
        assertProblem("c2", Problem.Kind.NOT_FOUND, "no StandardReplayCoordinator");
    }

    @Test
    void asksNothingOfAServiceThatIsNotEnabled() {
        nifi.put("c1", NiFiCoordinators.COORDINATOR, "DISABLED", service);
        assertProblem("c1", Problem.Kind.NOT_ENABLED, "is disabled");
        // Disabled between the look and the call.
        nifi.put("c1", NiFiCoordinators.COORDINATOR, "ENABLED", service);
        service.isEnabled = false;
        assertProblem("c1", Problem.Kind.NOT_ENABLED, "enable it");
    }

    private void assertProblem(String id, Problem.Kind kind, String words) {
        Problem problem = catchThrowableOfType(Problem.class, () -> coordinators.open(id));
        assertThat(problem.kind()).isEqualTo(kind);
        assertThat(problem).hasMessageContaining(words);
    }

    private static Pin pin(String policyService) {
        ReplayPolicy policy = new ReplayPolicy(
                true,
                Set.of(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Pin("c1", policyService, policy, Instant.EPOCH);
    }

    private static final class Other extends AbstractControllerService {}

    private static final class Service extends AbstractControllerService implements ReplayCoordinatorService {
        private final ReplayCoordinator coordinator;
        private boolean isEnabled = true;

        private Service(ReplayCoordinator coordinator) {
            this.coordinator = coordinator;
        }

        @Override
        public ReplayCoordinator getReplayCoordinator() {
            if (!isEnabled) {
                throw new IllegalStateException("Cannot invoke method of a disabled service");
            }
            return coordinator;
        }
    }

    /** NiFi as its source reads: first whether there is such a service, then whether the user may. */
    private static final class FakeNiFi implements NiFiWebConfigurationContext {
        private final Map<String, ComponentDetails> services = new HashMap<>();
        private final Map<String, ControllerService> instances = new HashMap<>();
        private final Set<String> readable = new HashSet<>();
        private final Set<String> writable = new HashSet<>();
        private boolean seesTheFlow = true;

        private void put(String id, String type, String state, ControllerService instance) {
            services.put(
                    id,
                    new ComponentDetails.Builder()
                            .id(id)
                            .name("name of " + id)
                            .type(type)
                            .state(state)
                            .build());
            instances.put(id, instance);
        }

        @Override
        public ControllerService getControllerService(String serviceIdentifier, String componentId) {
            requireFlow();
            return instances.get(serviceIdentifier);
        }

        @Override
        public void saveActions(NiFiWebRequestContext context, Collection<ConfigurationAction> actions) {
            assertThat(actions).isEmpty();
            require(context, writable);
        }

        @Override
        public String getCurrentUserIdentity() {
            requireFlow();
            return "CN=somebody";
        }

        @Override
        public ComponentDetails updateComponent(
                NiFiWebConfigurationRequestContext context, String annotationData, Map<String, String> properties) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ComponentDetails getComponentDetails(NiFiWebRequestContext context) {
            return require(context, readable);
        }

        private ComponentDetails require(NiFiWebRequestContext context, Set<String> permitted) {
            assertThat(context.getExtensionType()).isEqualTo(UiExtensionType.ControllerServiceConfiguration);
            assertThat(context.getScheme()).isEqualTo("https");
            if (!services.containsKey(context.getId())) {
                throw new ResourceNotFoundException("none");
            }
            if (!permitted.contains(context.getId())) {
                throw new AccessDeniedException("no");
            }
            return services.get(context.getId());
        }

        private void requireFlow() {
            if (!seesTheFlow) {
                throw new AccessDeniedException("no");
            }
        }
    }
}
