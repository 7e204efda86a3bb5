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

import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvenanceCommandParserTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final ProvenanceSelection ALL = new ProvenanceSelection(
            Set.of("j1"), Optional.empty(), Optional.empty(), Set.of(), Map.of(), Set.of(), OptionalLong.empty());

    private final ProvenanceCommandParser parser =
            new ProvenanceCommandParser("processor p", Optional.of(Set.of("j1", "j2")));

    @Test
    void readsAllConditions() throws InvalidRequestException {
        String json = """
                {"action": "replay", "job": "a", "reason": "why", "requester": "maria",
                 "select": {"processors": ["j1"], "time": {"from": "2026-11-25T10:00:00Z", "to": "2026-11-25T11:00:00Z"},
                            "eventTypes": ["ROUTE"], "attributes": {"shop": "s1"}, "flowFiles": ["f1"], "lineageOf": 7},
                 "limits": {"ratePerSecond": 5}}
                """;

        ProvenanceCommand.Replay replay = (ProvenanceCommand.Replay) parse(json);

        assertThat(replay.request().requester()).isEqualTo("maria");
        assertThat(replay.request().limits().ratePerSecond()).contains(5.0);
        assertThat(replay.selection())
                .isEqualTo(new ProvenanceSelection(
                        Set.of("j1"),
                        Optional.of(Instant.parse("2026-11-25T10:00:00Z")),
                        Optional.of(Instant.parse("2026-11-25T11:00:00Z")),
                        Set.of("ROUTE"),
                        Map.of("shop", "s1"),
                        Set.of("f1"),
                        OptionalLong.of(7)));
        assertThat(Schema.PROVENANCE_REQUEST.complaints(json)).isEmpty();
    }

    @Test
    void withoutProcessorsAllThatItMayAskForAreMeant() throws InvalidRequestException {
        ProvenanceCommand.Replay replay = (ProvenanceCommand.Replay)
                parse("{\"action\": \"replay\", \"job\": \"a\", \"reason\": \"why\", \"select\": {}}");

        assertThat(replay.selection().processors()).containsExactly("j1", "j2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"action\": \"acknowledge\", \"select\": {}, \"reason\": \"why\"}",
                "{\"action\": \"replay\", \"job\": \"a\", \"reason\": \"why\"}",
                "{\"action\": \"replay\", \"job\": \"a\", \"reason\": \"why\", \"select\": {\"keys\": [\"k\"]}}",
                "{\"action\": \"replay\", \"job\": \"a\", \"reason\": \"why\", \"select\": {}, \"mode\": \"drill\"}",
                "{\"action\": \"replay\", \"job\": \"a\", \"reason\": \"why\", \"select\": {},"
                        + " \"limits\": {\"strictOrder\": true}}",
                "{\"action\": \"replay\", \"job\": \"a\", \"reason\": \"why\", \"select\": {},"
                        + " \"limits\": {\"newEvents\": \"hold\"}}"
            })
    void refusesWhatTheSchemaRefuses(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(InvalidRequestException.class);
        assertThat(Schema.PROVENANCE_REQUEST.complaints(json)).isNotEmpty();
    }

    static List<String> examples() {
        return Schema.PROVENANCE_REQUEST.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void takesTheExamplesOfTheSchema(String example) throws InvalidRequestException {
        assertThat(parse(example)).isNotNull();
        assertThat(Schema.PROVENANCE_REQUEST.complaints(example)).isEmpty();
    }

    @Test
    void reportsFitTheirSchema() throws InvalidRequestException {
        ReplayRequest request = ((ProvenanceCommand.Replay)
                        parse("{\"action\": \"replay\", \"job\": \"a\", \"reason\": \"why\", \"select\": {}}"))
                .request();
        Reports reports = new Reports(new UUID(1, 2), InstantSource.fixed(NOW), OptionalDouble.empty());
        Plan plan = new Plan(1, 1, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0);
        ProvenanceFindings found = new ProvenanceFindings(
                5,
                List.of(new ProvenanceSource(
                        "", 1, "f", "q", Optional.empty(), Optional.of(ItemStanding.CONTENT_EXPIRED))),
                Set.of("j1"),
                1,
                1,
                1);
        JobStatus job = new JobStatus(
                1, request, JobState.RUNNING, "", plan, Progress.of(1), NOW, NOW, 0, Optional.of(ALL.toString()));

        String dryRun = new String(reports.dryRun(request, plan, ALL.toString(), found), StandardCharsets.UTF_8);
        String ofJob = new String(reports.job(job, Map.of(ItemStanding.ASKED, 1L)), StandardCharsets.UTF_8);

        assertThat(Schema.REPORT.complaints(dryRun)).isEmpty();
        assertThat(dryRun).contains("\"content expired\" : 1");
        assertThat(Schema.REPORT.complaints(ofJob)).isEmpty();
        assertThat(ofJob).contains("\"asked\" : 1", "\"selection\" : \"processors j1\"");
    }

    private ProvenanceCommand parse(String json) throws InvalidRequestException {
        return parser.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
