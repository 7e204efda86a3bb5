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
package io.nifireplay.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import javax.net.ssl.SSLContext;

/** Answers as it is told, and remembers what it was asked. What a coordinator really answers is for the system tests. */
final class FakeNiFi implements AutoCloseable {
    static final String SERVICES =
            "GET /nifi-api/flow/process-groups/root/controller-services?includeDescendantGroups=true";
    static final String API = "/nifi-replay-ui-1/api/coordinators/";

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final String scheme;
    private final HttpServer server;
    private final Map<String, Queue<Reply>> replies = new HashMap<>();
    private final List<Asked> asked = new ArrayList<>();

    private record Reply(int status, String body) {}

    /** A request that came. */
    record Asked(String call, Map<String, String> headers, String body) {}

    FakeNiFi() {
        this("http", plain());
    }

    private FakeNiFi(String scheme, HttpServer server) {
        this.scheme = scheme;
        this.server = server;
        server.createContext("/", this::answer);
        server.start();
    }

    private static HttpServer plain() {
        try {
            return HttpServer.create(ANY_PORT, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One over TLS. */
    static FakeNiFi secured(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(ANY_PORT, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new FakeNiFi("https", server);
    }

    String address() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next answer to a call, such as {@code GET /path}; the last one stays. */
    FakeNiFi answers(String call, int status, String body) {
        replies.computeIfAbsent(call, unused -> new ArrayDeque<>()).add(new Reply(status, body));
        return this;
    }

    /** Has coordinators of these ids, each with its id as its name behind {@code c-}. */
    FakeNiFi withCoordinators(String... ids) {
        List<String> services = new ArrayList<>();
        services.add("{\"id\":\"other\",\"component\":{\"id\":\"other\",\"type\":\"org.example.Other\"}}");
        services.add("{\"id\":\"hidden\",\"permissions\":{\"canRead\":false}}");
        for (String id : ids) {
            services.add("{\"component\":{\"id\":\"" + id + "\",\"name\":\"c-" + id
                    + "\",\"type\":\"io.nifireplay.services.coordination.StandardReplayCoordinator\","
                    + "\"customUiUrl\":\"https://elsewhere:1/nifi-replay-ui-1\"}}");
        }
        return answers(SERVICES, 200, "{\"controllerServices\":[" + String.join(",", services) + "]}");
    }

    List<Asked> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    List<String> calls() {
        return asked().stream().map(Asked::call).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        synchronized (asked) {
            asked.add(new Asked(call, headers, body));
        }
        Queue<Reply> queue = replies.getOrDefault(call, new ArrayDeque<>());
        Reply reply = queue.size() > 1 ? queue.remove() : queue.peek();
        if (reply == null) {
            reply = new Reply(404, "nothing here");
        }
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
