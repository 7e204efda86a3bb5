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
package io.nifireplay.processors.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Status;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GovernedRequestParserTest {
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\{\"action\".*\\}$");

    @Test
    void readsWhatACommandIsMadeOf() throws InvalidRequestException {
        ReplayRequest request = parse("""
                {"action": "replay", "job": "prices", "mode": "forced", "select": {"states": ["completed"], "keys": ["k"]},
                 "includeUnknown": true, "limits": {"ratePerSecond": 5}, "reason": "wrong"}
                """);
        assertThat(request.mode()).isEqualTo(ReplayMode.FORCED);
        assertThat(request.requester()).isEqualTo("CN=operator");
        assertThat(request.selector().statuses()).containsExactly(Status.COMPLETED);
        assertThat(request.selector().keys()).containsExactly("k");
        assertThat(request.includeUnknown()).isTrue();
        assertThat(request.limits().ratePerSecond()).hasValue(5.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missed only", "drill", "forced"})
    void readsTheModesOfJobs(String mode) throws InvalidRequestException {
        assertThat(parse(request().replace("\"job\"", "\"mode\": \"" + mode + "\", \"job\""))
                        .mode()
                        .text())
                .isEqualTo(mode);
        assertThat(parse(request()).mode()).isEqualTo(ReplayMode.MISSED_ONLY);
    }

    @Test
    void readsOneOverProvenance() throws InvalidRequestException {
        ReplayRequest request = parse("""
                {"action": "replay", "job": "lost", "over": "provenance", "reason": "the network was down",
                 "select": {"processors": ["j1"], "time": {"from": "2026-11-23T10:00:00Z", "to": "2026-11-23T11:00:00Z"},
                            "eventTypes": ["ROUTE"], "attributes": {"country": "NL"}, "flowFiles": ["f1"], "lineageOf": 7},
                 "limits": {"ratePerSecond": 5}}
                """);
        assertThat(request.provenance())
                .contains(new ProvenanceSelection(
                        Set.of("j1"),
                        Optional.of(Instant.parse("2026-11-23T10:00:00Z")),
                        Optional.of(Instant.parse("2026-11-23T11:00:00Z")),
                        Set.of("ROUTE"),
                        Map.of("country", "NL"),
                        Set.of("f1"),
                        OptionalLong.of(7)));
        assertThat(request.mode()).isEqualTo(ReplayMode.MISSED_ONLY);
        assertThat(request.requester()).isEqualTo("CN=operator");
        String written = RequestWriter.node(request).without("requester").toString();
        assertThat(parse(written)).isEqualTo(request);
        assertThat(parse(request().replace("\"job\"", "\"over\": \"journal\", \"job\"")))
                .isEqualTo(parse(request()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "mode": "forced", | $.mode
                    "mode": "drill", | $.mode
                    "mode": "dry run", | $.mode
                    "limits": {"strictOrder": true}, | $.limits.strictOrder
                    "limits": {"newEvents": "hold"}, | $.limits.newEvents
                    "select": {"partitions": ["p"]}, | $.select.partitions
                    """)
    void refusesWhatProvenanceCannotDo(String some, String place) {
        String select = some.contains("\"select\"") ? "" : "\"select\": {}, ";
        assertThatThrownBy(() -> parse("{\"action\": \"replay\", \"over\": \"provenance\", " + some + select
                        + "\"job\": \"a\", \"reason\": \"r\"}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(place);
        assertThatThrownBy(() -> parse(request().replace("\"job\"", "\"over\": \"the rainbow\", \"job\"")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("$.over");
    }

    @Test
    void whatIsWrittenIsReadAsTheSameOnceTheRequesterIsTakenOut() throws Exception {
        ReplayRequest request = parse(request());
        String written = RequestWriter.node(request).without("requester").toString();
        assertThat(parse(written)).isEqualTo(request);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "action": "replay", "requester": "CN=boss", | $.requester
                    "action": "replay", "mode": "dry run", | $.mode
                    "action": "replay", "mode": "all", | $.mode
                    "action": "replay", "select": {"key": "a"}, | $.select
                    "action": "abort", | $.action
                    "action": "replay", "approver": "CN=boss", | $.approver
                    """)
    void refusesWhatSaysMoreThanItMay(String begin, String place) {
        String end = begin.contains("\"select\"") ? "" : "\"select\": {}, ";
        assertThatThrownBy(() -> parse("{" + begin + end + "\"job\": \"a\", \"reason\": \"r\"}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(place);
    }

    @ParameterizedTest
    @ValueSource(strings = {"job", "select", "reason", "action"})
    void refusesWhatSaysLess(String missing) {
        String request = request().replaceFirst("\"" + missing + "\": (\\{\\}|\"[^\"]*\"),? ?", "");
        assertThat(request).doesNotContain(missing);
        assertThatThrownBy(() -> parse(request.replace(", }", "}")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("$." + missing);
    }

    @Test
    void theDocumentedRequestIsOne() throws IOException, InvalidRequestException {
        String document = Files.readString(Path.of("..", "docs", "rest.md"));
        List<String> requests =
                DOCUMENTED.matcher(document).results().map(MatchResult::group).toList();
        assertThat(requests).hasSize(2);
        assertThat(parse(requests.getFirst()).mode()).isEqualTo(ReplayMode.FORCED);
        assertThat(parse(requests.getLast()).provenance()).isPresent();
    }

    private static String request() {
        return "{\"action\": \"replay\", \"job\": \"a\", \"select\": {}, \"reason\": \"r\"}";
    }

    private static ReplayRequest parse(String json) throws InvalidRequestException {
        return GovernedRequestParser.parse(json.getBytes(StandardCharsets.UTF_8), "CN=operator");
    }
}
