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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.missed.MissedEvent;
import io.nifireplay.journal.missed.MissedQuery;
import io.nifireplay.journal.missed.MissedReason;
import io.nifireplay.journal.missed.MissedRules;
import io.nifireplay.journal.missed.SequenceGap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what was missed. It reads the rows of events that are not settled, and of these no envelope: what is completed costs
 * nothing, however much that is.
 */
final class MissedScan {
    private static final Set<Status> NOT_DONE =
            Set.of(Status.IN_FLIGHT, Status.DELIVERING, Status.FAILED, Status.DEAD_LETTER);

    private final Engine engine;
    private final Scans scans;
    private final SequenceGaps gaps;

    MissedScan(Engine engine, Scans scans, SequenceGaps gaps) {
        this.engine = engine;
        this.scans = scans;
        this.gaps = gaps;
    }

    Missed find(MissedQuery query) {
        return engine.read(view -> {
            Found found = new Found(query, engine.time().clock().millis());
            Selector open = Selector.ALL.withPartitions(query.partitions()).withStatuses(NOT_DONE);
            if (query.reasons().stream().anyMatch(reason -> reason != MissedReason.SEQUENCE_GAP)) {
                scans.scan(view, open, true, (place, entry) -> found.event(view, place, entry));
            }
            if (query.reasons().contains(MissedReason.SEQUENCE_GAP)) {
                for (Partition partition : partitions(view, query)) {
                    gaps.of(view, partition).forEach(found::gap);
                }
            }
            return found.missed();
        });
    }

    private static Collection<Partition> partitions(Engine.View view, MissedQuery query) {
        if (query.partitions().isEmpty()) {
            return view.partitions().all();
        }
        return query.partitions().stream()
                .sorted()
                .flatMap(name -> view.partitions().find(name).stream())
                .toList();
    }

    private static final class Found {
        private final MissedQuery query;
        private final long nowMillis;
        private final Map<MissedReason, Long> counts = new EnumMap<>(MissedReason.class);
        private final List<MissedEvent> events = new ArrayList<>();
        private final List<SequenceGap> gaps = new ArrayList<>();
        private Optional<Instant> oldest = Optional.empty();

        private Found(MissedQuery query, long nowMillis) {
            this.query = query;
            this.nowMillis = nowMillis;
        }

        private void event(Engine.View view, Place place, Entry entry) {
            Optional<MissedReason> reason = MissedRules.reason(
                            entry.state(), view.leaseClock(), nowMillis, query.retryGrace())
                    .filter(query.reasons()::contains);
            if (reason.isEmpty()) {
                return;
            }
            Instant since = MissedRules.since(entry.state(), view.leaseClock(), nowMillis);
            count(reason.get(), 1, since);
            if (events.size() < query.maxListed()) {
                MissedEvent event = missed(view, place, entry, reason.get(), since);
                if (query.listed().test(event)) {
                    events.add(event);
                }
            }
        }

        private static MissedEvent missed(
                Engine.View view, Place place, Entry entry, MissedReason reason, Instant since) {
            EventState state = entry.state();
            return new MissedEvent(
                    new EventRef(view.partitions().get(place.partition()).name(), place.position()),
                    entry.sequence(),
                    state.status(),
                    reason,
                    since,
                    Instant.ofEpochMilli(state.admittedMillis()),
                    state.generation(),
                    state.attempt(),
                    state.error().map(EventState.Failure::type),
                    entry.payload() != Entry.Payload.NONE);
        }

        private void gap(SequenceGap gap) {
            if (gap.since().toEpochMilli() + query.gapGrace().toMillis() > nowMillis) {
                return;
            }
            count(MissedReason.SEQUENCE_GAP, gap.count(), gap.since());
            if (gaps.size() < query.maxListed()) {
                gaps.add(gap);
            }
        }

        private void count(MissedReason reason, long count, Instant since) {
            counts.merge(reason, count, Missed::sum);
            oldest = Optional.of(oldest.filter(known -> known.isBefore(since)).orElse(since));
        }

        private Missed missed() {
            return new Missed(counts, events, gaps, oldest);
        }
    }
}
