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
package io.nifireplay.audit.entry;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where an event lies in its journal. Its text, {@code position/partition}, is the event's id in the audit trail.
 *
 * @param partition name of the partition; a pseudonym where it may tell who a person is
 * @param position from 1
 */
public record EventPlace(String partition, long position) implements Comparable<EventPlace> {
    public EventPlace {
        if (position < 1) {
            throw new IllegalArgumentException("Positions begin with 1; there is no " + position);
        }
    }

    /** Reads {@code position/partition}, empty when it is none. */
    public static Optional<EventPlace> parse(String id) {
        int slash = id.indexOf('/');
        return slash > 0 && id.substring(0, slash).matches("[1-9][0-9]{0,17}")
                ? Optional.of(new EventPlace(id.substring(slash + 1), Long.parseLong(id.substring(0, slash))))
                : Optional.empty();
    }

    /** The bytes that are a leaf in the tree of a batch. */
    byte[] leaf() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** By partition, then position. */
    @Override
    public int compareTo(EventPlace other) {
        int byPartition = partition.compareTo(other.partition);
        return byPartition != 0 ? byPartition : Long.compare(position, other.position);
    }

    /** The id: the position first, since a partition's name may hold anything. */
    @Override
    public String toString() {
        return position + "/" + partition;
    }
}
