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
package io.nifireplay.processors.request;

import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.services.settings.Choice;

/** The modes that a processor's own job may have. */
public enum JobMode implements Choice {
    MISSED_ONLY(ReplayMode.MISSED_ONLY, "Emits the selected events that are not completed."),
    DRY_RUN(ReplayMode.DRY_RUN, "Reports what 'missed only' would do, and changes nothing."),
    DRILL(
            ReplayMode.DRILL,
            "Emits marked copies of the selected events to the relationship 'drill'. They carry no token: no JournalEvent,"
                    + " GuardDelivery or CompleteEvent lets them through.");

    private final ReplayMode mode;
    private final String description;

    JobMode(ReplayMode mode, String description) {
        this.mode = mode;
        this.description = description;
    }

    public ReplayMode mode() {
        return mode;
    }

    @Override
    public Words words() {
        return new Words(mode.text(), description);
    }
}
