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

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import java.util.Objects;
import java.util.Optional;

/**
 * A wish to replay.
 *
 * @param job the job's id, unique in the journal, 1 to {@link #MAX_ID} characters: asking twice with the same id and the
 *     same request opens one job
 * @param selector which events; not looked at when they are selected from NiFi's provenance
 * @param mode what to do with them
 * @param includeUnknown whether events whose outcome is unknown are emitted too, although the downstream was not declared
 *     to honour the idempotency key
 * @param limits how fast, how long
 * @param reason why, for those who ask later; not empty
 * @param requester who asks
 * @param provenance which events of NiFi's provenance, of a job that a coordinator governs; empty for the journal's own
 *     events, and where the journal is given what was found there
 */
public record ReplayRequest(
        String job,
        Selector selector,
        ReplayMode mode,
        boolean includeUnknown,
        Limits limits,
        String reason,
        String requester,
        Optional<ProvenanceSelection> provenance) {
    public static final int MAX_ID = 100;

    public ReplayRequest {
        Objects.requireNonNull(mode, "mode");
        // Of a job that was asked for before a coordinator could govern jobs over provenance.
        provenance = Objects.requireNonNullElse(provenance, Optional.empty());
        if (!job.matches("[A-Za-z0-9._-]{1," + MAX_ID + "}")) {
            throw new IllegalArgumentException("The job's id is '" + job + "', but must be 1 to " + MAX_ID
                    + " of the characters A-Z a-z 0-9 . _ -");
        }
        if (reason.isBlank()) {
            throw new IllegalArgumentException("The request gives no reason");
        }
    }

    /** Of the journal's own events, or of what was found otherwise. */
    public ReplayRequest(
            String job,
            Selector selector,
            ReplayMode mode,
            boolean includeUnknown,
            Limits limits,
            String reason,
            String requester) {
        this(job, selector, mode, includeUnknown, limits, reason, requester, Optional.empty());
    }

    /** The same, asked by somebody else. */
    public ReplayRequest by(String identity) {
        return new ReplayRequest(job, selector, mode, includeUnknown, limits, reason, identity, provenance);
    }

    /** The same, over NiFi's provenance. */
    public ReplayRequest over(ProvenanceSelection selection) {
        return new ReplayRequest(
                job, selector, mode, includeUnknown, limits, reason, requester, Optional.of(selection));
    }
}
