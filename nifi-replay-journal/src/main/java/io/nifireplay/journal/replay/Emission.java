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
package io.nifireplay.journal.replay;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import java.util.Optional;

/**
 * An event that goes into the flow again.
 *
 * @param event its place
 * @param envelope as it was admitted
 * @param content from the journal; to be read before the journal is closed
 * @param token for {@code replay.token}; absent on a drill's copy, which no door lets through
 * @param job the job's id, absent for a retry
 */
public record Emission(
        EventRef event, Envelope envelope, Content content, Optional<String> token, Optional<String> job) {
    public boolean isDrill() {
        return token.isEmpty();
    }
}
