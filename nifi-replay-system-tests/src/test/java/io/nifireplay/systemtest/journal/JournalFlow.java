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
package io.nifireplay.systemtest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.journal.rocksdb.SharedJournals;
import io.nifireplay.systemtest.client.Connectable;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Funnel;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.Homes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A flow around a journal of its own. Relationships that a test leads nowhere end in a queue each, so that it can count
 * what went where. The idempotency key is the attribute {@value #KEY}; a FlowFile without it is an event of its own.
 */
public final class JournalFlow {
    public static final String KEY = "key";

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String LONG_LEASE = "10 min";

    private final ProcessGroup group;
    private final Path directory;
    private final ControllerService journal;
    private final Funnel ends;
    private final List<Processor> processors = new ArrayList<>();
    private final Map<Processor, Map<String, Connection>> connections = new LinkedHashMap<>();

    /** A flow whose leases outlast the test. */
    public JournalFlow(ProcessGroup group) {
        this(group, LONG_LEASE);
    }

    /** A flow with an empty journal. */
    public JournalFlow(ProcessGroup group, String lease) {
        this(group, Homes.fresh("journals/" + group.name()), lease);
    }

    /** A flow over a directory that may hold a journal. */
    public JournalFlow(ProcessGroup group, Path directory, String lease) {
        this.group = group;
        this.directory = directory;
        journal = group.createService("RocksDBEventJournal")
                .set(Map.of("Directory", directory.toString(), "Lease Duration", lease));
        ends = group.createFunnel();
    }

    public ProcessGroup group() {
        return group;
    }

    public Path directory() {
        return directory;
    }

    public ControllerService journal() {
        return journal;
    }

    /** JournalEvent, by the attribute {@value #KEY}. */
    public Processor journalEvent() {
        return add(
                        "JournalEvent",
                        Map.of(
                                "Event Journal",
                                journal.id(),
                                "Idempotency Key Strategy",
                                "Expression Language",
                                "Idempotency Key",
                                "${" + KEY + ":replaceEmpty(${uuid})}"))
                .penaltyAndYield("500 ms", "500 ms");
    }

    public Processor guardDelivery() {
        return add("GuardDelivery", Map.of("Event Journal", journal.id()));
    }

    public Processor guardDelivery(String effect) {
        return guardDelivery().set("Effect", effect);
    }

    public Processor completeEvent() {
        return add("CompleteEvent", Map.of("Event Journal", journal.id()));
    }

    /** CompleteEvent of a failure that is due again at once. */
    public Processor failEvent() {
        return completeEvent()
                .set(Map.of(
                        "Outcome", "failed",
                        "Error Type", "outage",
                        "Initial Retry Delay", "100 ms",
                        "Maximum Retry Delay", "100 ms"));
    }

    /** Any processor of the flow; all but sources are started and stopped together. */
    public Processor add(String type, Map<String, String> properties) {
        Processor processor = group.createProcessor(type);
        if (!properties.isEmpty()) {
            processor.set(properties);
        }
        processors.add(processor);
        connections.put(processor, new TreeMap<>());
        return processor;
    }

    /** Where events come from: never started, but sent from by the test. */
    public Source source(Connectable destination) {
        return new Source(group, destination);
    }

    public Connection connect(Processor from, String relationship, Connectable to) {
        Connection connection = from.to(to, relationship);
        connections.get(from).put(relationship, connection);
        return connection;
    }

    /** A second connection for a relationship: NiFi clones every FlowFile into it. */
    public Connection connectAlso(Processor from, String relationship, Connectable to) {
        return from.to(to, relationship);
    }

    /** A queue in which a relationship ends. */
    public Connection end(Processor from, String relationship) {
        return connect(from, relationship, ends);
    }

    /** The queue behind a relationship. */
    public Connection queue(Processor from, String relationship) {
        Connection connection = connections.get(from).get(relationship);
        if (connection == null) {
            throw new IllegalArgumentException(from + " has no " + relationship + ": " + connections.get(from));
        }
        return connection;
    }

    /** Leads all relationships to an end that lead nowhere, and enables the journal. */
    public JournalFlow prepare() {
        for (Processor processor : processors) {
            Map<String, Connection> connected = connections.get(processor);
            processor.entity().path("component").path("relationships").forEach(relationship -> {
                String name = relationship.path("name").asText();
                if (!connected.containsKey(name)
                        && !relationship.path("autoTerminate").asBoolean()) {
                    end(processor, name);
                }
            });
        }
        if (!journal.state().equals("ENABLED")) {
            journal.enable();
        }
        return this;
    }

    /** Starts all processors. */
    public JournalFlow start() {
        prepare();
        processors.forEach(Processor::start);
        return this;
    }

    /** Starts all processors but these. */
    public JournalFlow startWithout(Processor... stopped) {
        prepare();
        List<Processor> excluded = List.of(stopped);
        processors.stream().filter(processor -> !excluded.contains(processor)).forEach(Processor::start);
        return this;
    }

    /** How many FlowFiles wait behind which relationship; without those behind which none do. */
    public Map<String, Long> counts(Processor processor) {
        Map<String, Long> counts = new TreeMap<>();
        connections.get(processor).forEach((relationship, connection) -> {
            long count = connection.count();
            if (count > 0) {
                counts.put(relationship, count);
            }
        });
        return counts;
    }

    /** Waits until exactly so many FlowFiles wait behind the relationships of a processor. */
    public void awaitCounts(Processor processor, Map<String, Long> expected) {
        await().pollInterval(Duration.ofMillis(100))
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(counts(processor))
                        .as(() -> "FlowFiles behind " + processor.name() + "; " + problems())
                        .isEqualTo(new TreeMap<>(expected)));
    }

    /** What a person would see on the canvas that is not as it should be. */
    private String problems() {
        Map<String, List<String>> invalid = new LinkedHashMap<>();
        processors.stream()
                .filter(processor -> !processor.validationErrors().isEmpty())
                .forEach(processor -> invalid.put(processor.name(), processor.validationErrors()));
        return "not valid: " + invalid + "; bulletins: " + group.bulletins();
    }

    /** Waits for a FlowFile behind a relationship, takes it away and says what it was. */
    public Result take(Processor processor, String relationship) {
        Connection queue = queue(processor, relationship).awaitCount(1);
        Result result = Result.of(queue);
        queue.empty();
        return result;
    }

    /** Stops the flow, closes the journal and reads in it. */
    public <T> T readJournal(Function<EventJournal, T> read) {
        group.stop();
        journal.disable();
        try (SharedJournals.Lease lease = SharedJournals.acquire(RocksDBOptions.defaults(directory))) {
            return read.apply(lease.journal());
        }
    }

    /** Stops the flow, closes the journal and reads all events. */
    public List<EventView> readEvents() {
        return readJournal(opened -> {
            List<EventView> events = new ArrayList<>();
            opened.scan(Selector.ALL, events::add);
            return events;
        });
    }

    @Override
    public String toString() {
        return "flow in " + group + " over " + directory;
    }
}
