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

import io.nifireplay.processors.request.SharedRequests.Shared;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SharedRequestsTest {
    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private Map<String, String> state = Map.of();
    private final SharedRequests.Board board = new SharedRequests.Board() {
        @Override
        public Map<String, String> read() {
            return state;
        }

        @Override
        public void change(UnaryOperator<Map<String, String>> change) {
            state = Map.copyOf(change.apply(state));
        }
    };
    private final SharedRequests one = new SharedRequests(board, () -> now);
    private final SharedRequests other = new SharedRequests(board, () -> now.minusSeconds(30));

    @Test
    void handsEachRequestToAllInOneOrderAlsoWhenClocksDiffer() throws IOException {
        one.share("a", "first \"quoted\"");
        other.share("b", "second");
        one.share("c", "third");

        List<Shared> shared = other.after(0);
        assertThat(shared).extracting(Shared::json).containsExactly("first \"quoted\"", "second", "third");
        assertThat(shared).extracting(Shared::id).containsExactly("a", "b", "c");
        assertThat(one.after(shared.get(1).number())).containsExactly(shared.get(2));
        assertThat(one.after(shared.get(2).number())).isEmpty();
    }

    @Test
    void sharesARequestOnceHoweverOftenItsNodeTriesTo() throws IOException {
        one.share("a", "first");
        one.share("a", "first");

        assertThat(one.after(0)).hasSize(1);
    }

    @Test
    void forgetsAfterADay() throws IOException {
        one.share("a", "old");
        now = now.plus(SharedRequests.LIFE).plusSeconds(1);
        assertThat(one.after(0)).isEmpty();

        one.share("b", "new");
        assertThat(state).hasSize(1);
        assertThat(one.after(0)).extracting(Shared::json).containsExactly("new");
    }

    @Test
    void numbersRiseAlsoWhenTheStateWasCleared() throws IOException {
        one.share("a", "first");
        long met = one.after(0).getFirst().number();
        state = Map.of();
        now = now.plusSeconds(1);

        one.share("b", "second");

        assertThat(one.after(met)).extracting(Shared::json).containsExactly("second");
    }

    @Test
    void keepsWithinWhatTheStateHolds() throws IOException {
        for (int i = 0; i < 2 * SharedRequests.MAX_REQUESTS; i++) {
            one.share("small-" + i, "small");
        }
        assertThat(one.after(0)).hasSize(SharedRequests.MAX_REQUESTS);

        for (int i = 0; i < 20; i++) {
            one.share("large-" + i, "x".repeat(SharedRequests.MAX_BYTES));
        }
        assertThat(state.values().stream().mapToInt(String::length).sum())
                .isLessThanOrEqualTo(SharedRequests.MAX_TOTAL);
        assertThat(one.after(0).getLast().id()).isEqualTo("large-19");
        assertThatThrownBy(() -> one.share("too-large", "x".repeat(SharedRequests.MAX_BYTES + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536");
    }
}
