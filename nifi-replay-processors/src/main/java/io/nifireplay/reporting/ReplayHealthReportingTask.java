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
package io.nifireplay.reporting;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import io.nifireplay.processors.DetectMissedEvents;
import io.nifireplay.processors.ReplayEvents;
import io.nifireplay.reporting.health.Alarm;
import io.nifireplay.reporting.health.Health;
import io.nifireplay.reporting.health.HealthLimits;
import io.nifireplay.reporting.health.HealthMetrics;
import io.nifireplay.reporting.health.HealthMonitor;
import io.nifireplay.reporting.health.HealthRecords;
import io.nifireplay.reporting.health.MetricsEndpoint;
import io.nifireplay.reporting.health.OddPatterns;
import io.nifireplay.reporting.health.Reading;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.record.sink.RecordSinkService;
import org.apache.nifi.reporting.AbstractReportingTask;
import org.apache.nifi.reporting.ReportingContext;
import org.apache.nifi.reporting.Severity;
import org.apache.nifi.scheduling.SchedulingStrategy;

@Tags({"replay", "journal", "health", "metrics", "prometheus", "sla", "backlog", "alarm", "monitoring"})
@CapabilityDescription(
        "Watches an event journal and its replays: the backlog by state, the event that waits longest, the rate and the success"
                + " of replays, types of errors, duplicates, conflicts, and the time that jobs still take. It tells in a bulletin"
                + " when a limit is passed or something odd happens, and once when it is well again. It can publish the numbers"
                + " for Prometheus and send them to a record sink. It reads counts that the journal keeps anyway.")
@SeeAlso(
        value = {DetectMissedEvents.class, ReplayEvents.class, ProvenanceAuditReportingTask.class},
        classNames = "io.nifireplay.services.journal.RocksDBEventJournal")
@DefaultSchedule(strategy = SchedulingStrategy.TIMER_DRIVEN, period = "30 sec")
public class ReplayHealthReportingTask extends AbstractReportingTask {

    static final PropertyDescriptor EVENT_JOURNAL = new PropertyDescriptor.Builder()
            .name("Event Journal")
            .description(
                    "The journal that is watched. Reporting tasks see the services of the controller only: add one there with"
                            + " the directory and the settings of the one in the process group, and both share the open journal.")
            .required(true)
            .identifiesControllerService(EventJournalService.class)
            .build();

    static final PropertyDescriptor BACKLOG_LIMIT = new PropertyDescriptor.Builder()
            .name("Backlog Limit")
            .description("A bulletin when more events than this are not settled; not set for none")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor DEAD_LETTER_LIMIT = new PropertyDescriptor.Builder()
            .name("Dead Letter Limit")
            .description("A bulletin when more dead letters than this wait for a person; not set for none")
            .defaultValue("0")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor OLDEST_EVENT_LIMIT = new PropertyDescriptor.Builder()
            .name("Oldest Event Limit")
            .description(
                    "A bulletin when an event waits longer than this and is not settled, dead letters included: the time that"
                            + " was promised for an event. Not set for none")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor MINIMUM_SUCCESS_SHARE = new PropertyDescriptor.Builder()
            .name("Minimum Success Share")
            .description(
                    "A bulletin when a smaller share of attempts than this, from 0 to 1, completes its event between two runs"
                            + " with at least " + HealthLimits.SAMPLE + " attempts; not set for none")
            .addValidator(StandardValidators.createNonNegativeFloatingPointValidator(1))
            .build();

    static final PropertyDescriptor ODD_PATTERNS = new PropertyDescriptor.Builder()
            .name("Odd Patterns")
            .description(
                    "Whether there is a bulletin on the same event again and again, a replay job far larger than the requester's"
                            + " earlier ones, a replay rate far above its history, a replay outside of any job, and a completion"
                            + " without a claim")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("true")
            .build();

    static final PropertyDescriptor REPETITION_LIMIT = new PropertyDescriptor.Builder()
            .name("Repetition Limit")
            .description("How often the same event may be admitted again within the window below")
            .required(true)
            .dependsOn(ODD_PATTERNS, "true")
            .defaultValue("10")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor REPETITION_WINDOW = new PropertyDescriptor.Builder()
            .name("Repetition Window")
            .description("The time in which repetitions of an event are counted")
            .required(true)
            .dependsOn(ODD_PATTERNS, "true")
            .defaultValue("1 hour")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor METRICS_PORT = new PropertyDescriptor.Builder()
            .name("Metrics Port")
            .description(
                    "Where GET /metrics over HTTP answers with the numbers in Prometheus' text format; not set for nowhere. It"
                            + " asks nobody who they are; there are no keys and no names of partitions or people in it.")
            .addValidator(StandardValidators.PORT_VALIDATOR)
            .build();

