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

import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.JournalStatistics.Unsettled;
import io.nifireplay.journal.RecoveryPoint;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.LongRange;
import io.nifireplay.journal.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.roaringbitmap.longlong.LongIterator;

/**
 * Finds events by a selector, and reads no more rows than its narrowest condition asks for: keys by the index of keys,
 * sequences by theirs, times by the bounds of blocks, what is not settled by the table of open events.
 */
final class Scans {
    /** So many rows are read along rather than sought past. */
    private static final int SHORT_GAP = 16;

    private final Engine engine;
    private final RecoveryPoints recoveryPoints;
    private final AtomicLong rowsRead = new AtomicLong();

    /** Sees what is selected, in order. */
    interface Visitor {
        void visit(Place place, Entry entry);
    }

    /** Positions of a partition from one to another, both inclusive. */
    private record Span(long from, long to) {}

    Scans(Engine engine, RecoveryPoints recoveryPoints) {
        this.engine = engine;
        this.recoveryPoints = recoveryPoints;
    }

    long rowsRead() {
        return rowsRead.get();
    }

    /**
     * @param openOnly whether only events that are not settled are wanted
     * @throws IllegalArgumentException when the recovery point is unknown
     */
    void scan(Engine.View view, Selector selector, boolean openOnly, Visitor visitor) {
        Map<String, Checkpoint> since = since(view, selector);
        if (!selector.keys().isEmpty()) {
            byKeys(view, selector, openOnly, since, visitor);
            return;
        }
        for (Partition partition : partitions(view, selector)) {
            Optional<Checkpoint> checkpoint = Optional.ofNullable(since.get(partition.name()));
            if (!selector.sequences().isAll()) {
                bySequences(view, selector, openOnly, partition, checkpoint, visitor);
            } else {
                for (Span span : spans(view, selector, partition, checkpoint)) {
                    bySpan(view, selector, openOnly, partition, span, checkpoint, visitor);
                }
            }
        }
    }

    private Map<String, Checkpoint> since(Engine.View view, Selector selector) {
        Map<String, Checkpoint> since = new TreeMap<>();
        selector.sinceRecoveryPoint().ifPresent(name -> {
            RecoveryPoint point = recoveryPoints
                    .find(view, name)
                    .orElseThrow(() -> new IllegalArgumentException("There is no recovery point '" + name + "'"));
            point.checkpoints().forEach(checkpoint -> since.put(checkpoint.partition(), checkpoint));
        });
        return since;
    }

    /** In the order of names: the digest of what a plan freezes goes by it. */
    private static Collection<Partition> partitions(Engine.View view, Selector selector) {
        if (selector.partitions().isEmpty()) {
            return view.partitions().all();
        }
        return selector.partitions().stream()
                .sorted()
                .flatMap(name -> view.partitions().find(name).stream())
                .toList();
    }

    private void byKeys(
            Engine.View view, Selector selector, boolean openOnly, Map<String, Checkpoint> since, Visitor visitor) {
        Map<EventRef, Place> places = new TreeMap<>();
        for (String key : selector.keys()) {
            rowsRead.incrementAndGet();
            byte[] row =
                    view.store().get(Table.KEYS, engine.digests().digest(key).key());
            if (row != null) {
                Place place = Place.of(row, 0);
                places.put(new EventRef(view.partitions().get(place.partition()).name(), place.position()), place);
            }
        }
        places.forEach((ref, place) -> {
            boolean inPartition =
                    selector.partitions().isEmpty() || selector.partitions().contains(ref.partition());
            if (inPartition && selector.positions().contains(place.position())) {
                offer(view, selector, openOnly, place, Optional.ofNullable(since.get(ref.partition())), visitor);
            }
        });
    }

