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
package io.nifireplay.systemtest.governance;

import static io.nifireplay.systemtest.governance.BinReplay.NOT_PERMITTED;
import static io.nifireplay.systemtest.governance.BinReplay.NOT_POSSIBLE;
import static io.nifireplay.systemtest.governance.Governed.APPROVER;
import static io.nifireplay.systemtest.governance.Governed.BOTH;
import static io.nifireplay.systemtest.governance.Governed.NOBODY;
import static io.nifireplay.systemtest.governance.Governed.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.systemtest.audit.ProvenanceAudit;
import io.nifireplay.systemtest.audit.PublishedTrail;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.journal.Replays;
import io.nifireplay.systemtest.journal.Source;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A flow was wrong for a while, and all that it did is done once more, on the word of two people. */
@ExtendWith(KeepLogs.class)
class ApprovedForcedReplaySystemTest {
    private static final int EVENTS = 20_000;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String WRONG = "price: 191";
    private static final String RIGHT = "price: 119";
    private static final String KEY_OF_CORRECTION = "-correction-2";

    @Test
    void correctsTwentyThousandEventsOnceEachOverAKill() {
        Path home = Homes.fresh("forced");
        try (DownstreamService downstream = DownstreamService.start();
                NiFiInstance nifi =
                        Governed.secured(NiFiInstance.in(home)).timerThreads(12).build()) {
            nifi.start();
            JournalFlow flow = new JournalFlow(nifi.client().root().createGroup("prices"));
            Processor journalEvent = flow.journalEvent();
            Processor price = flow.add(
                    "ReplaceText",
                    Map.of(
                            "Replacement Strategy",
                            "Always Replace",
                            "Evaluation Mode",
                            "Entire text",
                            "Replacement Value",
                            WRONG));
            Processor guard = flow.guardDelivery().set("Downstream Honours Idempotency Key", "true");
            Processor deliver = deliver(flow, downstream);
            Processor complete = flow.completeEvent();
            flow.connect(journalEvent, "accepted", price);
            flow.connect(price, "success", guard);
            flow.connect(guard, "deliver", deliver);
            flow.connect(deliver, "Response", complete);
            deliver.autoTerminate("Original");
            complete.autoTerminate("success");
            Replays replays = new Replays(flow, journalEvent);
            Source source = flow.source(journalEvent);
            ControllerService trail = flow.group()
                    .createService("TransparencyLogAuditTrail")
                    .set(ProvenanceAudit.trail(home.resolve("audit")))
                    .enable();
            flow.journal().set("Audit Trail", trail);
            flow.prepare();
            Governed governed = Governed.create(
                    nifi,
                    flow.group(),
                    flow.journal(),
                    Map.of("Maximum Rate", "100000", "Maximum Concurrency", "5000"));
            flow.start();

            source.send(EVENTS);
            await().pollInterval(Duration.ofMillis(500)).atMost(LONG).until(() -> downstream.acceptedKeys() == EVENTS);
            Set<String> keys = Set.copyOf(downstream.byKey().keySet());
            awaitCompleted(replays);

            // The flow is corrected; an ordinary replay finds nothing to do.
            price.stop().set("Replacement Value", RIGHT).start();
            assertThat(replays.plan("{}").path("emitted").asLong()).isZero();

            // A forced one: asked for by one person, refused to those who may not, agreed to by another.
            BinReplay operator = governed.as(OPERATOR).byScript();
            BinReplay approver = governed.as(APPROVER).byScript();
            operator.done(
                    "request",
                    "--job",
                    "prices",
                    "--mode",
                    "forced",
                    "--state",
                    "completed",
                    "--reason",
                    "the price was wrong");
            JsonNode planned = operator.done("plan", "prices");
            assertThat(planned.path("state").asText()).isEqualTo("awaiting approval");
            assertThat(planned.at("/plan/emitted").asLong()).isEqualTo(EVENTS);
            String version = planned.path("version").asText();
            String[] approval = {"approve", "prices", "--version", version, "--reason", "agreed with the shop"};
            operator.refused(NOT_POSSIBLE, "start", "prices", "--reason", "an attempt");
            operator.refused(NOT_PERMITTED, approval);
            governed.as(NOBODY).byScript().refused(BinReplay.NOT_FOUND, approval);
            assertThat(approver.done(approval).path("state").asText()).isEqualTo("approved");
            assertThat(operator.done("start", "prices", "--reason", "go")
                            .path("state")
                            .asText())
                    .isEqualTo("running");

            // Killed in the middle.
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(LONG)
                    .until(() -> downstream.acceptedKeys() > EVENTS + EVENTS / 5);
            nifi.kill();
            long before = downstream.acceptedKeys();
            assertThat(before).as("it was in the middle").isLessThan(2 * EVENTS);
            nifi.start();

            BinReplay reader = governed.as(BOTH);
            await().pollInterval(Duration.ofSeconds(1))
                    .atMost(LONG)
                    .until(() -> reader.state("prices").equals("finished"));

            JsonNode job = reader.job("prices");
            assertThat(job.at("/progress/completed").asLong()).isEqualTo(EVENTS);
            assertThat(job.at("/approval/approver").asText()).isEqualTo(APPROVER);
            assertThat(downstream.acceptedMoreThanOnce())
                    .as("events that the downstream did twice")
                    .isZero();
            assertThat(downstream.byKey().keySet())
                    .as("each key once as it was, and once as a correction")
                    .hasSize(2 * EVENTS)
                    .containsAll(keys)
                    .containsAll(
                            keys.stream().map(key -> key + KEY_OF_CORRECTION).collect(Collectors.toSet()));
            assertThat(downstream.deliveries().stream()
                            .filter(delivery -> delivery.key().endsWith(KEY_OF_CORRECTION))
                            .map(delivery -> delivery.bodySha256())
                            .distinct())
                    .as("what corrections say")
                    .hasSize(1);
            governed.coordinator().disable();
            flow.readEvents()
                    .forEach(event -> assertThat(event.state().generation()).isEqualTo(2));

            tellsWhoAskedAndWhoAgreed(new PublishedTrail(Path.of(home.toString(), "audit", "trail")));
            System.out.printf(
                    "%,d events corrected; %,d of them before the kill; calls that the downstream had to recognise as"
                            + " repetitions: %,d%n",
                    EVENTS, before - EVENTS, downstream.repeated());
        }
    }

