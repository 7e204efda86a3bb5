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

import io.nifireplay.services.settings.Choice;

/** Which of the checkpoints that are held elsewhere an audit trail is compared with. */
enum HeldChoice implements Choice {
    RECENT(
            "recent",
            "All of the newest two days, and of each day before the last one. For verifications on a schedule: what was"
                    + " compared before need not be compared again one by one, and the work does not grow with the folder."),
    ALL(
            "all",
            "Each of them. A busy trail has 86,400 checkpoints a day, of which about a thousand are compared in a second.");

    private final Words words;

    HeldChoice(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