    private void bySequences(
            Engine.View view,
            Selector selector,
            boolean openOnly,
            Partition partition,
            Optional<Checkpoint> since,
            Visitor visitor) {
        TreeSet<Long> positions = new TreeSet<>();
        long from = Math.max(0, selector.sequences().from().orElse(0));
        long to = selector.sequences().to().orElse(Long.MAX_VALUE);
        try (Store.Cursor rows = view.store()
                .cursor(
                        Table.SEQUENCES,
                        Place.key(partition.number(), from),
                        to == Long.MAX_VALUE
                                ? Place.key(partition.number() + 1, 0)
                                : Place.key(partition.number(), to + 1))) {
            while (rows.next()) {
                rowsRead.incrementAndGet();
                long position = Place.integer(rows.key(), Place.BYTES, 8);
                if (selector.positions().contains(position)) {
                    positions.add(position);
                }
            }
        }
        positions.forEach(
                position -> offer(view, selector, openOnly, new Place(partition.number(), position), since, visitor));
    }

    private void offer(
            Engine.View view,
            Selector selector,
            boolean openOnly,
            Place place,
            Optional<Checkpoint> since,
            Visitor visitor) {
        rowsRead.incrementAndGet();
        Transaction.read(view.store(), place)
                .filter(entry -> !openOnly || !entry.state().isSettled())
                .filter(entry -> isAfter(since, place) && matches(view, selector, place, entry))
                .ifPresent(entry -> visitor.visit(place, entry));
    }

    private List<Span> spans(Engine.View view, Selector selector, Partition partition, Optional<Checkpoint> since) {
        long from = selector.positions().from().orElse(1);
        long to = Math.min(selector.positions().to().orElse(Long.MAX_VALUE), partition.head());
        List<Span> open =
                since.map(checkpoint -> unsettled(checkpoint, from, to)).orElse(List.of(new Span(from, to)));
        if (selector.admitted().isAll() && selector.time().isAll()) {
            return open;
        }
        LongRange admitted = selector.admitted().millis();
        LongRange time = selector.time().millis();
        List<Span> spans = new ArrayList<>();
        for (Span span : open) {
            try (Store.Cursor rows = view.store()
                    .cursor(
                            Table.BLOCKS,
                            Place.key(partition.number(), Block.number(span.from())),
                            Place.key(partition.number(), Block.number(span.to()) + 1))) {
                while (rows.next()) {
                    rowsRead.incrementAndGet();
                    if (Block.of(rows.value()).mayHold(admitted, time, LongRange.ALL)) {
                        long start = Place.integer(rows.key(), 4, 8) * Block.SIZE;
                        add(spans, Math.max(span.from(), start), Math.min(span.to(), start + Block.SIZE - 1));
                    }
                }
            }
        }
        return spans;
    }

    /** Where the events lie that were open at a checkpoint or came after it; short gaps among them are read along. */
    private static List<Span> unsettled(Checkpoint checkpoint, long from, long to) {
        List<Span> spans = new ArrayList<>();
        long next = Math.max(from, checkpoint.lowWatermark() + 1);
        LongIterator settled = checkpoint.settledAbove().getLongIterator();
        while (next <= to && settled.hasNext()) {
            long position = settled.next();
            if (position > next) {
                addNear(spans, next, Math.min(to, position - 1));
            }
            next = Math.max(next, position + 1);
        }
        addNear(spans, next, to);
        return spans;
    }

    private static void addNear(List<Span> spans, long from, long to) {
        if (from > to) {
            return;
        }
        if (!spans.isEmpty() && from - spans.getLast().to() <= SHORT_GAP) {
            spans.set(spans.size() - 1, new Span(spans.getLast().from(), to));
        } else {
            spans.add(new Span(from, to));
        }
    }

    private static void add(List<Span> spans, long from, long to) {
        if (!spans.isEmpty() && spans.getLast().to() + 1 == from) {
            spans.set(spans.size() - 1, new Span(spans.getLast().from(), to));
        } else {
            spans.add(new Span(from, to));
        }
    }

