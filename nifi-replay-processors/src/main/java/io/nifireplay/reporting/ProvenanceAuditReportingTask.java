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

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import io.nifireplay.processors.CompleteEvent;
import io.nifireplay.processors.JournalEvent;
import io.nifireplay.reporting.provenance.ComponentGroups;
import io.nifireplay.reporting.provenance.Entries;
import io.nifireplay.reporting.provenance.Findings;
import io.nifireplay.reporting.provenance.Journals;
import io.nifireplay.reporting.provenance.Position;
import io.nifireplay.reporting.provenance.ProvenanceAuditor;
import io.nifireplay.reporting.provenance.ProvenanceStore;
import io.nifireplay.reporting.provenance.ProvenanceTail;
import io.nifireplay.services.audit.AuditTrailService;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.nifi.annotation.behavior.DynamicProperty;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnUnscheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.reporting.AbstractReportingTask;
import org.apache.nifi.reporting.ReportingContext;
import org.apache.nifi.scheduling.SchedulingStrategy;

@Tags({"replay", "audit", "provenance", "journal", "lineage", "loss", "download"})
@CapabilityDescription(
        "Reads NiFi's provenance and writes into the audit trail what a person did to the journal's events outside of the"
                + " journal: replays from the provenance page, by Replay Last Event or through the REST API, downloads of content,"
                + " queues that were emptied; and events whose FlowFile NiFi did away with before they were completed. It leaves"
                + " no provenance event out: what it could not read is an entry itself.")
@SeeAlso(
        value = {JournalEvent.class, CompleteEvent.class},
        classNames = {
            "io.nifireplay.services.audit.TransparencyLogAuditTrail",
            "io.nifireplay.services.journal.RocksDBEventJournal"
        })
@DefaultSchedule(strategy = SchedulingStrategy.TIMER_DRIVEN, period = "5 sec")
@Stateful(
        scopes = Scope.LOCAL,
        description =
                "The id of the last provenance event that was dealt with, its fingerprint and time, and the ids of those"
                        + " that are held back. Clearing it makes the task begin anew at Start At; entries of events that are still in"
                        + " provenance are written once more then.")
@DynamicProperty(
        name = "Any name",
        value = "An event journal service",
        description = "A further journal whose events are looked for")
public class ProvenanceAuditReportingTask extends AbstractReportingTask {

    static final PropertyDescriptor AUDIT_TRAIL = new PropertyDescriptor.Builder()
            .name("Audit Trail")
            .description(
                    "Where entries are written. A second service may name the directory of one in a process group: both"
                            + " write into one trail.")
            .required(true)
            .identifiesControllerService(AuditTrailService.class)
            .build();

    static final PropertyDescriptor EVENT_JOURNAL = new PropertyDescriptor.Builder()
            .name("Event Journal")
            .description(
                    "The journal whose events are looked for. Reporting tasks see the services of the controller only:"
                            + " add one there with the directory and the settings of the one in the process group, and both share the"
                            + " open journal. Further journals can be added as properties.")
            .required(true)
            .identifiesControllerService(EventJournalService.class)
            .build();

    static final PropertyDescriptor START_AT = new PropertyDescriptor.Builder()
            .name("Start At")
            .description("Where the first start begins. Later ones go on where the last one ended.")
            .required(true)
            .allowableValues(StartAt.class)
            .defaultValue(StartAt.BEGINNING)
            .build();

