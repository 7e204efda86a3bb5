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

import io.nifireplay.services.settings.CheckedSettings;
import io.nifireplay.services.settings.Choice;
import io.nifireplay.services.settings.InvalidSettingException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;

@Tags({"replay", "circuit breaker", "back pressure", "outage", "overload", "rate", "retry", "resilience"})
@Stateful(
        scopes = Scope.LOCAL,
        description =
                "Writes down where the breaker stands, since when and why, and how often it opened, for people to look at."
                        + " Nothing rests on it: when the service is enabled the breaker begins closed.")
@CapabilityDescription(
        "The circuit breaker of one downstream. CompleteEvent tells it what came of calls; while too many fail or are slow"
                + " it is open, and GuardDelivery lets FlowFiles wait in their queue, with their leases held, instead of sending"
                + " all of them into a service that is out. After a time a few are let through as probes, and what becomes of"
                + " them closes it or leaves it open. It also finds out how fast ReplayEvents may replay to this downstream."
                + " All who deliver to one downstream share one such service, and each downstream has its own.")
public class StandardCircuitBreaker extends AbstractControllerService
        implements CircuitBreakerService, VerifiableControllerService {

    static final PropertyDescriptor OPERATION = new PropertyDescriptor.Builder()
            .name("Operation")
            .description("Who decides whether calls are made: what comes of them, or a person")
            .required(true)
            .allowableValues(BreakerOperation.class)
            .defaultValue(BreakerOperation.AUTOMATIC)
            .build();

    static final PropertyDescriptor WINDOW = new PropertyDescriptor.Builder()
            .name("Window")
            .description("Over what the shares of failed and of slow calls are measured")
            .required(true)
            .allowableValues(Window.class)
            .defaultValue(Window.CALLS)
            .build();

    static final PropertyDescriptor WINDOW_CALLS = new PropertyDescriptor.Builder()
            .name("Window Calls")
            .description("How many of the last calls count")
            .required(true)
            .dependsOn(WINDOW, Window.CALLS)
            .defaultValue("100")
            .addValidator(StandardValidators.createLongValidator(1, 100_000, true))
            .build();

    static final PropertyDescriptor WINDOW_TIME = new PropertyDescriptor.Builder()
            .name("Window Time")
            .description("The calls of the last time that count, in whole seconds")
            .required(true)
            .dependsOn(WINDOW, Window.TIME)
            .defaultValue("1 min")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.HOURS))
            .build();

    static final PropertyDescriptor MINIMUM_CALLS = new PropertyDescriptor.Builder()
            .name("Minimum Calls")
            .description("With fewer outcomes than this in the window nothing is concluded")
            .required(true)
            .defaultValue("20")
            .addValidator(StandardValidators.createLongValidator(1, 100_000, true))
            .build();

    static final PropertyDescriptor FAILURE_SHARE = new PropertyDescriptor.Builder()
            .name("Failure Share")
            .description("From which share of failed calls the breaker opens, in percent")
            .required(true)
            .defaultValue("50")
            .addValidator(StandardValidators.createLongValidator(1, 100, true))
            .build();

    static final PropertyDescriptor FAILURE_ERROR_TYPES = new PropertyDescriptor.Builder()
            .name("Failure Error Types")
            .description(
                    "A regular expression: a call whose whole Error Type, as CompleteEvent has it, matches has failed by the"
                            + " downstream's fault. Any other error is the event's own, and shows that the downstream answers."
                            + " As it comes, these are HTTP 408, 425, 429 and 5xx, exceptions such as a refused connection or a"
                            + " time-out, and errors of which nothing is known.")
            .required(true)
            .defaultValue("408|425|429|5\\d\\d|unknown|.*(Exception|Error)")
            .addValidator(StandardValidators.REGULAR_EXPRESSION_VALIDATOR)
            .build();

    static final PropertyDescriptor SLOW_CALL_DURATION = new PropertyDescriptor.Builder()
            .name("Slow Call Duration")
            .description("A call that takes longer is slow, whatever came of it")
            .required(true)
            .defaultValue("10 sec")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.MILLISECONDS, 1, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor SLOW_CALL_SHARE = new PropertyDescriptor.Builder()
            .name("Slow Call Share")
            .description("From which share of slow calls the breaker opens, in percent")
            .required(true)
            .defaultValue("80")
            .addValidator(StandardValidators.createLongValidator(1, 100, true))
            .build();

    static final PropertyDescriptor OPEN_TIME = new PropertyDescriptor.Builder()
            .name("Open Time")
            .description("How long the breaker stays open before it lets probes through")
            .required(true)
            .defaultValue("30 sec")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.MILLISECONDS, 1, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor PROBES = new PropertyDescriptor.Builder()
            .name("Probes")
            .description(
                    "How many calls are let through then. When all their outcomes are there, the shares of those that failed"
                            + " or were slow close the breaker or open it again.")
            .required(true)
            .defaultValue("5")
            .addValidator(StandardValidators.createLongValidator(1, 1_000, true))
            .build();

    static final PropertyDescriptor PROBE_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Probe Time-out")
            .description(
                    "A probe whose outcome has not come within this time is given up, and another FlowFile may take its place:"
                            + " longer than a call and its waiting in queues may take")
            .required(true)
            .defaultValue("2 min")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor REPLAY_RATE_INCREASE = new PropertyDescriptor.Builder()
            .name("Replay Rate Increase")
            .description(
                    "By how many events a second the pace of replays rises, each second, while calls go well; when more than"
                            + " one in twenty fails or is slow it falls to 0.7 of what got through. Several that replay to one"
                            + " downstream, such as the nodes of a cluster, come to equal shares with the same number.")
            .required(true)
            .defaultValue("50")
            .addValidator(StandardValidators.createLongValidator(1, 1_000_000, true))
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            OPERATION,
            WINDOW,
            WINDOW_CALLS,
            WINDOW_TIME,
            MINIMUM_CALLS,
            FAILURE_SHARE,
            FAILURE_ERROR_TYPES,
            SLOW_CALL_DURATION,
            SLOW_CALL_SHARE,
            OPEN_TIME,
            PROBES,
            PROBE_TIMEOUT,
            REPLAY_RATE_INCREASE);

    static final String SETTINGS_STEP = "What the settings mean";

    static final String STATE = "state";
    static final String SINCE = "since";
    static final String OPENINGS = "openings";
    static final String REASON = "reason";

    /** What the window counts. */
    enum Window implements Choice {
        CALLS("calls", "The last calls, however long ago they were."),
        TIME("time", "All calls of the last time, however many they were.");

        private final Words words;

        Window(String value, String description) {
            words = new Words(value, description);
        }

        @Override
        public Words words() {
            return words;
        }
    }

    private static final CheckedSettings<BreakerSettings> SETTINGS =
            new CheckedSettings<>(SETTINGS_STEP, StandardCircuitBreaker::settings, StandardCircuitBreaker::words);

    private final Clock clock = Clock.systemUTC();
    private volatile Optional<CircuitBreaker> breaker = Optional.empty();

    @OnEnabled
    public void onEnabled(ConfigurationContext context) {
        ReplayPace pace =
                new ReplayPace(context.getProperty(REPLAY_RATE_INCREASE).asInteger(), System::nanoTime);
        CircuitBreaker enabled = new DownstreamBreaker(SETTINGS.read(context), clock, pace, this::changed);
        keep(enabled.standing());
        if (!enabled.standing().isClosed()) {
            getLogger()
                    .warn("The circuit breaker is open. {}", enabled.standing().reason());
        }
        breaker = Optional.of(enabled);
    }

    @OnDisabled
    public void onDisabled() {
        breaker = Optional.empty();
    }

    @Override
    public CircuitBreaker getCircuitBreaker() {
        return breaker.orElseThrow(() -> new IllegalStateException(
                "The circuit breaker service " + getIdentifier() + " is not enabled: enable it"));
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

    /** The end of an outage is news as much as its beginning, so both are bulletins as they come. */
    private void changed(BreakerStanding before, BreakerStanding now) {
        keep(now);
        switch (now.state()) {
            case OPEN ->
                getLogger()
                        .warn(
                                "The circuit breaker is {}: GuardDelivery holds its queues until the downstream works again."
                                        + " {}. Look at the downstream; nothing is lost meanwhile",
                                before.isClosed() ? "open" : "open again",
                                now.reason());
            case HALF_OPEN -> getLogger().info("The circuit breaker is half open. {}", now.reason());
            case CLOSED -> getLogger().warn("The circuit breaker is closed again, deliveries go on. {}", now.reason());
        }
    }

    private void keep(BreakerStanding standing) {
        try {
            getStateManager()
                    .setState(
                            Map.of(
                                    STATE, word(standing.state()),
                                    SINCE, standing.since().toString(),
                                    OPENINGS, Long.toString(standing.openings()),
                                    REASON, standing.reason()),
                            Scope.LOCAL);
        } catch (IOException e) {
            getLogger()
                    .warn(
                            "View State does not show that the circuit breaker is {}; the breaker itself works",
                            word(standing.state()),
                            e);
        }
    }

    private static String word(BreakerState state) {
        return switch (state) {
            case CLOSED -> "closed";
            case OPEN -> "open";
            case HALF_OPEN -> "half open";
        };
    }

    /** Each property's own validator has seen to its bounds; what remains is a minimum that its window never has. */
    private static BreakerSettings settings(PropertyContext context) throws InvalidSettingException {
        try {
            return read(context);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(MINIMUM_CALLS, e.getMessage(), e);
        }
    }

    private static BreakerSettings read(PropertyContext context) {
        return new BreakerSettings(
                switch (context.getProperty(WINDOW).asAllowableValue(Window.class)) {
                    case CALLS ->
                        new BreakerWindow.Calls(
                                context.getProperty(WINDOW_CALLS).asInteger());
                    case TIME -> new BreakerWindow.Time(duration(context, WINDOW_TIME));
                },
                context.getProperty(MINIMUM_CALLS).asInteger(),
                context.getProperty(FAILURE_SHARE).asInteger(),
                context.getProperty(SLOW_CALL_SHARE).asInteger(),
                duration(context, SLOW_CALL_DURATION),
                duration(context, OPEN_TIME),
                context.getProperty(PROBES).asInteger(),
                duration(context, PROBE_TIMEOUT),
                Pattern.compile(context.getProperty(FAILURE_ERROR_TYPES).getValue()),
                context.getProperty(OPERATION).asAllowableValue(BreakerOperation.class));
    }

    private static Duration duration(PropertyContext context, PropertyDescriptor property) {
        return context.getProperty(property).asDuration();
    }

    private static String words(BreakerSettings settings) {
        return switch (settings.operation()) {
            case HELD_OPEN -> "The breaker is held open: nothing is delivered until Operation is changed";
            case HELD_CLOSED -> "The breaker is held closed: everything is delivered, whatever comes of it";
            case AUTOMATIC ->
                "It opens when, of " + words(settings.window()) + ", once there are " + settings.minimumCalls()
                        + " outcomes, " + settings.failurePercent() + " % have failed or " + settings.slowPercent()
                        + " % took longer than " + settings.slowCall().toMillis() + " ms. It stays open for "
                        + settings.openTime().toMillis() + " ms; then " + settings.probes()
                        + " calls decide whether it closes";
        };
    }

    private static String words(BreakerWindow window) {
        return switch (window) {
            case BreakerWindow.Calls calls -> "the last " + calls.count() + " calls";
            case BreakerWindow.Time time ->
                "the calls of the last " + time.time().toSeconds() + " seconds";
        };
    }
}