    private void bySpan(
            Engine.View view,
            Selector selector,
            boolean openOnly,
            Partition partition,
            Span span,
            Optional<Checkpoint> since,
            Visitor visitor) {
        byte[] from = Place.key(partition.number(), span.from());
        byte[] to = Place.key(partition.number(), span.to() + 1);
        try (Store.Cursor open = view.store().cursor(Table.OPEN, from, to);
                Store.Cursor settled = view.store().cursor(Table.SETTLED, from, openOnly ? from : to)) {
            boolean hasOpen = open.next();
            boolean hasSettled = settled.next();
            while (hasOpen || hasSettled) {
                boolean takeOpen = hasOpen
                        && (!hasSettled
                                || Place.of(open.key(), 0).position()
                                        <= Place.of(settled.key(), 0).position());
                Store.Cursor row = takeOpen ? open : settled;
                rowsRead.incrementAndGet();
                Place place = Place.of(row.key(), 0);
                if (isAfter(since, place)) {
                    Entry entry = Rows.entry(row.value());
                    if (matches(view, selector, place, entry)) {
                        visitor.visit(place, entry);
                    }
                }
                if (takeOpen) {
                    hasOpen = open.next();
                } else {
                    hasSettled = settled.next();
                }
            }
        }
    }

    private static boolean isAfter(Optional<Checkpoint> since, Place place) {
        return since.map(checkpoint -> !checkpoint.isSettled(place.position())).orElse(true);
    }

    private boolean matches(Engine.View view, Selector selector, Place place, Entry entry) {
        EventState state = entry.state();
        return (selector.statuses().isEmpty() || selector.statuses().contains(state.status()))
                && selector.admitted().millis().contains(state.admittedMillis())
                && matches(selector.time().millis(), entry.time())
                && matches(selector.sequences(), entry.sequence())
                && selector.errorType()
                        .map(pattern -> state.error()
                                .filter(error -> pattern.matcher(error.type()).matches())
                                .isPresent())
                        .orElse(true)
                && matchesAttributes(view, selector, place, entry);
    }

    private static boolean matches(LongRange range, OptionalLong value) {
        return range.isAll() || (value.isPresent() && range.contains(value.getAsLong()));
    }

    private boolean matchesAttributes(Engine.View view, Selector selector, Place place, Entry entry) {
        if (selector.attributes().isEmpty()) {
            return true;
        }
        rowsRead.incrementAndGet();
        return envelope(view, place, entry)
                .map(envelope -> envelope.attributes()
                        .entrySet()
                        .containsAll(selector.attributes().entrySet()))
                .orElse(false);
    }

    private static Optional<Envelope> envelope(Engine.View view, Place place, Entry entry) {
        return EventRows.read(view.store(), place, entry.digest())
                .map(row -> Rows.event(row).envelope());
    }

    /** The event that is not settled and was admitted first: of each partition the first open row is looked at. */
    Optional<Unsettled> oldestUnsettled(Engine.View view) {
        Optional<Unsettled> oldest = Optional.empty();
        for (Partition partition : view.partitions().all()) {
            try (Store.Cursor open = view.store()
                    .cursor(
                            Table.OPEN,
                            Place.key(partition.number(), 0),
                            Place.key(partition.number(), partition.head() + 1))) {
                if (open.next()) {
                    rowsRead.incrementAndGet();
                    EventState state = Rows.entry(open.value()).state();
                    Instant admitted = Instant.ofEpochMilli(state.admittedMillis());
                    if (oldest.isEmpty() || admitted.isBefore(oldest.get().admitted())) {
                        EventRef event = new EventRef(
                                partition.name(), Place.of(open.key(), 0).position());
                        oldest = Optional.of(new Unsettled(event, state.status(), admitted));
                    }
                }
            }
        }
        return oldest;
    }

    /** The event as people see it; empty when its envelope has outlived its retention. */
    static Optional<EventView> view(Engine.View view, Place place, Entry entry) {
        return envelope(view, place, entry)
                .map(envelope -> new EventView(
                        new EventRef(view.partitions().get(place.partition()).name(), place.position()),
                        envelope,
                        entry.contentSize(),
                        HexFormat.of().formatHex(entry.contentHash()),
                        entry.payload() != Entry.Payload.NONE,
                        entry.state(),
                        StoredOutbox.index(view.store(), entry.notice())));
    }

    /** Whether a selection can only meet events that are not settled. */
    static boolean isOpenOnly(Selector selector) {
        return !selector.statuses().isEmpty()
                && !selector.statuses().contains(Status.COMPLETED)
                && !selector.statuses().contains(Status.DEAD_LETTER);
    }
}
