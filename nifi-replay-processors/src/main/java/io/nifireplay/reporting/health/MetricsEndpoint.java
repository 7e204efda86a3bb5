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

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code GET /metrics} over HTTP, and nothing else. It asks nobody who they are: it is for loopback, or for a network
 * in which everybody may know what {@link HealthMetrics} tells.
 */
public final class MetricsEndpoint implements AutoCloseable {
    /** The only path. */
    public static final String PATH = "/metrics";

    private static final int THREADS = 2;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Supplier<String> metrics;

    private MetricsEndpoint(HttpServer server, Supplier<String> metrics) {
        this.server = server;
        this.metrics = metrics;
        threads = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().daemon().name("Replay metrics ", 1).factory());
    }

    /**
     * Starts to answer.
     *
     * @param address where; port 0 for any that is free
     * @param metrics what is told; an empty text while there is nothing yet
     * @throws IOException when the port is taken or the address is not this machine's
     */
    public static MetricsEndpoint open(InetSocketAddress address, Supplier<String> metrics) throws IOException {
        MetricsEndpoint endpoint = new MetricsEndpoint(HttpServer.create(address, 0), metrics);
        endpoint.server.setExecutor(endpoint.threads);
        endpoint.server.createContext("/", endpoint::answer);
        endpoint.server.start();
        return endpoint;
    }

    /** The port on which it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean isHead = method.equals("HEAD");
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                refuse(exchange, NOT_FOUND);
            } else if (!isHead && !method.equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                refuse(exchange, NOT_ALLOWED);
            } else {
                tell(exchange, isHead);
            }
        }
    }

    private void tell(HttpExchange exchange, boolean isHead) throws IOException {
        byte[] text = metrics.get().getBytes(StandardCharsets.UTF_8);
        if (text.length == 0) {
            // Nothing was read of the journal yet: zeros would be a lie.
            refuse(exchange, UNAVAILABLE);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", HealthMetrics.CONTENT_TYPE);
        if (isHead) {
            exchange.sendResponseHeaders(OK, -1);
        } else {
            exchange.sendResponseHeaders(OK, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    private static void refuse(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
