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

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** NiFi's NAR manager: extensions that are uploaded to a running NiFi. */
public final class Nars {
    private static final String PATH = "/controller/nar-manager/nars";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Rest rest;

    Nars(Rest rest) {
        this.rest = rest;
    }

    /**
     * Uploads a NAR and waits until NiFi has loaded it.
     *
     * @throws IllegalStateException with NiFi's reason if it cannot be installed
     */
    public Nar upload(Path file) {
        try {
            JsonNode uploaded = rest.post(
                            PATH + "/content",
                            BodyPublishers.ofFile(file),
                            Map.of(
                                    "Content-Type",
                                    "application/octet-stream",
                                    "Filename",
                                    file.getFileName().toString()))
                    .path("narSummary");
            return awaitInstalled(uploaded.path("identifier").asText());
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException("There is no " + file, e);
        }
    }

    /** All that were uploaded. */
    public List<Nar> list() {
        List<Nar> nars = new ArrayList<>();
        rest.get(PATH).path("narSummaries").forEach(entity -> nars.add(nar(entity.path("narSummary"))));
        return nars;
    }

    /** Takes a NAR away, even if components of it are on the canvas. */
    public void delete(Nar nar) {
        rest.delete(PATH + "/" + nar.id() + "?force=true");
    }

    private Nar awaitInstalled(String id) {
        JsonNode summary = await().pollInterval(Duration.ofMillis(100))
                .atMost(TIMEOUT)
                .until(
                        () -> rest.get(PATH + "/" + id).path("narSummary"),
                        nar -> nar.path("installComplete").asBoolean());
        if (summary.hasNonNull("failureMessage")) {
            throw new IllegalStateException("NiFi does not install the NAR: "
                    + summary.path("failureMessage").asText());
        }
        return nar(summary);
    }

    private static Nar nar(JsonNode summary) {
        return new Nar(
                summary.path("identifier").asText(),
                Bundle.of(summary.path("coordinate")),
                summary.path("state").asText());
    }

    /** An uploaded NAR. */
    public record Nar(String id, Bundle bundle, String state) {}
}
