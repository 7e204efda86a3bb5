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

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.personal.PersonalIds;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.reporting.provenance.TestJournal;
import io.nifireplay.reporting.provenance.TestTrail;
import io.nifireplay.services.audit.AuditTrailService;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.status.ProcessGroupStatus;
import org.apache.nifi.provenance.MockProvenanceEvent;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventRepository;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.reporting.ReportingTask;
import org.apache.nifi.state.MockStateManager;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockEventAccess;
import org.apache.nifi.util.MockReportingContext;
import org.apache.nifi.util.MockReportingInitializationContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceAuditReportingTaskTest {
    private static final long TIME = 1_764_000_000_000L;

    @TempDir
    private Path directory;

    private final ProvenanceAuditReportingTask task = new ProvenanceAuditReportingTask();
    private final MockComponentLog log = new MockComponentLog("task", task);
    private final MockStateManager state = new MockStateManager(task);
    private final Repository repository = new Repository();
    private final Map<PropertyDescriptor, String> properties = new HashMap<>();
    private TestJournal journal;
    private TestJournal another;
    private TestTrail trail;
    private MockReportingContext context;

    /** NiFi's provenance, of which nifi-mock knows no highest id. */
    private static final class Repository extends MockEventAccess {
        private long last = -1;
        private Optional<Runnable> meanwhile = Optional.empty();

        Repository() {
            ProcessGroupStatus root = new ProcessGroupStatus();
            root.setId("root");
            setProcessGroupStatus(root);
        }

        /** Something that another thread does, to its end, while the next events are read. */
        void whileReading(Runnable something) {
            meanwhile = Optional.of(something);
        }

        @Override
        public List<ProvenanceEventRecord> getProvenanceEvents(long first, int max) throws IOException {
            Optional<Runnable> something = meanwhile;
            meanwhile = Optional.empty();
            something.ifPresent(it -> CompletableFuture.runAsync(it).join());
            return super.getProvenanceEvents(first, max);
        }

        void write(ProvenanceEventRecord event) {
            addProvenanceEvent(event);
            last = event.getEventId();
        }

        @Override
        public ProvenanceEventRepository getProvenanceRepository() {
            return (ProvenanceEventRepository) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {ProvenanceEventRepository.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("getMaxEventId")) {
                            return last;
                        }
                        throw new UnsupportedOperationException(method.toString());
                    });
        }
    }

    private static final class Trail extends AbstractControllerService implements AuditTrailService {
        private final TestTrail trail;

        Trail(TestTrail trail) {
            this.trail = trail;
        }

        @Override
        public AuditTrail getAuditTrail() {
            return trail;
        }

        @Override
        public PersonalIds getPersonalIds() {
            return PersonalIds.plain();
        }

        @Override
        public boolean isRequired() {
            return true;
        }
    }

    private static final class Journal extends AbstractControllerService implements EventJournalService {
        private final TestJournal journal;

        Journal(TestJournal journal) {
            this.journal = journal;
        }

        @Override
        public EventJournal getEventJournal() {
            return journal.journal();
        }

        @Override
        public int getMaximumResultSize() {
            return 0;
        }
    }

    @BeforeEach
    void setUp() throws InitializationException {
        journal = new TestJournal(directory.resolve("journal"));
        another = new TestJournal(directory.resolve("another"));
        trail = new TestTrail(directory.resolve("trail"));
        context = new MockReportingContext(Map.of(), state) {
            @Override
            public MockEventAccess getEventAccess() {
                return repository;
            }
        };
        context.addControllerService(new Trail(trail), "trail");
        context.addControllerService(new Journal(journal), "journal");
        context.addControllerService(new Journal(another), "another");
        task.initialize(new MockReportingInitializationContext("task", "task", log));
        set("Audit Trail", "trail");
        set("Event Journal", "journal");
        task.onScheduled();
    }

    @AfterEach
    void tearDown() {
        trail.close();
        journal.close();
        another.close();
    }

    private void set(String property, String value) {
        properties.put(task.getPropertyDescriptor(property), value);
        context.setProperties(properties);
    }

    private void download(long id, String flowFile, Map<String, String> attributes) {
        MockProvenanceEvent.Builder event = new MockProvenanceEvent.Builder();
        event.setEventId(id);
        event.setEventType(ProvenanceEventType.DOWNLOAD);
        event.setFlowFileUUID(flowFile);
        event.setAttributes(Map.of(), attributes);
        event.setComponentId("root");
        event.setComponentType("NiFi Flow");
        event.setTransitUri("https://localhost/");
        event.setDetails("Download of Output Content requested by CN=operator for Provenance Event 1");
        event.setEventTime(TIME + id);
        event.setCurrentContentClaim("container", "section", "claim", 0L, 1);
        repository.write(event.build());
    }

    private List<JsonNode> trigger() {
        task.onTrigger(context);
        return trail.entries();
    }

    @Test
    void takesProvenanceIntoTheTrailAndGoesOnWhereItWasStopped() {
        download(0, "one", journal.admit("order-1", "one"));
        assertThat(trigger()).singleElement().satisfies(entry -> {
            assertThat(entry.path("actor").path("user").asText()).isEqualTo("CN=operator");
            assertThat(entry.path("event").path("key").asText()).isEqualTo("order-1");
            assertThat(entry.path("group").asText()).isEqualTo("root");
        });
        state.assertStateEquals("last", "0", Scope.LOCAL);

        task.onUnscheduled();
        download(1, "two", Map.of());
        task.onScheduled();
        assertThat(trigger()).hasSize(2);
        assertThat(log.getErrorMessages()).isEmpty();
    }

    @Test
    void beginsBehindWhatIsThereWhenItIsToldTo() {
        download(0, "one", Map.of());
        set("Start At", "end of provenance");
        assertThat(trigger()).isEmpty();
        state.assertStateEquals("last", "0", Scope.LOCAL);
        download(1, "two", Map.of());
        assertThat(trigger()).hasSize(1);
    }

    @Test
    void looksForEventsOfFurtherJournals() {
        set("Journal Of The Other Flow", "another");
        download(0, "one", another.admit("order-1", "one"));
        assertThat(trigger())
                .singleElement()
                .satisfies(
                        entry -> assertThat(entry.path("event").path("journal").asText())
                                .isEqualTo(another.journal().id().toString()));
    }

    @Test
    void saysWhatTheTrailDidNotTakeAndWritesItLater() {
        trail.full(true);
        download(0, "one", Map.of());
        task.onTrigger(context);
        assertThat(log.getErrorMessages())
                .singleElement()
                .satisfies(message ->
                        assertThat(message.getMsg()).contains("1 entries wait").contains("free some space"));
        trail.full(false);
        assertThat(trigger()).hasSize(1);
    }

    @Test
    void saysThatAJournalCannotBeAskedAndTriesAgain() {
        download(0, "one", journal.admit("order-1", "one"));
        journal.close();
        task.onTrigger(context);
        assertThat(log.getErrorMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg()).contains("event journal cannot be asked"));
        journal = new TestJournal(directory.resolve("journal"));
    }

    @Test
    void readsInBatchesUntilNothingIsLeft() {
        set("Batch Size", "7");
        for (int id = 0; id < 50; id++) {
            download(id, "flowfile " + id, Map.of());
        }
        assertThat(trigger()).hasSize(50);
    }

    @Test
    void readsOnceWhenNiFiTriggersItTwiceAtATime() {
        download(0, "one", Map.of());
        repository.whileReading(() -> task.onTrigger(context));
        assertThat(trigger()).hasSize(1);
    }

    @Test
    void isFoundByNiFiAndExplainsItself() throws IOException {
        Class<?> type = ProvenanceAuditReportingTask.class;
        assertThat(ServiceLoader.load(ReportingTask.class).stream().map(ServiceLoader.Provider::type))
                .contains(ProvenanceAuditReportingTask.class);
        assertThat(type.getAnnotation(Tags.class).value()).contains("replay");
        assertThat(type.getAnnotation(CapabilityDescription.class).value()).isNotBlank();
        assertThat(type.getAnnotation(SeeAlso.class)).isNotNull();
        assertThat(type.getAnnotation(Stateful.class).scopes()).containsExactly(Scope.LOCAL);
        assertThat(type.getAnnotation(DefaultSchedule.class).period()).isEqualTo("5 sec");
        assertThat(task.getPropertyDescriptors()).isNotEmpty().allSatisfy(property -> {
            assertThat(property.getName()).matches("[A-Z][A-Za-z0-9 -]*").isEqualTo(property.getDisplayName());
            assertThat(property.getDescription()).isNotBlank();
        });
        try (InputStream page = type.getResourceAsStream("/docs/" + type.getName() + "/additionalDetails.md")) {
            assertThat(page).isNotNull();
            assertThat(new String(page.readAllBytes(), StandardCharsets.UTF_8)).contains("## Example");
        }
    }
}
