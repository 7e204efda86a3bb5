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
package io.nifireplay.processors.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * JSON over HTTP to NiFi's REST API, over connections that are kept: as many as there are requests at the same time. NiFi
 * asks for no CSRF token, since its cookie is not used. For several threads.
 */
public final class NiFiApi implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Longer than NiFi's own limit for a request, so that NiFi says what went wrong. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final String TOO_MANY = "DoSFilter";

    private final HttpClient http;
    private final String base;
    private final Optional<String> bearerToken;

    /**
     * @param base such as {@code https://nifi:8443/nifi-api}
     * @param sslContext with the client's certificate and the certificates that it trusts; empty for the JDK's own
     * @param bearerToken sent with each request, if there is one
     */
    public NiFiApi(URI base, Optional<SSLContext> sslContext, Optional<String> bearerToken) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                // Each connection has one request at a time, so that they do not wait for each other.
                .version(Version.HTTP_1_1);
        sslContext.ifPresent(builder::sslContext);
        http = builder.build();
        this.base = base.toString().replaceFirst("/+$", "");
        this.bearerToken = bearerToken;
    }

    /**
     * @param path below the base, with a slash
     * @throws IOException when there is no answer
     */
    public NiFiAnswer get(String path) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody());
    }

    /** @param body to be written as JSON */
    public NiFiAnswer post(String path, Object body) throws IOException, InterruptedException {
        return send("POST", path, BodyPublishers.ofByteArray(NiFiAnswer.bytes(body)));
    }

    public NiFiAnswer delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, BodyPublishers.noBody());
    }

    /** @throws NiFiApiException when NiFi answers anything but success */
    JsonNode required(NiFiAnswer answer, String what) throws NiFiApiException {
        return successful(answer, what).json();
    }

    /** @throws NiFiApiException when NiFi answers anything but success */
    NiFiAnswer successful(NiFiAnswer answer, String what) throws NiFiApiException {
        if (!answer.isSuccess()) {
            throw new NiFiApiException("NiFi at " + base + " answered " + answer.status() + " when asked to " + what
                    + ": " + answer.text() + advice(answer.status()));
        }
        return answer;
    }

    private static String advice(int status) {
        return switch (status) {
            case 401 ->
                ". It does not know who asks: set SSL Context Service with a certificate that NiFi trusts, or Bearer Token";
            case 404 -> ". Is NiFi API URL right, with /nifi-api at its end?";
            default -> "";
        };
    }

    private NiFiAnswer send(String method, String path, BodyPublisher body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .method(method, body);
        bearerToken.ifPresent(token -> request.header("Authorization", "Bearer " + token));
        HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
        int status = response.statusCode();
        boolean limited =
                status == 429 || response.headers().firstValue(TOO_MANY).isPresent();
        return new NiFiAnswer(status, limited, response.body());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
