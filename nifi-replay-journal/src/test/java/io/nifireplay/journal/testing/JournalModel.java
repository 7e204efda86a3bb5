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
package io.nifireplay.journal.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a journal is, written down as simply as possible: maps in memory, no storage, no indexes. It is made from the
 * design's words and shares no code with the engine; where the design leaves a choice, more than one answer is allowed.
 */
public final class JournalModel {
    /** What may be answered to an arrival, a claim or an outcome. */
    public enum Answer {
        FIRST,
        SAME,
        NEXT_ATTEMPT,
        DUPLICATE,
        IN_FLIGHT,
        CONFLICT,
        DEAD_LETTER,
        REFUSED,
        HELD,
        DELIVER,
        ALREADY_COMPLETED,
        SUPERSEDED,
        REJECTED,
        RECORDED
    }

    public enum Stand {
        IN_FLIGHT,
        DELIVERING,
        FAILED,
        COMPLETED,
        DEAD_LETTER
    }

    public enum Done {
        CLAIMED,
        COMPLETED,
        FAILED
    }

    /** A fragment of an effect, or the whole of it as number 0. */
    public static final class Part {
        Done done;
        int attempt;
        String flowFile;
        boolean idempotent;
    }

    public static final class Effect {
        int count = -1;
        final Map<Integer, Part> parts = new HashMap<>();

        boolean isDone() {
            int needed = Math.max(count, 1);
            return parts.values().stream()
                            .filter(part -> part.done == Done.COMPLETED)
                            .count()
                    == needed;
        }
    }

    public static final class Event {
        public final String key;
        public final String partition;
        public final long position;
        public final String content;
        public final Map<String, Effect> effects = new TreeMap<>();
        public int attempt = 1;
        public int failures;
        public String owner;
        public long leaseEnd;
        public long retryDue;
        public String error = "";
        public boolean acknowledged;
        public String result;
        public int late;
        public int conflicts;
        public String job = "";
        public int emittedAttempt;
        String emittedBy = "";
        private long emittedLease;
        /** Since when its last emission is no longer waited for. */
        private long lostSince;

        public boolean emittedBeforeRestart;
        private boolean givenUp;

        Event(String key, String partition, long position, String content) {
            this.key = key;
            this.partition = partition;
            this.position = position;
            this.content = content;
        }

        public Stand stand() {
            if (effects.values().stream().allMatch(Effect::isDone)) {
                return Stand.COMPLETED;
            }
            if (any(Done.CLAIMED)) {
                return Stand.DELIVERING;
            }
            if (givenUp) {
                return Stand.DEAD_LETTER;
            }
            return any(Done.FAILED) ? Stand.FAILED : Stand.IN_FLIGHT;
        }

        /** What an outcome is told that the event becomes: a dead letter may still wait for other outcomes. */
        public Stand becomes() {
            return givenUp && stand() == Stand.DELIVERING ? Stand.DEAD_LETTER : stand();
        }

        public boolean isSettled() {
            return stand() == Stand.COMPLETED || stand() == Stand.DEAD_LETTER && acknowledged;
        }

        boolean any(Done done) {
            return effects.values().stream()
                    .flatMap(effect -> effect.parts.values().stream())
                    .anyMatch(part -> part.done == done);
        }

        boolean allClaimsIdempotent() {
            return effects.values().stream()
                    .flatMap(effect -> effect.parts.values().stream())
                    .filter(part -> part.done == Done.CLAIMED)
                    .allMatch(part -> part.idempotent);
        }
    }

    public static final class Job {
        public final String id;
        public final String partition;
        public final boolean includeUnknown;
        public final Map<Event, Integer> items = new HashMap<>();
        public final Set<Event> settled = new HashSet<>();
        private final Set<Event> admitted = new HashSet<>();
        private final Map<Event, Long> wantedSince = new HashMap<>();
        private final Set<Event> givenUp = new HashSet<>();
        private long doneSince = Long.MAX_VALUE;
        public boolean running = true;
        public boolean paused;

        Job(String id, String partition, boolean includeUnknown) {
            this.id = id;
            this.partition = partition;
            this.includeUnknown = includeUnknown;
        }
    }

