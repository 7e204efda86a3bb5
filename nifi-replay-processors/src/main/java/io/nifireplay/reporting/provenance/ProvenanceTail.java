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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/**
 * Reads provenance over contiguous ids. NiFi gives ids before it writes, and with several directories a later id may be
 * there before an earlier one: who only remembers the last id leaves events out. So a hole is read again until it is closed;
 * when it stays for the grace time, it is said to be a gap, and reading goes on behind it.
 *
 * <p>The last event that was dealt with is read again each time, and compared: in another repository, or in one that lost its
 * end with a power cut, the same id is of another event.
 */
public final class ProvenanceTail {
    private final ProvenanceStore store;
    private final Duration grace;
    private final InstantSource clock;
    private Optional<Hole> hole = Optional.empty();

    /** What comes next. */
    public sealed interface Next {
        /** Nothing now, or nothing before a hole is closed. */
        record Nothing() implements Next {}

        /**
         * Events, in order and without a hole.
         *
         * @param events at least one
         */
        record Events(List<ProvenanceEventRecord> events) implements Next {}

        /**
         * Events that cannot be had.
         *
         * @param then where to go on
         */
        record Missing(Gap gap, Position then) implements Next {}
    }

    private record Hole(long first, Instant since) {}

    /** @param grace how long a hole is read again */
    public ProvenanceTail(ProvenanceStore store, Duration grace, InstantSource clock) {
        this.store = store;
        this.grace = grace;
        this.clock = clock;
    }

    /** The position behind all that is there now. */
    public Position end() throws IOException {
        OptionalLong last = store.lastId();
        if (last.isEmpty()) {
            return Position.BEGINNING;
        }
        List<ProvenanceEventRecord> events = store.read(last.getAsLong(), 1);
        return events.isEmpty()
                ? Position.BEGINNING.afterGap(last.getAsLong())
                : Position.BEGINNING.after(events.getFirst());
    }

    /**
     * What comes behind a position.
     *
     * @param max how many events at most
     */
    public Next next(Position position, int max) throws IOException {
        OptionalLong last = store.lastId();
        if (position.isBeginning()) {
            return last.isEmpty() ? new Next.Nothing() : begin(read(0, max, last.getAsLong()));
        }
        if (last.isEmpty() || last.getAsLong() < position.last()) {
            return anotherRepository(position);
        }
        List<ProvenanceEventRecord> events = read(position.last(), max + 1, last.getAsLong());
        boolean isThere = !events.isEmpty() && events.getFirst().getEventId() == position.last();
        if (isThere && !position.fits(events.getFirst())) {
            return anotherRepository(position);
        }
        if (last.getAsLong() == position.last()) {
            return new Next.Nothing();
        }
        if (!isThere) {
            Optional<Next> lost = whenTheLastOneIsGone(position);
            if (lost.isPresent()) {
                return lost.get();
            }
        }
        List<ProvenanceEventRecord> later = isThere ? events.subList(1, events.size()) : events;
        long expected = position.last() + 1;
        if (later.isEmpty()) {
            return hole(position, new Gap(expected, last.getAsLong(), Gap.Reason.UNREADABLE));
        }
        long first = later.getFirst().getEventId();
        if (first > expected) {
            return hole(position, new Gap(expected, first - 1, Gap.Reason.NEVER_WRITTEN));
        }
        hole = Optional.empty();
        return new Next.Events(contiguous(later));
    }

    /** What is before the oldest event rolled over before the start, or is not written yet: only waiting tells. */
    private Next begin(List<ProvenanceEventRecord> events) {
        if (events.isEmpty() || (events.getFirst().getEventId() > 0 && !isOver(0))) {
            return new Next.Nothing();
        }
        hole = Optional.empty();
        return new Next.Events(contiguous(events));
    }

    private Next anotherRepository(Position position) {
        hole = Optional.empty();
        long next = position.last() + 1;
        return new Next.Missing(new Gap(next, next, Gap.Reason.ANOTHER_REPOSITORY), position.inAnotherRepository());
    }

    /** Whether all up to the position rolled over, or only the event at the position is gone, which no repository does. */
    private Optional<Next> whenTheLastOneIsGone(Position position) throws IOException {
        List<ProvenanceEventRecord> oldest = store.read(0, 1);
        if (oldest.isEmpty() || oldest.getFirst().getEventId() == position.last() + 1) {
            return Optional.empty();
        }
        long first = oldest.getFirst().getEventId();
        if (first <= position.last()) {
            return position.fingerprint().map(read -> anotherRepository(position));
        }
        return Optional.of(new Next.Missing(
                new Gap(position.last() + 1, first - 1, Gap.Reason.ROLLED_OVER), position.afterGap(first - 1)));
    }

    private Next hole(Position position, Gap gap) {
        if (!isOver(gap.first())) {
            return new Next.Nothing();
        }
        hole = Optional.empty();
        return new Next.Missing(gap, position.afterGap(gap.last()));
    }

    /** Whether the grace time of the hole that begins with an id is over; it begins when first asked about. */
    private boolean isOver(long first) {
        Instant now = clock.instant();
        if (hole.isEmpty() || hole.get().first() != first) {
            hole = Optional.of(new Hole(first, now));
        }
        return !now.isBefore(hole.get().since().plus(grace));
    }

    /** Nothing beyond what NiFi counted before the reading: the highest id must never be lower than a position. */
    private List<ProvenanceEventRecord> read(long first, int max, long last) throws IOException {
        List<ProvenanceEventRecord> events = store.read(first, max);
        if (events.isEmpty() || events.getLast().getEventId() <= last) {
            return events;
        }
        return events.stream().filter(event -> event.getEventId() <= last).toList();
    }

    private static List<ProvenanceEventRecord> contiguous(List<ProvenanceEventRecord> events) {
        long first = events.getFirst().getEventId();
        int count = 1;
        while (count < events.size() && events.get(count).getEventId() == first + count) {
            count++;
        }
        return count == events.size() ? events : new ArrayList<>(events.subList(0, count));
    }
}
