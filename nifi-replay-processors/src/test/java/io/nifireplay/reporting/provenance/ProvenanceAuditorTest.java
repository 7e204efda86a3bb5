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
package io.nifireplay.reporting.provenance;

import static io.nifireplay.reporting.provenance.NiFiEvents.autoTerminated;
import static io.nifireplay.reporting.provenance.NiFiEvents.download;
import static io.nifireplay.reporting.provenance.NiFiEvents.emptied;
import static io.nifireplay.reporting.provenance.NiFiEvents.expired;
import static io.nifireplay.reporting.provenance.NiFiEvents.modified;
import static io.nifireplay.reporting.provenance.NiFiEvents.replay;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.personal.PersonalIds;
import io.nifireplay.journal.JournalException;
import io.nifireplay.processors.request.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.apache.nifi.controller.status.ConnectionStatus;
import org.apache.nifi.controller.status.ProcessGroupStatus;
import org.apache.nifi.controller.status.ProcessorStatus;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceAuditorTest {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration HOLD_BACK = Duration.ofMinutes(2);
    private static final int MAX = 100;
    private static final String USER = "CN=operator";

    @TempDir
    private Path directory;

    private final MemoryStore store = new MemoryStore();
    private final TestClock clock = new TestClock();
    private PersonalIds personalIds = PersonalIds.plain();
    private Optional<Position> stored = Optional.empty();
    private boolean canStore = true;
    private TestJournal journal;
    private TestTrail trail;
    private ProvenanceAuditor auditor;

    @BeforeEach
    void open() throws IOException {
        journal = new TestJournal(directory.resolve("journal"));
        trail = new TestTrail(directory.resolve("trail"));
        restart();
    }

    @AfterEach
    void close() {
        trail.close();
        journal.close();
    }

    /** All that is in memory is gone. */
    private void restart() throws IOException {
        ProvenanceTail tail = new ProvenanceTail(store, GRACE, clock);
        Findings findings = new Findings(HOLD_BACK, true, clock);
        auditor = stored.isPresent()
                ? ProvenanceAuditor.resume(stored.get(), store, tail, findings, this::store, journal.journals())
                : ProvenanceAuditor.startAt(Position.BEGINNING, tail, findings, this::store);
    }

    private void store(Position position) throws IOException {
        if (!canStore) {
            throw new IOException("the state cannot be written");
        }
        stored = Position.of(position.state());
    }

    private List<JsonNode> advance() throws IOException {
        Journals journals = journal.journals();
        while (auditor.advance(
                MAX,
                journals,
                trail,
                new Entries(
                        new Actor.Component("task", "ProvenanceAuditReportingTask", Optional.empty()),
                        personalIds,
                        journals,
                        ProvenanceAuditorTest::groups,
                        clock))) {
            // Until nothing more is there.
        }
        return trail.entries();
    }

    private static ComponentGroups groups() {
        ProcessorStatus processor = new ProcessorStatus();
        processor.setId("component");
        ConnectionStatus connection = new ConnectionStatus();
        connection.setId("queue");
        ProcessGroupStatus inner = new ProcessGroupStatus();
        inner.setId("inner");
        inner.setProcessorStatus(List.of(processor));
        inner.setConnectionStatus(List.of(connection));
        ProcessGroupStatus root = new ProcessGroupStatus();
        root.setId("root");
        root.setProcessGroupStatus(List.of(inner));
        return new ComponentGroups(root);
    }

    private static List<String> actions(List<JsonNode> entries) {
        return entries.stream().map(entry -> entry.path("action").asText()).toList();
    }

    private static List<String> provenanceEvents(List<JsonNode> entries) {
        return entries.stream()
                .map(entry ->
                        entry.path("provenanceEvents").path("listed").path(0).asText())
                .toList();
    }

    @Test
    void anEntrySaysWhoDidWhatToWhichEventWhereAndByWhichProvenanceEvent() throws IOException {
        Map<String, String> one = journal.admit("order-1", "one");
        store.write(replay(0, "one", "copy", USER, one));

        JsonNode entry = advance().getFirst();
        assertThat(entry.path("action").asText()).isEqualTo("replay in provenance");
        assertThat(entry.path("actor").path("user").asText()).isEqualTo(USER);
        assertThat(entry.path("at").asText()).isEqualTo("2025-11-24T16:00:00.000Z");
        assertThat(entry.path("link").asText()).isEqualTo("known");
        assertThat(entry.path("parent").asText()).isEqualTo("one");
        assertThat(entry.path("component").asText()).isEqualTo("component");
        assertThat(entry.path("group").asText()).isEqualTo("inner");
        assertThat(entry.path("flowFiles").path("listed").path(0).asText()).isEqualTo("copy");
        assertThat(entry.path("provenanceEvents").path("listed").path(0).asText())
                .isEqualTo("0");
        assertThat(entry.path("event").path("journal").asText())
                .isEqualTo(journal.journal().id().toString());
        assertThat(entry.path("event").path("partition").asText()).isEqualTo(TestJournal.PARTITION);
        assertThat(entry.path("event").path("position").asText()).isEqualTo("1");
        assertThat(entry.path("event").path("key").asText()).isEqualTo("order-1");
    }

    @Test
    void whatHappenedToAReplayedAttemptIsOneEntryWithAllItsProvenanceEvents() throws IOException {
        Map<String, String> first = journal.admit("order-1", "one");
        journal.fail(first, "one");
        Map<String, String> second = journal.admit("order-1", "two");
        store.write(modified(0, "one", first), modified(1, "two", second), modified(2, "two", second));

        assertThat(advance()).singleElement().satisfies(entry -> {
            assertThat(entry.path("action").asText()).isEqualTo("attempt in provenance");
            assertThat(entry.path("attempt").asInt()).isEqualTo(2);
            assertThat(entry.at("/event/key").asText()).isEqualTo("order-1");
            assertThat(entry.at("/flowFiles/listed")).hasSize(1);
            assertThat(entry.at("/provenanceEvents/listed").toString()).isEqualTo("[\"1\",\"2\"]");
            assertThat(Schema.AUDIT_ENTRY.complaints(entry.toString())).isEmpty();
        });
    }

    @Test
    void everyKindOfEntryFitsThePublishedSchemaAndTellsNoNameThatIsToBeProtected() throws IOException {
        personalIds = PersonalIds.pseudonyms(
                new SecretKeySpec("a secret of tests".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        Map<String, String> one = journal.admit("order-1", "one");
        Map<String, String> two = journal.admit("order-2", "two");
        Map<String, String> three = journal.admit("order-3", "three");
        store.write(
                replay(0, "one", "copy", USER, one),
                replay(1, "unknown", "child", USER, Map.of()),
                download(2, "one", USER, one),
                download(3, "unknown", USER, Map.of()),
                emptied(4, "one", USER, one),
                expired(5, "two", two),
                autoTerminated(6, "three", three),
                modified(9, "later"));
        advance();
        advance();
        clock.pass(HOLD_BACK);

        List<JsonNode> entries = advance();
        assertThat(actions(entries))
                .containsExactlyInAnyOrder(
                        "replay in provenance",
                        "replay in provenance",
                        "content downloaded",
                        "content downloaded",
                        "event lost",
                        "event lost",
                        "event lost",
                        "provenance gap");
        assertThat(entries).allSatisfy(entry -> {
            assertThat(Schema.AUDIT_ENTRY.complaints(entry.toString())).isEmpty();
            assertThat(entry.toString()).doesNotContain(USER, "order-");
        });
        assertThat(entries)
                .filteredOn(entry -> entry.path("loss").asText().equals("expired"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.path("actor").asText()).isEqualTo("unknown"));
        assertThat(entries)
                .filteredOn(entry -> entry.path("details").asText().startsWith("Auto-Terminated"))
                .singleElement()
                .satisfies(entry -> assertThat(
                                entry.path("actor").path("component").asText())
                        .isEqualTo("component"));
    }

    @Test
    void whatTheTrailDoesNotTakeIsKeptAndWrittenOnceAndBeforeAnythingElse() throws IOException {
        store.write(download(0, "one", USER, Map.of()));
        trail.full(true);
        assertThatExceptionOfType(AuditException.class).isThrownBy(this::advance);
        assertThat(stored).contains(Position.BEGINNING);
        assertThat(auditor.unwritten()).isEqualTo(1);
        store.write(download(1, "two", USER, Map.of()));
        assertThatExceptionOfType(AuditException.class).isThrownBy(this::advance);

        trail.full(false);
        assertThat(provenanceEvents(advance())).containsExactly("0", "1");
        assertThat(stored.orElseThrow().last()).isEqualTo(1);
    }

    @Test
    void aRestartWhileTheTrailIsFullLosesNothing() throws IOException {
        Map<String, String> one = journal.admit("a", "one");
        store.write(autoTerminated(0, "one", one), download(1, "one", USER, one));
        trail.full(true);
        assertThatExceptionOfType(AuditException.class).isThrownBy(this::advance);
        restart();
        trail.full(false);
        assertThat(provenanceEvents(advance())).containsExactly("1");
        clock.pass(HOLD_BACK);
        assertThat(provenanceEvents(advance())).containsExactly("1", "0");
    }

    @Test
    void aPositionThatCannotBeStoredRepeatsNoEntryWhileTheProcessLives() throws IOException {
        assertThat(advance()).isEmpty();
        store.write(download(0, "one", USER, Map.of()));
        canStore = false;
        assertThatExceptionOfType(IOException.class).isThrownBy(this::advance);
        canStore = true;
        assertThat(advance()).hasSize(1);
        assertThat(stored.orElseThrow().last()).isZero();
        restart();
        assertThat(advance()).hasSize(1);
    }

    @Test
    void aCrashBetweenTheEntriesAndThePositionRepeatsThemRecognisably() throws IOException {
        assertThat(advance()).isEmpty();
        store.write(download(0, "one", USER, Map.of()));
        canStore = false;
        assertThatExceptionOfType(IOException.class).isThrownBy(this::advance);
        canStore = true;
        restart();
        List<JsonNode> entries = advance();
        assertThat(entries).hasSize(2);
        assertThat(entries.getFirst()).isEqualTo(entries.getLast());
    }

    @Test
    void whatIsHeldBackSurvivesARestart() throws IOException {
        Map<String, String> one = journal.admit("a", "one");
        store.write(replay(0, "x", "child", USER, Map.of()), autoTerminated(1, "one", one), modified(2, "y"));
        assertThat(advance()).isEmpty();
        restart();
        assertThat(advance()).isEmpty();

        store.write(modified(3, "child", journal.admit("b", "child")));
        assertThat(provenanceEvents(advance())).containsExactly("0");
        clock.pass(HOLD_BACK);
        assertThat(provenanceEvents(advance())).containsExactly("0", "1");
        restart();
        assertThat(advance()).hasSize(2);
    }

    @Test
    void whatIsHeldBackAndRollsOverBeforeARestartIsAGap() throws IOException {
        store.write(replay(0, "x", "child", USER, Map.of()), modified(1, "y"));
        advance();
        store.rollOver(1);
        restart();
        assertThat(advance()).singleElement().satisfies(entry -> {
            assertThat(entry.path("action").asText()).isEqualTo("provenance gap");
            assertThat(entry.path("first").asText()).isEqualTo("0");
            assertThat(entry.path("reason").asText()).contains("held back");
        });
    }

    @Test
    void anotherRepositoryIsAnEntryAndItsEventsAreTakenFromTheBeginning() throws IOException {
        store.write(download(0, "one", USER, Map.of()), modified(1, "y"));
        advance();
        store.loseFrom(0);
        restart();
        ProvenanceEventRecord later = NiFiEvents.event(
                0,
                ProvenanceEventType.DOWNLOAD,
                "new",
                Map.of(),
                builder -> builder.setEventTime(NiFiEvents.TIME + 5_000));
        store.write(later);
        assertThat(actions(advance())).containsExactly("content downloaded", "provenance gap", "content downloaded");
    }

    @Test
    void aJournalThatCannotBeAskedStopsReadingAtTheEventInQuestion() throws IOException {
        Map<String, String> one = journal.admit("a", "one");
        store.write(download(0, "x", USER, Map.of()), emptied(1, "one", USER, one), download(2, "y", USER, Map.of()));
        Journals closed = journal.journals();
        journal.close();
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> auditor.advance(
                        MAX,
                        closed,
                        trail,
                        new Entries(new Actor.Unknown(), personalIds, closed, ProvenanceAuditorTest::groups, clock)));
        assertThat(provenanceEvents(trail.entries())).containsExactly("0");
        assertThat(stored.orElseThrow().last()).isZero();

        journal = new TestJournal(directory.resolve("journal"));
        assertThat(provenanceEvents(advance())).containsExactly("0", "1", "2");
    }

    @Test
    void nothingIsWrittenAndNothingStoredWhileNothingHappens() throws IOException {
        store.write(modified(0, "x"));
        advance();
        Position before = stored.orElseThrow();
        advance();
        assertThat(stored.orElseThrow()).isSameAs(before);
        assertThat(trail.appends()).isZero();
    }
}
