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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the last writes did to the index of keys. It lets callers look up keys before they wait for their turn: under the
 * lock only what was written meanwhile is looked at again.
 */
final class RecentKeys {
    /** Writes that one caller may be behind, and need not look up again. */
    private static final int WRITES = 16;

    private final Deque<Map<Digest, Optional<Place>>> writes = new ArrayDeque<>();
    private volatile long written;

    /**
     * Places of keys as one caller found them.
     *
     * @param of the keys that were looked at
     * @param written how many writes they are sure to show
     * @param digests in order
     * @param places of these digests
     */
    record Found(RecentKeys of, long written, List<Digest> digests, List<Optional<Place>> places) {}

    /** How many writes whoever reads now is sure to see. */
    long written() {
        return written;
    }

    /** For the one thread that commits, once a write can be read: the keys that it put and removed. */
    void wrote(Map<Digest, Optional<Place>> changed) {
        if (changed.isEmpty()) {
            return;
        }
        if (writes.size() == WRITES) {
            writes.removeFirst();
        }
        writes.addLast(changed);
        written++;
    }

    /**
     * For the one thread that commits: what was found, put right.
     *
     * @return false when it is too old for that, and nothing was done
     */
    boolean bringUpToDate(Found found, Map<Digest, Optional<Place>> known) {
        long missed = written - found.written();
        if (found.of() != this || missed > writes.size()) {
            return false;
        }
        for (int i = 0; i < found.digests().size(); i++) {
            Digest digest = found.digests().get(i);
            known.putIfAbsent(
                    digest, latest(digest, missed).orElse(found.places().get(i)));
        }
        return true;
    }

    private Optional<Optional<Place>> latest(Digest digest, long missed) {
        Iterator<Map<Digest, Optional<Place>>> newestFirst = writes.descendingIterator();
        for (long i = 0; i < missed; i++) {
            Optional<Place> change = newestFirst.next().get(digest);
            if (change != null) {
                return Optional.of(change);
            }
        }
        return Optional.empty();
    }
}