    public final Map<String, Event> events = new TreeMap<>();
    public final Map<String, List<Event>> partitions = new TreeMap<>();
    public final Map<String, Job> jobs = new TreeMap<>();
    public long wallMillis;
    public long leaseMillis;
    /** How long each component holds the leases from now. */
    private final Map<String, Long> holds = new TreeMap<>();

    private final long lease;
    private final long reEmitAfter;

    public JournalModel(long lease, long reEmitAfter, long wallMillis) {
        this.lease = lease;
        this.reEmitAfter = reEmitAfter;
        this.wallMillis = wallMillis;
    }

    /** Time passes while the journal is open. */
    public void pass(long millis) {
        wallMillis += millis;
        long held = holds.values().stream().mapToLong(Long::longValue).max().orElse(0);
        leaseMillis += Math.max(0, millis - held);
        holds.replaceAll((holder, left) -> Math.max(0, left - millis));
        noteSettledItems();
    }

    /** A component lets leases stand still; zero lets go. */
    public void hold(String holder, long millis) {
        holds.put(holder, millis);
    }

    /** Time passes while the journal is closed: leases stand still. */
    public void passClosed(long millis) {
        wallMillis += millis;
    }

    public void restarted() {
        holds.clear();
        events.values().forEach(event -> event.emittedBeforeRestart = true);
    }

    // Admission

    public Set<Answer> mayAnswerFresh(String flowFile, String key, String content) {
        Event event = events.get(key);
        if (event == null) {
            return Set.of(Answer.FIRST);
        }
        if (!event.content.equals(content)) {
            return Set.of(Answer.CONFLICT);
        }
        boolean owner = flowFile.equals(event.owner);
        return switch (event.stand()) {
            case IN_FLIGHT -> Set.of(owner ? Answer.SAME : leaseRuns(event) ? Answer.IN_FLIGHT : Answer.NEXT_ATTEMPT);
            case DELIVERING ->
                Set.of(
                        !leaseRuns(event) && event.allClaimsIdempotent() && !event.givenUp
                                ? Answer.NEXT_ATTEMPT
                                : Answer.IN_FLIGHT);
            case FAILED -> Set.of(Answer.NEXT_ATTEMPT);
            case COMPLETED -> Set.of(Answer.DUPLICATE);
            case DEAD_LETTER -> Set.of(Answer.DEAD_LETTER);
        };
    }

    /** A FlowFile that was emitted, by a job or (without one) as a retry, comes to the door. */
    public Set<Answer> mayAnswerEmitted(String flowFile, String key, int attempt, String jobId) {
        Event event = events.get(key);
        boolean owner = flowFile.equals(event.owner);
        Job job = jobs.get(jobId);
        if (owner && event.stand() == Stand.IN_FLIGHT) {
            return job != null && (job.paused || !job.running)
                    ? Set.of(Answer.SAME, Answer.HELD, Answer.REFUSED)
                    : Set.of(Answer.SAME);
        }
        if (job != null && job.paused) {
            return Set.of(Answer.HELD);
        }
        if (job != null && !job.running) {
            return refusals();
        }
        boolean includeUnknown = job != null && job.includeUnknown;
        Answer byTable = switch (event.stand()) {
            case IN_FLIGHT -> leaseRuns(event) ? Answer.IN_FLIGHT : Answer.NEXT_ATTEMPT;
            case DELIVERING ->
                !leaseRuns(event) && (includeUnknown || event.allClaimsIdempotent())
                        ? Answer.NEXT_ATTEMPT
                        : Answer.IN_FLIGHT;
            case FAILED -> Answer.NEXT_ATTEMPT;
            case COMPLETED -> Answer.DUPLICATE;
            case DEAD_LETTER -> job == null ? Answer.DEAD_LETTER : Answer.NEXT_ATTEMPT;
        };
        // What the job has replayed, and what failed then, comes back by its own retry or not at all.
        boolean secondReplay = job != null
                && job.admitted.contains(event)
                && (event.stand() == Stand.FAILED || event.stand() == Stand.DEAD_LETTER);
        // Of a dead letter that a person has settled the job may know that already.
        if (attempt == event.attempt && byTable == Answer.NEXT_ATTEMPT && !event.acknowledged && !secondReplay) {
            return Set.of(byTable);
        }
        // A stale copy may be turned away: what brought it has been overtaken. It may be let in as the table says, but
        // not as a second replay by the same job.
        Set<Answer> answers = new HashSet<>(refusals());
        if (!secondReplay) {
            answers.add(byTable);
        }
        return answers;
    }

