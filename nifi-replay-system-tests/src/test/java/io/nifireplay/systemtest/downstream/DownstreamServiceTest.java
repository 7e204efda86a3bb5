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
package io.nifireplay.systemtest.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DownstreamServiceTest {
    private final DownstreamService downstream = DownstreamService.start();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        downstream.close();
    }

    @Test
    void acceptsAKeyOnceHoweverManyCallAtTheSameInstant() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> calls = Stream.generate(() -> (Callable<Integer>) () -> send("a"))
                    .limit(50)
                    .toList();
            for (var answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        assertThat(downstream.of("a")).isEqualTo(new KeyCount(1, 49, 0));
    }

    @Test
    void countsWorkDoneTwiceWhereKeysMeanNothingToIt() throws Exception {
        downstream.honourIdempotencyKeys(false);
        send("a");
        send("a");
        assertThat(downstream.accepted()).isEqualTo(2);
        assertThat(downstream.acceptedKeys()).isEqualTo(1);
        assertThat(downstream.acceptedMoreThanOnce()).isEqualTo(1);
    }

    @Test
    void refusesConnectionsWhileItIsDown() throws Exception {
        downstream.goDown();
        assertThatThrownBy(() -> send("a")).isInstanceOf(ConnectException.class);
        downstream.comeBack();
        assertThat(send("a")).isEqualTo(200);
    }

    @Test
    void answers503WhileItIsUnavailable() throws Exception {
        downstream.unavailable(true);
        assertThat(send("a")).isEqualTo(503);
        downstream.unavailable(false);
        assertThat(send("a")).isEqualTo(200);
        assertThat(downstream.of("a")).isEqualTo(new KeyCount(1, 0, 1));
    }

    @Test
    void failsAKeyForAsOftenAsAsked() throws Exception {
        downstream.fail("a", 500, 2);
        downstream.fail("b", 422);
        assertThat(List.of(send("a"), send("a"), send("a"))).containsExactly(500, 500, 200);
        assertThat(List.of(send("b"), send("b"))).containsExactly(422, 422);
        downstream.heal("b");
        assertThat(send("b")).isEqualTo(200);
    }

    @Test
    void doesTheWorkOfACallWhoseAnswerIsLost() throws Exception {
        downstream.loseAnswer("a", 1);
        assertThatThrownBy(() -> send("a")).isInstanceOf(IOException.class);
        assertThat(downstream.of("a").accepted()).isEqualTo(1);
        assertThat(send("a")).isEqualTo(200);
        assertThat(downstream.of("a").repeated()).isEqualTo(1);
    }

    @Test
    void answers429AboveItsLimit() throws Exception {
        downstream.limit(5);
        List<Integer> answers =
                IntStream.range(0, 20).mapToObj(i -> sendQuietly("k" + i)).toList();
        assertThat(answers).startsWith(200, 200, 200, 200, 200).contains(429);
    }

    @Test
    void isSlowWhenAsked() throws Exception {
        downstream.slow(Duration.ofMillis(300));
        long before = System.nanoTime();
        send("a");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    private int sendQuietly(String key) {
        try {
            return send(key);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private int send(String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(downstream.uri())
                .header(DownstreamService.KEY_HEADER, key)
                .POST(HttpRequest.BodyPublishers.ofString("body of " + key))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }
}
