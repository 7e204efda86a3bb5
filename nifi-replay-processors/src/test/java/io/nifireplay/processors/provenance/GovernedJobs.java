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
package io.nifireplay.processors.provenance;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A person who has jobs over provenance made at the coordinator of a journal, which {@link TargetPolicies} govern. */
public final class GovernedJobs {
    public static final Caller OPERATOR = new Caller("operator", true, Optional.empty());

    private final EventJournal journal;

    public GovernedJobs(EventJournal journal) {
        this.journal = journal;
    }

    public ReplayCoordinator coordinator() {
        return journal.coordinator(journal.governance().pinned().orElseThrow().coordinator());
    }

    public GovernedJob job(String id) {
        return coordinator().job(id).orElseThrow();
    }

    /** Drafts a job and asks for its plan. */
    public GovernedJob ask(String id, String... processors) {
        GovernedJob drafted = coordinator().draft(request(id, processors), OPERATOR);
        return coordinator().plan(id, drafted.version(), OPERATOR);
    }

    public static ReplayRequest request(String id, String... processors) {
        return new ReplayRequest(id, Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "why", "test")
                .over(selection(processors));
    }

    public static ProvenanceSelection selection(String... processors) {
        return new ProvenanceSelection(
                Set.of(processors),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Map.of(),
                Set.of(),
                OptionalLong.empty());
    }
}
