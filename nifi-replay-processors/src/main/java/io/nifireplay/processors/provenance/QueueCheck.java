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
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.processors.rest.NiFiApiException;
import io.nifireplay.processors.rest.Targets;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says, again and again, whether a job may have NiFi replay into its queues. NiFi puts a replay into the queue from which the
 * FlowFile once came, wherever that leads now: a queue keeps its id when it is led elsewhere, and a policy may be tightened
 * while a job runs.
 */
final class QueueCheck {
    /** How often NiFi is asked where the queues lead: it is a request for each queue. */
    static final Duration INTERVAL = Duration.ofSeconds(2);

    private final EventJournal journal;
    private final Targets targets;
    private final Set<String> processors;
    private final Set<String> connections;
    private final InstantSource clock;
    private Set<String> leadTo = Set.of();
    private Instant next = Instant.MIN;

    /**
     * @param processors the JournalEvents that may be the targets
     * @param connections the queues into which the job's replays go
     */
    QueueCheck(
            EventJournal journal,
            Targets targets,
            Set<String> processors,
            Set<String> connections,
            InstantSource clock) {
        this.journal = journal;
        this.targets = targets;
        this.processors = Set.copyOf(processors);
        this.connections = Set.copyOf(connections);
        this.clock = clock;
    }

    /**
     * Why nothing may be replayed, for people; empty when it may. What was found wrong once is looked at anew.
     *
     * @throws NiFiApiException when NiFi does not say where the queues lead: then nothing may be replayed either
     */
    Optional<String> obstacle() throws NiFiApiException, IOException, InterruptedException {
        Instant now = clock.instant();
        if (!now.isBefore(next)) {
            Set<String> found = new TreeSet<>();
            for (String connection : connections) {
                // Into a queue that is gone NiFi itself replays nothing.
                Optional<String> destination = targets.destination(connection);
                if (destination.isPresent() && !processors.contains(destination.get())) {
                    return Optional.of("Queue " + connection + " leads to component " + destination.get()
                            + " now, which is none of JournalEvent Processors, so that replays would pass by JournalEvent:"
                            + " lead it to its JournalEvent again and resume the job, or abort it");
                }
                destination.ifPresent(found::add);
            }
            leadTo = found;
            next = now.plus(INTERVAL);
        }
        try {
            JobRules.requireProvenanceTargets(leadTo, journal.governance());
            return Optional.empty();
        } catch (NotPermittedException e) {
            return Optional.of(e.getMessage());
        }
    }
}
