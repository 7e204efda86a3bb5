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
package io.nifireplay.systemtest.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.journal.Source;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a person does to events outside of the journal, on a NiFi that knows its users. */
@ExtendWith(KeepLogs.class)
class ProvenanceAuditSystemTest {
    private static final String OPERATOR = "CN=operator";
    private static final String COLLEAGUE = "CN=colleague";
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String HOLD_BACK_TIME = "5 secs";

    private static NiFiInstance nifi;

    private Path directory;
    private JournalFlow flow;
    private ProvenanceAudit audit;
    private Processor journalEvent;
    private Processor step;
    private Processor guard;
    private Processor complete;
    private Source source;

    @BeforeAll
    static void start() {
        nifi = NiFiInstance.in(Homes.fresh("provenance-audit"))
                .secured(OPERATOR, COLLEAGUE)
                .build()
                .start();
        for (String resource : List.of("/flow", "/provenance")) {
            nifi.client().policies().grant(COLLEAGUE, "read", resource);
        }
        String root = nifi.client().root().id();
        for (String kind : List.of("/process-groups/", "/data/process-groups/", "/provenance-data/process-groups/")) {
            nifi.client().policies().grant(COLLEAGUE, "read", kind + root);
        }
        nifi.client().policies().grant(COLLEAGUE, "write", "/data/process-groups/" + root);
    }

    @AfterAll
    static void stop() {
        nifi.close();
    }

    @BeforeEach
    void setUp(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        directory = Homes.fresh("provenance-audit-trails/" + name);
        ProcessGroup group = nifi.client().root().createGroup(name);
        flow = new JournalFlow(group);
        journalEvent = flow.journalEvent();
        step = flow.add("UpdateAttribute", Map.of("checked", "true"));
        guard = flow.guardDelivery();
        complete = flow.completeEvent().autoTerminate("success");
        flow.connect(journalEvent, "accepted", step);
        flow.connect(step, "success", guard);
        flow.connect(guard, "deliver", complete);
        source = flow.source(journalEvent);
        // The flow tells the same trail, by services of its own.
        Map<String, String> properties = ProvenanceAudit.trail(directory);
        ControllerService trail =
                group.createService("TransparencyLogAuditTrail").set(properties).enable();
        flow.journal().set("Audit Trail", trail);
        audit = ProvenanceAudit.create(
                nifi.client(),
                properties,
                Map.of("Directory", flow.directory().toString(), "Lease Duration", "10 min"),
                true);
        audit.task()
                .set(Map.of(
                        "Start At", "end of provenance",
                        "Hold Back Time", HOLD_BACK_TIME,
                        "Gap Grace Time", "5 secs"))
                .start();
        // It has begun where it is told to.
        await().atMost(TIMEOUT).until(() -> audit.task().state().containsKey("last"));
    }

    @AfterEach
    void tearDown() {
        audit.remove();
        flow.group().delete();
    }

    @Test
    void recordsWhoReplayedWhichEventBeforeAndBehindTheJournal() {
        flow.startWithout(complete);
        source.send("order-1", "two apples");
        flow.queue(guard, "deliver").awaitCount(1);

        ProvenanceEvent atJournal = newestOf(nifi.client(), journalEvent);
        String before = replay(nifi.client(), atJournal);
        flow.queue(journalEvent, "in flight").awaitCount(1);
        JsonNode inferred = awaitEntries("replay in provenance", 1).getFirst();
        assertThat(user(inferred)).isEqualTo(OPERATOR);
        assertThat(inferred.path("link").asText()).isEqualTo("inferred");
        assertThat(inferred.path("parent").asText()).isEqualTo(atJournal.flowFileUuid());
        assertThat(listed(inferred, "flowFiles")).containsExactly(before);
        assertThat(inferred.path("component").asText()).isEqualTo(journalEvent.id());
        assertThat(inferred.path("group").asText()).isEqualTo(flow.group().id());
        assertThat(listed(inferred, "provenanceEvents")).hasSize(2);
        isOrder(inferred, 1);

        ProvenanceEvent atStep = newestOf(nifi.clientAs(COLLEAGUE), step);
        String behind = replay(nifi.clientAs(COLLEAGUE), atStep);
        flow.queue(guard, "superseded").awaitCount(1);
        JsonNode known = awaitEntries("replay in provenance", 2).getLast();
        assertThat(user(known)).isEqualTo(COLLEAGUE);
        assertThat(known.path("link").asText()).isEqualTo("known");
        assertThat(listed(known, "flowFiles")).containsExactly(behind);
        isOrder(known, 1);

        replay(nifi.client(), newestOf(nifi.client(), complete("order-2")));
        JsonNode afterwards = awaitEntries("replay in provenance", 3).getLast();
        assertThat(afterwards.path("link").asText()).isEqualTo("known");
        isOrder(afterwards, 2);
        assertEntries("event lost", 0);
        assertThat(audit.task().bulletins()).isEmpty();
    }

