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

/** How far DetectMissedEvents goes by itself. */
public enum WhenMissed implements Choice {
    REPORT("report", "Tells what was missed, and does nothing about it."),
    PROPOSE(
            "propose",
            "Also writes a request for ReplayEvents that brings the events back, on 'request': somebody looks at it and sends"
                    + " it on."),
    PLAN("plan", "Also adds to the report what that request would do, from a dry run."),
    REPLAY(
            "replay",
            "Opens the replay job by itself, one at a time, within the limits below. ReplayEvents runs it. Completed events"
                    + " are never replayed, nor those of which nobody knows whether they were delivered.");

    private final Words words;

    WhenMissed(String word, String description) {
        words = new Words(word, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
