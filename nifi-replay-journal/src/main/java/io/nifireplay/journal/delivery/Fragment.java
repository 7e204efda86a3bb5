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
package io.nifireplay.journal.delivery;

/**
 * Which part of a split event, by NiFi's {@code fragment.index}, {@code fragment.count} and {@code fragment.identifier}.
 *
 * @param index the fragment's number, 0 or more, unique within the event
 * @param count how many fragments the event has, 1 or more; 0 with index 0 for an event that was not split
 * @param split which split it comes from, at most {@link #MAX_SPLIT_LENGTH} characters: parts of one split have it in common,
 *     and what a part is split into once more has another; empty when that is not known, and nothing is concluded
 */
public record Fragment(int index, int count, String split) {
    public static final int MAX_SPLIT_LENGTH = 255;

    /** The whole event. */
    public static final Fragment WHOLE = new Fragment(0, 0);

    /** @throws IllegalArgumentException when the index cannot be one of that many fragments, counted from 0 or 1 */
    public Fragment {
        if (count < 0 || index < 0 || index > count) {
            throw new IllegalArgumentException("fragment.index " + index + " does not fit fragment.count " + count);
        }
        if (split.length() > MAX_SPLIT_LENGTH) {
            throw new IllegalArgumentException("fragment.identifier has " + split.length() + " characters, at most "
                    + MAX_SPLIT_LENGTH + " are kept");
        }
    }

    /** Of a split that is not known. */
    public Fragment(int index, int count) {
        this(index, count, "");
    }

    public boolean isWhole() {
        return count == 0;
    }
}
