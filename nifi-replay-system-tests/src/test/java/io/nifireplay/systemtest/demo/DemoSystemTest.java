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

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KeepLogs.class)
class DemoSystemTest {
    private static final int EVENTS = 200;

    @Test
    void losesNothingAndDoesNothingTwice() throws Exception {
        Path output = Path.of("target", "demo").toAbsolutePath();
        DemoOptions options = DemoOptions.in(Path.of("..")).withEvents(EVENTS).withOutput(output);

        DemoReport report = Demo.run(options, System.out);

        assertThat(report.problems()).isEmpty();
        assertThat(report.deliveredUnique() + report.deadLetters()).isEqualTo(EVENTS);
        JsonNode json = new JsonMapper().readTree(output.resolve("report.json").toFile());
        assertThat(json.path("lost").asInt(-1)).isZero();
        assertThat(json.path("plaintext_hits").asInt(-1)).isZero();
        assertThat(json.path("delivered_more_than_once").asInt(-1)).isZero();
        assertThat(json.path("replayed").asLong()).isEqualTo(report.replayed()).isPositive();
    }
}
