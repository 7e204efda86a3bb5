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
package io.nifireplay.reporting;

import io.nifireplay.reporting.provenance.ProvenanceStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.reporting.EventAccess;

/** The provenance repository of the node on which a reporting task runs. */
record NodeProvenance(EventAccess access) implements ProvenanceStore {
    @Override
    public OptionalLong lastId() {
        // NiFi answers -1, or nothing, for a repository without events.
        return Optional.ofNullable(access.getProvenanceRepository().getMaxEventId())
                .filter(id -> id >= 0)
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    @Override
    public List<ProvenanceEventRecord> read(long first, int max) throws IOException {
        return access.getProvenanceEvents(first, max);
    }
}
