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

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.systemtest.client.Policies;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Jobs over provenance, of events whose content NiFi has and the journal has not. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ReplayProvenanceSystemTest {
    /** For an idempotency key. */
    private static final int TOO_LONG = 2_000;

    private static NiFiInstance secured;

    @BeforeAll
    static void start() {
        secured = NiFiInstance.in(Homes.fresh("replay-provenance-secured"))
                .secured("CN=operator", LossyFlow.REPLAYER)
                .build()
                .start();
    }

    @AfterAll
    static void stop() {
        secured.close();
    }

    /** The one policy that is not of a test's own group. */
    @AfterEach
    void revokeProvenance() {
        secured.client().policies().revoke(LossyFlow.REPLAYER, "read", "/provenance");
    }

    @Test
    void replaysEachMissedEventOnce(NiFiInstance nifi, ProcessGroup group) {
        LossyFlow missed = new LossyFlow(nifi, group);
        missed.complete(100);
        missed.lose(3_000);

        JsonNode plan = missed.replays.ask(request("look", "dry run"));
        assertThat(plan.path("plan").path("emitted").asInt()).isEqualTo(3_000);
        assertThat(plan.path("plan").path("byState").path("completed").asInt()).isEqualTo(100);
        assertThat(plan.path("provenance").path("flowFiles").asInt()).isEqualTo(3_100);
        assertThat(missed.replayEvents()).isEmpty();

        assertThat(missed.replays
                        .ask(request("bulk", "missed only"))
                        .path("job")
                        .path("progress")
                        .path("total")
                        .asInt())
                .isEqualTo(3_000);
        JsonNode job = missed.replays.awaitReport("bulk", "finished");

        assertThat(job.path("progress").path("completed").asInt()).isEqualTo(3_000);
        assertThat(job.path("provenance").path("items").path("replayed").asInt())
                .isEqualTo(3_000);
        missed.awaitTold("bulk", "replayed", 3_000);
        List<ProvenanceEvent> replays = missed.replayEvents();
        assertThat(replays)
                .hasSize(3_000)
                .extracting(ProvenanceEvent::flowFileUuid)
                .doesNotHaveDuplicates();
        missed.everyEventIsCompleted(3_100);
        assertThat(missed.items("bulk"))
                .extracting(item -> new Replayed(
                        item.source().flowFile(),
                        item.child(),
                        item.replayEvent().orElseThrow()))
                .containsExactlyInAnyOrderElementsOf(
                        replays.stream().map(Replayed::of).toList());
    }

    @Test
    void goesOnWhenNiFiIsRestartedAndKilled(NiFiInstance nifi, ProcessGroup group) {
        LossyFlow missed = new LossyFlow(nifi, group);
        missed.lose(2_000);
        missed.replays.ask("""
                {"action": "replay", "job": "bulk", "select": {}, "reason": "FlowFiles were lost",
                 "limits": {"ratePerSecond": 40}}
                """);
        missed.awaitCompleted(100);
        nifi.awaitFlowSaved();
        nifi.restart();
        missed.awaitCompleted(500);
        nifi.killNow();
        nifi.start();
        missed.awaitCompleted(900);
        nifi.killNow();
        nifi.start();

        JsonNode job = missed.replays.awaitReport("bulk", "finished");

        assertThat(job.path("progress").path("completed").asInt()
                        + job.path("progress").path("completedElsewhere").asInt())
                .isEqualTo(2_000);
        missed.everyEventIsCompleted(2_000);
    }

    @Test
    void namesEachPolicyThatIsMissing(TestInfo test) {
        NiFiInstance nifi = secured;
        LossyFlow missed = new LossyFlow(nifi, group(nifi, test));
        missed.loseNow(10);
        Policies policies = nifi.client().policies();
        String group = "/process-groups/" + missed.flow.group().id();
        String request = request("bulk", "missed only");
        String component = missed.journalEvent.id();

        String refusal = missed.replays.refusal(request);
        assertThat(refusal)
                .contains(
                        "'query provenance' (read on /provenance)",
                        "'view the component' (read on /processors/" + component + ")",
                        "'view provenance' (read on /provenance-data/processors/" + component + ")");
        policies.grant(LossyFlow.REPLAYER, "read", "/provenance");
        refusal = missed.replays.refusal(request);
        assertThat(refusal).contains("view the component", "view provenance").doesNotContain("query provenance");
        policies.grant(LossyFlow.REPLAYER, "read", group);
        refusal = missed.replays.refusal(request);
        assertThat(refusal).contains("view provenance").doesNotContain("view the component");
        policies.grant(LossyFlow.REPLAYER, "read", "/provenance-data" + group);
        refusal = missed.replays.refusal(request);
        assertThat(refusal)
                .contains("'view the data' (read on /data/processors/" + component + ")")
                .doesNotContain("view provenance");
        policies.grant(LossyFlow.REPLAYER, "read", "/data" + group);
        refusal = missed.replays.refusal(request);
        assertThat(refusal)
                .contains("'modify the data' (write on /data/processors/" + component + ")")
                .doesNotContain("view the data");
        assertThat(missed.replayEvents()).isEmpty();
        policies.grant(LossyFlow.REPLAYER, "write", "/data" + group);

        missed.replays.awaitEndOfLeases();
        missed.replays.ask(request);
        missed.replays.awaitReport("bulk", "finished");
        assertThat(missed.replayEvents())
                .hasSize(10)
                .allSatisfy(event -> assertThat(event.details()).contains(LossyFlow.REPLAYER));
        missed.everyEventIsCompleted(10);
    }

    @Test
    void countsWhatNiFiCannotReplayAnyMore(NiFiInstance nifi, ProcessGroup group) throws IOException {
        LossyFlow missed = new LossyFlow(nifi, group);
        missed.lose(20);
        nifi.awaitFlowSaved();
        nifi.stop();
        deleteContent(nifi.home());
        nifi.start();
        missed.lose(30);

        JsonNode plan = missed.replays.ask(request("look", "dry run")).path("provenance");
        assertThat(plan.path("notReplayable").path("content expired").asInt()).isEqualTo(20);

        missed.replays.ask(request("bulk", "missed only"));
        JsonNode job = missed.replays.awaitReport("bulk", "finished");
        assertThat(job.path("progress").path("completed").asInt()).isEqualTo(30);
        assertThat(job.path("progress").path("rejected").asInt()).isEqualTo(20);
        assertThat(job.path("provenance").path("items").path("content expired").asInt())
                .isEqualTo(20);
        missed.awaitTold("bulk", "content expired", 20);

        missed.lose(40);
        missed.replaceQueue();
        job = missed.replays.ask(request("later", "missed only")).path("job");
        assertThat(job.path("state").asText()).isEqualTo("finished");
        assertThat(job.path("provenance").path("items").path("queue gone").asInt())
                .isEqualTo(60);
        missed.awaitTold("later", "queue gone", 60);
    }

    @Test
    void replaysFromTheEncryptedContentRepository(TestInfo test) {
        Path home = Homes.fresh("replay-provenance-encrypted");
        ContentKeys keys = ContentKeys.create(home.resolve("keys"), "first");
        try (NiFiInstance nifi =
                NiFiInstance.in(home).properties(keys.properties("first")).build()) {
            nifi.start();
            LossyFlow missed = new LossyFlow(nifi, group(nifi, test));
            missed.lose(200);
            missed.replays.ask(request("bulk", "missed only"));
            missed.replays.awaitReport("bulk", "finished");
            missed.everyEventIsCompleted(200);
        }
    }

    @Test
    void selectsByFlowFilesAndByLineage(NiFiInstance nifi, ProcessGroup group) {
        LossyFlow missed = new LossyFlow(nifi, group);
        missed.lose(30);
        List<ProvenanceEvent> lost = nifi.client().provenance().ofComponent(missed.journalEvent.id());
        List<String> some =
                lost.stream().limit(3).map(ProvenanceEvent::flowFileUuid).toList();
        ProvenanceEvent other = lost.getLast();

        missed.replays.ask("""
                {"action": "replay", "job": "some", "select": {"flowFiles": ["%s"]}, "reason": "these three"}
                """.formatted(String.join("\", \"", some)));
        missed.replays.awaitReport("some", "finished");
        assertThat(missed.replayEvents())
                .extracting(ProvenanceEvent::flowFileUuid)
                .containsExactlyInAnyOrderElementsOf(some);

        missed.replays.ask("""
                {"action": "replay", "job": "one", "select": {"lineageOf": %d}, "reason": "this one"}
                """.formatted(other.id()));
        missed.replays.awaitReport("one", "finished");
        assertThat(missed.replayEvents())
                .extracting(ProvenanceEvent::flowFileUuid)
                .hasSize(4)
                .contains(other.flowFileUuid());

        missed.replays.ask(request("rest", "missed only"));
        missed.replays.awaitReport("rest", "finished");
        missed.everyEventIsCompleted(30);
    }

    @Test
    void tellsWhatBecameOfItemsThatWereNotReplayedOrNotTaken(TestInfo test) {
        NiFiInstance nifi = secured;
        LossyFlow missed = new LossyFlow(nifi, group(nifi, test));
        missed.grantAll();
        missed.unkeyed.send(2, "no event", Map.of(JournalFlow.KEY, "x".repeat(TOO_LONG)));
        missed.flow.queue(missed.journalEvent, "rejected").awaitCount(2).empty();
        missed.lose(40);

        // Nobody has mended what JournalEvent rejected.
        missed.replays.ask("""
                {"action": "replay", "job": "rejected", "select": {"attributes": {"replay.outcome": "rejected"}},
                 "reason": "a mistake"}
                """);
        JsonNode job = missed.replays.awaitReport("rejected", "finished");
        assertThat(job.path("provenance").path("items").path("not admitted").asInt())
                .isEqualTo(2);
        missed.awaitTold("rejected", "not admitted", 2);

        missed.replays.ask("""
                {"action": "replay", "job": "bulk", "select": {"attributes": {"replay.attempt": "1"}},
                 "limits": {"ratePerSecond": 5}, "reason": "FlowFiles were lost"}
                """);
        missed.awaitCompleted(5);
        missed.revokeReplay();
        job = missed.replays.awaitReport("bulk", "finished");
        JsonNode items = job.path("provenance").path("items");
        int replayed = items.path("replayed").asInt();
        int notPermitted = items.path("not permitted").asInt();
        assertThat(replayed).isBetween(5, 39);
        assertThat(replayed + notPermitted).isEqualTo(40);
        assertThat(job.path("progress").path("completed").asInt()).isEqualTo(replayed);
        assertThat(job.path("progress").path("rejected").asInt()).isEqualTo(notPermitted);
        missed.awaitTold("bulk", "not permitted", notPermitted);
        missed.awaitTold("bulk", "replayed", replayed);
    }

    private static ProcessGroup group(NiFiInstance nifi, TestInfo test) {
        return nifi.client()
                .root()
                .createGroup(test.getTestMethod().orElseThrow().getName());
    }

    private record Replayed(String parent, String child, long event) {
        private static Replayed of(ProvenanceEvent replay) {
            return new Replayed(replay.flowFileUuid(), replay.childUuids().getFirst(), replay.id());
        }
    }

    private static void deleteContent(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("content_repository"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    private static String request(String job, String mode) {
        return """
                {"action": "replay", "job": "%s", "mode": "%s", "select": {}, "reason": "FlowFiles were lost"}
                """.formatted(job, mode);
    }
}
