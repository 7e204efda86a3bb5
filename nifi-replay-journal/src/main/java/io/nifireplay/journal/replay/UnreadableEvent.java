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

import io.nifireplay.journal.EventRef;
import java.util.Optional;

/**
 * An event that was to go into the flow again, and that the journal holds, but cannot be read from it.
 *
 * @param event its place
 * @param job the job's id, absent for a retry
 * @param reason for people
 */
public record UnreadableEvent(EventRef event, Optional<String> job, String reason) {
    /** As often a job tries to read an event: a disk may have had a bad minute. Then its item is settled as rejected. */
    public static final int MAX_TRIES = 3;
}
