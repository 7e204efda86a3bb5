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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** JSON over HTTP to a NiFi. */
final class NiFi implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Longer than NiFi's own limit for a request, so that NiFi says what went wrong. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final URI base;
    private final Optional<String> token;

    /**
     * @param base scheme, host and port, and the path before {@code /nifi-api} where a proxy puts one there
     * @throws CommandException when a token would be sent in the open
     */
    NiFi(URI base, Credentials credentials) throws CommandException {
        if (credentials.token().isPresent() && !"https".equals(base.getScheme())) {
            throw Arguments.wrong("A token must not be sent over plain http, where others can read it: " + base
                    + " must be an https address");
        }
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).version(HttpClient.Version.HTTP_1_1);
        credentials.tls().ifPresent(builder::sslContext);
        http = builder.build();
        this.base = base;
        token = credentials.token();
    }

    /** The address as a person gives it: that of the canvas or of the API will do, too. */
    static URI base(String address) throws CommandException {
        try {
            URI uri = URI.create(address.strip().replaceFirst("/+(#.*)?$", "").replaceFirst("/(nifi|nifi-api)$", ""));
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw Arguments.wrong("'" + address + "' is no address of a NiFi, such as https://nifi.example:8443");
    }

    /** @param path below the base, with a slash */
    JsonNode get(String path) throws CommandException {
        return send(request(base + path).GET());
    }

    /** The same, of an address on this NiFi, whatever its path. */
    JsonNode get(URI address) throws CommandException {
        return send(request(address.toString()).GET());
    }

    /**
     * Sends what changes something.
     *
     * @param headers beside those that each such call has
     */
    JsonNode send(String method, URI address, Map<String, String> headers, JsonNode body) throws CommandException {
        HttpRequest.Builder request = request(address.toString())
                .header("Content-Type", "application/json")
                // Both for the sake of browsers: see docs/rest.md.
                .header("NiFi-Replay", "1")
                .header("Origin", base.getScheme() + "://" + base.getAuthority());
        headers.forEach(request::header);
        return send(request.method(method, BodyPublishers.ofByteArray(bytes(body))));
    }

    /** The address on this NiFi that has the path of another address, such as one that NiFi itself knows it by. */
    URI here(String address) {
        return base.resolve(URI.create(address).getRawPath());
    }

    private HttpRequest.Builder request(String address) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address)).timeout(TIMEOUT).header("Accept", "application/json");
        token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        return request;
    }

    private JsonNode send(HttpRequest.Builder builder) throws CommandException {
        HttpRequest request = builder.build();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            JsonNode body = json(response);
            if (response.statusCode() / 100 != 2) {
                throw new CommandException(
                        ExitStatus.ofHttp(response.statusCode()), refusal(response.statusCode(), body, request));
            }
            return body;
        } catch (SSLException e) {
            throw noAnswer("No TLS connection to " + base + ": " + e.getMessage()
                    + ". Is NiFi's certificate trusted (--trust-store), and yours by NiFi (--key-store)?");
        } catch (IOException e) {
            throw noAnswer("No answer from " + base + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noAnswer("Interrupted while waiting for " + base);
        }
    }

    private static CommandException noAnswer(String message) {
        return new CommandException(ExitStatus.NO_ANSWER, message);
    }

    /** What is no JSON, such as NiFi's own refusals, is a text. */
    private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            return JSON.getNodeFactory().textNode(new String(response.body(), StandardCharsets.UTF_8));
        }
    }

    private static String refusal(int status, JsonNode body, HttpRequest request) {
        if (body.path("detail").isTextual()) {
            return body.path("detail").textValue();
        }
        String said = body.isTextual() ? ": " + body.textValue().strip() : "";
        return "NiFi answered " + status + " to " + request.method() + " "
                + request.uri().getPath() + said
                + (status == 401 ? ". It does not know who asks: give --key-store or --token-file" : "");
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree cannot be written as JSON", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
