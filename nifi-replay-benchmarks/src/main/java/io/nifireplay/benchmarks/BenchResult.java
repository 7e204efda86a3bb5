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
package io.nifireplay.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One row of the table and one file {@code NAME.json}.
 *
 * @param name unique among all results
 * @param unit of both sides; more is better
 * @param ours what this project reached
 * @param peerName what it is compared with
 * @param peer what the peer reached in the same run
 * @param bar the ratio of the medians that is to be reached, empty when there is none
 * @param command what to run to have it again
 * @param details the settings that matter and further figures, for people, in order
 */
public record BenchResult(
        String name,
        String unit,
        Runs ours,
        String peerName,
        Runs peer,
        OptionalDouble bar,
        String command,
        Map<String, Object> details) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Ours divided by the peer's, medians. */
    public double ratio() {
        return ours.median() / peer.median();
    }

    /** Whether the bar is reached; without a bar it is. */
    public boolean met() {
        return bar.isEmpty() || ratio() >= bar.getAsDouble();
    }

    /** Writes {@code NAME.json} into a folder. */
    public void write(Path folder) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", name);
        object.put("unit", unit);
        object.put("ours", ours.median());
        object.put("peer", peer.median());
        object.put("peer_name", peerName);
        object.put("ratio", ratio());
        object.put("bar", bar.isPresent() ? bar.getAsDouble() : null);
        object.put("met", met());
        object.put("command", command);
        object.put("ours_runs", runs(ours));
        object.put("peer_runs", runs(peer));
        object.put("details", details);
        Files.createDirectories(folder);
        JSON.writeValue(folder.resolve(name + ".json").toFile(), object);
    }

    private static Map<String, Object> runs(Runs runs) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("minimum", runs.minimum());
        object.put("median", runs.median());
        object.put("maximum", runs.maximum());
        object.put("all", runs.values());
        return object;
    }
}
