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

/** How replayed events share a queue with new ones. */
public enum ReplayedEvents implements Choice {
    WITH_NEW("with new events", "In the order in which NiFi's queue gives them."),
    AFTER_NEW(
            "after new events",
            "New events first: replayed ones take what room new ones leave, and wait as long as these take all of it."),
    BY_WEIGHT(
            "by weight",
            "As long as both wait, replayed events get the share of the room that Share of Replayed Events says, and new"
                    + " ones the rest.");

    private final Words words;

    ReplayedEvents(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
