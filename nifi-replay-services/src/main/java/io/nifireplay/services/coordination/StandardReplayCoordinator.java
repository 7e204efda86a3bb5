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

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.PinRules;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.services.journal.EventJournalService;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.reporting.InitializationException;

@Tags({"replay", "coordinator", "job", "approval", "governance", "journal"})
@CapabilityDescription(
        "Governs the replay jobs of one event journal by a replay policy: jobs are drafted, planned, approved where the policy"
                + " asks for it, started, paused, resumed and aborted, each by a person whom NiFi has authenticated and with an"
                + " entry in the audit trail. Forced replays, which repeat completed events, go through a coordinator only. The"
                + " journal remembers its coordinator: the first one that is enabled is trusted, another one needs an approval.")
public class StandardReplayCoordinator extends AbstractControllerService
        implements ReplayCoordinatorService, VerifiableControllerService {

    static final PropertyDescriptor EVENT_JOURNAL = new PropertyDescriptor.Builder()
            .name("Event Journal")
            .description("The journal whose replay jobs this coordinator governs")
            .required(true)
            .identifiesControllerService(EventJournalService.class)
            .build();

    static final PropertyDescriptor REPLAY_POLICY = new PropertyDescriptor.Builder()
            .name("Replay Policy")
            .description(
                    "The rules for these jobs. Who may modify that service approves. A looser policy, or another service, waits"
                            + " until an approver of the one in force has agreed; meanwhile that one counts, and forced jobs are"
                            + " paused.")
            .required(true)
            .identifiesControllerService(ReplayPolicyService.class)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(EVENT_JOURNAL, REPLAY_POLICY);

    static final String GOVERNANCE_STEP = "What enabling would change";

    private static final long WATCH_SECONDS = 5;

    private volatile Optional<Enabled> enabled = Optional.empty();

    /** What is there while the service is enabled. */
    private record Enabled(EventJournalService journal, Origin origin, ScheduledExecutorService watch) {
        EventJournal current() {
            return journal.getEventJournal().by(origin);
        }
    }

    @OnEnabled
    public void onEnabled(ConfigurationContext context) throws InitializationException {
        EventJournalService service = context.getProperty(EVENT_JOURNAL).asControllerService(EventJournalService.class);
        Origin origin = new Origin(getIdentifier(), getClass().getSimpleName(), "");
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> Thread.ofPlatform()
                .daemon()
                .name("Replay coordinator " + getIdentifier())
                .unstarted(task));
        Enabled now = new Enabled(service, origin, watch);
        Pin wish;
        try {
            wish = wish(context);
            tell(now.current().govern(wish), wish);
        } catch (JournalException | IllegalStateException e) {
            watch.shutdown();
            throw new InitializationException(e.getMessage(), e);
        }
        wish.policy().oldestMissed().ifPresent(limit -> {
            MissedWatch missed = new MissedWatch(limit, InstantSource.system());
            watch.scheduleWithFixedDelay(() -> look(now, missed), 0, WATCH_SECONDS, TimeUnit.SECONDS);
        });
        enabled = Optional.of(now);
    }

    private Pin wish(PropertyContext context) {
        ReplayPolicy policy = context.getProperty(REPLAY_POLICY)
                .asControllerService(ReplayPolicyService.class)
                .getReplayPolicy();
        return new Pin(getIdentifier(), context.getProperty(REPLAY_POLICY).getValue(), policy, Instant.now());
    }

    private void tell(Governance governance, Pin wish) {
        boolean inForce = governance
                .pinned()
                .filter(pin -> pin.digest().equals(wish.digest()))
                .isPresent();
        if (inForce) {
            getLogger()
                    .info(
                            "This coordinator governs the replay jobs of its journal; policy {}",
                            wish.policy().digest());
        } else {
            getLogger().warn("This coordinator does not govern its journal as it is set: {}", explain(governance));
        }
    }

    private static String explain(Governance governance) {
        return governance
                .pinned()
                .map(
                        pin ->
                                "it asks for a looser policy than the one in force, or is not the coordinator, or not with the"
                                        + " policy service, that the journal knows (coordinator " + pin.coordinator()
                                        + ", policy service "
                                        + pin.policyService()
                                        + "). Until somebody who may modify that policy service has agreed, what the"
                                        + " journal knows stays in force and forced replays are paused. To agree: bin/replay policy approve")
                .orElse("nothing is in force");
    }

    private void look(Enabled now, MissedWatch watch) {
        try {
            watch.look(now.current().statistics()).ifPresent(news -> getLogger().warn(news));
        } catch (RuntimeException e) {
            // Anything that escapes would end the schedule in silence.
            getLogger().debug("The oldest missed event could not be looked at, and is looked at again", e);
        }
    }

    @OnDisabled
    public void onDisabled() {
        enabled.ifPresent(now -> now.watch().shutdown());
        enabled = Optional.empty();
    }

    @Override
    public ReplayCoordinator getReplayCoordinator() {
        return enabled.orElseThrow(() -> new JournalException(
                        "The replay coordinator service " + getIdentifier() + " is not enabled: enable it"))
                .current()
                .coordinator(getIdentifier());
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog verificationLogger, Map<String, String> variables) {
        ConfigVerificationResult.Builder result =
                new ConfigVerificationResult.Builder().verificationStepName(GOVERNANCE_STEP);
        try {
            Governance before = context.getProperty(EVENT_JOURNAL)
                    .asControllerService(EventJournalService.class)
                    .getEventJournal()
                    .governance();
            return List.of(result.outcome(Outcome.SUCCESSFUL)
                    .explanation(words(PinRules.wish(before, wish(context)).change()))
                    .build());
        } catch (JournalException | IllegalStateException e) {
            // The second one is of a service that is not enabled.
            return List.of(
                    result.outcome(Outcome.SKIPPED).explanation(e.getMessage()).build());
        }
    }

    private static String words(Optional<PinRules.Change> change) {
        return change.map(kind -> switch (kind) {
                    case PINNED -> "The journal has no coordinator: this one, with this policy, will govern it";
                    case TIGHTENED -> "The policy is stricter than the one in force, and counts at once";
                    case WAITING ->
                        "The policy is looser than the one in force, or the journal has another coordinator or policy"
                                + " service: an approver of that one has to agree";
                    case WITHDRAWN -> "What waits for an approval is withdrawn, and what is in force stays";
                    case APPROVED -> "What waits has been approved";
                })
                .orElse("Nothing changes");
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }
}
