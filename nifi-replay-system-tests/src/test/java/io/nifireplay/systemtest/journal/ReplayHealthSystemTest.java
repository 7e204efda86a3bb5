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

import io.nifireplay.systemtest.client.Bulletin;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ReportingTask;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A reporting task that sees the journal of a flow through a service of the controller. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ReplayHealthSystemTest {
    @Test
    void tellsInABulletinAndInItsMetricsWhatHappensInTheFlow(NiFiInstance nifi, ProcessGroup group) throws Exception {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        Processor route = flow.add("RouteOnAttribute", Map.of("hopeless", "${hopeless:equals('true')}"));
        Processor complete = flow.completeEvent();
        Processor giveUp = flow.completeEvent().set(Map.of("Outcome", "dead letter", "Error Type", "422"));
        flow.connect(journalEvent, "accepted", route);
        flow.connect(route, "unmatched", complete);
        flow.connect(route, "hopeless", giveUp);
        Source source = flow.source(journalEvent);
        flow.start();

        ControllerService journal = nifi.client()
                .createControllerLevelService("RocksDBEventJournal")
                .set(Map.of("Directory", flow.directory().toString(), "Lease Duration", "10 min"))
                .enable();
        int port = FreePorts.next();
        ReportingTask task = nifi.client()
                .createReportingTask("ReplayHealthReportingTask")
                .set("Event Journal", journal)
                .set(Map.of("Metrics Port", String.valueOf(port), "Dead Letter Limit", "0"))
                .every("500 ms")
                .start();
        try {
            await().atMost(Timeouts.FLOW).until(() -> metrics(port).contains("nifi_replay_backlog"));
            assertThat(task.bulletins()).isEmpty();

            source.send(3);
            source.send(1, "it will never do", Map.of("hopeless", "true"));
            flow.awaitCounts(complete, Map.of("success", 3L));

            await().atMost(Timeouts.FLOW)
                    .untilAsserted(() -> assertThat(metrics(port).lines())
                            .anyMatch(line -> line.matches("nifi_replay_completed_total\\{.*} 3\\.0"))
                            .anyMatch(line -> line.matches("nifi_replay_completed_without_claim_total\\{.*} 3\\.0"))
                            .anyMatch(line -> line.matches("nifi_replay_failures_total\\{.*type=\"422\".*} 1\\.0"))
                            .anyMatch(line -> line.matches("nifi_replay_backlog\\{.*state=\"dead letter\".*} 1\\.0")));
            await().atMost(Timeouts.FLOW)
                    .untilAsserted(() -> assertThat(task.bulletins())
                            .extracting(Bulletin::message)
                            .anyMatch(message -> message.contains("1 dead letters wait for a person"))
                            .anyMatch(message -> message.contains("without a claim")));
        } finally {
            task.stop().delete();
            journal.disable().delete();
        }
    }

    /** What Prometheus would read, nothing before the port is open. */
    private static String metrics(int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (ConnectException e) {
            return "";
        }
    }
}
