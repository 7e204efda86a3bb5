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
package io.nifireplay.processors.delivery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.FlowFileFilter;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessSession;

/**
 * Takes FlowFiles from a queue in which new and replayed events wait. Of a long queue only the first {@link #EXAMINED} are
 * looked at in each turn: NiFi takes each that it looks at out of its queue and puts it back. May be used by several tasks
 * at once.
 */
public final class QueueShares {
    /** NiFi's own back pressure begins here, as it comes. */
    static final int EXAMINED = 10_000;

    private final ReplayedEvents order;
    private final double share;
    /** What replayed events may still take before their share is used up, in FlowFiles; parts of one are saved up. */
    private double credit;

    /**
     * @param share of replayed events, above 0 and below 1; counts by weight only
     */
    public QueueShares(ReplayedEvents order, double share) {
        this.order = order;
        this.share = share;
    }

    /**
     * Up to so many FlowFiles of the session's queue, new events before replayed ones unless they are to be mixed.
     *
     * @param isReplayed tells a replayed event from a new one, by what cannot be forged
     */
    public List<FlowFile> take(ProcessSession session, int room, Predicate<FlowFile> isReplayed) {
        if (order == ReplayedEvents.WITH_NEW) {
            return session.get(room);
        }
        if (session.getQueueSize().getObjectCount() <= room) {
            return newFirst(session.get(room), isReplayed);
        }
        int quota = order == ReplayedEvents.BY_WEIGHT ? quota(room) : 0;
        List<FlowFile> replayed = new ArrayList<>(get(session, quota, isReplayed));
        settle(quota, replayed.size());
        List<FlowFile> taken = new ArrayList<>(get(session, room - replayed.size(), isReplayed.negate()));
        taken.addAll(replayed);
        taken.addAll(get(session, room - taken.size(), isReplayed));
        return taken;
    }

    private List<FlowFile> newFirst(List<FlowFile> flowFiles, Predicate<FlowFile> isReplayed) {
        List<FlowFile> taken = new ArrayList<>(flowFiles.size());
        List<FlowFile> replayed = new ArrayList<>();
        flowFiles.forEach(flowFile -> (isReplayed.test(flowFile) ? replayed : taken).add(flowFile));
        taken.addAll(replayed);
        return taken;
    }

    private synchronized int quota(int room) {
        credit += room * share;
        int quota = (int) credit;
        credit -= quota;
        return quota;
    }

    /** What is left over because none waited is not saved up: they would come all at once later. */
    private synchronized void settle(int quota, int taken) {
        if (taken < quota) {
            credit = 0;
        }
    }

    private static Collection<FlowFile> get(ProcessSession session, int count, Predicate<FlowFile> wanted) {
        return count <= 0 ? List.of() : session.get(new First(count, wanted));
    }

    /** Takes the first FlowFiles that are wanted. */
    private static final class First implements FlowFileFilter {
        private final Predicate<FlowFile> wanted;
        private int left;
        private int examined;

        private First(int count, Predicate<FlowFile> wanted) {
            left = count;
            this.wanted = wanted;
        }

        @Override
        public FlowFileFilterResult filter(FlowFile flowFile) {
            boolean last = ++examined >= EXAMINED;
            if (!wanted.test(flowFile)) {
                return last ? FlowFileFilterResult.REJECT_AND_TERMINATE : FlowFileFilterResult.REJECT_AND_CONTINUE;
            }
            left--;
            return last || left == 0
                    ? FlowFileFilterResult.ACCEPT_AND_TERMINATE
                    : FlowFileFilterResult.ACCEPT_AND_CONTINUE;
        }
    }
}
