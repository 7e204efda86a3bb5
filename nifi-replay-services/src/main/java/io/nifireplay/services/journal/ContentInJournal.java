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
package io.nifireplay.services.journal;

import io.nifireplay.services.settings.Choice;

/** Whether the journal holds what events consist of. */
enum ContentInJournal implements Choice {
    ALL("all", "The journal holds the content of every event, and can replay it whatever became of the FlowFile."),
    NONE(
            "none",
            "The journal holds attributes and the SHA-256 of the content only. It takes less disk and still turns duplicates"
                    + " away, but cannot replay: only NiFi's provenance can, while NiFi's content archive has the content.");

    private final Words words;

    ContentInJournal(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
