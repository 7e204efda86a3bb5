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
package io.nifireplay.journal.governance;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A JSON object in the canonical form of RFC 8785, of the few kinds of values that policies and sets of events need. */
final class CanonicalObject {
    /** In the order of UTF-16 code units, as the RFC has it. */
    private final Map<String, String> members = new TreeMap<>();

    CanonicalObject member(String name, String value) {
        members.put(name, text(value));
        return this;
    }

    CanonicalObject member(String name, Duration value) {
        return member(name, value.toString());
    }

    /** An integer that a double holds exactly, as the RFC asks. */
    CanonicalObject member(String name, long value) {
        if (Math.abs(value) > 1L << 53) {
            throw new IllegalArgumentException(name + " is " + value + ", which JSON's numbers do not hold");
        }
        members.put(name, Long.toString(value));
        return this;
    }

    CanonicalObject member(String name, boolean value) {
        members.put(name, Boolean.toString(value));
        return this;
    }

    CanonicalObject member(String name, Set<String> values) {
        members.put(name, values.stream().map(CanonicalObject::text).collect(Collectors.joining(",", "[", "]")));
        return this;
    }

    CanonicalObject member(String name, CanonicalObject value) {
        members.put(name, value.toString());
        return this;
    }

    @Override
    public String toString() {
        return members.entrySet().stream()
                .map(member -> text(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String text(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
