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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A job's rows as JSON: what does not change once it runs; what does; if it holds new events back, from where on; and, if a
 * coordinator has planned it, the {@link io.nifireplay.journal.governance.FrozenPlan}, which can be long, and is written when
 * it is made.
 */
final class JobRows {
    private JobRows() {}

    /** What was asked and found. */
    record Opening(ReplayRequest request, Plan plan, Instant started, Optional<String> provenance) {
        /** Of a job that was opened before there were jobs over provenance. */
        Opening {
            provenance = Objects.requireNonNullElse(provenance, Optional.empty());
        }
    }

    /**
     * What became of it so far.
     *
     * @param governing without the plan, which has a row of its own; in what was written before it had, with it
     * @param turn its place in the line of those that want partitions: its number, until it is started under another
     */
    record Standing(
            JobState state,
            String reason,
            Progress progress,
            Instant changed,
            long ranMillis,
            long version,
            Optional<Governing> governing,
            long turn) {
        /** Of a job that was written before jobs had versions, coordinators and turns. */
        Standing {
            version = Math.max(version, 1);
            governing = Objects.requireNonNullElse(governing, Optional.empty());
        }
    }

    /**
     * From where on events are new to a job that holds them.
     *
     * @param heads by the number of the partition, its last position when the job began
     */
    record Hold(Map<Integer, Long> heads) {
        Hold {
            heads = Map.copyOf(heads);
        }
    }

    static byte[] key(long job, int part) {
        byte[] key = new byte[9];
        Place.putLong(key, 0, job);
        key[8] = (byte) part;
        return key;
    }

    static byte[] itemKey(long job, Place place) {
        byte[] key = new byte[8 + Place.BYTES];
        Place.putLong(key, 0, job);
        Place.put(key, 8, place.partition(), place.position());
        return key;
    }
}
