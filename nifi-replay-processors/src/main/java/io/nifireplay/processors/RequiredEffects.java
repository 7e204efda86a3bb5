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
package io.nifireplay.processors;

import io.nifireplay.journal.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The names of the side effects that make an event complete, as a list with commas. */
final class RequiredEffects {
    static final String DEFAULT = "delivery";
    /** Each has a state of its own in every event. */
    static final int MAX_EFFECTS = 32;

    private RequiredEffects() {}

    /** @throws IllegalArgumentException with words for people */
    static List<String> parse(String text) {
        List<String> names =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (names.size() > MAX_EFFECTS) {
            throw new IllegalArgumentException("there are " + names.size() + " effects, at most " + MAX_EFFECTS);
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            requireName(name);
            if (!seen.add(name)) {
                throw new IllegalArgumentException("effect '" + name + "' is named twice");
            }
        }
        return names;
    }

    /** @throws IllegalArgumentException when it cannot be the name of one effect */
    static void requireName(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an effect has no name");
        }
        if (name.indexOf(',') >= 0) {
            throw new IllegalArgumentException("'" + name + "' has a comma, which separates effects");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > Envelope.MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "the name of an effect is longer than " + Envelope.MAX_NAME_BYTES + " bytes");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the name of an effect has a control character");
        }
    }
}
