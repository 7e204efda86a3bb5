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
package io.nifireplay.systemtest.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.MalformedTileException;
import io.nifireplay.audit.tiles.TilePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The entries that a trail has published, as whoever has a copy of its files reads them. */
record TrailEntries(List<JsonNode> all) {
    private static final JsonMapper JSON = new JsonMapper();

    /** @param directory the trail's */
    static TrailEntries of(Path directory) {
        Path log = directory.resolve("log");
        try {
            long size =
                    Long.parseLong(Files.readAllLines(log.resolve("checkpoint")).get(1));
            List<JsonNode> entries = new ArrayList<>();
            for (long first = 0; first < size; first += TilePath.FULL) {
                int width = (int) Math.min(TilePath.FULL, size - first);
                Path bundle = log.resolve(new TilePath(TilePath.ENTRIES, first / TilePath.FULL, width).toString());
                EntryBundle parsed = EntryBundle.parse(Files.readAllBytes(bundle), width);
                for (int entry = 0; entry < width; entry++) {
                    entries.add(JSON.readTree(parsed.entry(entry)));
                }
            }
            return new TrailEntries(entries);
        } catch (MalformedTileException e) {
            throw new IllegalStateException("The trail " + directory + " is damaged", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JsonNode> of(String action) {
        return all.stream()
                .filter(entry -> entry.path("action").asText().equals(action))
                .toList();
    }

    List<JsonNode> where(Predicate<JsonNode> wanted) {
        return all.stream().filter(wanted).toList();
    }

    List<String> actions() {
        return all.stream().map(entry -> entry.path("action").asText()).toList();
    }
}
