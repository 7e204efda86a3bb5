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

import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** What a plan counts, and which of the selected events the job replays. */
final class PlanCounts {
    private long selected;
    private long emitted;
    private long inFlight;
    private long unknown;
    private long withoutContent;
    private long conflicts;
    private long oldest = Long.MAX_VALUE;
    private long newest;
    private final Map<Status, Long> byStatus = new EnumMap<>(Status.class);
    private final Map<String, Long> byPartition = new HashMap<>();

    void selected(String partition, Entry entry) {
        selected++;
        byStatus.merge(entry.state().status(), 1L, Long::sum);
        if (byPartition.size() < Plan.MAX_PARTITIONS || byPartition.containsKey(partition)) {
            byPartition.merge(partition, 1L, Long::sum);
        }
        conflicts += entry.state().conflicts() > 0 ? 1 : 0;
        oldest = Math.min(oldest, entry.state().admittedMillis());
        newest = Math.max(newest, entry.state().admittedMillis());
    }

    /** One that the journal does not know: it is replayed. */
    void selectedUnseen() {
        selected++;
        emitted++;
    }

    /** Whether a job replays an event from the journal's own content. */
    boolean isEmitted(ReplayRequest request, Entry entry, long leaseClock) {
        if (entry.payload() == Entry.Payload.NONE) {
            withoutContent++;
            return false;
        }
        return isEmittedFromElsewhere(request, entry, leaseClock);
    }

    /** Whether a job replays an event whose content comes from somewhere else. */
    boolean isEmittedFromElsewhere(ReplayRequest request, Entry entry, long leaseClock) {
        boolean all = request.mode() == ReplayMode.DRILL;
        boolean is = switch (entry.state().status()) {
            case COMPLETED -> all || request.mode() == ReplayMode.FORCED;
            case DEAD_LETTER -> all || !entry.state().acknowledged();
            case FAILED -> true;
            case IN_FLIGHT, DELIVERING -> all || isLost(request, entry, leaseClock);
        };
        emitted += is ? 1 : 0;
        return is;
    }

    private boolean isLost(ReplayRequest request, Entry entry, long leaseClock) {
        if (entry.state().leaseRuns(leaseClock)) {
            inFlight++;
            return false;
        }
        boolean leftOut = entry.state().status() == Status.DELIVERING
                && !entry.state().downstreamIsIdempotent()
                && !request.includeUnknown();
        unknown += leftOut ? 1 : 0;
        return !leftOut;
    }

    Plan plan() {
        return new Plan(
                selected,
                emitted,
                byStatus,
                byPartition,
                inFlight,
                unknown,
                withoutContent,
                conflicts,
                oldest == Long.MAX_VALUE ? 0 : oldest,
                newest);
    }
}
