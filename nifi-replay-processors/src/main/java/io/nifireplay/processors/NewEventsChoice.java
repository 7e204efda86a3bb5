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
package io.nifireplay.processors;

import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.services.settings.Choice;

/** What becomes of new events in the partitions of ReplayEvents' own job. */
enum NewEventsChoice implements Choice {
    PASS(NewEvents.PASS, "They are delivered as ever, beside what is replayed."),
    HOLD(
            NewEvents.HOLD,
            "They are admitted, and wait before GuardDelivery until the job is over. A flow without GuardDelivery holds"
                    + " nothing.");

    private final NewEvents newEvents;
    private final String description;

    NewEventsChoice(NewEvents newEvents, String description) {
        this.newEvents = newEvents;
        this.description = description;
    }

    NewEvents newEvents() {
        return newEvents;
    }

    @Override
    public Words words() {
        return new Words(newEvents.text(), description);
    }
}
