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

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchResultTest {
    private static BenchResult result(double bar) {
        return new BenchResult(
                "replay",
                "events/s",
                Runs.of(900, 1000, 2000),
                "by hand",
                Runs.of(50, 40, 60),
                OptionalDouble.of(bar),
                "bin/bench replay",
                Map.of("tasks", 2));
    }

    @Test
    void comparesMedians() {
        assertThat(result(20).ratio()).isEqualTo(20);
        assertThat(result(20).met()).isTrue();
        assertThat(result(20.1).met()).isFalse();
    }

    @Test
    void writesWhatThePublishedObjectHas(@TempDir Path folder) throws IOException {
        result(20).write(folder);

        JsonNode object =
                new ObjectMapper().readTree(folder.resolve("replay.json").toFile());
        assertThat(object.fieldNames())
                .toIterable()
                .contains("name", "unit", "ours", "peer", "peer_name", "ratio", "bar", "met", "command");
        assertThat(object.path("ours").asDouble()).isEqualTo(1000);
        assertThat(object.path("ours_runs").path("minimum").asDouble()).isEqualTo(900);
        assertThat(object.path("peer_runs").path("maximum").asDouble()).isEqualTo(60);
    }

    @Test
    void tableHasARowForEachResultAndSaysWhichBarIsMissed() {
        List<String> lines =
                Table.of(List.of(result(20), result(30))).toString().lines().toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).contains("1,000").contains("20.00").contains("yes");
        assertThat(lines.get(2)).contains("NO");
        assertThat(lines.get(1).indexOf("by hand")).isEqualTo(lines.get(2).indexOf("by hand"));
    }
}
