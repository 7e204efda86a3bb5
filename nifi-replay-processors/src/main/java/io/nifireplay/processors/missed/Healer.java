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
package io.nifireplay.processors.missed;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.missed.MissedEvent;
import io.nifireplay.journal.missed.MissedQuery;
import io.nifireplay.journal.missed.MissedReason;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.processors.request.RequestWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Brings back what was missed, by a job of exactly these events.
 *
 * <p>The job's id is a digest of what it is to do and of the attempt at which each event stands. So whoever asks again, after
 * a crash between the journal's write and NiFi's, gets the same job; and events that a job has left as they were, because a
 * person aborted it or the journal did not take them, are not tried for ever.
 */
public final class Healer {
    private static final String JOB_PREFIX = "missed-";
    private static final int JOB_ID_BYTES = 12;

    private final EventJournal journal;
    private final HealingRules rules;
    private final String requester;

    /** @param requester who asks */
    public Healer(EventJournal journal, HealingRules rules, String requester) {
        this.journal = journal;
        this.rules = rules;
        this.requester = requester;
    }

    /**
     * Does about what was missed what is wanted.
     *
     * @param query by which it was found
     * @param found what was found
     * @throws io.nifireplay.journal.JournalException when the journal cannot do it
     */
    public Healing heal(WhenMissed wanted, MissedQuery query, Missed found) {
        if (wanted == WhenMissed.REPORT) {
            return new Healing.NotAsked();
        }
        Optional<ReplayRequest> request = rules.reasons().stream().anyMatch(reason -> found.count(reason) > 0)
                ? request(query)
                : Optional.empty();
        if (request.isEmpty()) {
            return new Healing.NothingToReplay();
        }
        return switch (wanted) {
            case REPORT -> new Healing.NotAsked();
            case PROPOSE -> new Healing.Proposed(request.get());
            case PLAN -> new Healing.Planned(request.get(), journal.plan(request.get()));
            case REPLAY -> open(request.get());
        };
    }

    private Healing open(ReplayRequest request) {
        Optional<JobStatus> inTheWay =
                journal.jobs().stream().filter(job -> isInTheWay(job, request)).findFirst();
        if (inTheWay.isPresent()) {
            return new Healing.Waits(inTheWay.get());
        }
        Optional<JobStatus> before = journal.job(request.job());
        if (before.isPresent()) {
            return new Healing.TriedBefore(before.get());
        }
        try {
            return new Healing.Opened(journal.open(request));
        } catch (NotPermittedException e) {
            return new Healing.Refused(request, e.getMessage());
        }
    }

    private static boolean isInTheWay(JobStatus job, ReplayRequest request) {
        Set<String> partitions = job.request().selector().partitions();
        return job.state().isUnderWay()
                && job.request().mode() != ReplayMode.DRILL
                && (partitions.isEmpty()
                        || !Collections.disjoint(partitions, request.selector().partitions()));
    }

    private Optional<ReplayRequest> request(MissedQuery query) {
        List<MissedEvent> events = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        MissedQuery healable = query.listing(rules.reasons(), rules::heals, rules.maxEvents());
        for (MissedEvent event : journal.missed(healable).events()) {
            // An event may be settled, and forgotten, between the two looks.
            Optional<EventView> view = journal.find(event.event());
            if (view.isPresent()) {
                events.add(event);
                keys.add(view.get().envelope().key());
            }
        }
        if (events.isEmpty()) {
            return Optional.empty();
        }
        Set<String> partitions =
                events.stream().map(event -> event.event().partition()).collect(Collectors.toCollection(TreeSet::new));
        Set<Status> statuses = EnumSet.of(Status.IN_FLIGHT, Status.DELIVERING, Status.FAILED);
        if (rules.deadLetters()) {
            statuses.add(Status.DEAD_LETTER);
        }
        Selector selector =
                Selector.ALL.withPartitions(partitions).withKeys(keys).withStatuses(statuses);
        return Optional.of(request(jobId(events, request(JOB_PREFIX, events, selector)), events, selector));
    }

    private ReplayRequest request(String job, List<MissedEvent> events, Selector selector) {
        return new ReplayRequest(
                job, selector, ReplayMode.MISSED_ONLY, false, rules.limits(), reason(events), requester);
    }

    private static String reason(List<MissedEvent> events) {
        String found = EnumSet.allOf(MissedReason.class).stream()
                .map(reason -> new Count(
                        reason,
                        events.stream()
                                .filter(event -> event.reason() == reason)
                                .count()))
                .filter(count -> count.events() > 0)
                .map(count -> count.events() + " " + count.reason().text())
                .collect(Collectors.joining(", "));
        return "Missed events were found: " + found;
    }

    private record Count(MissedReason reason, long events) {}

    private static String jobId(List<MissedEvent> events, ReplayRequest asked) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(RequestWriter.write(asked));
            for (MissedEvent event : events) {
                String stand = event.event() + " " + event.generation() + " " + event.attempt() + "\n";
                digest.update(stand.getBytes(StandardCharsets.UTF_8));
            }
            return JOB_PREFIX + HexFormat.of().formatHex(digest.digest(), 0, JOB_ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
