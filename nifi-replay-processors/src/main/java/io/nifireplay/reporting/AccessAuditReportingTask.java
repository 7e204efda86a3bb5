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
import io.nifireplay.audit.spool.DrainReport;
import io.nifireplay.audit.spool.RefusalDrain;
import io.nifireplay.services.audit.AuditTrailService;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.reporting.AbstractReportingTask;
import org.apache.nifi.reporting.ReportingContext;
import org.apache.nifi.scheduling.SchedulingStrategy;

@Tags({"replay", "audit", "access", "refused", "denied", "authorizer", "compliance"})
@CapabilityDescription(
        "Brings the replays that NiFi refused into the audit trail, with the user who asked. NiFi's provenance has nothing of"
                + " them: the authorizer that comes with NiFi Replay writes them into a spool directory, and this task takes them"
                + " from there. Without that authorizer in authorizers.xml there is nothing to take.")
@SeeAlso(classNames = "io.nifireplay.services.audit.TransparencyLogAuditTrail")
@DefaultSchedule(strategy = SchedulingStrategy.TIMER_DRIVEN, period = "5 sec")
public class AccessAuditReportingTask extends AbstractReportingTask {

    static final PropertyDescriptor AUDIT_TRAIL = new PropertyDescriptor.Builder()
            .name("Audit Trail")
            .description("Where refusals become entries.")
            .required(true)
            .identifiesControllerService(AuditTrailService.class)
            .build();

    static final PropertyDescriptor SPOOL_DIRECTORY = new PropertyDescriptor.Builder()
            .name("Spool Directory")
            .description(
                    "The directory that the authorizer has as its 'Spool Directory' in authorizers.xml. A relative path"
                            + " starts at NiFi's working directory. On a cluster it is one of each node.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(AUDIT_TRAIL, SPOOL_DIRECTORY);

    private final ReentrantLock turn = new ReentrantLock();
    private volatile Optional<RefusalDrain> drain = Optional.empty();

    @OnScheduled
    public void onScheduled(ConfigurationContext context) {
        // What was told as a problem until now is told once more.
        drain = Optional.of(new RefusalDrain(
                Path.of(context.getProperty(SPOOL_DIRECTORY)
                                .evaluateAttributeExpressions()
                                .getValue())
                        .toAbsolutePath(),
                Clock.systemUTC()));
    }

    @Override
    public void onTrigger(ReportingContext context) {
        // NiFi schedules a reporting task twice that was stopped and started again while it waited to be found valid.
        if (!turn.tryLock()) {
            return;
        }
        try {
            drain.ifPresent(
                    open -> drain(open, context.getProperty(AUDIT_TRAIL).asControllerService(AuditTrailService.class)));
        } finally {
            turn.unlock();
        }
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    private void drain(RefusalDrain open, AuditTrailService trail) {
        try {
            DrainReport report = open.drain(trail.getAuditTrail(), trail.getPersonalIds());
            report.problems().forEach(problem -> getLogger().error("{}", problem));
            if (report.missing() > 0) {
                getLogger()
                        .warn(
                                "{} refused replays are in the audit trail only as a number: they came too fast, the spool was"
                                        + " full, or their records could not be read. Look for what asks so often",
                                report.missing());
            }
        } catch (AuditException e) {
            getLogger()
                    .error("Replays that NiFi refused wait in their spool, and are tried again: {}", e.getMessage(), e);
        }
    }
}
