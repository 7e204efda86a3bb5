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
package io.nifireplay.journal.missed;

import java.time.Instant;

/**
 * Consecutive numbers of a producer that a partition lacks between its lowest and its highest.
 *
 * @param partition the partition's name
 * @param from the first number that is missing
 * @param to the last, inclusive
 * @param since when the journal admitted the event with the next number above: from then on, at the latest, it could be
 *     told that these are missing. A gap that is filled from above begins anew.
 */
public record SequenceGap(String partition, long from, long to, Instant since) {
    public SequenceGap {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("There are no numbers from " + from + " to " + to);
        }
    }

    /** How many numbers are missing. */
    public long count() {
        // From 0 to the highest number there are more than a long counts.
        return to - from == Long.MAX_VALUE ? Long.MAX_VALUE : to - from + 1;
    }
}
