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

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** What came of a job's events within the last while, in memory only: after a restart it begins anew. */
final class OutcomeWindow {
    private static final int SLICES = 60;

    private final Duration length;
    private final long sliceMillis;
    private final Deque<Slice> slices = new ArrayDeque<>();

    private static final class Slice {
        private final long number;
        private long settled;
        private long failed;

        private Slice(long number) {
            this.number = number;
        }
    }

    OutcomeWindow(Duration length) {
        this.length = length;
        sliceMillis = Math.max(1, length.toMillis() / SLICES);
    }

    Duration length() {
        return length;
    }

    /** @param millis of a clock that does not go back */
    void add(long millis, boolean failed) {
        long number = millis / sliceMillis;
        if (slices.isEmpty() || slices.getLast().number != number) {
            slices.add(new Slice(number));
        }
        slices.getLast().settled++;
        slices.getLast().failed += failed ? 1 : 0;
    }

    long settled(long millis) {
        forget(millis);
        return slices.stream().mapToLong(slice -> slice.settled).sum();
    }

    long failed(long millis) {
        forget(millis);
        return slices.stream().mapToLong(slice -> slice.failed).sum();
    }

    private void forget(long millis) {
        while (!slices.isEmpty() && slices.getFirst().number <= millis / sliceMillis - SLICES) {
            slices.removeFirst();
        }
    }
}