    @Test
    void recordsWhoPressedReplayLastEventOfAProcessor() {
        flow.startWithout(complete);
        source.send("order-1", "two apples");
        flow.queue(guard, "deliver").awaitCount(1);
        ProvenanceEvent last = newestOf(nifi.clientAs(COLLEAGUE), journalEvent);

        List<Long> replayed = nifi.clientAs(COLLEAGUE).provenance().replayLast(journalEvent.id());

        assertThat(replayed).hasSize(1);
        flow.queue(journalEvent, "in flight").awaitCount(1);
        JsonNode entry = awaitEntries("replay in provenance", 1).getFirst();
        assertThat(user(entry)).isEqualTo(COLLEAGUE);
        assertThat(entry.path("link").asText()).isEqualTo("inferred");
        assertThat(entry.path("parent").asText()).isEqualTo(last.flowFileUuid());
        assertThat(entry.path("component").asText()).isEqualTo(journalEvent.id());
        assertThat(listed(entry, "flowFiles")).hasSize(1);
        isOrder(entry, 1);
        assertEntries("replay in provenance", 1);
        assertThat(audit.task().bulletins()).isEmpty();
    }

    @Test
    void recordsEventsThatWereLostAndNoOthers() {
        flow.startWithout(complete);
        source.send("order-1", "two apples");
        Connection queue = flow.queue(guard, "deliver").awaitCount(1);
        queue.empty();
        JsonNode emptied = awaitEntries("event lost", 1).getFirst();
        assertThat(user(emptied)).isEqualTo(OPERATOR);
        assertThat(emptied.path("loss").asText()).isEqualTo("dropped");
        assertThat(emptied.path("details").asText()).isEqualTo("FlowFile queue emptied");
        assertThat(emptied.path("component").asText()).isEqualTo(queue.id());
        assertThat(emptied.path("group").asText()).isEqualTo(flow.group().id());
        assertThat(emptied.path("link").asText()).isEqualTo("known");
        isOrder(emptied, 1);

        source.send("order-2", "two apples");
        queue.awaitCount(1).expiration("10 ms").awaitEmpty().expiration("0 sec");
        JsonNode expired = awaitEntries("event lost", 2).getLast();
        assertThat(expired.path("actor").asText()).isEqualTo("unknown");
        assertThat(expired.path("loss").asText()).isEqualTo("expired");
        isOrder(expired, 2);

        // Completed ones that the flow ends, a duplicate, a copy by Replay, and what never came to the journal: no
        // losses.
        complete.start();
        source.send(200).send("order-3", "two apples");
        awaitEnds(complete, 201);
        source.send("order-3", "two apples");
        flow.queue(journalEvent, "duplicate").awaitCount(1).empty();
        replay(nifi.client(), newestOf(nifi.client(), complete));
        flow.queue(complete, "superseded").awaitCount(1).empty();
        journalEvent.stop();
        source.send("order-4", "two apples").queue().awaitCount(1).empty();
        awaitAllJudged();
        assertEntries("replay in provenance", 1);
        assertEntries("event lost", 2);
        assertEntries("provenance gap", 0);
    }

    @Test
    void recordsWhatTheFlowItselfEndsBeforeItIsCompletedAndNoPartsOfIt() {
        Processor route = flow.add("RouteOnAttribute", Map.of("wrong way", "${key:equals('order-2')}"));
        Processor split = flow.add("SplitText", Map.of("Line Split Count", "1")).autoTerminate("original", "failure");
        Processor end = flow.add("UpdateAttribute", Map.of("ended", "true")).autoTerminate("success");
        flow.queue(journalEvent, "accepted").delete();
        flow.connect(journalEvent, "accepted", route);
        flow.connect(route, "unmatched", split);
        flow.connect(route, "wrong way", end);
        flow.connect(split, "splits", step);
        flow.start();
        source.send("order-1", "one\ntwo\nthree\n");
        awaitEnds(complete, 3);
        source.send("order-2", "two apples");
        JsonNode lost = awaitEntries("event lost", 1).getFirst();
        assertThat(lost.path("details").asText()).isEqualTo("Auto-Terminated by success Relationship");
        assertThat(lost.path("actor").path("component").asText()).isEqualTo(end.id());
        isOrder(lost, 2);
        awaitAllJudged();
        assertEntries("event lost", 1);
    }

    @Test
    void recordsWhoDownloadedContent() {
        flow.startWithout(complete);
        source.send("order-1", "two apples");
        Connection queue = flow.queue(guard, "deliver").awaitCount(1);
        NiFiClient colleague = nifi.clientAs(COLLEAGUE);
        Connection theirs = colleague.connection(queue.id());
        assertThat(theirs.text(theirs.onlyFlowFile())).isEqualTo("two apples");
        JsonNode viewed = awaitEntries("content downloaded", 1).getFirst();
        assertThat(user(viewed)).isEqualTo(COLLEAGUE);
        assertThat(viewed.path("link").asText()).isEqualTo("known");
        isOrder(viewed, 1);

        colleague.provenance().outputContent(newestOf(colleague, step));
        JsonNode downloaded = awaitEntries("content downloaded", 2).getLast();
        assertThat(user(downloaded)).isEqualTo(COLLEAGUE);
        isOrder(downloaded, 1);
        assertThat(audit.published().entries().toString()).doesNotContain("apples");
    }

