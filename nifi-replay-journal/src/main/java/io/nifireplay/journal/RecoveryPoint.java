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
package io.nifireplay.journal;

import java.time.Instant;
import java.util.List;

/**
 * A named snapshot of all checkpoints, from which a replay can start. What is not settled in a checkpoint was in flight
 * or failed at that time.
 *
 * @param name unique in the journal
 * @param time when it was taken
 * @param checkpoints one for each partition, in the order of their names
 */
public record RecoveryPoint(String name, Instant time, List<Checkpoint> checkpoints) {
    public RecoveryPoint {
        checkpoints = List.copyOf(checkpoints);
    }
}
