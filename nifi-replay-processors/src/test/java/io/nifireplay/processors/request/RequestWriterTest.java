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

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.LongRange;
import io.nifireplay.journal.Selector.TimeRange;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestWriterTest {
    @Test
    void writesWhatTheParserReads() throws InvalidRequestException {
        Instant from = Instant.parse("2026-11-23T10:00:00Z");
        ReplayRequest request = new ReplayRequest(
                "job-1",
                new Selector(
                        Set.of("a", "b"),
                        LongRange.of(1, 9),
                        new LongRange(OptionalLong.of(3), OptionalLong.empty()),
                        TimeRange.of(from, from.plusSeconds(60)),
                        new TimeRange(Optional.empty(), Optional.of(from)),
                        List.of("k 1", "k \"2\""),
                        Set.of(Status.FAILED, Status.IN_FLIGHT),
                        Optional.empty(),
                        Map.of("region", "north"),
                        Optional.of("before")),
                ReplayMode.MISSED_ONLY,
                true,
                new Limits(Optional.of(2.5), 7, Optional.of(from), Optional.of(0.25), true, NewEvents.HOLD),
                "a reason",
                "maria");

        assertThat(read(request)).isEqualTo(new Command.Replay(request));
    }

    @Test
    void leavesOutWhatSaysNothing() throws InvalidRequestException {
        ReplayRequest request =
                new ReplayRequest("job-1", Selector.ALL, ReplayMode.DRY_RUN, false, Limits.NONE, "a reason", "maria");

        assertThat(read(request)).isEqualTo(new Command.Replay(request));
        assertThat(new String(RequestWriter.write(request), StandardCharsets.UTF_8))
                .doesNotContain("includeUnknown", "strictOrder", "newEvents");
    }

    private static Command read(ReplayRequest request) throws InvalidRequestException {
        byte[] json = RequestWriter.write(request);
        assertThat(Schema.REQUEST.complaints(new String(json, StandardCharsets.UTF_8)))
                .isEmpty();
        return new CommandParser("somebody else").parse(json);
    }
}
