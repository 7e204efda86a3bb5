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
package io.nifireplay.audit.held;

import io.nifireplay.audit.note.SignedCheckpoint;
import java.io.IOException;
import java.util.List;

/** Holds checkpoints outside of the log. Called by one thread at a time. */
public interface CheckpointReceiver {
    /** For people: what it is, and where. */
    String description();

    /**
     * Takes a checkpoint, which the log has published. The same one may come again.
     *
     * @throws IOException when it cannot; it is asked again with the next checkpoint, and after each interval
     */
    void receive(SignedCheckpoint checkpoint) throws IOException;

    /**
     * The newest checkpoints that it holds, of any origin: the log does not sign anything before it agrees with them. Nothing
     * when it cannot tell, as a service that only takes.
     *
     * @throws IOException when they cannot be read; the log is not opened then
     */
    List<SignedCheckpoint> newest() throws IOException;
}
