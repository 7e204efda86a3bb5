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
package io.nifireplay.services.coordination;

import io.nifireplay.services.settings.Choice;

/** Which jobs a second person has to agree to. */
public enum ApprovalRequired implements Choice {
    FORCED("forced replays", "Jobs that repeat events which are completed. These always need an approval."),
    ABOVE("forced replays and large jobs", "Those, and every job of more events than 'Approval Above Events'."),
    ALWAYS("all jobs", "Every job that replays any event.");

    private final Words words;

    ApprovalRequired(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
