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

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.entry.AuditEntry.Link;
import io.nifireplay.audit.personal.PersonalIds;
import io.nifireplay.audit.spool.Refusal;
import io.nifireplay.audit.spool.RefusalSpool;
import io.nifireplay.audit.spool.SpoolListener;
import io.nifireplay.audit.spool.SpoolOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.reporting.ReportingTask;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.MockReportingContext;
import org.apache.nifi.util.MockReportingInitializationContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessAuditReportingTaskTest {
    @TempDir
    private Path folder;

    private final AccessAuditReportingTask task = new AccessAuditReportingTask();
    private final MockComponentLog log = new MockComponentLog("task", task);
    private OpenTrail trail;
    private Map<PropertyDescriptor, String> properties;

    @BeforeEach
    void openTrail() throws InitializationException {
        trail = new OpenTrail(folder.resolve("trail"));
        trail.open();
        properties = Map.of(
                AccessAuditReportingTask.AUDIT_TRAIL,
                "trail",
                AccessAuditReportingTask.SPOOL_DIRECTORY,
                folder.resolve("spool").toString());
        task.initialize(new MockReportingInitializationContext("task", "task", log));
        task.onScheduled(new MockConfigurationContext(properties, null, Map.of()));
    }

    @AfterEach
    void closeTrail() {
        trail.close();
    }

    @Test
    void isFoundByNiFiAndRunsEachFewSeconds() {
        assertThat(ServiceLoader.load(ReportingTask.class)).hasAtLeastOneElementOfType(AccessAuditReportingTask.class);
        assertThat(AccessAuditReportingTask.class
                        .getAnnotation(DefaultSchedule.class)
                        .period())
                .isEqualTo("5 sec");
    }

    @Test
    void hasADetailedPageWithAnExample() throws IOException {
        String page = "docs/" + AccessAuditReportingTask.class.getName() + "/additionalDetails.md";
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(page)) {
            assertThat(in).as(page).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("## Example");
        }
    }

    @Test
    void bringsWhatTheAuthorizerRefusedIntoTheTrail() throws IOException {
        refuse("CN=auditor");
        trigger();
        assertThat(trail.entries("CN=auditor"))
                .singleElement()
                .asString()
                .contains("replay refused", "\"right\":\"write\"", "/data/processors/p");
        assertThat(log.getErrorMessages()).isEmpty();

        trigger();
        assertThat(trail.size()).isOne();
    }

    @Test
    void tellsWhatAPersonShouldLookAtOnce() throws IOException {
        trigger();
        trigger();
        assertThat(log.getErrorMessages()).singleElement().asString().contains("There is no spool of refusals");

        refuse("CN=auditor");
        Path file = spooled().getFirst();
        Files.writeString(file, Files.readString(file).replace("CN=auditor", "CN=nobody!"));
        trigger();
        assertThat(log.getErrorMessages()).hasSize(2).last().asString().contains("1 of the lines");
        assertThat(log.getWarnMessages()).singleElement().asString().contains("1 refused replays");
        assertThat(trail.entries("refusal gap")).hasSize(1);
    }

    @Test
    void isTriggeredTwiceAtATimeAndDrainsOnce() throws Exception {
        refuse("CN=auditor");
        CountDownLatch isDraining = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        trail.writeIds(ids -> {
            isDraining.countDown();
            await(goOn);
            return PersonalIds.plain().protect(ids);
        });
        Thread first = Thread.ofPlatform().start(this::trigger);
        await(isDraining);
        trigger();
        assertThat(first.isAlive()).as("the second one did not wait").isTrue();
        goOn.countDown();
        first.join();
        assertThat(log.getErrorMessages()).isEmpty();
        assertThat(trail.size()).isOne();
    }

    @Test
    void leavesRefusalsInTheSpoolWhileTheTrailIsNotThere() throws IOException {
        refuse("CN=auditor");
        trail.close();
        trigger();
        assertThat(log.getErrorMessages()).singleElement().asString().contains("wait in their spool");
        assertThat(spooled()).hasSize(1);

        trail.open();
        trigger();
        assertThat(spooled()).isEmpty();
        assertThat(trail.size()).isOne();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void refuse(String identity) {
        SpoolListener silent = new SpoolListener() {
            @Override
            public void failed(String message) {
                throw new AssertionError(message);
            }

            @Override
            public void recovered(String message) {
                // It never failed.
            }
        };
        try (RefusalSpool spool = RefusalSpool.start(SpoolOptions.of(folder.resolve("spool")), silent)) {
            spool.record(new Refusal(
                    Instant.now(),
                    Optional.of(identity),
                    Refusal.Right.WRITE,
                    "/data/processors/p",
                    Optional.empty(),
                    Link.KNOWN));
        }
    }

    private void trigger() {
        MockReportingContext context = new MockReportingContext(Map.of(), null);
        context.addControllerService(trail, "trail");
        properties.forEach((property, value) -> context.setProperty(property.getName(), value));
        task.onTrigger(context);
    }

    private List<Path> spooled() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("spool"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).toList();
        }
    }
}
