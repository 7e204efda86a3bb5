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
import org.apache.nifi.provenance.ProvenanceEventRecord;

/** NiFi's provenance of this node, as it lies in the repository. */
public interface ProvenanceStore {
    /** The highest id of an event that is written, empty when there is none. */
    OptionalLong lastId() throws IOException;

    /**
     * Events in the order of their ids. Ids are given before the events are written: between those that are here, some may
     * still be to come.
     *
     * @param first the lowest id
     * @param max how many at most
     */
    List<ProvenanceEventRecord> read(long first, int max) throws IOException;
}
