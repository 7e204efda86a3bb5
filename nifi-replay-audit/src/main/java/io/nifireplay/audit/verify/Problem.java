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
package io.nifireplay.audit.verify;

import java.util.Optional;

/**
 * Something that does not fit.
 *
 * @param entries which entries it is about, empty when it is about none, or about all
 * @param file the file in which it shows, empty when it is about no single one
 * @param message for people
 */
public record Problem(Optional<Range> entries, Optional<String> file, String message) {
    /**
     * Entries.
     *
     * @param first index of the first one
     * @param last index of the last one, inclusive
     */
    public record Range(long first, long last) {
        @Override
        public String toString() {
            return first == last ? "entry " + first : "one of the entries " + first + " to " + last;
        }
    }

    static Problem inEntry(long entry, String file, String message) {
        return new Problem(Optional.of(new Range(entry, entry)), Optional.of(file), message);
    }

    static Problem inEntries(long first, long last, String file, String message) {
        return new Problem(Optional.of(new Range(first, last)), Optional.of(file), message);
    }

    static Problem inFile(String file, String message) {
        return new Problem(Optional.empty(), Optional.of(file), message);
    }

    static Problem ofAll(String message) {
        return new Problem(Optional.empty(), Optional.empty(), message);
    }
}