    private static Set<Answer> refusals() {
        return Set.of(Answer.REFUSED, Answer.IN_FLIGHT, Answer.DUPLICATE, Answer.DEAD_LETTER);
    }

    public Event admitted(
            Answer answer,
            String flowFile,
            String key,
            String partition,
            String content,
            List<String> effects,
            String job) {
        Event event = events.get(key);
        switch (answer) {
            case FIRST -> {
                List<Event> all = partitions.computeIfAbsent(partition, name -> new ArrayList<>());
                event = new Event(key, partition, all.size() + 1, content);
                all.add(event);
                events.put(key, event);
                for (String effect : effects) {
                    event.effects.put(effect, new Effect());
                }
                own(event, flowFile);
            }
            case SAME -> own(event, flowFile);
            case NEXT_ATTEMPT -> {
                if (event.stand() == Stand.DEAD_LETTER) {
                    event.failures = 0;
                    event.acknowledged = false;
                }
                event.givenUp = false;
                event.retryDue = 0;
                event.attempt++;
                event.job = job;
                if (!job.isEmpty()) {
                    jobs.get(job).admitted.add(event);
                }
                for (Effect effect : event.effects.values()) {
                    effect.parts.values().removeIf(part -> part.done != Done.COMPLETED);
                    if (effect.parts.isEmpty()) {
                        effect.count = -1;
                    }
                }
                own(event, flowFile);
            }
            case CONFLICT -> event.conflicts++;
            default -> {
                // Nothing changes.
            }
        }
        noteSettledItems();
        return event;
    }

    private void own(Event event, String flowFile) {
        event.owner = flowFile;
        event.leaseEnd = leaseMillis + lease;
    }

    private boolean leaseRuns(Event event) {
        return leaseMillis < event.leaseEnd;
    }

    // Claims and outcomes

    public Answer claim(
            String key, int attempt, String flowFile, String effectName, int index, int count, boolean idempotent) {
        Event event = events.get(key);
        if (event.stand() == Stand.COMPLETED) {
            return Answer.ALREADY_COMPLETED;
        }
        if (attempt < event.attempt || event.givenUp) {
            return Answer.SUPERSEDED;
        }
        Effect effect = event.effects.get(effectName);
        if (effect == null || effect.count >= 0 && effect.count != count) {
            return Answer.REJECTED;
        }
        Part part = effect.parts.get(index);
        if (part != null) {
            if (part.done == Done.COMPLETED) {
                return Answer.ALREADY_COMPLETED;
            }
            if (part.done == Done.FAILED || !part.flowFile.equals(flowFile)) {
                return Answer.SUPERSEDED;
            }
        }
        put(effect, index, count, Done.CLAIMED, attempt, flowFile).idempotent = idempotent;
        event.leaseEnd = leaseMillis + lease;
        noteSettledItems();
        return Answer.DELIVER;
    }

    public Answer complete(
            String key, int attempt, String flowFile, String effectName, int index, int count, String result) {
        Event event = events.get(key);
        if (attempt < event.attempt) {
            event.late++;
            return Answer.SUPERSEDED;
        }
        Effect effect = event.effects.get(effectName);
        if (effect == null || effect.count >= 0 && effect.count != count) {
            return Answer.REJECTED;
        }
        Part part = effect.parts.get(index);
        if (part != null && part.done == Done.COMPLETED) {
            boolean sameAttempt = part.attempt == attempt;
            if (sameAttempt && result != null && event.result == null) {
                event.result = result;
                return Answer.RECORDED;
            }
            if (sameAttempt && part.flowFile.equals(flowFile)) {
                return Answer.RECORDED;
            }
            event.late++;
            return Answer.SUPERSEDED;
        }
        boolean dead = event.stand() == Stand.DEAD_LETTER;
        put(effect, index, count, Done.COMPLETED, attempt, flowFile);
        if (!dead && !event.any(Done.FAILED)) {
            event.givenUp = false;
        }
        if (event.result == null) {
            event.result = result;
        }
        if (event.stand() == Stand.COMPLETED) {
            event.retryDue = 0;
            event.error = "";
        }
        noteSettledItems();
        return Answer.RECORDED;
    }

