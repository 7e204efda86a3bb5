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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import io.nifireplay.reporting.provenance.TestJournal;
import io.nifireplay.services.journal.EventJournalService;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.record.sink.RecordSinkService;
import org.apache.nifi.reporting.Bulletin;
import org.apache.nifi.reporting.BulletinRepository;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.serialization.WriteResult;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSet;
import org.apache.nifi.state.MockStateManager;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.MockReportingContext;
import org.apache.nifi.util.MockReportingInitializationContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayHealthReportingTaskTest {
    @TempDir
    private Path directory;

    private final ReplayHealthReportingTask task = new ReplayHealthReportingTask();
    private final MockComponentLog log = new MockComponentLog("task", task);
    private final List<Bulletin> wellAgain = new ArrayList<>();
    private final Map<PropertyDescriptor, String> properties = new HashMap<>();
    private TestJournal journal;
    private Journal service;
    private MockReportingContext context;

    private static final class Journal extends AbstractControllerService implements EventJournalService {
        private Optional<EventJournal> journal;

        Journal(EventJournal journal) {
            this.journal = Optional.of(journal);
        }

        @Override
        public EventJournal getEventJournal() {
            return journal.orElseThrow(() -> new JournalException("The disk is full: free some space"));
        }

        @Override
        public int getMaximumResultSize() {
            return 0;
        }
    }

    private static final class Sink extends AbstractControllerService implements RecordSinkService {
        private final List<Record> records = new ArrayList<>();

        @Override
        public WriteResult sendData(RecordSet set, Map<String, String> attributes, boolean sendZeroResults)
                throws IOException {
            for (Record record = set.next(); record != null; record = set.next()) {
                records.add(record);
            }
            return WriteResult.of(1, attributes);
        }
    }

    @BeforeEach
    void setUp() throws InitializationException {
        journal = new TestJournal(directory);
        service = new Journal(journal.journal());
        context = new MockReportingContext(Map.of(), new MockStateManager(task)) {
            @Override
            public BulletinRepository getBulletinRepository() {
                return bulletinBoard();
            }
        };
        context.addControllerService(service, "journal");
        task.initialize(new MockReportingInitializationContext("task", "task", log));
        set("Event Journal", "journal");
    }

    @AfterEach
    void tearDown() {
        task.onStopped();
        journal.close();
    }

    @Test
    void tellsALimitThatIsPassedOnceAndThatItIsWellAgain() throws IOException {
        set("Backlog Limit", "1");
        set("Odd Patterns", "false");
        schedule();
        task.onTrigger(context);
        assertThat(log.getWarnMessages()).isEmpty();

        Map<String, String> first = journal.admit("a", "f1");
        journal.admit("b", "f2");
        task.onTrigger(context);
        task.onTrigger(context);
        assertThat(log.getWarnMessages())
                .singleElement()
                .satisfies(message -> assertThat(text(message)).contains("2 events are not settled"));

        journal.complete(first, "f1");
        task.onTrigger(context);
        task.onTrigger(context);
        assertThat(wellAgain)
                .singleElement()
                .satisfies(bulletin -> assertThat(bulletin.getMessage()).contains("within its limit of 1 again"));
    }

    @Test
    void tellsACompletionWithoutAClaimUnlessOddPatternsAreSwitchedOff() throws IOException {
        set("Odd Patterns", "false");
        schedule();
        completeWithoutClaim("a");
        assertThat(log.getWarnMessages()).isEmpty();

        set("Odd Patterns", "true");
        schedule();
        completeWithoutClaim("b");
        assertThat(log.getWarnMessages())
                .singleElement()
                .satisfies(message -> assertThat(text(message)).contains("past GuardDelivery"));
    }

    @Test
    void publishesMetricsOnItsPortUntilItIsStopped() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        set("Metrics Port", Integer.toString(port));
        schedule();
        journal.admit("a", "f1");
        task.onTrigger(context);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains(
                            "nifi_replay_backlog{journal=\"" + journal.journal().id() + "\",state=\"in flight\"} 1.0");
            task.onStopped();
            assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void saysWhichPropertyIsWrongWhenItsPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            set("Metrics Port", Integer.toString(taken.getLocalPort()));
            assertThatThrownBy(this::schedule)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("choose a Metrics Port that is free");
        }
    }

    @Test
    void sendsTheNumbersToARecordSink() throws Exception {
        Sink sink = new Sink();
        context.addControllerService(sink, "sink");
        set("Record Sink", "sink");
        schedule();
        journal.admit("a", "f1");
        task.onTrigger(context);

        assertThat(sink.records).singleElement().satisfies(record -> {
            assertThat(record.getAsLong("backlog")).isEqualTo(1);
            assertThat(record.getAsLong("inFlight")).isEqualTo(1);
            assertThat(record.getAsString("journal"))
                    .isEqualTo(journal.journal().id().toString());
            assertThat(record.getSchema().getFieldNames())
                    .containsAll(record.toMap().keySet());
        });
    }

    @Test
    void saysWhatIsWrongWhenTheJournalCannotBeAsked() throws IOException {
        schedule();
        service.journal = Optional.empty();
        task.onTrigger(context);
        assertThat(log.getErrorMessages())
                .singleElement()
                .satisfies(message -> assertThat(text(message)).contains("free some space"));
    }

    private void completeWithoutClaim(String key) {
        task.onTrigger(context);
        journal.complete(journal.admit(key, "f " + key), "f " + key);
        task.onTrigger(context);
    }

    private void schedule() throws IOException {
        task.onScheduled(new MockConfigurationContext(properties, context, Map.of()));
    }

    private void set(String property, String value) {
        properties.put(task.getPropertyDescriptor(property), value);
        context.setProperties(properties);
    }

    /** NiFi's bulletin board, of which nifi-mock shows nothing. */
    private BulletinRepository bulletinBoard() {
        return (BulletinRepository) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BulletinRepository.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("addBulletin")) {
                        throw new UnsupportedOperationException(method.toString());
                    }
                    wellAgain.add((Bulletin) arguments[0]);
                    return null;
                });
    }

    private static String text(LogMessage message) {
        return message.getMsg() + List.of(message.getArgs());
    }
}
