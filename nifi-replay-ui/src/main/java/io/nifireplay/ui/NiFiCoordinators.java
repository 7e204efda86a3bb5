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

import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.services.coordination.ReplayCoordinatorService;
import io.nifireplay.services.coordination.StandardReplayCoordinator;
import io.nifireplay.ui.http.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.nifi.authorization.AccessDeniedException;
import org.apache.nifi.web.ComponentDetails;
import org.apache.nifi.web.NiFiWebConfigurationContext;
import org.apache.nifi.web.NiFiWebRequestContext;
import org.apache.nifi.web.ResourceNotFoundException;
import org.apache.nifi.web.UiExtensionType;

/**
 * Coordinators in NiFi. Nothing before this class has asked what the caller may do: NiFi's filter only finds out who it is.
 * Read is asked for with the component's details; write with an empty list of actions for the history, which NiFi
 * authorizes and then has nothing of to record.
 */
final class NiFiCoordinators implements Coordinators {
    /** The class that the WAR is registered for. */
    static final String COORDINATOR = StandardReplayCoordinator.class.getName();

    private final NiFiWebConfigurationContext nifi;
    private final String scheme;

    /** @param scheme of the call */
    NiFiCoordinators(NiFiWebConfigurationContext nifi, String scheme) {
        this.nifi = nifi;
        this.scheme = scheme;
    }

    /** A controller service, as NiFi wants it named. */
    private record Service(String id, String scheme) implements NiFiWebRequestContext {
        @Override
        public String getId() {
            return id;
        }

        @Override
        public String getScheme() {
            return scheme;
        }

        @Override
        public UiExtensionType getExtensionType() {
            return UiExtensionType.ControllerServiceConfiguration;
        }
    }

    @Override
    public Seat open(String id) throws Problem {
        ComponentDetails details = details(id);
        ReplayCoordinator coordinator = coordinator(id, details);
        return new Seat(id, coordinator, caller(id, coordinator));
    }

    private ComponentDetails details(String id) throws Problem {
        try {
            return nifi.getComponentDetails(service(id));
        } catch (ResourceNotFoundException e) {
            throw new Problem(Problem.Kind.NOT_FOUND, "This NiFi has no controller service '" + id + "'");
        } catch (AccessDeniedException e) {
            throw new Problem(
                    Problem.Kind.NOT_PERMITTED,
                    "To look at replay jobs takes the right to view the coordinator's service, which " + who()
                            + " does not have: its policy 'view the component'");
        }
    }

    private ReplayCoordinator coordinator(String id, ComponentDetails details) throws Problem {
        try {
            // Without the type, a call could have any service looked up; without the class, any of that name.
            if (details.getType().equals(COORDINATOR)
                    && nifi.getControllerService(id, id) instanceof ReplayCoordinatorService service) {
                if (!details.getState().equals("ENABLED")) {
                    throw notEnabled(details);
                }
                return service.getReplayCoordinator();
            }
        } catch (AccessDeniedException e) {
            throw new Problem(
                    Problem.Kind.NOT_PERMITTED,
                    "To look at replay jobs takes the right to view the user interface, which the caller does not have");
        } catch (JournalException | IllegalStateException e) {
            // It was disabled a moment ago; NiFi's proxy says so with an IllegalStateException.
            throw notEnabled(details);
        }
        throw new Problem(
                Problem.Kind.NOT_FOUND,
                "'" + id + "' is the controller service '" + details.getName()
                        + "', which is no StandardReplayCoordinator");
    }

    private static Problem notEnabled(ComponentDetails details) {
        return new Problem(
                Problem.Kind.NOT_ENABLED,
                "The coordinator '" + details.getName() + "' is "
                        + details.getState().toLowerCase(Locale.ROOT) + "; enable it, and the services that it uses");
    }

    private Caller caller(String id, ReplayCoordinator coordinator) throws Problem {
        try {
            return new Caller(nifi.getCurrentUserIdentity(), mayWrite(id), approverOf(coordinator.governance()));
        } catch (AccessDeniedException e) {
            throw new Problem(Problem.Kind.NOT_PERMITTED, "NiFi does not let the caller see its flow");
        }
    }

    /** By the pinned policy's service; when NiFi does not have that any more, by that of the one that waits. */
    private Optional<String> approverOf(Governance governance) {
        return governance
                .approversOf()
                .filter(this::exists)
                .or(() -> governance.waiting().map(Pin::policyService))
                .filter(this::mayWrite);
    }

    private boolean exists(String service) {
        try {
            nifi.getComponentDetails(service(service));
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        } catch (AccessDeniedException e) {
            // NiFi looks whether it is there before it asks who may read it.
            return true;
        }
    }

    private boolean mayWrite(String service) {
        try {
            nifi.saveActions(service(service), List.of());
            return true;
        } catch (AccessDeniedException | ResourceNotFoundException e) {
            return false;
        }
    }

    private Service service(String id) {
        return new Service(id, scheme);
    }

    private String who() {
        try {
            return "'" + nifi.getCurrentUserIdentity() + "'";
        } catch (AccessDeniedException e) {
            return "the caller";
        }
    }
}
