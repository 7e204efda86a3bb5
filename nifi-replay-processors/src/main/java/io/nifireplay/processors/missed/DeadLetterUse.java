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
package io.nifireplay.processors.missed;

import io.nifireplay.services.settings.Choice;

/** What dead letters are to DetectMissedEvents. */
public enum DeadLetterUse implements Choice {
    IGNORE("ignore", "They were given up by rule, and wait for a person: they do not count as missed."),
    REPORT("report", "They count as missed, and are left for a person."),
    REPLAY(
            "replay",
            "They are brought back like others. Each replay gives them a new retry budget; Maximum Attempts is where it ends.");

    private final Words words;

    DeadLetterUse(String word, String description) {
        words = new Words(word, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
