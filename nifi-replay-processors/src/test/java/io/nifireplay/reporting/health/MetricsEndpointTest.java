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
package io.nifireplay.reporting.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.JournalStatistics.Unsettled;
import io.nifireplay.journal.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {
    private static final UUID JOURNAL = UUID.fromString("00000000-0000-0000-0000-000000000007");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Readings readings = new Readings();
    private volatile String text = "";
    private MetricsEndpoint endpoint;

    @BeforeEach
    void setUp() throws IOException {
        endpoint = MetricsEndpoint.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> text);
    }

    @AfterEach
    void tearDown() {
        endpoint.close();
        client.close();
    }

    @Test
    void tellsTheNumbersInPrometheusFormatWithoutNamesOfEventsAndPartitions() throws Exception {
        readings.backlog.put(Status.FAILED, 7L);
        readings.oldest =
                Optional.of(new Unsettled(new EventRef("maria@example.com", 7), Status.FAILED, Readings.START));
        readings.repeated.put(new EventRef("maria@example.com", 7), 3L);
        readings.job("maria", 10, io.nifireplay.journal.replay.JobState.RUNNING);
        HealthMetrics metrics = new HealthMetrics(JOURNAL, Health.first(readings.next()));
        readings.completed = 12;
        readings.replayed = 4;
        readings.failures.put("503", 2L);
        metrics.update(Health.first(readings.next()));
        text = metrics.text();

        HttpResponse<String> answer = ask("GET", "/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        String label = "journal=\"" + JOURNAL + "\"";
        assertThat(answer.body().lines())
                .contains(
                        "# TYPE nifi_replay_backlog gauge",
                        "nifi_replay_backlog{" + label + ",state=\"failed\"} 7.0",
                        "nifi_replay_completed_total{" + label + "} 12.0",
                        "nifi_replay_failures_total{" + label + ",type=\"503\"} 2.0",
                        "nifi_replay_jobs_left{" + label + "} 5.0",
                        "nifi_replay_oldest_age_seconds{" + label + "} 120.0",
                        "nifi_replay_replays_total{by=\"job\"," + label + "} 4.0");
        assertThat(answer.body()).doesNotContain("maria");
    }

    @Test
    void saysThatItKnowsNothingYetRatherThanZeros() throws Exception {
        assertThat(ask("GET", "/metrics").statusCode()).isEqualTo(503);
    }

    @Test
    void hasNoOtherPathAndNoOtherMethod() throws Exception {
        text = "a 1\n";
        assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/metrics/").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/metrics/../metrics").statusCode()).isEqualTo(404);
        assertThat(ask("POST", "/metrics").statusCode()).isEqualTo(405);
        HttpResponse<String> head = ask("HEAD", "/metrics");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    private HttpResponse<String> ask(String method, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + endpoint.port() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
