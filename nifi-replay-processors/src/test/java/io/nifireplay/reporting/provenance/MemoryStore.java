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
package io.nifireplay.reporting.provenance;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/** A provenance repository whose events a test writes, in any order, takes away, or exchanges. */
final class MemoryStore implements ProvenanceStore {
    private final TreeMap<Long, ProvenanceEventRecord> events = new TreeMap<>();
    private long counted = -1;
    private boolean isBroken;

    MemoryStore write(ProvenanceEventRecord... written) {
        for (ProvenanceEventRecord event : written) {
            events.put(event.getEventId(), event);
            counted = Math.max(counted, event.getEventId());
        }
        return this;
    }

    MemoryStore write(long first, long last) {
        for (long id = first; id <= last; id++) {
            write(NiFiEvents.modified(id, "flowfile " + id));
        }
        return this;
    }

    /** Events that have an id, and cannot be read. */
    MemoryStore count(long last) {
        counted = last;
        return this;
    }

    MemoryStore rollOver(long first) {
        events.headMap(first).clear();
        return this;
    }

    MemoryStore loseFrom(long first) {
        events.tailMap(first).clear();
        counted = events.isEmpty() ? -1 : events.lastKey();
        return this;
    }

    void breakDown(boolean broken) {
        isBroken = broken;
    }

    @Override
    public OptionalLong lastId() {
        return counted < 0 ? OptionalLong.empty() : OptionalLong.of(counted);
    }

    @Override
    public List<ProvenanceEventRecord> read(long first, int max) throws IOException {
        if (isBroken) {
            throw new IOException("the disk is gone");
        }
        return events.tailMap(first).values().stream().limit(max).toList();
    }
}
