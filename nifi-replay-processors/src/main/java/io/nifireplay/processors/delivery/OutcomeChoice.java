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
package io.nifireplay.processors.delivery;

import io.nifireplay.services.settings.Choice;
import java.util.Locale;
import java.util.Optional;

/** Which outcome a FlowFile reports. */
public enum OutcomeChoice implements Choice {
    COMPLETED("completed", "The side effect is done."),
    FAILED(
            "failed",
            "The side effect failed: the journal tries again, as the retry properties say, until its budget is used up."),
    DEAD_LETTER("dead letter", "The side effect failed for good: a person decides what becomes of the event."),
    BY_EXPRESSION(
            "by expression",
            "The property Outcome Expression says it for each FlowFile: completed, failed or dead letter.");

    private final Words words;

    OutcomeChoice(String value, String description) {
        words = new Words(value, description);
    }

    /** The outcome that a word names, in any case; empty when it names none. */
    public static Optional<OutcomeChoice> ofWord(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "completed" -> Optional.of(COMPLETED);
            case "failed" -> Optional.of(FAILED);
            case "dead letter" -> Optional.of(DEAD_LETTER);
            default -> Optional.empty();
        };
    }

    @Override
    public Words words() {
        return words;
    }
}
