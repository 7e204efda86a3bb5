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

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.systemtest.audit.ProvenanceAudit;
import io.nifireplay.systemtest.audit.PublishedTrail;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Policies;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.instance.Certificates;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final String LEASE = "2 sec";
    private static final String REPLAYER = "CN=replayer";
    /** For an idempotency key. */
    private static final int TOO_LONG = 2_000;

    private static NiFiInstance secured;

    @BeforeAll
    static void start() {
        secured = NiFiInstance.in(Homes.fresh("replay-provenance-secured"))
                .secured("CN=operator", REPLAYER)
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
        secured.client().policies().revoke(REPLAYER, "read", "/provenance");
    }

    @Test
    void replaysEachMissedEventOnce(NiFiInstance nifi, ProcessGroup group) {
        Missed missed = new Missed(nifi, group);
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
        Missed missed = new Missed(nifi, group);
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
        Missed missed = new Missed(nifi, group(nifi, test));
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
        policies.grant(REPLAYER, "read", "/provenance");
        refusal = missed.replays.refusal(request);
        assertThat(refusal).contains("view the component", "view provenance").doesNotContain("query provenance");
        policies.grant(REPLAYER, "read", group);
        refusal = missed.replays.refusal(request);
        assertThat(refusal).contains("view provenance").doesNotContain("view the component");
        policies.grant(REPLAYER, "read", "/provenance-data" + group);
        refusal = missed.replays.refusal(request);
        assertThat(refusal)
                .contains("'view the data' (read on /data/processors/" + component + ")")
                .doesNotContain("view provenance");
        policies.grant(REPLAYER, "read", "/data" + group);
        refusal = missed.replays.refusal(request);
        assertThat(refusal)
                .contains("'modify the data' (write on /data/processors/" + component + ")")
                .doesNotContain("view the data");
        assertThat(missed.replayEvents()).isEmpty();
        policies.grant(REPLAYER, "write", "/data" + group);

        missed.replays.awaitEndOfLeases();
        missed.replays.ask(request);
        missed.replays.awaitReport("bulk", "finished");
        assertThat(missed.replayEvents())
                .hasSize(10)
                .allSatisfy(event -> assertThat(event.details()).contains(REPLAYER));
        missed.everyEventIsCompleted(10);
    }

    @Test
    void countsWhatNiFiCannotReplayAnyMore(NiFiInstance nifi, ProcessGroup group) throws IOException {
        Missed missed = new Missed(nifi, group);
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
            Missed missed = new Missed(nifi, group(nifi, test));
            missed.lose(200);
            missed.replays.ask(request("bulk", "missed only"));
            missed.replays.awaitReport("bulk", "finished");
            missed.everyEventIsCompleted(200);
        }
    }

    @Test
    void selectsByFlowFilesAndByLineage(NiFiInstance nifi, ProcessGroup group) {
        Missed missed = new Missed(nifi, group);
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
        Missed missed = new Missed(nifi, group(nifi, test));
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

    /** A flow whose journal has no content, and that loses FlowFiles behind JournalEvent when it is told to. */
    private static final class Missed {
        private final NiFiInstance nifi;
        private final JournalFlow flow;
        private final Processor journalEvent;
        private final Processor key;
        private final Processor guard;
        private final Processor complete;
        private final Source source;
        /** Straight to JournalEvent. */
        private final Source unkeyed;

        private final Connection arriving;
        private final Connection accepted;
        private final Replays replays;
        private final PublishedTrail trail;

        private Missed(NiFiInstance nifi, ProcessGroup group) {
            this.nifi = nifi;
            Path audit = Homes.fresh("trails/" + group.name());
            trail = new PublishedTrail(audit.resolve("trail"));
            flow = new JournalFlow(group, LEASE);
            flow.journal()
                    .set("Content In Journal", "none")
                    .set(
                            "Audit Trail",
                            flow.group()
                                    .createService("TransparencyLogAuditTrail")
                                    .set(ProvenanceAudit.trail(audit))
                                    .enable());
            key = flow.add("UpdateAttribute", Map.of(JournalFlow.KEY, "${UUID()}"));
            journalEvent = flow.journalEvent();
            guard = flow.guardDelivery();
            complete = flow.completeEvent();
            arriving = flow.connect(key, "success", journalEvent).backPressure(0);
            accepted = flow.connect(journalEvent, "accepted", guard).backPressure(0);
            flow.connect(guard, "deliver", complete).backPressure(0);
            replays = Replays.fromProvenance(
                    flow,
                    Map.of(
                            "NiFi API URL",
                            nifi.canvas().resolve("/nifi-api").toString(),
                            "JournalEvent Processors",
                            journalEvent.id()));
            if (nifi.canvas().getScheme().equals("https")) {
                replays.processor().set("SSL Context Service", certificate(nifi));
            }
            source = flow.source(key);
            unkeyed = flow.source(journalEvent);
            flow.prepare();
            flow.queue(complete, "success").backPressure(0);
            flow.start();
        }

        private ControllerService certificate(NiFiInstance secured) {
            return flow.group()
                    .createService("StandardSSLContextService")
                    .set(Map.of(
                            "Keystore Filename",
                            secured.certificates().keyStore(REPLAYER).toString(),
                            "Keystore Type",
                            "PKCS12",
                            "Keystore Password",
                            Certificates.PASSWORD,
                            "Truststore Filename",
                            secured.certificates().trustStore().toString(),
                            "Truststore Type",
                            "PKCS12",
                            "Truststore Password",
                            Certificates.PASSWORD))
                    .enable();
        }

        private void grantAll() {
            Policies policies = nifi.client().policies();
            String group = "/process-groups/" + flow.group().id();
            policies.grant(REPLAYER, "read", "/provenance");
            policies.grant(REPLAYER, "read", group);
            policies.grant(REPLAYER, "read", "/provenance-data" + group);
            policies.grant(REPLAYER, "read", "/data" + group);
            policies.grant(REPLAYER, "write", "/data" + group);
        }

        private void revokeReplay() {
            nifi.client()
                    .policies()
                    .revoke(
                            REPLAYER,
                            "write",
                            "/data/process-groups/" + flow.group().id());
        }

        /** Waits until the audit trail has so many items of a job with an outcome, and of a replay NiFi's event. */
        private void awaitTold(String job, String outcome, int count) {
            await().alias(outcome + " in the audit trail")
                    .atMost(Timeouts.FLOW)
                    .untilAsserted(() -> assertThat(trail.entries("replay asked"))
                            .filteredOn(entry -> entry.at("/job/name").asText().equals(job)
                                    && entry.path("outcome").asText().equals(outcome))
                            .hasSize(count)
                            // Of what was not replayed there is none, and of what was not taken there may be one.
                            .allMatch(entry -> outcome.equals("not admitted")
                                    || entry.path("provenanceEvents").isEmpty() != outcome.equals("replayed")));
        }

        private List<ProvenanceItem> items(String job) {
            return flow.readJournal(journal -> {
                List<ProvenanceItem> items = new ArrayList<>();
                journal.items(job, items::add);
                return items;
            });
        }

        /** Another queue in the place of the one before JournalEvent. */
        private void replaceQueue() {
            key.stop();
            journalEvent.stop();
            arriving.delete();
            flow.connect(key, "success", journalEvent).backPressure(0);
            key.start();
            journalEvent.start();
        }

        private void complete(int events) {
            source.send(events);
            awaitCompleted(events);
        }

        private void lose(int events) {
            loseNow(events);
            replays.awaitEndOfLeases();
        }

        private void loseNow(int events) {
            guard.stop();
            source.send(events);
            accepted.awaitCount("all", count -> count == events, Timeouts.FLOW);
            accepted.empty();
            guard.start();
        }

        private void awaitCompleted(int events) {
            flow.queue(complete, "success").awaitCount("so many", count -> count >= events, Timeouts.FLOW);
        }

        private List<ProvenanceEvent> replayEvents() {
            return nifi.client().provenance().ofComponent(journalEvent.id(), "REPLAY");
        }

        private void everyEventIsCompleted(int events) {
            assertThat(flow.counts(complete)).isEqualTo(Map.of("success", (long) events));
            List<EventView> all = flow.readEvents();
            assertThat(all)
                    .hasSize(events)
                    .allSatisfy(event -> assertThat(event.state().status()).isEqualTo(Status.COMPLETED));
        }
    }
}
