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
package io.nifireplay.systemtest.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** JSON over HTTP to NiFi's REST API. Paths begin with a slash, below {@code /nifi-api}. */
public final class Rest {
    /** Longer than NiFi's own request timeout, so that NiFi is the one who says what went wrong. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final List<String> NOT_IN_THE_FLOW =
            List.of("/flowfile-queues", "/provenance", "/counters", "/policies", "/tenants", "/controller/nar-manager");

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, String> JSON_TYPE = Map.of("Content-Type", "application/json");

    private final HttpClient http;
    private final URI base;
    private final Runnable flowEdited;

    Rest(HttpClient http, URI base, Runnable flowEdited) {
        this.http = http;
        this.base = base;
        this.flowEdited = flowEdited;
    }

    /**
     * GET.
     *
     * @throws RestException if NiFi answers anything but success
     */
    public JsonNode get(String path) {
        return json(send("GET", path, BodyPublishers.noBody(), Map.of()));
    }

    /** GET of bytes, such as the content of a FlowFile. */
    public byte[] bytes(String path) {
        return send("GET", path, BodyPublishers.noBody(), Map.of());
    }

    /** POST of a JSON body, given as maps, lists and values. */
    public JsonNode post(String path, Object body) {
        return json(send("POST", path, jsonBody(body), JSON_TYPE));
    }

    /** POST without a body. */
    public JsonNode post(String path) {
        return json(send("POST", path, BodyPublishers.noBody(), JSON_TYPE));
    }

    /** POST of anything else. */
    public JsonNode post(String path, BodyPublisher body, Map<String, String> headers) {
        return json(send("POST", path, body, headers));
    }

    /** PUT of a JSON body. */
    public JsonNode put(String path, Object body) {
        return json(send("PUT", path, jsonBody(body), JSON_TYPE));
    }

    /** DELETE. */
    public JsonNode delete(String path) {
        return json(send("DELETE", path, BodyPublishers.noBody(), Map.of()));
    }

    /** A value as part of a query. */
    static String query(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private byte[] send(String method, String path, BodyPublisher body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).method(method, body);
        headers.forEach(request::header);
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                String answer = new String(response.body(), StandardCharsets.UTF_8);
                throw new RestException(method, path, response.statusCode(), answer);
            }
            if (editsTheFlow(method, path)) {
                flowEdited.run();
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + ": no answer from NiFi", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(method + " " + path + ": interrupted", e);
        }
    }

    /** Requests that only ask (for a listing, a query, a verification) do not make NiFi write its flow. */
    private static boolean editsTheFlow(String method, String path) {
        boolean asks = path.contains("-requests") && !path.contains("update-requests");
        boolean elsewhere = NOT_IN_THE_FLOW.stream().anyMatch(path::startsWith);
        return !method.equals("GET") && !asks && !elsewhere;
    }

    private static BodyPublisher jsonBody(Object body) {
        try {
            return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not to be written as JSON: " + body, e);
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException("NiFi's answer is no JSON", e);
        }
    }
}
