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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one event of a journal by its place.
 *
 * @param partition the partition's name, 1 to {@link Envelope#MAX_NAME_BYTES} bytes as UTF-8
 * @param position the place within the partition, from 1, rising by one, never reused
 */
public record EventRef(String partition, long position) implements Comparable<EventRef> {
    private static final Comparator<EventRef> ORDER =
            Comparator.comparing(EventRef::partition).thenComparingLong(EventRef::position);

    /** A partition's name may hold a slash; the last one ends it. Eighteen digits always fit a long. */
    private static final Pattern TEXT = Pattern.compile("(.+)/([1-9][0-9]{0,17})", Pattern.DOTALL);

    public EventRef {
        Objects.requireNonNull(partition, "partition");
        if (position < 1) {
            throw new IllegalArgumentException("A position is 1 or more, not " + position);
        }
    }

    /** Reads what {@link #toString} writes; empty when the text, of any length, is not such. */
    public static Optional<EventRef> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new EventRef(matcher.group(1), Long.parseLong(matcher.group(2))))
                : Optional.empty();
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
