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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The earthquakes of one week, as the USGS reported them: one CloudEvent a line, in the order of time. */
final class Earthquakes {
    /** How many there are. */
    static final int COUNT = 1707;

    private static final String RESOURCE = "usgs-earthquakes.ndjson";
    private static final JsonMapper JSON = new JsonMapper();

    private Earthquakes() {}

    /** The first events. */
    static List<SourceEvent> first(int count) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(Earthquakes.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
            return lines.lines().limit(count).map(Earthquakes::event).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
    }

    private static SourceEvent event(String line) {
        try {
            return SourceEvent.of(JSON.readTree(line));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("A line of " + RESOURCE + " is no JSON", e);
        }
    }
}