    @Test
    void losesNoEntryByRestartsAndKills() {
        flow.startWithout(complete);
        source.send("order-1", "two apples");
        flow.queue(guard, "deliver").awaitCount(1);

        // Not yet read when NiFi stops.
        audit.task().stop();
        replay(nifi.client(), newestOf(nifi.client(), step));
        nifi.restart();
        audit.task().start();
        awaitEntries("replay in provenance", 1);

        // Held back when NiFi is killed.
        journalEvent.stop();
        audit.task().stop().set(Map.of("Hold Back Time", "10 mins")).start();
        replay(nifi.client(), newestOf(nifi.client(), journalEvent));
        source.queue().awaitCount(1);
        await().atMost(TIMEOUT)
                .until(() -> !audit.task().state().getOrDefault("held back", "").isEmpty());
        nifi.kill();
        nifi.start();
        source.queue().awaitCount(1);
        journalEvent.start();
        JsonNode inferred = awaitEntries("replay in provenance", 2).getLast();
        assertThat(inferred.path("link").asText()).isEqualTo("inferred");
        isOrder(inferred, 1);

        // Killed while entries are written; repetitions are known by the id of their provenance event.
        source.send(500);
        Connection queue = flow.queue(guard, "deliver").awaitAtLeast(500);
        queue.empty();
        nifi.killNow();
        nifi.start();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(audit.published().entries("event lost").stream()
                                .map(entry -> listed(entry, "provenanceEvents"))
                                .distinct())
                        .hasSize(501));
        assertThat(audit.published().entries("replay in provenance").stream()
                        .map(entry -> listed(entry, "provenanceEvents").getFirst())
                        .distinct())
                .hasSize(2);
        assertEntries("provenance gap", 0);
    }

    private Processor complete(String key) {
        complete.start();
        source.send(key, "two apples");
        await().atMost(TIMEOUT)
                .until(() -> nifi.client().provenance().ofComponent(complete.id(), "DROP").stream()
                        .anyMatch(event -> key.equals(event.attributes().get("replay.idempotency.key"))));
        return complete;
    }

    /** Waits until so many FlowFiles have ended at a processor. */
    private static void awaitEnds(Processor processor, int count) {
        await().atMost(TIMEOUT)
                .until(() -> nifi.client()
                                .provenance()
                                .ofComponent(processor.id(), "DROP")
                                .size()
                        >= count);
    }

    /** Waits until all that has happened so far is read, and nothing is held back. */
    private void awaitAllJudged() {
        long last = nifi.client().provenance().query(Map.of()).getLast().id();
        await().atMost(TIMEOUT)
                .until(
                        audit.task()::state,
                        state -> Long.parseLong(state.get("last")) >= last
                                && state.get("held back").isEmpty());
    }

    /** So many, and no more with the next checkpoints: entries are published up to a second after they were made. */
    private void assertEntries(String action, int count) {
        await().atMost(TIMEOUT)
                .during(Duration.ofSeconds(2))
                .untilAsserted(
                        () -> assertThat(audit.published().entries(action)).hasSize(count));
    }

    private List<JsonNode> awaitEntries(String action, int count) {
        return await().atMost(TIMEOUT).until(() -> audit.published().entries(action), found -> found.size() >= count);
    }

    private void isOrder(JsonNode entry, int position) {
        assertThat(entry.path("event").path("position").asInt()).isEqualTo(position);
        assertThat(entry.path("event").path("key").asText()).isEqualTo("order-" + position);
    }

    private static String user(JsonNode entry) {
        return entry.path("actor").path("user").asText();
    }

    private static List<String> listed(JsonNode entry, String list) {
        List<String> ids = new ArrayList<>();
        entry.path(list).path("listed").forEach(id -> ids.add(id.asText()));
        return ids;
    }

    /** The newest event of a processor that is of no replay itself. */
    private static ProvenanceEvent newestOf(NiFiClient client, Processor processor) {
        return await().atMost(TIMEOUT)
                .until(
                        () -> client.provenance().ofComponent(processor.id()).reversed().stream()
                                .filter(event -> event.attributes().containsKey("replay.event.id"))
                                .filter(event -> !event.attributes().containsKey("flowfile.replay"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static String replay(NiFiClient client, ProvenanceEvent event) {
        assertThat(client.provenance().replayRefusal(event)).isEmpty();
        return client.provenance().replay(event).getFirst();
    }
}
