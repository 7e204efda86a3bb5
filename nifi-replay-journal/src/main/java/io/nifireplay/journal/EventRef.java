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
package io.nifireplay.journal;

import java.util.Comparator;
import java.util.Objects;

/**
 * Names one event of a journal by its place.
 *
 * @param partition the partition's name, 1 to {@link Envelope#MAX_NAME_BYTES} bytes as UTF-8
 * @param position the place within the partition, from 1, rising by one, never reused
 */
public record EventRef(String partition, long position) implements Comparable<EventRef> {
    private static final Comparator<EventRef> ORDER =
            Comparator.comparing(EventRef::partition).thenComparingLong(EventRef::position);

    public EventRef {
        Objects.requireNonNull(partition, "partition");
        if (position < 1) {
            throw new IllegalArgumentException("A position is 1 or more, not " + position);
        }
    }

    @Override
    public int compareTo(EventRef other) {
        return ORDER.compare(this, other);
    }

    /** The form in which an event is shown to people and in attributes: {@code partition/position}. */
    @Override
    public String toString() {
        return partition + "/" + position;
    }
}