    static final PropertyDescriptor GAP_GRACE_TIME = new PropertyDescriptor.Builder()
            .name("Gap Grace Time")
            .description(
                    "How long the task waits for a provenance event whose id is missing between others. NiFi gives ids"
                            + " before it writes, so most gaps close within milliseconds; one that does not becomes an entry, and the task"
                            + " goes on behind it.")
            .required(true)
            .defaultValue("30 secs")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor HOLD_BACK_TIME = new PropertyDescriptor.Builder()
            .name("Hold Back Time")
            .description(
                    "How long an entry is held back when more is to be known soon: of which event a replay into a queue"
                            + " before JournalEvent was, and whether an event goes on of which the flow itself ended a FlowFile. Longer"
                            + " than a FlowFile usually waits before JournalEvent.")
            .required(true)
            .defaultValue("2 mins")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.DAYS))
            .build();

    static final PropertyDescriptor RECORD_UNKNOWN = new PropertyDescriptor.Builder()
            .name("Record Unknown FlowFiles")
            .description(
                    "Whether replays and downloads of FlowFiles that no journal knows become entries, too, without an"
                            + " event. A FlowFile that is replayed or looked at before it reaches JournalEvent is unknown as well.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("true")
            .build();

    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description("How many provenance events are read at once, at most. They are in memory together, with their"
                    + " attributes.")
            .required(true)
            .defaultValue("10000")
            .addValidator(StandardValidators.createLongValidator(1, 100_000, true))
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS =
            List.of(AUDIT_TRAIL, EVENT_JOURNAL, START_AT, GAP_GRACE_TIME, HOLD_BACK_TIME, RECORD_UNKNOWN, BATCH_SIZE);

    private final InstantSource clock = InstantSource.system();

    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean isRunning;
    private volatile Optional<ProvenanceAuditor> auditor = Optional.empty();

    @OnScheduled
    public void onScheduled() {
        // Whatever was in memory is read again, by the properties as they are now.
        auditor = Optional.empty();
        isRunning = true;
    }

    @OnUnscheduled
    public void onUnscheduled() {
        isRunning = false;
    }

    @Override
    public void onTrigger(ReportingContext context) {
        // NiFi schedules a reporting task twice that was stopped and started again while it waited to be found valid.
        if (!turn.tryLock()) {
            return;
        }
        try {
            readOn(context);
        } finally {
            turn.unlock();
        }
    }

    private void readOn(ReportingContext context) {
        AuditTrailService trail = context.getProperty(AUDIT_TRAIL).asControllerService(AuditTrailService.class);
        int batchSize = context.getProperty(BATCH_SIZE).asInteger();
        try {
            Journals journals = journals(context);
            Entries entries = entries(context, trail, journals);
            ProvenanceAuditor current = auditor(context, journals);
            boolean more = true;
            while (more && isRunning) {
                more = current.advance(batchSize, journals, trail.getAuditTrail(), entries);
            }
        } catch (IOException e) {
            getLogger()
                    .error(
                            "NiFi's provenance or the state of this task cannot be read or written; nothing is left out, it is"
                                    + " tried again: {}",
                            e.toString(),
                            e);
        } catch (JournalException e) {
            getLogger()
                    .error(
                            "An event journal cannot be asked, so provenance is not read on; nothing is left out, it is tried"
                                    + " again: {}",
                            e.getMessage(),
                            e);
        } catch (AuditException e) {
            getLogger()
                    .error(
                            "The audit trail cannot be written: {}. {} entries wait for it, and provenance is not read on until they"
                                    + " are written; what rolls over unread meanwhile becomes a gap in the trail",
                            e.getMessage(),
                            auditor.map(ProvenanceAuditor::unwritten).orElse(0),
                            e);
        }
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @Override
    protected PropertyDescriptor getSupportedDynamicPropertyDescriptor(String name) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .dynamic(true)
                .description("A further journal whose events are looked for")
                .identifiesControllerService(EventJournalService.class)
                .build();
    }

    private ProvenanceAuditor auditor(ReportingContext context, Journals journals) throws IOException {
        if (auditor.isPresent()) {
            return auditor.get();
        }
        ProvenanceStore store = new NodeProvenance(context.getEventAccess());
        ProvenanceTail tail =
                new ProvenanceTail(store, context.getProperty(GAP_GRACE_TIME).asDuration(), clock);
        Findings findings = new Findings(
                context.getProperty(HOLD_BACK_TIME).asDuration(),
                context.getProperty(RECORD_UNKNOWN).asBoolean(),
                clock);
        StateManager state = context.getStateManager();
        ProvenanceAuditor.PositionStore positions = position -> state.setState(position.state(), Scope.LOCAL);
        Optional<Position> stored = Position.of(state.getState(Scope.LOCAL).toMap());
        ProvenanceAuditor made = stored.isPresent()
                ? ProvenanceAuditor.resume(stored.get(), store, tail, findings, positions, journals)
                : ProvenanceAuditor.startAt(start(context, tail), tail, findings, positions);
        auditor = Optional.of(made);
        return made;
    }

    private static Position start(ReportingContext context, ProvenanceTail tail) throws IOException {
        return switch (context.getProperty(START_AT).asAllowableValue(StartAt.class)) {
            case BEGINNING -> Position.BEGINNING;
            case END -> tail.end();
        };
    }

    private Entries entries(ReportingContext context, AuditTrailService trail, Journals journals) {
        Actor self = new Actor.Component(getIdentifier(), getClass().getSimpleName(), Optional.empty());
        return new Entries(
                self,
                trail.getPersonalIds(),
                journals,
                () -> new ComponentGroups(context.getEventAccess().getControllerStatus()),
                clock);
    }

    private static Journals journals(ReportingContext context) {
        Stream<PropertyDescriptor> further =
                context.getProperties().keySet().stream().filter(PropertyDescriptor::isDynamic);
        List<EventJournal> journals = Stream.concat(Stream.of(EVENT_JOURNAL), further)
                .map(property -> context.getProperty(property).asControllerService(EventJournalService.class))
                .map(EventJournalService::getEventJournal)
                .distinct()
                .toList();
        return new Journals(journals);
    }
}
