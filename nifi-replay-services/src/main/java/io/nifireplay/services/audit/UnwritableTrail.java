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
package io.nifireplay.services.audit;

import io.nifireplay.services.settings.Choice;

/** What components do while the trail cannot be written. */
enum UnwritableTrail implements Choice {
    STOP(
            "stop",
            "Components that must be audited do nothing that is not in the trail: FlowFiles wait in their queues until it can"
                    + " be written again."),
    LET_PASS(
            "let pass",
            "Components go on, and say so in bulletins. What they did meanwhile is not in the trail, and the trail cannot"
                    + " tell that something is missing.");

    private final Words words;

    UnwritableTrail(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
