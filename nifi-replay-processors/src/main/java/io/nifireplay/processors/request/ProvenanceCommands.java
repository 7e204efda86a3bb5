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
package io.nifireplay.processors.request;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.processors.rest.NiFiApiException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Does what is asked of ReplayProvenance, and reports. Doing it twice is the same as once. */
public final class ProvenanceCommands {
    private static final ProvenanceFindings NOTHING = new ProvenanceFindings(0, List.of(), Set.of(), 0, 0, 0);

    private final EventJournal journal;
    private final Commands commands;
    private final Reports reports;
    private final Search search;

    /** Looks into NiFi's provenance. */
    public interface Search {
        /** The JournalEvents that replays may go to. */
        Set<String> targets() throws NiFiApiException, IOException, InterruptedException;

        ProvenanceFindings find(ProvenanceSelection selection)
                throws NiFiApiException, IOException, InterruptedException;
    }

    /** @param node the address of the cluster's node, empty without a cluster */
    public ProvenanceCommands(EventJournal journal, InstantSource clock, Optional<String> node, Search search) {
        this.journal = journal;
        commands = new Commands(journal, clock, OptionalDouble.empty());
        reports = new Reports(journal.id(), clock, OptionalDouble.empty(), node);
        this.search = search;
    }

    /** @throws IllegalArgumentException when the journal refuses it, with words for people */
    public Report execute(ProvenanceCommand command) throws NiFiApiException, IOException, InterruptedException {
        return switch (command) {
            case ProvenanceCommand.OfAnyJob it -> commands.execute(it.command());
            case ProvenanceCommand.Replay it -> replay(it.request(), it.selection());
        };
    }

    private Report replay(ReplayRequest request, ProvenanceSelection asked)
            throws NiFiApiException, IOException, InterruptedException {
        ProvenanceSelection selection = asked.among(search.targets());
        if (request.mode() == ReplayMode.DRY_RUN) {
            ProvenanceFindings found = search.find(selection);
            return Report.of(
                    request.job() + "-dry run",
                    reports.dryRun(request, journal.plan(request, found.sources()), selection.toString(), found));
        }
        JobRules.requireProvenanceTargets(selection.processors(), journal.governance());
        // Of a job that is there nothing needs to be found again.
        boolean isThere = journal.job(request.job()).isPresent();
        ProvenanceFindings found = isThere ? NOTHING : search.find(selection);
        // The search takes its time, and a queue may lead to another JournalEvent than the one whose events were
        // selected.
        JobRules.requireProvenanceTargets(selection.processors(), journal.governance());
        JobRules.requireProvenanceTargets(found.leadTo(), journal.governance());
        return of(journal.open(request, selection.toString(), found.sources()));
    }

    /** The report on a job over provenance. */
    public Report of(JobStatus job) {
        Map<ItemStanding, Long> standings = new EnumMap<>(ItemStanding.class);
        journal.items(job.request().job(), item -> standings.merge(item.standing(), 1L, Long::sum));
        return Report.ofJob(job, reports.job(job, standings));
    }
}
