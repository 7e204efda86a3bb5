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
package io.nifireplay.systemtest.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.downstream.KeyCount;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({SharedNiFi.class, KeepLogs.class})
class RecoverableHttpIntakeSystemTest {
    private static final Path TEMPLATE = Path.of("..", "templates", "recoverable-http-intake.json");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final DownstreamService downstream = DownstreamService.start();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        downstream.close();
    }

    @Test
    void isValidInEveryPart(ProcessGroup group) throws IOException {
        RecoverableIntake intake = install(group, Map.of());

        for (ControllerService service : intake.group().services()) {
            assertThat(service.state()).as(service.name()).isEqualTo("ENABLED");
        }
        for (Processor processor : intake.group().processors()) {
            // What was disabled is validated some seconds after it was enabled.
            await(processor.enable().name())
                    .atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(processor.validationErrors()).isEmpty());
        }
        JsonNode parameters = new JsonMapper().readTree(TEMPLATE.toFile()).findPath("parameters");
        assertThat(parameters)
                .isNotEmpty()
                .allSatisfy(parameter ->
                        assertThat(parameter.path("description").asText()).isNotBlank());
    }

    @Test
    void answersTheSenderAsItPromises(ProcessGroup group) throws Exception {
        URI intake = start(group, Map.of());

        HttpResponse<String> first = send(intake, "1", "hello");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(first.body()).contains("\"outcome\":\"accepted\"");

        HttpResponse<String> duplicate = awaitAnswer(intake, "1", "hello", answer -> answer.statusCode() != 409);
        assertThat(duplicate.statusCode()).as(duplicate.body()).isEqualTo(200);
        assertThat(duplicate.body()).as("the downstream's own answer").isEqualTo("{\"outcome\":\"ACCEPTED\"}");
        assertThat(duplicate.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(downstream.of(key("1"))).isEqualTo(new KeyCount(1, 0, 0));

        HttpResponse<String> conflict = send(intake, "1", "something else");
        assertThat(conflict.statusCode()).as(conflict.body()).isEqualTo(422);
        assertThat(conflict.body()).contains("\"reason\":\"The same idempotency key came with other content");

        downstream.slow(Duration.ofSeconds(5));
        assertThat(send(intake, "2", "slow").statusCode()).isEqualTo(202);
        HttpResponse<String> inFlight = send(intake, "2", "slow");
        assertThat(inFlight.statusCode()).as(inFlight.body()).isEqualTo(409);
        assertThat(inFlight.headers().firstValue("Retry-After")).contains("1");

        HttpResponse<String> withoutId = http.send(request(intake, "nobody's").build(), BodyHandlers.ofString());
        assertThat(withoutId.statusCode()).as(withoutId.body()).isEqualTo(400);
        assertThat(withoutId.body()).contains("no source and no id");

        HttpRequest elsewhere = request(intake.resolve("/elsewhere"), "lost").build();
        assertThat(http.send(elsewhere, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }

    @Test
    void triesAgainWhatTheDownstreamCouldNotDo(ProcessGroup group) throws Exception {
        URI intake = start(group, Map.of());
        downstream.fail(key("1"), 503, 2);

        assertThat(send(intake, "1", "hello").statusCode()).isEqualTo(202);

        await().atMost(TIMEOUT).until(() -> downstream.of(key("1")).equals(new KeyCount(1, 0, 2)));
        assertThat(awaitAnswer(intake, "1", "hello", answer -> answer.statusCode() != 409)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void givesUpWhatTheDownstreamRefusesUntilAPersonReplaysIt(ProcessGroup group) throws Exception {
        RecoverableIntake intake = install(group, Map.of()).start();
        downstream.fail(key("1"), 404);

        assertThat(send(intake.address(), "1", "hello").statusCode()).isEqualTo(202);

        FlowFile deadLetter = intake.deadLetters().awaitCount(1).onlyFlowFile();
        assertThat(deadLetter.attribute("replay.reason")).contains("404");
        assertThat(intake.deadLetters().text(deadLetter)).isEqualTo("hello");
        assertThat(downstream.of(key("1"))).isEqualTo(new KeyCount(0, 0, 1));
        HttpResponse<String> givenUp = send(intake.address(), "1", "hello");
        assertThat(givenUp.statusCode()).as(givenUp.body()).isEqualTo(410);
        assertThat(givenUp.body()).contains("\"outcome\":\"dead letter\"").contains("404");
        assertThat(intake.countAll().at("/byState/dead letter").asInt()).isEqualTo(1);

        downstream.heal(key("1"));
        intake.replayMissed("healed", 10, "The downstream knows it now");
        await().atMost(TIMEOUT)
                .until(() -> intake.job("healed")
                        .filter(job -> job.path("state").asText().equals("finished"))
                        .isPresent());
        assertThat(downstream.of(key("1"))).isEqualTo(new KeyCount(1, 0, 1));
        assertThat(send(intake.address(), "1", "hello").statusCode()).isEqualTo(200);
    }

    @Test
    void setsACallWithoutAnAnswerAsideUnlessTheDownstreamHonoursTheKey(ProcessGroup group) throws Exception {
        RecoverableIntake intake = install(group, Map.of("Downstream Honours Idempotency Key", "false"))
                .start();
        downstream.loseAnswer(key("1"), 1);

        assertThat(send(intake.address(), "1", "hello").statusCode()).isEqualTo(202);

        intake.withoutAnswer().awaitCount(1);
        assertThat(downstream.of(key("1"))).isEqualTo(new KeyCount(1, 0, 0));
        assertThat(intake.countAll().at("/byState/delivering").asInt()).isEqualTo(1);
    }

    @Test
    void knowsAnEventByItsIdempotencyKeyHeader(ProcessGroup group) throws Exception {
        URI intake = start(group, Map.of("Idempotency Key Strategy", "Idempotency-Key header"));
        HttpRequest request = request(intake, "hello")
                .header("Idempotency-Key", "\"order 7\"")
                .build();

        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(202);
        await().atMost(TIMEOUT)
                .until(() -> http.send(request, BodyHandlers.ofString()).statusCode() == 200);
        assertThat(downstream.of("order 7")).isEqualTo(new KeyCount(1, 0, 0));
    }

    private URI start(ProcessGroup group, Map<String, String> parameters) {
        return install(group, parameters).start().address();
    }

    private RecoverableIntake install(ProcessGroup group, Map<String, String> parameters) {
        Map<String, String> all = new HashMap<>(Map.of(
                "Listening Port",
                String.valueOf(FreePorts.next()),
                "Downstream URL",
                downstream.uri().toString(),
                "Downstream Honours Idempotency Key",
                "true",
                "First Retry Delay",
                "500 ms",
                "Longest Retry Delay",
                "500 ms",
                "Journal Directory",
                Homes.fresh("journals/" + group.name()).toString(),
                "Key Store",
                ContentKeys.create(Homes.fresh("keys/" + group.name()), "journal")
                        .store()
                        .toString(),
                "Key Store Password",
                ContentKeys.PASSWORD));
        all.putAll(parameters);
        return RecoverableIntake.install(group, TEMPLATE, all);
    }

    private static String key(String id) {
        return "/test " + id;
    }

    private HttpResponse<String> awaitAnswer(
            URI intake, String id, String body, Predicate<HttpResponse<String>> wanted) {
        return await().atMost(TIMEOUT).until(() -> send(intake, id, body), wanted);
    }

    private HttpResponse<String> send(URI intake, String id, String body) throws IOException, InterruptedException {
        HttpRequest request = request(intake, body)
                .header("ce-id", id)
                .header("ce-source", "/test")
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI intake, String body) {
        return HttpRequest.newBuilder(intake)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }
}