    /** @param maxFailures 1 to give up */
    public Answer fail(
            String key,
            int attempt,
            String flowFile,
            String effectName,
            int index,
            int count,
            String error,
            int maxFailures) {
        Event event = events.get(key);
        if (attempt < event.attempt) {
            event.late++;
            return Answer.SUPERSEDED;
        }
        Effect effect = event.effects.get(effectName);
        if (effect == null || effect.count >= 0 && effect.count != count) {
            return Answer.REJECTED;
        }
        Part part = effect.parts.get(index);
        if (part != null && part.done == Done.COMPLETED) {
            event.late++;
            return Answer.SUPERSEDED;
        }
        if (part != null && part.done == Done.FAILED) {
            if (part.flowFile.equals(flowFile)) {
                return Answer.RECORDED;
            }
            event.late++;
            return Answer.SUPERSEDED;
        }
        if (!event.any(Done.FAILED)) {
            event.failures++;
        }
        put(effect, index, count, Done.FAILED, attempt, flowFile);
        event.error = error;
        if (event.failures >= maxFailures) {
            event.givenUp = true;
        }
        if (event.givenUp) {
            event.retryDue = 0;
        }
        noteSettledItems();
        return Answer.RECORDED;
    }

    private static Part put(Effect effect, int index, int count, Done done, int attempt, String flowFile) {
        effect.count = count;
        Part part = effect.parts.computeIfAbsent(index, i -> new Part());
        part.done = done;
        part.attempt = attempt;
        part.flowFile = flowFile;
        return part;
    }

    // People

    public long acknowledge() {
        long count = 0;
        for (Event event : events.values()) {
            if (event.stand() == Stand.DEAD_LETTER && !event.acknowledged) {
                event.acknowledged = true;
                count++;
            }
        }
        return count;
    }

    // Replay

    public Job open(String id, String partition, boolean includeUnknown) {
        Job job = new Job(id, partition, includeUnknown);
        for (Event event : events.values()) {
            if (event.partition.equals(partition) && isMissed(event, includeUnknown)) {
                job.items.put(event, event.attempt);
            }
        }
        jobs.put(id, job);
        return job;
    }

    private boolean isMissed(Event event, boolean includeUnknown) {
        return switch (event.stand()) {
            case IN_FLIGHT -> !leaseRuns(event);
            case DELIVERING -> !leaseRuns(event) && (includeUnknown || event.allClaimsIdempotent());
            case FAILED -> true;
            case COMPLETED -> false;
            case DEAD_LETTER -> !event.acknowledged;
        };
    }

    private void noteSettledItems() {
        for (Event event : events.values()) {
            if (!isOutstanding(event)) {
                event.lostSince = Math.min(event.lostSince, wallMillis);
            }
        }
        for (Job job : jobs.values()) {
            job.items.forEach((event, attempt) -> {
                boolean settled = switch (event.stand()) {
                    case COMPLETED -> true;
                    case DEAD_LETTER -> job.admitted.contains(event) || event.acknowledged;
                    case DELIVERING -> !leaseRuns(event) && !event.allClaimsIdempotent();
                    case IN_FLIGHT, FAILED -> false;
                };
                if (settled) {
                    job.settled.add(event);
                }
                if (event.stand() == Stand.DEAD_LETTER && event.job.equals(job.id)) {
                    job.givenUp.add(event);
                }
                if (isWanted(job, event, attempt)) {
                    job.wantedSince.putIfAbsent(event, wallMillis);
                } else {
                    job.wantedSince.remove(event);
                }
            });
            boolean done = before(job).isEmpty() && job.items.keySet().stream().allMatch(event -> isDone(job, event));
            job.doneSince = done ? Math.min(job.doneSince, wallMillis) : Long.MAX_VALUE;
        }
    }

    private boolean isDone(Job job, Event event) {
        return switch (event.stand()) {
            case COMPLETED -> true;
            case DEAD_LETTER -> job.admitted.contains(event) || event.acknowledged;
            case DELIVERING -> !leaseRuns(event) && !event.allClaimsIdempotent() && !job.includeUnknown;
            case IN_FLIGHT, FAILED -> false;
        };
    }

