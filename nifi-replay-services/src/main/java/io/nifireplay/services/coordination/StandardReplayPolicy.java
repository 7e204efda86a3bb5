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

import io.nifireplay.journal.governance.DailyWindow;
import io.nifireplay.journal.governance.ErrorBudget;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.services.settings.CheckedSettings;
import io.nifireplay.services.settings.InvalidSettingException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;

@Tags({"replay", "policy", "approval", "governance", "rate limit", "error budget"})
@CapabilityDescription(
        "The rules for replay jobs: whether there are any, who may ask, who has to agree, how fast, and when they stop by"
                + " themselves. Who may modify this service approves replays: give that right to other people than the right to"
                + " modify the coordinator. The journal remembers the policy: a stricter one counts when the coordinator is"
                + " enabled, a looser one only once an approver has agreed to it.")
public class StandardReplayPolicy extends AbstractControllerService
        implements ReplayPolicyService, VerifiableControllerService {
    private static final String ANY = "*";

    static final PropertyDescriptor REPLAY = new PropertyDescriptor.Builder()
            .name("Replay Jobs")
            .description(
                    "Whether replay jobs may run at all. When switched off, running jobs pause. Retries that are due after a"
                            + " failure are no jobs, and go on.")
            .required(true)
            .allowableValues("on", "off")
            .defaultValue("on")
            .build();

    static final PropertyDescriptor REQUESTERS = new PropertyDescriptor.Builder()
            .name("Requesters")
            .description(
                    "The identities that may ask the coordinator for replays, as NiFi names them, one on each line. When not"
                            + " set, whoever may modify the coordinator may. For a group, grant that right to the group in NiFi"
                            + " instead.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor APPROVAL_REQUIRED = new PropertyDescriptor.Builder()
            .name("Approval Required")
            .description(
                    "Which jobs a second person has to agree to, who may modify this service and has neither asked for the job"
                            + " nor edited it")
            .required(true)
            .allowableValues(ApprovalRequired.class)
            .defaultValue(ApprovalRequired.ABOVE)
            .build();

    static final PropertyDescriptor APPROVAL_ABOVE = new PropertyDescriptor.Builder()
            .name("Approval Above Events")
            .description("A job of more events than this needs an approval")
            .required(true)
            .dependsOn(APPROVAL_REQUIRED, ApprovalRequired.ABOVE)
            .defaultValue("1000")
            .addValidator(StandardValidators.createLongValidator(1, 1_000_000_000, true))
            .build();

    static final PropertyDescriptor APPROVAL_EXPIRY = new PropertyDescriptor.Builder()
            .name("Approval Expiry")
            .description("How long after an approval its job may be started")
            .required(true)
            .defaultValue("8 hours")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 30, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor MAXIMUM_RATE = new PropertyDescriptor.Builder()
            .name("Maximum Rate")
            .description(
                    "How many events a second all jobs of the journal together may replay. A job's own limit counts as well."
                            + " When not set, only that counts.")
            .defaultValue("100")
            .addValidator(StandardValidators.createLongValidator(1, 1_000_000, true))
            .build();

    static final PropertyDescriptor MAXIMUM_CONCURRENCY = new PropertyDescriptor.Builder()
            .name("Maximum Concurrency")
            .description(
                    "How many events all jobs of the journal together may have replayed and not settled. A job's own limit"
                            + " counts as well. When not set, only that counts.")
            .defaultValue("1000")
            .addValidator(StandardValidators.createLongValidator(1, 1_000_000, true))
            .build();

    static final PropertyDescriptor ERROR_BUDGET = new PropertyDescriptor.Builder()
            .name("Error Budget")
            .description(
                    "The share of a job's events, in percent of those settled within the Error Budget Window, above which the"
                            + " job stops; looked at from 20 events on. A job's own budget counts as well. When not set, only that"
                            + " counts.")
            .defaultValue("10")
            .addValidator(StandardValidators.createLongValidator(0, 100, true))
            .build();

    static final PropertyDescriptor ERROR_BUDGET_WINDOW = new PropertyDescriptor.Builder()
            .name("Error Budget Window")
            .description("How far back the outcomes count")
            .required(true)
            .dependsOn(ERROR_BUDGET)
            .defaultValue("5 mins")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor ERROR_BUDGET_ACTION = new PropertyDescriptor.Builder()
            .name("Error Budget Action")
            .description("What happens to a job above it")
            .required(true)
            .dependsOn(ERROR_BUDGET)
            .allowableValues(BudgetAction.class)
            .defaultValue(BudgetAction.PAUSE)
            .build();

    static final PropertyDescriptor OLDEST_MISSED_EVENT = new PropertyDescriptor.Builder()
            .name("Oldest Missed Event")
            .description(
                    "How long an event may wait that is not settled: beyond it the coordinator raises a bulletin. When not"
                            + " set, it raises none.")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 3650, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor DAILY_WINDOW = new PropertyDescriptor.Builder()
            .name("Daily Time Window")
            .description(
                    "When jobs may replay, such as 22:00-06:00. Outside of it they wait. When not set, they may always.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor TIME_ZONE = new PropertyDescriptor.Builder()
            .name("Time Zone")
            .description("Whose clock the Daily Time Window goes by, such as Europe/Berlin")
            .required(true)
            .dependsOn(DAILY_WINDOW)
            .defaultValue("UTC")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor PROVENANCE_TARGETS = new PropertyDescriptor.Builder()
            .name("Provenance Targets")
            .description(
                    "The ids of the JournalEvent processors into whose queues ReplayProvenance may have NiFi replay, separated"
                            + " by commas; * for any. When not set, ReplayProvenance opens and plans no job on this journal.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            REPLAY,
            REQUESTERS,
            APPROVAL_REQUIRED,
            APPROVAL_ABOVE,
            APPROVAL_EXPIRY,
            MAXIMUM_RATE,
            MAXIMUM_CONCURRENCY,
            ERROR_BUDGET,
            ERROR_BUDGET_WINDOW,
            ERROR_BUDGET_ACTION,
            OLDEST_MISSED_EVENT,
            DAILY_WINDOW,
            TIME_ZONE,
            PROVENANCE_TARGETS);

    static final String POLICY_STEP = "What the policy means";

    private static final CheckedSettings<ReplayPolicy> SETTINGS =
            new CheckedSettings<>(POLICY_STEP, StandardReplayPolicy::policy, StandardReplayPolicy::words);

    private volatile Optional<ReplayPolicy> policy = Optional.empty();

    @OnEnabled
    public void onEnabled(ConfigurationContext context) {
        policy = Optional.of(SETTINGS.read(context));
    }

    @OnDisabled
    public void onDisabled() {
        policy = Optional.empty();
    }

    @Override
    public ReplayPolicy getReplayPolicy() {
        return policy.orElseThrow(() -> new IllegalStateException(
                "The replay policy service " + getIdentifier() + " is not enabled: enable it"));
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog verificationLogger, Map<String, String> variables) {
        return SETTINGS.verify(context);
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        return SETTINGS.problems(context);
    }

    /** Each property's own validator has seen to its bounds; the window and its zone are left. */
    private static ReplayPolicy policy(PropertyContext context) throws InvalidSettingException {
        Optional<Long> rate = number(context, MAXIMUM_RATE);
        Optional<Long> concurrency = number(context, MAXIMUM_CONCURRENCY);
        return new ReplayPolicy(
                context.getProperty(REPLAY).getValue().equals("on"),
                set(context.getProperty(REQUESTERS), "\\R"),
                rate.map(Long::doubleValue),
                concurrency.map(limit -> OptionalInt.of(limit.intValue())).orElse(OptionalInt.empty()),
                switch (context.getProperty(APPROVAL_REQUIRED).asAllowableValue(ApprovalRequired.class)) {
                    case FORCED -> OptionalLong.empty();
                    case ABOVE ->
                        OptionalLong.of(context.getProperty(APPROVAL_ABOVE).asLong());
                    case ALWAYS -> OptionalLong.of(0);
                },
                context.getProperty(APPROVAL_EXPIRY).asDuration(),
                number(context, ERROR_BUDGET)
                        .map(percent -> new ErrorBudget(
                                percent / 100.0,
                                context.getProperty(ERROR_BUDGET_WINDOW).asDuration(),
                                context.getProperty(ERROR_BUDGET_ACTION)
                                        .asAllowableValue(BudgetAction.class)
                                        .action())),
                Optional.ofNullable(context.getProperty(OLDEST_MISSED_EVENT).asDuration()),
                window(context),
                targets(context.getProperty(PROVENANCE_TARGETS)));
    }

    private static Optional<Long> number(PropertyContext context, PropertyDescriptor property) {
        return Optional.ofNullable(context.getProperty(property).asLong());
    }

    private static Set<String> set(PropertyValue value, String separator) {
        Set<String> texts = new TreeSet<>();
        if (value.isSet()) {
            Arrays.stream(value.getValue().split(separator))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .forEach(texts::add);
        }
        return texts;
    }

    private static Optional<Set<String>> targets(PropertyValue value) {
        Set<String> ids = set(value, ",");
        return ids.contains(ANY) ? Optional.empty() : Optional.of(ids);
    }

    private static Optional<DailyWindow> window(PropertyContext context) throws InvalidSettingException {
        if (!context.getProperty(DAILY_WINDOW).isSet()) {
            return Optional.empty();
        }
        String text = context.getProperty(DAILY_WINDOW).getValue();
        String[] ends = text.split("-", -1);
        ZoneId zone = zone(context.getProperty(TIME_ZONE).getValue());
        try {
            if (ends.length != 2) {
                throw new DateTimeException("not two times");
            }
            return Optional.of(
                    new DailyWindow(LocalTime.parse(ends[0].strip()), LocalTime.parse(ends[1].strip()), zone));
        } catch (DateTimeException e) {
            throw new InvalidSettingException(
                    DAILY_WINDOW,
                    "'" + text + "' is no time window: write two times of the day, such as 22:00-06:00",
                    e);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(DAILY_WINDOW, e.getMessage(), e);
        }
    }

    private static ZoneId zone(String text) throws InvalidSettingException {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new InvalidSettingException(
                    TIME_ZONE, "'" + text + "' is no time zone: write one such as Europe/Berlin", e);
        }
    }

    private static String words(ReplayPolicy policy) {
        if (!policy.enabled()) {
            return "No replay job runs";
        }
        String approval = policy.approvalAbove().isEmpty()
                ? "forced replays"
                : "forced replays and jobs of more than "
                        + policy.approvalAbove().getAsLong() + " events";
        return "A second person agrees to " + approval + " within " + words(policy.approvalExpiry())
                + "; all jobs together replay "
                + policy.ratePerSecond()
                        .map(rate -> "at most " + Math.round(rate) + " events a second")
                        .orElse("as fast as their own limits say")
                + policy.window()
                        .map(daily -> ", from " + daily.from() + " to " + daily.to() + " " + daily.zone())
                        .orElse("")
                + policy.errorBudget()
                        .map(budget -> "; a job stops when more than " + Math.round(budget.share() * 100)
                                + " % of its events within " + words(budget.window()) + " do not get through")
                        .orElse("");
    }

    private static String words(Duration time) {
        return time.toSeconds() % 3600 == 0 ? time.toHours() + " h" : time.toSeconds() + " s";
    }
}
