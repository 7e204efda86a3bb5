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
package io.nifireplay.systemtest.sealed;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Sends planted events to a ListenHTTP: the content as the body, the attributes as headers. */
final class Sender {
    private static final int CONNECTIONS = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int OK = 200;

    private final URI intake;

    Sender(URI intake) {
        this.intake = intake;
    }

    /** Sends them all, each once, and returns when NiFi has acknowledged the last one. */
    void send(List<PlantedEvent> events) {
        AtomicInteger next = new AtomicInteger();
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            awaitIntake(http);
            List<? extends Future<?>> connections = IntStream.range(0, CONNECTIONS)
                    .mapToObj(connection -> threads.submit(() -> {
                        for (int i = next.getAndIncrement(); i < events.size(); i = next.getAndIncrement()) {
                            send(http, events.get(i));
                        }
                    }))
                    .toList();
            for (Future<?> connection : connections) {
                connection.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("The events cannot be sent", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private void awaitIntake(HttpClient http) {
        HttpRequest head = HttpRequest.newBuilder(intake).HEAD().build();
        await().atMost(TIMEOUT).ignoreException(IOException.class).until(() -> status(http, head) == OK);
    }

    private void send(HttpClient http, PlantedEvent event) {
        HttpRequest post = HttpRequest.newBuilder(intake)
                .timeout(TIMEOUT)
                .header(EventFlow.KEY, event.key())
                .header(EventFlow.NOTE, event.note())
                .header(EventFlow.EXPECTED_HASH, event.contentHash())
                .header("filename", EventFlow.filename(event))
                .POST(HttpRequest.BodyPublishers.ofByteArray(event.content()))
                .build();
        try {
            int status = status(http, post);
            if (status != OK) {
                throw new IllegalStateException("Event " + event.number() + " was answered with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Event " + event.number() + " was not answered", e);
        }
    }

    private static int status(HttpClient http, HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }
}
