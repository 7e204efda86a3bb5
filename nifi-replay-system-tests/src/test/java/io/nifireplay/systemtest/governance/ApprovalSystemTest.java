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

import static io.nifireplay.systemtest.governance.BinReplay.NOT_FOUND;
import static io.nifireplay.systemtest.governance.BinReplay.NOT_PERMITTED;
import static io.nifireplay.systemtest.governance.BinReplay.NOT_POSSIBLE;
import static io.nifireplay.systemtest.governance.Governed.APPROVER;
import static io.nifireplay.systemtest.governance.Governed.BOTH;
import static io.nifireplay.systemtest.governance.Governed.NOBODY;
import static io.nifireplay.systemtest.governance.Governed.OPERATOR;
import static io.nifireplay.systemtest.governance.Governed.READER;
import static io.nifireplay.systemtest.governance.Governed.SECOND_OPERATOR;
import static io.nifireplay.systemtest.governance.Governed.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.governance.Page.Reply;
import io.nifireplay.systemtest.instance.Certificates;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.journal.LossyFlow;
import io.nifireplay.systemtest.journal.Replays;
import io.nifireplay.systemtest.journal.Source;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every way round an approval that we know of, tried on a NiFi that knows its users by their certificates. */
@ExtendWith(KeepLogs.class)
class ApprovalSystemTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String REASON = "{\"reason\":\"an attempt\"}";
    private static final List<String> STEPS = List.of("approve", "start", "pause", "resume", "abort");

    private static NiFiInstance nifi;

    private JournalFlow flow;
    private Processor journalEvent;
    private Processor complete;
    private Source source;
    private Replays replays;
    private Governed governed;

    @BeforeAll
    static void start() {
        nifi = Governed.secured(NiFiInstance.in(Homes.fresh("approval")), LossyFlow.REPLAYER)
                .build();
        nifi.start();
    }

    @AfterAll
    static void stop() {
        nifi.close();
    }

    /** A flow with three events that are completed. */
    private void build(TestInfo test, Map<String, String> policySettings) {
        flow = new JournalFlow(nifi.client()
                .root()
                .createGroup(test.getTestMethod().orElseThrow().getName()));
        journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", complete);
        replays = new Replays(flow, journalEvent);
        source = flow.source(journalEvent);
        flow.prepare();
        governed = Governed.create(nifi, flow.group(), flow.journal(), policySettings);
        flow.start();
        for (int i = 0; i < 3; i++) {
            source.send("order-" + i, "wrong");
        }
        flow.awaitCounts(complete, Map.of("success", 3L));
    }

    @AfterEach
    void remove() {
        if (flow != null) {
            flow.group().delete();
        }
    }

    @Test
    void whoAskedOrEditedDoesNotApprove(TestInfo test) {
        build(test, Map.of());
        // One who may both operate and approve asks.
        request(BOTH, "own");
        plan(BOTH, "own");
        assertThat(refusedApproval(BOTH, "own")).contains("CN=both", "somebody else");

        // An operator has no right to approve, of his own job or another's.
        assertThat(refusedApproval(OPERATOR, "own")).contains("CN=operator", "modify the component");
        request(OPERATOR, "theirs");
        plan(OPERATOR, "theirs");
        assertThat(refusedApproval(OPERATOR, "theirs")).contains("modify the component");
        assertThat(refusedApproval(SECOND_OPERATOR, "theirs")).contains("modify the component");

        // An approver who has edited the job is one of those who ask.
        governed.as(BOTH).done("edit", "theirs", "--mode", "forced", "--key", "order-1", "--reason", "only this one");
        plan(OPERATOR, "theirs");
        assertThat(refusedApproval(BOTH, "theirs")).contains("somebody else");

        for (String job : List.of("own", "theirs")) {
            assertThat(governed.as(OPERATOR).state(job)).isEqualTo("awaiting approval");
            governed.as(OPERATOR).refused(NOT_POSSIBLE, "start", job, "--reason", "an attempt");
        }
        approve("theirs");
        assertThat(governed.as(READER).job("theirs").at("/approval/approver").asText())
                .isEqualTo(APPROVER);
        governed.as(OPERATOR).done("start", "theirs", "--reason", "go");
        awaitState("theirs", "finished");
        flow.awaitCounts(complete, Map.of("success", 4L));
    }

    @Test
    void whoMayOnlyLookLooksAndTheOthersDoNotEvenThat(TestInfo test) throws Exception {
        build(test, Map.of());
        request(OPERATOR, "fix");
        plan(OPERATOR, "fix");
        long version = governed.as(OPERATOR).version("fix");

        BinReplay reader = governed.as(READER);
        assertThat(reader.state("fix")).isEqualTo("awaiting approval");
        assertThat(reader.done("policy").at("/caller/mayOperate").asBoolean()).isFalse();
        reader.refused(
                NOT_PERMITTED, "request", "--job", "mine", "--mode", "forced", "--all", "--reason", "an attempt");
        reader.refused(NOT_PERMITTED, "plan", "fix");
        for (String step : STEPS) {
            Reply reply = governed.page(READER).post("jobs/fix/" + step, version, REASON);
            assertThat(reply.status()).as(step + ": " + reply.body()).isIn(403, 409);
        }
        assertThat(governed.page(READER)
                        .post("jobs/fix/approve", version, REASON)
                        .status())
                .isEqualTo(403);
        assertThat(governed.page(READER).post("jobs/fix/abort", version, REASON).status())
                .isEqualTo(403);

        // An approver approves and stops, and does not ask.
        governed.as(APPROVER)
                .refused(
                        NOT_PERMITTED,
                        "request",
                        "--job",
                        "mine",
                        "--mode",
                        "forced",
                        "--all",
                        "--reason",
                        "an attempt");

        governed.as(NOBODY).refused(NOT_FOUND, "list");
        for (String identity : List.of(NOBODY, STRANGER)) {
            Page page = governed.page(identity);
            assertThat(page.get("").status()).as(identity).isEqualTo(403);
            assertThat(page.get("jobs").status()).as(identity).isEqualTo(403);
            assertThat(page.post("jobs/fix/approve", version, REASON).status())
                    .as(identity)
                    .isEqualTo(403);
            assertThat(page.post("jobs/fix/abort", version, REASON).status())
                    .as(identity)
                    .isEqualTo(403);
        }
        // Without a certificate NiFi's own filter answers, or TLS is not even made.
        Page nobody = governed.page(READER).by(withoutCertificate());
        try {
            assertThat(nobody.get("jobs").status()).isEqualTo(401);
            assertThat(nobody.post("jobs/fix/abort", version, REASON).status()).isEqualTo(401);
        } catch (UncheckedIOException e) {
            assertThat(e).hasMessageContaining("certificate");
        }
        assertThat(governed.as(OPERATOR).version("fix"))
                .as("nothing of this has changed it")
                .isEqualTo(version);
    }

    @Test
    void anApprovalIsOfOneVersionOfTheJob(TestInfo test) {
        build(test, Map.of());
        BinReplay operator = governed.as(OPERATOR);
        request(OPERATOR, "fix");
        long seen = plan(OPERATOR, "fix");

        // Changed between the approver's look and his word.
        operator.done("edit", "fix", "--mode", "forced", "--all", "--reason", "more of it");
        plan(OPERATOR, "fix");
        String stale = governed.as(APPROVER)
                .refused(NOT_POSSIBLE, "approve", "fix", "--version", String.valueOf(seen), "--reason", "fine");
        assertThat(stale).contains("version");

        // Changed after it.
        approve("fix");
        operator.done("edit", "fix", "--mode", "forced", "--key", "order-2", "--reason", "another one");
        assertThat(operator.job("fix").has("approval")).isFalse();
        operator.refused(NOT_POSSIBLE, "start", "fix", "--reason", "an attempt");
        plan(OPERATOR, "fix");
        operator.refused(NOT_POSSIBLE, "start", "fix", "--reason", "an attempt");

        // Planned anew after it: perhaps on other events.
        approve("fix");
        plan(OPERATOR, "fix");
        operator.refused(NOT_POSSIBLE, "start", "fix", "--reason", "an attempt");
        assertThat(operator.state("fix")).isEqualTo("awaiting approval");
        flow.awaitCounts(complete, Map.of("success", 3L));
    }

    @Test
    void anApprovalExpires(TestInfo test) {
        build(test, Map.of("Approval Expiry", "1 sec"));
        request(OPERATOR, "fix");
        plan(OPERATOR, "fix");
        Instant expires = Instant.parse(approve("fix").at("/approval/expires").asText());
        await().atMost(SOON).until(() -> Instant.now().isAfter(expires));
        assertThat(governed.as(OPERATOR).refused(NOT_POSSIBLE, "start", "fix", "--reason", "late"))
                .contains("expired");
        assertThat(governed.as(OPERATOR).state("fix")).isEqualTo("awaiting approval");
        flow.awaitCounts(complete, Map.of("success", 3L));
    }

    @Test
    void anApprovalIsUsedOnce(TestInfo test) {
        build(test, Map.of());
        request(OPERATOR, "fix");
        plan(OPERATOR, "fix");
        long approved = approve("fix").path("version").asLong();

        // Two start it at the same time.
        List<CompletableFuture<Integer>> starts = Stream.of(OPERATOR, SECOND_OPERATOR)
                .map(governed::page)
                .map(page -> CompletableFuture.supplyAsync(
                        () -> page.post("jobs/fix/start", approved, REASON).status()))
                .toList();
        assertThat(starts.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(200, 412);
        awaitState("fix", "finished");
        flow.awaitCounts(complete, Map.of("success", 4L));

        // Again, as it was and as it is; and with the approver's old word.
        BinReplay operator = governed.as(OPERATOR);
        operator.refused(NOT_POSSIBLE, "start", "fix", "--reason", "again");
        assertThat(governed.page(OPERATOR)
                        .post("jobs/fix/start", approved, REASON)
                        .status())
                .isIn(409, 412);
        assertThat(governed.page(APPROVER)
                        .post("jobs/fix/approve", approved, REASON)
                        .status())
                .isIn(409, 412);
        operator.refused(NOT_POSSIBLE, "edit", "fix", "--mode", "forced", "--all", "--reason", "again");
        operator.refused(NOT_POSSIBLE, "plan", "fix");
        // The same id once more is another job, or none.
        operator.refused(
                BinReplay.WRONG_CALL, "request", "--job", "fix", "--mode", "forced", "--all", "--reason", "again");
        assertThat(operator.job("fix").at("/approval/used").asBoolean()).isTrue();
        flow.awaitCounts(complete, Map.of("success", 4L));
    }

    @Test
    void anAbortedJobIsOver(TestInfo test) {
        build(test, Map.of());
        request(OPERATOR, "fix");
        plan(OPERATOR, "fix");
        approve("fix");
        assertThat(governed.as(APPROVER)
                        .done("abort", "fix", "--reason", "after all not")
                        .path("state")
                        .asText())
                .isEqualTo("aborted");
        governed.as(OPERATOR).refused(NOT_POSSIBLE, "start", "fix", "--reason", "an attempt");
        governed.as(OPERATOR).refused(NOT_POSSIBLE, "resume", "fix", "--reason", "an attempt");
        flow.awaitCounts(complete, Map.of("success", 3L));
    }

    @Test
    void aSecondCoordinatorWithALaxPolicyGovernsNothing(TestInfo test) {
        build(test, Map.of());
        request(OPERATOR, "fix");
        plan(OPERATOR, "fix");
        approve("fix");

        // Somebody who may make services has made them, and given himself all rights to them.
        ControllerService laxPolicy = flow.group()
                .createService("StandardReplayPolicy")
                .set(Map.of("Approval Required", "forced replays", "Maximum Rate", "1000000"));
        ControllerService second = flow.group()
                .createService("StandardReplayCoordinator")
                .set(Map.of("Event Journal", flow.journal().id(), "Replay Policy", laxPolicy.id()));
        for (ControllerService service : List.of(laxPolicy, second)) {
            for (String action : List.of("read", "write")) {
                for (String identity : List.of(OPERATOR, SECOND_OPERATOR)) {
                    nifi.client().policies().grant(identity, action, "/controller-services/" + service.id());
                }
            }
        }
        laxPolicy.enable();
        second.enable();

        BinReplay operator = governed.as(OPERATOR);
        String atSecond = second.id();
        assertThat(operator.refused(
                        NOT_PERMITTED,
                        "request",
                        "--job",
                        "lax",
                        "--mode",
                        "forced",
                        "--all",
                        "--reason",
                        "an attempt",
                        "--coordinator",
                        atSecond))
                .contains(governed.coordinator().id());
        JsonNode governance = operator.done("policy", "--coordinator", atSecond);
        assertThat(governance.at("/pinned/coordinator").asText())
                .isEqualTo(governed.coordinator().id());
        assertThat(governance.at("/waiting/coordinator").asText()).isEqualTo(atSecond);
        assertThat(governance.at("/caller/mayApprove").asBoolean())
                .as("by the policy that is pinned, not by his own")
                .isFalse();
        String waiting = governance.at("/waiting/digest").asText();
        for (String identity : List.of(OPERATOR, SECOND_OPERATOR)) {
            governed.as(identity)
                    .refused(
                            NOT_PERMITTED, "policy", "approve", waiting, "--reason", "mine", "--coordinator", atSecond);
        }
        // What was approved stands still as long as that waits.
        assertThat(governed.as(OPERATOR)
                        .refused(
                                NOT_PERMITTED,
                                "start",
                                "fix",
                                "--reason",
                                "go",
                                "--coordinator",
                                governed.coordinator().id()))
                .contains("waits for an approval");
        flow.awaitCounts(complete, Map.of("success", 3L));

        // It goes away, and the coordinator that governs says once more what it wants: all is as it was.
        second.disable();
        governed.coordinator().disable();
        governed.coordinator().enable();
        String governing = governed.coordinator().id();
        assertThat(operator.done("policy", "--coordinator", governing).has("waiting"))
                .isFalse();
        operator.done("start", "fix", "--reason", "go", "--coordinator", governing);
        flow.awaitCounts(complete, Map.of("success", 4L));
    }

    @Test
    void aLoosenedPolicyWaitsForAnApproverOfTheOldOneOverARestartToo(TestInfo test) {
        build(test, Map.of("Approval Required", "all jobs", "Maximum Rate", "10"));
        request(OPERATOR, "fix");
        plan(OPERATOR, "fix");
        approve("fix");

        governed.coordinator().disable();
        governed.policy().disable().set(Map.of("Approval Required", "forced replays", "Maximum Rate", "1000"));
        governed.policy().enable();
        governed.coordinator().enable();
        nifi.restart();

        BinReplay operator = governed.as(OPERATOR);
        JsonNode governance = operator.done("policy");
        assertThat(governance.at("/pinned/policy/ratePerSecond").asText()).isEqualTo("10.0");
        assertThat(governance.at("/waiting/policy/ratePerSecond").asText()).isEqualTo("1000.0");
        // The old one counts meanwhile: what the new one would not have approved, needs an approval.
        operator.done("request", "--job", "missed", "--key", "order-0", "--mode", "drill", "--reason", "a drill");
        assertThat(operator.done("plan", "missed").path("state").asText()).isEqualTo("awaiting approval");
        assertThat(operator.refused(NOT_PERMITTED, "start", "fix", "--reason", "go"))
                .contains("waits for an approval");

        String digest = governance.at("/waiting/digest").asText();
        operator.refused(NOT_PERMITTED, "policy", "approve", digest, "--reason", "an attempt");
        governed.as(READER).refused(NOT_PERMITTED, "policy", "approve", digest, "--reason", "an attempt");
        String other = governance.at("/pinned/digest").asText();
        governed.as(APPROVER).refused(NOT_POSSIBLE, "policy", "approve", other, "--reason", "the wrong one");

        JsonNode after = governed.as(APPROVER).done("policy", "approve", digest, "--reason", "we need it faster");
        assertThat(after.has("waiting")).isFalse();
        assertThat(after.at("/pinned/policy/ratePerSecond").asText()).isEqualTo("1000.0");
        // What was approved was approved under the old policy.
        operator.refused(NOT_POSSIBLE, "start", "fix", "--reason", "go");
        assertThat(operator.state("fix")).isEqualTo("awaiting approval");
        flow.awaitCounts(complete, Map.of("success", 3L));
        approve("fix");
        operator.done("start", "fix", "--reason", "go");
        flow.awaitCounts(complete, Map.of("success", 4L));
    }

    @Test
    void aReplayFromProvenanceNeedsASecondPersonToo(TestInfo test) {
        LossyFlow lossy = new LossyFlow(
                nifi,
                nifi.client()
                        .root()
                        .createGroup(test.getTestMethod().orElseThrow().getName()));
        flow = lossy.flow();
        lossy.grantAll();
        lossy.lose(40);
        governed = Governed.create(
                nifi,
                flow.group(),
                flow.journal(),
                Map.of(
                        "Approval Required",
                        "forced replays and large jobs",
                        "Approval Above Events",
                        "10",
                        "Provenance Targets",
                        lossy.journalEvent().id()));
        assertThat(lossy.replays().refusal("""
                {"action": "replay", "job": "lost", "select": {}, "reason": "an attempt"}
                """)).contains("for a job of 40 events", "draft the job at the coordinator");

        // One who may both operate and approve asks; the processor's identity lacks a right, which the job says.
        BinReplay both = governed.as(BOTH);
        both.done(
                "request",
                "--job",
                "lost",
                "--over",
                "provenance",
                "--all",
                "--rate",
                "5",
                "--reason",
                "FlowFiles were lost");
        lossy.revokeReplay();
        assertThat(both.done("plan", "lost").path("state").asText()).isEqualTo("planning");
        awaitState("lost", "drafted");
        assertThat(both.job("lost").path("stateReason").asText()).contains("Not planned", "'modify the data'");
        lossy.grantReplay();
        both.done("plan", "lost");
        awaitState("lost", "awaiting approval");
        assertThat(both.job("lost").at("/plan/emitted").asInt()).isEqualTo(40);

        assertThat(refusedApproval(BOTH, "lost")).contains("somebody else");
        both.refused(NOT_POSSIBLE, "start", "lost", "--reason", "an attempt");
        approve("lost");
        lossy.lose(1);
        assertThat(lossy.replayEvents()).isEmpty();
        both.done("start", "lost", "--reason", "go");
        lossy.awaitCompleted(5);
        nifi.awaitFlowSaved();
        nifi.restart();
        awaitState("lost", "finished");

        assertThat(both.job("lost").at("/progress/completed").asInt()).isEqualTo(40);
        flow.awaitCounts(lossy.complete(), Map.of("success", 40L));
        assertThat(lossy.replayEvents()).hasSize(40).doesNotHaveDuplicates();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(lossy.trail().entries("job changed"))
                        .filteredOn(entry -> entry.at("/job/name").asText().equals("lost"))
                        .extracting(entry -> entry.path("after").asText() + ", "
                                + entry.at("/requester/user").asText() + ", "
                                + entry.at("/approver/user").asText())
                        .containsExactly(
                                "drafted, CN=both, ",
                                "planning, CN=both, ",
                                "drafted, , ",
                                "planning, CN=both, ",
                                "planned, CN=both, ",
                                "awaiting approval, , ",
                                "approved, CN=approver, CN=approver",
                                "running, CN=both, CN=approver",
                                "finished, , CN=approver"));
        // The one that was lost after the approval is none of the job's.
        governed.coordinator().disable();
        assertThat(flow.readEvents())
                .filteredOn(event -> event.state().status() != Status.COMPLETED)
                .hasSize(1);
    }

    @Test
    void forgedAttributesReplayNothing(TestInfo test) {
        build(test, Map.of());
        request(OPERATOR, "fix");
        plan(OPERATOR, "fix");
        approve("fix");
        FlowFile done = flow.queue(complete, "success").flowFiles().stream()
                .filter(flowFile -> flowFile.attribute(JournalFlow.KEY).equals("order-1"))
                .findFirst()
                .orElseThrow();
        String token = done.attribute("replay.token");
        List<Map<String, String>> forgeries = List.of(
                Map.of("replay.job.id", "fix"),
                Map.of("replay.job.id", "fix", "replay.generation", "2", "replay.attempt", "1"),
                Map.of("replay.job.id", "fix", "replay.token", token),
                Map.of("replay.token", token, "replay.generation", "2"),
                Map.of("replay.job.id", "fix", "replay.token", token.substring(0, token.length() - 2) + "AA"));
        for (Map<String, String> forgery : forgeries) {
            Map<String, String> attributes = new HashMap<>(forgery);
            attributes.put(JournalFlow.KEY, "order-1");
            source.send(1, "wrong", attributes);
        }
        await().atMost(SOON).untilAsserted(() -> {
            Map<String, Long> counts = flow.counts(journalEvent);
            assertThat(counts.getOrDefault("duplicate", 0L) + counts.getOrDefault("rejected", 0L))
                    .as("%s", counts)
                    .isEqualTo(forgeries.size());
        });
        flow.awaitCounts(complete, Map.of("success", 3L));
        assertThat(governed.as(OPERATOR).state("fix")).isEqualTo("approved");
    }

    @Test
    void aFlowFileAsksForNoForcedReplay(TestInfo test) {
        build(test, Map.of());
        assertThat(replays.refusal("""
                {"action": "replay", "job": "fix", "mode": "forced", "select": {}, "reason": "an attempt"}
                """)).contains("forced", "approval");
        // Nor does it change what a coordinator governs.
        request(OPERATOR, "governed");
        plan(OPERATOR, "governed");
        approve("governed");
        for (String action : List.of("pause", "resume")) {
            replays.refusal("""
                    {"action": "%s", "job": "governed", "reason": "an attempt"}
                    """.formatted(action));
        }
        assertThat(governed.as(OPERATOR).state("governed")).isEqualTo("approved");
    }

    @Test
    void aForeignPageChangesNothingWithTheCertificateOfAUser(TestInfo test) {
        build(test, Map.of());
        request(OPERATOR, "fix");
        long version = plan(OPERATOR, "fix");
        Page page = governed.page(APPROVER);
        for (String missing : List.of("Origin", "NiFi-Replay", "Content-Type")) {
            Map<String, String> headers = page.ownHeaders(version);
            headers.remove(missing);
            Reply reply = page.call("POST", "jobs/fix/approve", REASON, headers);
            assertThat(reply.problem()).as(missing).isIn("cross-site", "not-json");
        }
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
            Map<String, String> headers = page.ownHeaders(version);
            headers.put("Content-Type", type);
            assertThat(page.call("POST", "jobs/fix/approve", REASON, headers).problem())
                    .isEqualTo("not-json");
        }
        for (String origin : List.of("https://evil.example", "null", "https://127.0.0.1:1")) {
            Map<String, String> headers = page.ownHeaders(version);
            headers.put("Origin", origin);
            assertThat(page.call("POST", "jobs/fix/approve", REASON, headers).problem())
                    .isEqualTo("cross-site");
        }
        // Nor does NiFi let a browser ask whether it may.
        Reply preflight = page.call(
                "OPTIONS",
                "jobs/fix/approve",
                "",
                Map.of(
                        "Origin",
                        "https://evil.example",
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "nifi-replay,content-type"));
        assertThat(preflight.headers()).doesNotContainKey("access-control-allow-origin");
        assertThat(governed.as(OPERATOR).version("fix")).isEqualTo(version);
        // The same with all of it is an approval.
        assertThat(page.post("jobs/fix/approve", version, REASON).status()).isEqualTo(200);
    }

    @Test
    void theIdOfSomethingElseOpensNothing(TestInfo test) {
        build(test, Map.of());
        Page administrator = governed.page(Governed.ADMINISTRATOR);
        for (String id : List.of(
                governed.policy().id(),
                flow.journal().id(),
                journalEvent.id(),
                flow.group().id(),
                "00000000-0000-0000-0000-000000000000",
                "%2e%2e")) {
            Reply look = administrator.of(id).get("jobs");
            assertThat(look.status()).as(id + ": " + look.body()).isIn(400, 404);
            Reply write = administrator.of(id).post("jobs/fix/start", 1, REASON);
            assertThat(write.status()).as(id + ": " + write.body()).isIn(400, 404);
        }
        assertThat(administrator
                        .of(flow.journal().id())
                        .get("jobs")
                        .json()
                        .path("detail")
                        .asText())
                .contains("no StandardReplayCoordinator");

        governed.coordinator().disable();
        Reply disabled = governed.page(OPERATOR).get("jobs");
        assertThat(disabled.status()).isEqualTo(409);
        assertThat(disabled.problem()).isEqualTo("not-enabled");
        governed.coordinator().enable();
        assertThat(governed.page(OPERATOR).get("jobs").status()).isEqualTo(200);
    }

    @Test
    void thePageLetsNobodyElseFrameItOrRunScripts(TestInfo test) {
        build(test, Map.of());
        for (Reply reply : List.of(
                governed.page(READER).file(""),
                governed.page(READER).file("page.css"),
                governed.page(READER).get("jobs"),
                governed.page(NOBODY).get("jobs"))) {
            Optional<String> policy = Optional.ofNullable(reply.headers().get("content-security-policy"));
            assertThat(policy.orElse("")).contains("default-src 'none'", "frame-ancestors 'self'");
            assertThat(reply.headers()).containsEntry("x-content-type-options", "nosniff");
        }
        assertThat(governed.page(READER).file("").body()).contains("bin/replay");
        assertThat(governed.page(READER).file("WEB-INF/web.xml").status()).isEqualTo(404);
    }

    private void request(String identity, String job) {
        governed.as(identity)
                .done(
                        "request",
                        "--job",
                        job,
                        "--mode",
                        "forced",
                        "--key",
                        "order-0",
                        "--reason",
                        "the price was wrong");
    }

    private long plan(String identity, String job) {
        JsonNode planned = governed.as(identity).done("plan", job);
        assertThat(planned.path("state").asText()).isEqualTo("awaiting approval");
        return planned.path("version").asLong();
    }

    private JsonNode approve(String job) {
        BinReplay approver = governed.as(APPROVER);
        return approver.done("approve", job, "--version", String.valueOf(approver.version(job)), "--reason", "checked");
    }

    private String refusedApproval(String identity, String job) {
        BinReplay person = governed.as(identity);
        return person.refused(
                NOT_PERMITTED,
                "approve",
                job,
                "--version",
                String.valueOf(person.version(job)),
                "--reason",
                "an attempt");
    }

    private void awaitState(String job, String state) {
        BinReplay reader = governed.as(READER);
        await().pollInterval(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> reader.state(job).equals(state));
    }

    private static HttpClient withoutCertificate() throws Exception {
        KeyStore trusted =
                KeyStore.getInstance(nifi.certificates().trustStore().toFile(), Certificates.PASSWORD.toCharArray());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }
}
