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
package io.nifireplay.audit.spool;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Counts equal refusals together: the first one is a record at once, all that follow it in the same window are one more. */
final class EqualRefusals {
    private final int most;
    private final Map<Refusal, Repetitions> seen = new LinkedHashMap<>();

    /** @param most how many different refusals of a window are looked out for; each further one is a record */
    EqualRefusals(int most) {
        this.most = most;
    }

    /** A record, unless the refusal is counted with one that came before. */
    Optional<SpoolRecord> first(Refusal refusal) {
        Repetitions repetitions = seen.get(refusal.timeless());
        if (repetitions != null) {
            repetitions.add(refusal);
            return Optional.empty();
        }
        if (seen.size() < most) {
            seen.put(refusal.timeless(), new Repetitions());
        }
        return Optional.of(new SpoolRecord.Refused(newId(), refusal, refusal.at(), 1));
    }

    /** Ends the window: a record for all that came again in it. */
    List<SpoolRecord> end() {
        List<SpoolRecord> records = new ArrayList<>();
        seen.values().forEach(repetitions -> repetitions.record().ifPresent(records::add));
        seen.clear();
        return records;
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    private static final class Repetitions {
        private Optional<Refusal> first = Optional.empty();
        private Instant last = Instant.EPOCH;
        private long times;

        void add(Refusal refusal) {
            if (first.isEmpty()) {
                first = Optional.of(refusal);
            }
            last = refusal.at();
            times++;
        }

        Optional<SpoolRecord> record() {
            return first.map(refusal -> new SpoolRecord.Refused(newId(), refusal, last, times));
        }
    }
}
