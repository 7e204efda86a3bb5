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
package io.nifireplay.journal.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.replay.JobState;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Rows as format 4 wrote them, before jobs had versions, coordinators and policies. */
class OlderRowsTest {
    @Test
    void aJobThatWasWrittenBeforeThereWereCoordinatorsIsGovernedByNone() {
        JobRows.Standing standing = read(
                "{\"state\":\"PAUSED\",\"reason\":\"ann: wait\",\"progress\":{\"total\":5,\"emitted\":2,\"completed\":1,"
                        + "\"deadLetter\":0,\"elsewhere\":0,\"unknown\":0,\"rejected\":0},"
                        + "\"changed\":\"2026-01-01T00:00:00Z\",\"ranMillis\":700}",
                JobRows.Standing.class);

        assertThat(standing.state()).isEqualTo(JobState.PAUSED);
        assertThat(standing.version()).isEqualTo(1);
        assertThat(standing.governing()).isEmpty();
    }

    @Test
    void aNoticeThatWasWrittenBeforeThereWerePoliciesNamesNone() {
        Notice notice = read(
                "{\"number\":7,\"at\":\"2026-01-01T00:00:00Z\",\"origin\":{\"component\":\"\",\"type\":\"\","
                        + "\"processGroup\":\"\"},\"happening\":{\"kind\":\"JobChanged\",\"job\":\"j\",\"before\":\"RUNNING\","
                        + "\"after\":\"PAUSED\",\"requester\":\"ann\",\"why\":\"wait\"}}",
                Notice.class);

        assertThat(notice.policy()).isEmpty();
        assertThat(((Happening.JobChanged) notice.happening()).governed()).isEmpty();
    }

    @Test
    void anItemKeepsTheGenerationThatItRepeatsThroughItsStates() {
        for (ItemState state : ItemState.values()) {
            assertThat(ItemState.of(state.toBytes(0))).isEqualTo(state);
            assertThat(ItemState.forcedGeneration(state.toBytes(0))).isZero();
            assertThat(ItemState.of(state.toBytes(300))).isEqualTo(state);
            assertThat(ItemState.forcedGeneration(state.toBytes(300))).isEqualTo(300);
        }
        assertThat(ItemState.forcedGeneration(null)).isZero();
    }

    private static <T> T read(String json, Class<T> type) {
        return JsonRow.read(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
