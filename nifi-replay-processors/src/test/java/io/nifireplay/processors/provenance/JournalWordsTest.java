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
package io.nifireplay.processors.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.EventRef;
import io.nifireplay.processors.rest.FoundEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What JournalEvent writes onto FlowFiles, as provenance shows it. */
class JournalWordsTest {
    private static final Map<String, String> ABOUT = Map.of(
            "replay.event.id", "orders/5",
            "replay.idempotency.key", "order-5");

    @Test
    void oneThatWasAcceptedHasATokenInPlaceOfAnOutcome() {
        FoundEvent accepted = event(Map.of("replay.token", "t"));

        assertThat(JournalWords.outcome(accepted)).contains("accepted");
        assertThat(JournalWords.key(accepted)).contains("order-5");
        assertThat(JournalWords.event(accepted)).contains(new EventRef("orders", 5));
    }

    @Test
    void aDuplicateIsOfItsEventAndAConflictIsNot() {
        assertThat(JournalWords.key(event(Map.of("replay.outcome", "duplicate"))))
                .contains("order-5");
        assertThat(JournalWords.key(event(Map.of("replay.outcome", "conflict"))))
                .isEmpty();
    }

    @Test
    void anEventThatIsNotJournalEventsTellsNothing() {
        assertThat(JournalWords.event(event(Map.of()))).isEmpty();
        assertThat(JournalWords.event(event(Map.of("replay.outcome", "duplicate", "replay.event.id", "orders/first"))))
                .isEmpty();
    }

    private static FoundEvent event(Map<String, String> more) {
        Map<String, String> attributes = new HashMap<>(ABOUT);
        attributes.putAll(more);
        return new FoundEvent("", 1, "ROUTE", "f", "c", Optional.of("q"), attributes, true, "", List.of());
    }
}