    private boolean isWanted(Job job, Event event, int attempt) {
        boolean waitsForItsRetry = event.stand() == Stand.FAILED && event.attempt > attempt;
        return job.running
                && !job.paused
                && before(job).isEmpty()
                && !job.settled.contains(event)
                && !isOutstanding(event)
                && !waitsForItsRetry
                && isMissed(event, job.includeUnknown);
    }

    /** The jobs before a job that have its partition, as far as it is known that they are not over. */
    private List<Job> before(Job job) {
        return jobs.values().stream()
                .takeWhile(other -> other != job)
                .filter(other -> other.running && other.partition.equals(job.partition))
                .toList();
    }

    /** Of a job whose items are all settled the journal may know so already. */
    private boolean surelyOpen(Job job) {
        return !job.items.keySet().stream().allMatch(event -> job.settled.contains(event) || isDone(job, event));
    }

    /** Whether a running job must have seen by now that all its items are settled. */
    public boolean mustBeFinished(Job job) {
        return job.running && !job.paused && job.doneSince <= wallMillis - reEmitAfter;
    }

    /** Whether a paused job, which nobody brings on, has nothing left to do. */
    public boolean hasNothingLeft(Job job) {
        return job.items.keySet().stream()
                .allMatch(event -> event.stand() == Stand.COMPLETED
                        || event.stand() == Stand.DEAD_LETTER && (job.admitted.contains(event) || event.acknowledged));
    }

    /** Whether an emission may be made: its event wants it, and no other is on its way. */
    public boolean mayEmit(Event event, int attempt, String jobId) {
        if (attempt != event.attempt || isOutstanding(event) && !event.emittedBeforeRestart) {
            return false;
        }
        if (jobId.isEmpty()) {
            return event.stand() == Stand.FAILED && event.retryDue <= wallMillis;
        }
        Job job = jobs.get(jobId);
        return job.running
                && !job.paused
                && before(job).stream().noneMatch(this::surelyOpen)
                && job.items.containsKey(event)
                && !job.givenUp.contains(event)
                && isMissed(event, job.includeUnknown);
    }

    /** The retries that must have been emitted by now, when an emission asked for more than there are. */
    public List<Event> overdue() {
        return events.values().stream()
                .filter(event -> event.stand() == Stand.FAILED
                        && event.retryDue <= wallMillis
                        && isFree(event)
                        && (event.job.isEmpty() || jobs.get(event.job).running && !jobs.get(event.job).paused))
                .toList();
    }

    /** The items of a running job that must have been emitted by now: it may look at what it waits for now and then. */
    public List<Event> unemitted(Job job) {
        noteSettledItems();
        return job.wantedSince.entrySet().stream()
                .filter(wanted -> wanted.getValue() <= wallMillis - reEmitAfter)
                .map(Map.Entry::getKey)
                .toList();
    }

    public void emitted(Event event, String jobId) {
        event.emittedBy = jobId;
        event.emittedAttempt = event.attempt;
        event.emittedLease = leaseMillis;
        event.lostSince = Long.MAX_VALUE;
        event.emittedBeforeRestart = false;
    }

    /** One that was emitted and lost is looked at again once the re-emission time has passed. */
    private boolean isFree(Event event) {
        return event.emittedAttempt != event.attempt || event.lostSince <= wallMillis - reEmitAfter;
    }

    /**
     * What an aborted job has emitted is rejected when it arrives: nobody waits for it. Held leases hold the wait for an
     * emission too.
     */
    private boolean isOutstanding(Event event) {
        return event.emittedAttempt == event.attempt
                && leaseMillis < event.emittedLease + reEmitAfter
                && (event.emittedBy.isEmpty() || jobs.get(event.emittedBy).running);
    }

    // Checkpoints

    public long lowWatermark(String partition) {
        long low = 0;
        for (Event event : partitions.get(partition)) {
            if (!event.isSettled()) {
                break;
            }
            low = event.position;
        }
        return low;
    }

    public long[] settledAbove(String partition) {
        long low = lowWatermark(partition);
        return partitions.get(partition).stream()
                .filter(event -> event.position > low && event.isSettled())
                .mapToLong(event -> event.position)
                .toArray();
    }
}