    static final PropertyDescriptor METRICS_ADDRESS = new PropertyDescriptor.Builder()
            .name("Metrics Address")
            .description("The address of this machine on which the port is open; whoever reaches it can read")
            .required(true)
            .dependsOn(METRICS_PORT)
            .defaultValue("127.0.0.1")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor RECORD_SINK = new PropertyDescriptor.Builder()
            .name("Record Sink")
            .description("Where the numbers go as a record with each run; not set for nowhere")
            .identifiesControllerService(RecordSinkService.class)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            EVENT_JOURNAL,
            BACKLOG_LIMIT,
            DEAD_LETTER_LIMIT,
            OLDEST_EVENT_LIMIT,
            MINIMUM_SUCCESS_SHARE,
            ODD_PATTERNS,
            REPETITION_LIMIT,
            REPETITION_WINDOW,
            METRICS_PORT,
            METRICS_ADDRESS,
            RECORD_SINK);

    private static final String CATEGORY = "NiFi Replay";

    private final InstantSource clock = InstantSource.system();
    private final ReentrantLock turn = new ReentrantLock();

    private volatile Optional<HealthMonitor> monitor = Optional.empty();
    private volatile Optional<HealthMetrics> metrics = Optional.empty();
    private volatile Optional<MetricsEndpoint> endpoint = Optional.empty();

    @OnScheduled
    public void onScheduled(ConfigurationContext context) throws IOException {
        monitor = Optional.of(new HealthMonitor(limits(context), patterns(context)));
        metrics = Optional.empty();
        PropertyValue port = context.getProperty(METRICS_PORT);
        if (port.isSet()) {
            String address = context.getProperty(METRICS_ADDRESS).getValue();
            try {
                endpoint = Optional.of(MetricsEndpoint.open(
                        new InetSocketAddress(address, port.asInteger()),
                        () -> metrics.map(HealthMetrics::text).orElse("")));
            } catch (IOException e) {
                throw new IOException(
                        "Metrics cannot be published on " + address + ":" + port.getValue()
                                + "; choose a Metrics Port that is free and a Metrics Address of this machine: "
                                + e.getMessage(),
                        e);
            }
        }
    }

    @OnStopped
    public void onStopped() {
        endpoint.ifPresent(MetricsEndpoint::close);
        endpoint = Optional.empty();
    }

    @Override
    public void onTrigger(ReportingContext context) {
        // NiFi schedules a reporting task twice that was stopped and started again while it waited to be found valid.
        if (!turn.tryLock()) {
            return;
        }
        try {
            look(context);
        } finally {
            turn.unlock();
        }
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    private void look(ReportingContext context) {
        try {
            EventJournal journal = context.getProperty(EVENT_JOURNAL)
                    .asControllerService(EventJournalService.class)
                    .getEventJournal();
            HealthMonitor.Finding finding = monitor.orElseThrow().read(Reading.of(journal, clock));
            publish(journal.id(), finding.health());
            tell(context, finding);
            send(context, journal.id(), finding.health());
        } catch (JournalException e) {
            getLogger().error("The event journal cannot be asked how it is; it is tried again: {}", e.getMessage(), e);
        } catch (IOException e) {
            getLogger()
                    .error(
                            "The Record Sink did not take the numbers of this run, which are not sent again: {}",
                            e.toString(),
                            e);
        }
    }

    private void publish(UUID journal, Health health) {
        if (endpoint.isPresent()) {
            metrics.ifPresentOrElse(
                    known -> known.update(health), () -> metrics = Optional.of(new HealthMetrics(journal, health)));
        }
    }

    private void tell(ReportingContext context, HealthMonitor.Finding finding) {
        for (Alarm alarm : finding.news().begun()) {
            getLogger().warn("{}", alarm.message());
        }
        for (Alarm alarm : finding.news().over()) {
            getLogger().info("{}", alarm.wellAgain());
            context.getBulletinRepository()
                    .addBulletin(context.createBulletin(CATEGORY, Severity.INFO, alarm.wellAgain()));
        }
    }

    private static void send(ReportingContext context, UUID journal, Health health) throws IOException {
        if (context.getProperty(RECORD_SINK).isSet()) {
            context.getProperty(RECORD_SINK)
                    .asControllerService(RecordSinkService.class)
                    .sendData(HealthRecords.of(journal, health), Map.of("journal", journal.toString()), false);
        }
    }

    private static HealthLimits limits(PropertyContext context) {
        return new HealthLimits(
                Optional.ofNullable(context.getProperty(BACKLOG_LIMIT).asLong()),
                Optional.ofNullable(context.getProperty(DEAD_LETTER_LIMIT).asLong()),
                Optional.ofNullable(context.getProperty(OLDEST_EVENT_LIMIT).getValue())
                        .map(text -> context.getProperty(OLDEST_EVENT_LIMIT).asDuration()),
                Optional.ofNullable(context.getProperty(MINIMUM_SUCCESS_SHARE).asDouble()));
    }

    private static Optional<OddPatterns> patterns(PropertyContext context) {
        if (!context.getProperty(ODD_PATTERNS).asBoolean()) {
            return Optional.empty();
        }
        Duration window = context.getProperty(REPETITION_WINDOW).asDuration();
        return Optional.of(new OddPatterns(context.getProperty(REPETITION_LIMIT).asInteger(), window));
    }
}
