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
package io.nifireplay.processors.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.processors.rest.ReplayOutcome.Reason;
import io.nifireplay.processors.rest.StubNiFi.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** NiFi 2.3.0's answers to the wish for a replay, and what they mean. */
class ReplayCallTest {
    private static final String MADE = "{\"provenanceEvent\": {\"id\": \"-1\", \"childUuids\": [\"child\"]}}";

    private final List<String> asked = new ArrayList<>();

    @Test
    void tellsWhichFlowFileNiFiMade() throws InterruptedException {
        assertThat(replay(Answer.of(201, MADE))).isEqualTo(new ReplayOutcome.Made("child"));
        assertThat(asked).containsExactly("{\"eventId\":7}");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        409,
                        "Cannot replay data from Provenance Event because the data is no longer available in the Content"
                                + " Repository",
                        Reason.CONTENT_GONE),
                Arguments.of(
                        409,
                        "Cannot replay data from Provenance Event because the Source FlowFile Queue with ID x no longer"
                                + " exists",
                        Reason.QUEUE_GONE),
                Arguments.of(400, "Cannot replay events that are created from multiple parents", Reason.JOIN),
                Arguments.of(403, "No applicable policies could be found.", Reason.NOT_PERMITTED),
                Arguments.of(404, "Unable to find the specified event.", Reason.EVENT_GONE));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void knowsWhatIsForEver(int status, String words, Reason reason) throws InterruptedException {
        assertThat(replay(Answer.of(status, words))).isInstanceOfSatisfying(ReplayOutcome.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.explanation()).contains(words);
        });
        assertThat(asked).hasSize(1);
    }

    static Stream<Answer> tooMany() {
        return Stream.of(
                new Answer(500, "", Map.of("DoSFilter", "unavailable")),
                Answer.of(401, "Unauthorized"),
                Answer.of(429, ""),
                Answer.of(409, "Node is not connected to the cluster"));
    }

    @ParameterizedTest
    @MethodSource("tooMany")
    void asksAgainWhenNiFiHasTooMuchToDo(Answer answer) throws InterruptedException {
        assertThat(replay(answer, answer, Answer.of(201, MADE))).isEqualTo(new ReplayOutcome.Made("child"));
        assertThat(asked).hasSize(3);
    }

    @Test
    void doesNotAskAgainWhenNiFiMayHaveDoneIt() throws InterruptedException {
        assertThat(replay(Answer.of(500, "An unexpected error has occurred")))
                .isInstanceOf(ReplayOutcome.Unanswered.class);
        assertThat(asked).hasSize(1);
    }

    @Test
    void knowsThatItWasNotReachedAndStopsWhenToldTo() throws InterruptedException {
        StubNiFi gone = new StubNiFi((method, path, body) -> Answer.of(201, MADE));
        URI url = gone.url();
        gone.close();
        AtomicBoolean goesOn = new AtomicBoolean(true);
        try (NiFiApi api = new NiFiApi(url, Optional.empty(), Optional.empty())) {
            ReplayCall call = new ReplayCall(api, new Random(1), () -> goesOn.getAndSet(false));
            assertThat(call.replay("", 7)).isInstanceOf(ReplayOutcome.NotNow.class);
        }
    }

    private ReplayOutcome replay(Answer... answers) throws InterruptedException {
        List<Answer> left = new ArrayList<>(List.of(answers));
        try (StubNiFi nifi = new StubNiFi((method, path, body) -> {
                    assertThat(path).isEqualTo("/provenance-events/replays");
                    asked.add(body.orElseThrow().toString());
                    return left.removeFirst();
                });
                NiFiApi api = nifi.api()) {
            return new ReplayCall(api, new Random(1), () -> true).replay("", 7);
        }
    }
}
