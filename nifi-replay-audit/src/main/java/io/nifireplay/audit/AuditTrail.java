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
package io.nifireplay.audit;

import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.note.SignedCheckpoint;
import java.util.List;

/** Where what happens is recorded, so that nobody can change it later unseen. Safe for use by several threads. */
public interface AuditTrail extends AutoCloseable {
    /**
     * Appends entries: when it returns they are on stable storage. Those of one call stand together and in their order, and
     * are there all or none. Many entries in one call are far cheaper than many calls.
     *
     * @return their indexes
     * @throws AuditException when they could not be made durable, such as on a full disk; they are not in the trail then, but
     *     for an interrupted thread, which cannot know
     * @throws IllegalArgumentException when an entry is longer than 65,535 bytes, or of a kind that only the trail itself
     *     appends
     */
    Appended append(List<? extends AuditEntry> entries);

    /**
     * Publishes all that was acknowledged before the call, under a signed checkpoint, without waiting for the next interval.
     *
     * @return a checkpoint that covers it
     * @throws AuditException when it cannot be published; what was acknowledged stays
     */
    SignedCheckpoint checkpoint();

    AuditTrailStatus status();

    /**
     * Publishes what is left, and lets go of the trail. Closing twice is closing once.
     *
     * @throws AuditException when the last checkpoint could not be made; the trail is closed nevertheless, what was
     *     acknowledged is published after the next opening
     */
    @Override
    void close();
}
