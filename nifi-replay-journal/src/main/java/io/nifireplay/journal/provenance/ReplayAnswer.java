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
package io.nifireplay.journal.provenance;

import io.nifireplay.journal.EventRef;
import java.util.Optional;
import java.util.OptionalLong;

/** What came of asking NiFi for an item of a job. */
public sealed interface ReplayAnswer {
    /** The item, as the journal gave it. */
    ProvenanceItem item();

    /**
     * NiFi made a FlowFile and put it into the queue.
     *
     * @param flowFile its UUID
     */
    record Replayed(ProvenanceItem item, String flowFile) implements ReplayAnswer {}

    /**
     * NiFi did not, or the journal did not take what it made for an event.
     *
     * @param refusal an {@link ItemStanding#isRefusal end without a replay}
     * @param reason for people
     */
    record Refused(ProvenanceItem item, ItemStanding refusal, String reason) implements ReplayAnswer {}

    /** NiFi was not asked after all, because it could not be reached or had too much to do: the item's turn comes again. */
    record NotAsked(ProvenanceItem item) implements ReplayAnswer {}

    /**
     * NiFi's provenance shows what became of the FlowFile.
     *
     * @param replayEvent NiFi's id of the REPLAY event
     * @param event the journal's event that it was taken for
     */
    record Followed(ProvenanceItem item, OptionalLong replayEvent, Optional<EventRef> event) implements ReplayAnswer {}
}
