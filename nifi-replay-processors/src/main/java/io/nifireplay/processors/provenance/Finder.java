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

import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.processors.rest.FoundEvent;
import io.nifireplay.processors.rest.MissingPolicyException;
import io.nifireplay.processors.rest.NiFiApiException;
import io.nifireplay.processors.rest.Policy;
import io.nifireplay.processors.rest.ProvenanceSearch;
import io.nifireplay.processors.rest.ReplayOutcome.Reason;
import io.nifireplay.processors.rest.Targets;
import io.nifireplay.processors.rest.TimeWindow;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds what a selection means: for each FlowFile and queue before a JournalEvent the one provenance event that is to be
 * replayed, and the event of the journal that it was of.
 */
public final class Finder {
    private final ProvenanceSearch search;
    private final Targets targets;
    private final String node;

    /** @param node the id of the cluster's node whose events are searched, empty without a cluster */
    public Finder(ProvenanceSearch search, Targets targets, String node) {
        this.search = search;
        this.targets = targets;
        this.node = node;
    }

    private record Way(String node, String flowFile, String connection) {}

    /**
     * @param now the end of a selection that has none
     * @param destinations the processors that may be targets
     * @throws MissingPolicyException when events may not be seen or replayed
     */
    public ProvenanceFindings find(ProvenanceSelection selection, Instant now, Set<String> destinations)
            throws NiFiApiException, IOException, InterruptedException {
        Set<String> flowFiles = new HashSet<>(selection.flowFiles());
        if (selection.lineageOf().isPresent()) {
            Set<String> lineage = search.lineage(selection.lineageOf().getAsLong());
            if (flowFiles.isEmpty()) {
                flowFiles.addAll(lineage);
            } else {
                flowFiles.retainAll(lineage);
            }
        }
        boolean byFlowFile =
                !selection.flowFiles().isEmpty() || selection.lineageOf().isPresent();
        TimeWindow window = new TimeWindow(selection.from(), selection.to().orElse(now));
        Gathering gathering = new Gathering();
        for (String processor : selection.processors()) {
            search.find(processor, onlyType(selection), window, event -> {
                if (isMeant(selection, event) && (!byFlowFile || flowFiles.contains(event.flowFile()))) {
                    gathering.add(event);
                }
            });
        }
        return gathering.found(destinations);
    }

    private static Optional<String> onlyType(ProvenanceSelection selection) {
        return selection.eventTypes().size() == 1
                ? selection.eventTypes().stream().findFirst()
                : Optional.empty();
    }

    private static boolean isMeant(ProvenanceSelection selection, FoundEvent event) {
        return !event.isReplay()
                && (selection.eventTypes().isEmpty() || selection.eventTypes().contains(event.type()))
                && event.attributes()
                        .entrySet()
                        .containsAll(selection.attributes().entrySet());
    }

    private final class Gathering {
        private final Map<Way, FoundEvent> best = new LinkedHashMap<>();
        private final Set<Policy> missing = new HashSet<>();
        private long events;
        private long withoutQueue;
        private long elsewhere;
        private long conflicts;

        private void add(FoundEvent event) {
            events++;
            if (event.attributes().isEmpty()) {
                // A FlowFile always has some: they may not be seen.
                missing.add(Policy.viewData(event.component()));
            } else if (event.connection().isEmpty()) {
                withoutQueue++;
            } else {
                Way way = new Way(
                        event.node(), event.flowFile(), event.connection().get());
                best.merge(way, event, Gathering::better);
            }
        }

        /** The event that tells which of the journal's events the FlowFile was of; else the older one. */
        private static FoundEvent better(FoundEvent one, FoundEvent other) {
            boolean oneTells = JournalWords.outcome(one).isPresent();
            boolean otherTells = JournalWords.outcome(other).isPresent();
            if (oneTells != otherTells) {
                return oneTells ? one : other;
            }
            return one.id() <= other.id() ? one : other;
        }

        private ProvenanceFindings found(Set<String> destinations)
                throws NiFiApiException, IOException, InterruptedException {
            List<ProvenanceSource> sources = new ArrayList<>();
            Map<String, Optional<String>> known = new HashMap<>();
            Set<String> leadTo = new TreeSet<>();
            for (Map.Entry<Way, FoundEvent> entry : best.entrySet()) {
                FoundEvent event = entry.getValue();
                String connection = entry.getKey().connection();
                if (!known.containsKey(connection)) {
                    known.put(connection, targets.destination(connection));
                }
                Optional<String> destination = known.get(connection);
                if (destination.isPresent() && !destinations.contains(destination.get())) {
                    elsewhere++;
                } else if (JournalWords.isConflict(event)) {
                    conflicts++;
                } else {
                    sources.add(source(event, destination.isPresent()));
                    destination.ifPresent(leadTo::add);
                }
            }
            if (!missing.isEmpty()) {
                throw MissingPolicyException.of(missing, node);
            }
            sources.sort(Comparator.comparing(ProvenanceSource::node).thenComparingLong(ProvenanceSource::eventId));
            return new ProvenanceFindings(events, sources, leadTo, withoutQueue, elsewhere, conflicts);
        }

        private ProvenanceSource source(FoundEvent event, boolean queueIsThere) {
            Optional<ItemStanding> obstacle = Optional.empty();
            if (!queueIsThere) {
                obstacle = Optional.of(ItemStanding.QUEUE_GONE);
            } else if (!event.replayable()) {
                Reason reason = Reason.of(event.explanation());
                if (reason == Reason.NOT_PERMITTED) {
                    missing.add(Policy.modifyData(event.component()));
                }
                obstacle = Optional.of(JournalWords.standing(reason));
            }
            return new ProvenanceSource(
                    event.node(),
                    event.id(),
                    event.flowFile(),
                    event.connection().orElseThrow(),
                    JournalWords.key(event),
                    obstacle);
        }
    }
}
