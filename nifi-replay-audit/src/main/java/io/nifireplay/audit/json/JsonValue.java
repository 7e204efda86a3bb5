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
package io.nifireplay.audit.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value (RFC 8259), restricted to what RFC 7493 (I-JSON) allows: no name twice, numbers as doubles. */
public sealed interface JsonValue {
    /** An object; the order of its members is of no meaning. */
    record JsonObject(Map<String, JsonValue> members) implements JsonValue {
        public JsonObject {
            // Not Map.copyOf: a reader of reports expects the order in which they were written.
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        public Optional<JsonValue> get(String name) {
            return Optional.ofNullable(members.get(name));
        }

        /** The text of a member, empty when there is none or it is no string. */
        public Optional<String> text(String name) {
            return members.get(name) instanceof JsonString string ? Optional.of(string.value()) : Optional.empty();
        }

        /** A member that is an object, empty when there is none or it is none. */
        public Optional<JsonObject> object(String name) {
            return members.get(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        }
    }

    /** An array. */
    record JsonArray(List<JsonValue> values) implements JsonValue {
        public JsonArray {
            values = List.copyOf(values);
        }
    }

    /** A string of Unicode characters. */
    record JsonString(String value) implements JsonValue {}

    /**
     * A number.
     *
     * @param value finite
     */
    record JsonNumber(double value) implements JsonValue {
        public JsonNumber {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("JSON has no number " + value);
            }
        }
    }

    /** True or false. */
    record JsonBoolean(boolean value) implements JsonValue {}

    /** Null. */
    record JsonNull() implements JsonValue {}

    static JsonValue of(String value) {
        return new JsonString(value);
    }

    static JsonValue of(boolean value) {
        return new JsonBoolean(value);
    }

    /** A whole number that a double holds exactly. */
    static JsonValue of(int value) {
        return new JsonNumber(value);
    }

    /** An array of strings. */
    static JsonValue of(List<String> values) {
        return new JsonArray(values.stream().map(JsonValue::of).toList());
    }
}
