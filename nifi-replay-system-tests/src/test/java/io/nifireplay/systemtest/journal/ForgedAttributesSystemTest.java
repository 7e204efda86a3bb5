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

import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Attributes that say what only the journal may say. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ForgedAttributesSystemTest {
    private static final String OTHERS = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w";
    private static final Map<String, String> FORGED = Map.of(
            "replay.token", OTHERS,
            "replay.job.id", "a-job-of-mine",
            "replay.event.id", "default/99",
            "replay.attempt", "7",
            "replay.admitted.fragment", "x",
            "replay.anything", "else");

    @Test
    void areTakenOffWhatComesFromOutside(ProcessGroup group) throws IOException, InterruptedException {
        JournalFlow flow = new JournalFlow(group);
        int port = FreePorts.next();
        Processor listen = flow.add(
                "ListenHTTP",
                Map.of(
                        "Listening Port",
                        String.valueOf(port),
                        "HTTP Headers to receive as Attributes (Regex)",
                        "key|replay\\..*"));
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(listen, "success", journalEvent);
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", complete);
        flow.startWithout(guard);

        Map<String, String> attributes = new LinkedHashMap<>(FORGED);
        attributes.put(JournalFlow.KEY, "order-1");
        post(port, Map.of("Content-Type", "application/flowfile-v3"), flowFileV3(attributes, "two apples"));
        flow.queue(journalEvent, "accepted").awaitCount(1);
        hasOnlyWhatTheJournalSays(Result.of(flow.queue(journalEvent, "accepted")), "default/1");
        guard.start();
        flow.awaitCounts(complete, Map.of("success", 1L));

        guard.stop();
        attributes.put(JournalFlow.KEY, "order-2");
        post(port, attributes, "three apples".getBytes(StandardCharsets.UTF_8));
        flow.queue(journalEvent, "accepted").awaitCount(1);
        hasOnlyWhatTheJournalSays(Result.of(flow.queue(journalEvent, "accepted")), "default/2");

        List<EventView> events = flow.readEvents();
        assertThat(events)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.envelope().attributes())
                        .containsKey(JournalFlow.KEY)
                        .noneSatisfy((name, value) -> assertThat(name).startsWith("replay.")));
    }

    @Test
    void openNoDoorBehindTheJournal(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        JournalFlow other = new JournalFlow(group, Homes.fresh("journals/another"), "10 min");
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        Processor strangers = other.journalEvent();
        Source source = flow.source(journalEvent);
        Source ofStrangers = other.source(strangers);
        Source toGuard = flow.source(guard);
        Source toComplete = flow.source(complete);
        flow.start();
        other.start();
        source.send("order-1", "two apples");
        ofStrangers.send("order-1", "two apples");
        String genuine = flow.take(journalEvent, "accepted").token();
        String foreign = other.take(strangers, "accepted").token();
        String changed = (genuine.startsWith("A") ? "B" : "A") + genuine.substring(1);
        // The last character may hold unused bits: one in the middle is of the signature for certain.
        int middle = genuine.length() - 10;
        String unsigned = genuine.substring(0, middle)
                + (genuine.charAt(middle) == 'x' ? 'y' : 'x')
                + genuine.substring(middle + 1);

        for (String token : List.of(OTHERS, foreign, changed, unsigned, "no base64 at all!")) {
            for (Source door : List.of(toGuard, toComplete)) {
                door.send(1, "two apples", Map.of("replay.token", token, "replay.event.id", "default/1"));
            }
            assertThat(flow.take(guard, "rejected").reason()).as(token).contains("was not given by this journal");
            assertThat(flow.take(complete, "rejected").reason()).as(token).contains("was not given by this journal");
        }
        toGuard.send(1, "two apples", Map.of("replay.event.id", "default/1"));
        assertThat(flow.take(guard, "rejected").reason()).contains("has no replay.token");

        toGuard.send(1, "two apples", Map.of("replay.token", genuine));
        flow.awaitCounts(guard, Map.of("deliver", 1L));
        assertThat(flow.readEvents())
                .singleElement()
                .satisfies(event -> assertThat(event.state().status()).isEqualTo(Status.DELIVERING));
    }

    @Test
    void bringNoOtherContentInUnderAGenuineToken(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Source source = flow.source(journalEvent);
        flow.start();
        source.send("order-1", "two apples");
        String genuine = flow.take(journalEvent, "accepted").token();

        source.send(1, "nine apples", Map.of("replay.token", genuine, JournalFlow.KEY, "order-2"));
        Result conflict = flow.take(journalEvent, "conflict");
        assertThat(conflict.attribute("replay.idempotency.key")).isEqualTo("order-1");
        assertThat(conflict.flowFile().attributes()).doesNotContainKey("replay.token");
    }

    private static void hasOnlyWhatTheJournalSays(Result accepted, String event) {
        assertThat(accepted.flowFile().attributes())
                .containsEntry("replay.event.id", event)
                .containsEntry("replay.attempt", "1")
                .doesNotContainKeys("replay.job.id", "replay.anything", "replay.admitted.fragment");
        assertThat(accepted.token()).isNotEqualTo(OTHERS);
    }

    private static void post(int port, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/contentListener"))
                .timeout(Timeouts.FLOW)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** A FlowFile as NiFi sends it to another NiFi: NiFi's FlowFile Stream, version 3. */
    private static byte[] flowFileV3(Map<String, String> attributes, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes("NiFiFF3");
        out.writeShort(attributes.size());
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            for (String text : List.of(attribute.getKey(), attribute.getValue())) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                out.writeShort(utf8.length);
                out.write(utf8);
            }
        }
        byte[] body = content.getBytes(StandardCharsets.UTF_8);
        out.writeLong(body.length);
        out.write(body);
        return bytes.toByteArray();
    }
}
