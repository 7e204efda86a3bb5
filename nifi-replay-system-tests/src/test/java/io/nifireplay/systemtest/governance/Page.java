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
package io.nifireplay.systemtest.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.instance.NiFiInstance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The coordinator's page, called by somebody who can send whatever HTTP allows. */
final class Page {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final HttpClient http;
    private final URI page;
    private final String coordinator;

    /** Of somebody with a certificate. */
    Page(NiFiInstance nifi, ControllerService coordinator, String identity) {
        this(
                HttpClient.newBuilder()
                        .sslContext(nifi.certificates().context(identity))
                        .build(),
                address(coordinator),
                coordinator.id());
    }

    /** Of anybody, on a NiFi that is not secured. */
    Page(ControllerService coordinator) {
        this(HttpClient.newHttpClient(), address(coordinator), coordinator.id());
    }

    private static URI address(ControllerService coordinator) {
        return URI.create(coordinator.entity().at("/component/customUiUrl").asText() + "/");
    }

    private Page(HttpClient http, URI page, String coordinator) {
        this.http = http;
        this.page = page;
        this.coordinator = coordinator;
    }

    /** The same page, called for the id of something else. */
    Page of(String id) {
        return new Page(http, page, id);
    }

    /** The same page, called by another client. */
    Page by(HttpClient other) {
        return new Page(other, page, coordinator);
    }

    /** What NiFi answered. */
    record Reply(int status, Map<String, String> headers, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("No JSON, but " + status + ": " + body, e);
            }
        }

        /** Of a problem: its type, without what all types have in common. */
        String problem() {
            return json().path("type").asText().replace("urn:nifi-replay:problem:", "");
        }
    }

    /** What a browser sends that was told to by our own page. */
    Map<String, String> ownHeaders(long version) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("NiFi-Replay", "1");
        headers.put("Origin", page.getScheme() + "://" + page.getAuthority());
        headers.put("If-Match", "\"" + version + "\"");
        return headers;
    }

    Reply get(String path) {
        return call("GET", path, "", Map.of());
    }

    Reply post(String path, long version, String body) {
        return call("POST", path, body, ownHeaders(version));
    }

    /** @param path behind the coordinator's own; empty for that one itself */
    Reply call(String method, String path, String body, Map<String, String> headers) {
        URI address = page.resolve("api/coordinators/" + coordinator + (path.isEmpty() ? "" : "/" + path));
        return at(address, method, body, headers);
    }

    /** A file of the page. */
    Reply file(String name) {
        return at(page.resolve(name), "GET", "", Map.of());
    }

    private Reply at(URI address, String method, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(TIMEOUT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            Map<String, String> received = new HashMap<>();
            response.headers().map().forEach((name, values) -> received.put(name, values.getFirst()));
            return new Reply(response.statusCode(), received, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
