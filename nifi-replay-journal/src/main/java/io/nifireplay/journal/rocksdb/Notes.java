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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.EventRange;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The notices of one write in the making; without an outbox there are none, and all numbers are 0. */
final class Notes {
    private final boolean enabled;
    private final long before;
    private final Instant now;
    private Origin origin = Origin.JOURNAL;
    private Optional<String> policy;
    private final Map<String, Many> growing = new HashMap<>();

    /** A notice that has its number and may still grow. */
    private interface Open {
        Happening happening();
    }

    private record One(Happening happening) implements Open {}

    private record Numbered(Origin origin, Open open, Optional<String> policy) {}

    private final List<Numbered> notices = new ArrayList<>();

    /** Events of which one notice tells. */
    private static final class Many implements Open {
        private final long number;
        private final Function<List<EventRange>, Happening> kind;
        private final List<EventRange> ranges = new ArrayList<>();
        private final Map<String, Integer> lastOfPartition = new HashMap<>();
        private int nameBytes;

        private Many(long number, Function<List<EventRange>, Happening> kind) {
            this.number = number;
            this.kind = kind;
        }

        /** Whether there was room. */
        private boolean add(EventRef event) {
            Integer last = lastOfPartition.get(event.partition());
            if (last != null && ranges.get(last).to() + 1 == event.position()) {
                ranges.set(
                        last, new EventRange(event.partition(), ranges.get(last).from(), event.position()));
                return true;
            }
            int bytes = nameBytes + event.partition().getBytes(StandardCharsets.UTF_8).length;
            boolean fits =
                    ranges.isEmpty() || (ranges.size() < Happening.MAX_RANGES && bytes <= Happening.MAX_RANGE_BYTES);
            if (fits) {
                nameBytes = bytes;
                lastOfPartition.put(event.partition(), ranges.size());
                ranges.add(new EventRange(event.partition(), event.position(), event.position()));
            }
            return fits;
        }

        @Override
        public Happening happening() {
            return kind.apply(List.copyOf(ranges));
        }
    }

    /**
     * @param before the number of the last notice until now
     * @param nowMillis since the epoch
     * @param policy digest of the replay policy in force, empty when there is none
     */
    Notes(boolean enabled, long before, long nowMillis, Optional<String> policy) {
        this.policy = policy;
        this.enabled = enabled;
        this.before = before;
        now = Instant.ofEpochMilli(nowMillis);
    }

    /** What comes from now on is on behalf of this one. */
    void begin(Origin next) {
        origin = next;
        growing.clear();
    }

    /** From now on another policy is in force. */
    void under(String digest) {
        policy = Optional.of(digest);
    }

    /** Whether anything is noted. */
    boolean isEnabled() {
        return enabled;
    }

    /** The number of the last notice, of an earlier write when this one has none. */
    long last() {
        return before + notices.size();
    }

    long note(Happening happening) {
        if (!enabled) {
            return 0;
        }
        notices.add(new Numbered(origin, new One(happening), policy));
        return last();
    }

    long admitted(EventRef event) {
        return many("admitted", event, Happening.Admitted::new);
    }

    long completed(EventRef event) {
        return many("completed", event, Happening.Completed::new);
    }

    long acknowledged(Status before, Cause cause, EventRef event) {
        return many("acknowledged " + before, event, ranges -> new Happening.Acknowledged(before, cause, ranges));
    }

    private long many(String name, EventRef event, Function<List<EventRange>, Happening> kind) {
        if (!enabled) {
            return 0;
        }
        Many many = growing.get(name);
        if (many == null || !many.add(event)) {
            many = new Many(last() + 1, kind);
            many.add(event);
            growing.put(name, many);
            notices.add(new Numbered(origin, many, policy));
        }
        return many.number;
    }

    List<Notice> notices() {
        List<Notice> all = new ArrayList<>(notices.size());
        for (Numbered notice : notices) {
            all.add(new Notice(
                    before + all.size() + 1, now, notice.origin(), notice.open().happening(), notice.policy()));
        }
        return all;
    }
}