    /** A correction has another idempotency key: else the downstream would take it for a repetition. */
    private static Processor deliver(JournalFlow flow, DownstreamService downstream) {
        return flow.add(
                        "InvokeHTTP",
                        Map.of(
                                "HTTP Method",
                                "POST",
                                "HTTP URL",
                                downstream.uri().toString(),
                                "Idempotency-Key",
                                "${replay.idempotency.key}${replay.generation:isEmpty():ifElse('',${replay.generation:prepend('-correction-')})}"))
                .concurrentTasks(8);
    }

    private static void awaitCompleted(Replays replays) {
        await().pollInterval(Duration.ofSeconds(1)).atMost(LONG).until(() -> {
            JsonNode states = replays.plan("{\"states\": [\"completed\"]}").path("byState");
            return states.path("completed").asLong() == EVENTS;
        });
    }

    private static void tellsWhoAskedAndWhoAgreed(PublishedTrail trail) {
        List<JsonNode> changes = trail.entries("job changed").stream()
                .filter(entry -> entry.at("/job/name").asText().equals("prices"))
                .toList();
        assertThat(changes)
                .extracting(entry -> entry.path("after").asText())
                .containsSubsequence("drafted", "awaiting approval", "approved", "running", "finished");
        JsonNode approved = changes.stream()
                .filter(entry -> entry.path("after").asText().equals("approved"))
                .findFirst()
                .orElseThrow();
        assertThat(approved.toString()).contains(OPERATOR, APPROVER, "agreed with the shop");
        assertThat(approved.at("/approver/user").toString()).contains(APPROVER);
        assertThat(approved.path("policy").asText()).hasSize(64);
        assertThat(trail.entries("policy changed")).isNotEmpty();
        assertThat(trail.entries("request refused"))
                .extracting(entry -> entry.path("asked").asText() + " "
                        + entry.at("/requester/user").asText())
                .containsExactly("start " + OPERATOR, "approve " + OPERATOR);
    }
}
