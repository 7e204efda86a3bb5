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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/**
 * How far provenance has been read: what is kept over a restart.
 *
 * @param last id of the last event that was dealt with, {@link #NONE} when none was
 * @param fingerprint of that event, empty when it was a gap or none: ids start again in another repository
 * @param read the time of the latest event that was dealt with, milliseconds since the epoch
 * @param skipped events up to this time, milliseconds since the epoch, were dealt with under other ids; 0 for none
 * @param heldBack ids of events before {@code last} that are not decided yet
 */
public record Position(long last, Optional<String> fingerprint, long read, long skipped, SortedSet<Long> heldBack) {
    static final long NONE = -1;

    /** Before the first event that there is. */
    public static final Position BEGINNING = new Position(NONE, Optional.empty(), 0, 0, new TreeSet<>());

    private static final String LAST = "last";
    private static final String FINGERPRINT = "fingerprint";
    private static final String READ = "read";
    private static final String SKIPPED = "skipped";
    private static final String HELD_BACK = "held back";

    public Position {
        heldBack = new TreeSet<>(heldBack);
    }

    /** Behind an event. */
    Position after(ProvenanceEventRecord event) {
        return new Position(
                event.getEventId(),
                Optional.of(fingerprint(event)),
                Math.max(read, event.getEventTime()),
                skipped,
                heldBack);
    }

    /** Behind ids under which nothing can be read. */
    Position afterGap(long id) {
        return new Position(id, Optional.empty(), read, skipped, heldBack);
    }

    /** At the beginning of another repository, or of this one when its end was lost: what was read is not taken again. */
    Position inAnotherRepository() {
        return new Position(NONE, Optional.empty(), read, read, new TreeSet<>());
    }

    Position withHeldBack(SortedSet<Long> ids) {
        return new Position(last, fingerprint, read, skipped, ids);
    }

    boolean isBeginning() {
        return last == NONE;
    }

    /** Whether an event was dealt with before the ids started again. */
    boolean skips(ProvenanceEventRecord event) {
        return event.getEventTime() < skipped;
    }

    /** Whether an event is the last one that was dealt with. */
    boolean fits(ProvenanceEventRecord event) {
        return event.getEventId() == last
                && fingerprint.map(fingerprint(event)::equals).orElse(true);
    }

    /** As component state. */
    public Map<String, String> state() {
        return Map.of(
                LAST, Long.toString(last),
                FINGERPRINT, fingerprint.orElse(""),
                READ, Long.toString(read),
                SKIPPED, Long.toString(skipped),
                HELD_BACK, heldBack.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    /**
     * From component state, empty when nothing is stored.
     *
     * @throws NumberFormatException when it was not written by {@link #state}
     */
    public static Optional<Position> of(Map<String, String> state) {
        if (!state.containsKey(LAST)) {
            return Optional.empty();
        }
        SortedSet<Long> heldBack = new TreeSet<>();
        for (String id : state.getOrDefault(HELD_BACK, "").split(" ")) {
            if (!id.isEmpty()) {
                heldBack.add(Long.valueOf(id));
            }
        }
        return Optional.of(new Position(
                Long.parseLong(state.get(LAST)),
                Optional.of(state.getOrDefault(FINGERPRINT, "")).filter(text -> !text.isEmpty()),
                Long.parseLong(state.getOrDefault(READ, "0")),
                Long.parseLong(state.getOrDefault(SKIPPED, "0")),
                heldBack));
    }

    private static String fingerprint(ProvenanceEventRecord event) {
        String text = String.join(
                "\n",
                Long.toString(event.getEventTime()),
                event.getEventType().name(),
                String.valueOf(event.getFlowFileUuid()),
                String.valueOf(event.getComponentId()),
                String.valueOf(event.getDetails()));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
