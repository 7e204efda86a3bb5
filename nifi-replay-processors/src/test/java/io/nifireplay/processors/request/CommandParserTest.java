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

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Selector.LongRange;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandParserTest {
    private final CommandParser parser = new CommandParser("processor 7");

    @Test
    void readsEveryFieldOfAReplay() throws Exception {
        ReplayRequest request = replay("""
                {
                  "action": "replay",
                  "job": "outage-1",
                  "mode": "drill",
                  "select": {
                    "partitions": ["nc", "ci"],
                    "positions": {"from": 5},
                    "sequences": {"from": 0, "to": 9},
                    "admitted": {"from": "2026-11-23T10:00:00Z", "to": "2026-11-23T12:00:00+01:00"},
                    "time": {"to": "2026-11-23T10:00:00.5Z"},
                    "keys": ["a 1", "a 2"],
                    "states": ["failed", "dead letter"],
                    "errorType": "5\\\\d\\\\d",
                    "attributes": {"tenant": "blue", "empty": ""},
                    "sinceRecoveryPoint": "noon"
                  },
                  "includeUnknown": true,
                  "limits": {
                    "ratePerSecond": 12.5,
                    "concurrency": 3,
                    "endTime": "2026-11-24T00:00:00Z",
                    "errorBudget": 0.25,
                    "strictOrder": true,
                    "newEvents": "hold"
                  },
                  "reason": "the downstream was out",
                  "requester": "maria"
                }
                """);

        assertThat(request.job()).isEqualTo("outage-1");
        assertThat(request.mode()).isEqualTo(ReplayMode.DRILL);
        assertThat(request.includeUnknown()).isTrue();
        assertThat(request.reason()).isEqualTo("the downstream was out");
        assertThat(request.requester()).isEqualTo("maria");
        assertThat(request.limits())
                .isEqualTo(new Limits(
                        Optional.of(12.5),
                        3,
                        Optional.of(Instant.parse("2026-11-24T00:00:00Z")),
                        Optional.of(0.25),
                        true,
                        NewEvents.HOLD));
        assertThat(request.selector().partitions()).containsExactlyInAnyOrder("nc", "ci");
        assertThat(request.selector().positions()).isEqualTo(new LongRange(OptionalLong.of(5), OptionalLong.empty()));
        assertThat(request.selector().sequences()).isEqualTo(LongRange.of(0, 9));
        assertThat(request.selector().admitted().to()).contains(Instant.parse("2026-11-23T11:00:00Z"));
        assertThat(request.selector().time().from()).isEmpty();
        assertThat(request.selector().keys()).containsExactly("a 1", "a 2");
        assertThat(request.selector().statuses()).containsExactlyInAnyOrder(Status.FAILED, Status.DEAD_LETTER);
        assertThat(request.selector().errorType().orElseThrow().pattern()).isEqualTo("5\\d\\d");
        assertThat(request.selector().attributes())
                .containsEntry("tenant", "blue")
                .containsEntry("empty", "");
        assertThat(request.selector().sinceRecoveryPoint()).contains("noon");
    }

    @Test
    void asksForWhatWasMissedWithoutLimitsInTheProcessorsNameUnlessToldOtherwise() throws Exception {
        ReplayRequest request = replay("{\"action\": \"replay\", \"job\": \"j\", \"select\": {}, \"reason\": \"r\"}");

        assertThat(request.mode()).isEqualTo(ReplayMode.MISSED_ONLY);
        assertThat(request.includeUnknown()).isFalse();
        assertThat(request.limits()).isEqualTo(Limits.NONE);
        assertThat(request.requester()).isEqualTo("processor 7");
    }

    @Test
    void readsTheOtherActions() throws Exception {
        assertThat(parse("{\"action\": \"abort\", \"job\": \"j\", \"reason\": \"wrong\", \"requester\": \"maria\"}"))
                .isEqualTo(new Command.Change("j", JobAction.ABORT, new Cause("maria", "wrong")));
        assertThat(parse("{\"action\": \"status\"}")).isEqualTo(new Command.Status(Optional.empty()));
        assertThat(parse("{\"action\": \"status\", \"job\": \"j\"}")).isEqualTo(new Command.Status(Optional.of("j")));
        assertThat(parse("{\"action\": \"recovery point\", \"name\": \"noon\"}"))
                .isEqualTo(new Command.TakeRecoveryPoint("noon"));
        assertThat(parse("{\"action\": \"acknowledge\", \"select\": {\"keys\": [\"k\"]}, \"reason\": \"paid\"}"))
                .isInstanceOfSatisfying(Command.Acknowledge.class, acknowledge -> {
                    assertThat(acknowledge.selector().keys()).containsExactly("k");
                    assertThat(acknowledge.cause().toString()).isEqualTo("processor 7: paid");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$                      | no JSON",
                "$                      | []",
                "$                      | {\"action\": \"status\"} {}",
                "$                      | {\"action\": \"status\", \"action\": \"abort\"}",
                "$.action               | {}",
                "$.action               | {\"action\": \"delete\"}",
                "$.job                  | {\"action\": \"pause\", \"reason\": \"r\"}",
                "$.reason               | {\"action\": \"pause\", \"job\": \"j\"}",
                "$.why                  | {\"action\": \"pause\", \"job\": \"j\", \"reason\": \"r\", \"why\": \"x\"}",
                "$.select               | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\"}",
                "$.select               | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": []}",
                "$.job                  | {\"action\": \"replay\", \"job\": \"a b\", \"reason\": \"r\", \"select\": {}}",
                "$.mode                 | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {}, \"mode\": \"forced\"}",
                "$.mode                 | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {}, \"mode\": \"all\"}",
                "$.includeUnknown       | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {}, \"includeUnknown\": \"yes\"}",
                "$.reason               | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \" \", \"select\": {}}",
                "$.reason               | {\"action\": \"replay\", \"job\": \"j\", \"reason\": null, \"select\": {}}",
                "$.select.partition     | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"partition\": [\"a\"]}}",
                "$.select.partitions    | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"partitions\": []}}",
                "$.select.partitions[1] | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"partitions\": [\"a\", 7]}}",
                "$.select.positions     | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"positions\": {}}}",
                "$.select.positions.from| {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"positions\": {\"from\": -1}}}",
                "$.select.sequences.to  | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"sequences\": {\"to\": 1.5}}}",
                "$.select.admitted.from | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"admitted\": {\"from\": \"noon\"}}}",
                "$.select.states        | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"states\": [\"lost\"]}}",
                "$.select.attributes.a  | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {\"attributes\": {\"a\": 1}}}",
                "$.limits               | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {}, \"limits\": {\"ratePerSecond\": 0}}",
                "$.limits               | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {}, \"limits\": {\"errorBudget\": 2}}",
                "$.limits               | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {}, \"limits\": {\"concurrency\": 0}}",
                "$.limits.speed         | {\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": {}, \"limits\": {\"speed\": 2}}",
                "$.job                  | {\"action\": \"recovery point\", \"name\": \"n\", \"job\": \"j\"}"
            })
    void refusesWithThePathOfWhatIsWrongAndSoDoesTheSchema(String path, String json) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(path.strip() + ": ");
        if (isOneDocument(json)) {
            assertThat(Schema.REQUEST.complaints(json)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"positions\": {\"from\": 9, \"to\": 1}}",
                "{\"admitted\": {\"from\": \"2026-11-23T10:00:00Z\", \"to\": \"2026-11-23T10:00:00Z\"}}",
                "{\"errorType\": \"(\"}"
            })
    void refusesWhatNoSchemaCanTell(String select) {
        assertThatThrownBy(() -> parse(
                        "{\"action\": \"replay\", \"job\": \"j\", \"reason\": \"r\", \"select\": " + select + "}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("$.select.");
    }

    @Test
    void saysWhyAForcedReplayIsRefused() {
        assertThatThrownBy(() -> CommandParser.mode("forced", "$.mode")).hasMessageContaining("approval");
    }

    @Test
    void refusesAnEmptyRequest() {
        assertThatThrownBy(() -> parse("")).isInstanceOf(InvalidRequestException.class);
    }

    static List<String> examples() {
        return Schema.REQUEST.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void readsTheExamplesOfTheSchema(String example) throws Exception {
        assertThat(Schema.REQUEST.complaints(example)).isEmpty();
        assertThat(parse(example)).isNotNull();
    }

    private Command parse(String json) throws InvalidRequestException {
        return parser.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private ReplayRequest replay(String json) throws InvalidRequestException {
        assertThat(Schema.REQUEST.complaints(json)).isEmpty();
        return ((Command.Replay) parse(json)).request();
    }

    /** Twice the same field and text after the end are seen by a parser only. */
    private static boolean isOneDocument(String json) {
        return json.startsWith("{") && !json.endsWith("{}") && !json.contains("\"action\": \"abort\"}");
    }
}
