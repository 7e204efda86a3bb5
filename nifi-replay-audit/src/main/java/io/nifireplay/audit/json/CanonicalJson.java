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

import io.nifireplay.audit.json.JsonValue.JsonArray;
import io.nifireplay.audit.json.JsonValue.JsonBoolean;
import io.nifireplay.audit.json.JsonValue.JsonNull;
import io.nifireplay.audit.json.JsonValue.JsonNumber;
import io.nifireplay.audit.json.JsonValue.JsonObject;
import io.nifireplay.audit.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes values in their canonical form (RFC 8785): UTF-8, no white space, members in the order of their names' UTF-16
 * code units, the fewest escapes, numbers as ECMAScript writes them.
 */
public final class CanonicalJson {
    private static final String HEX = "0123456789abcdef";

    private CanonicalJson() {}

    /** @throws IllegalArgumentException when a string has half of a surrogate pair, which UTF-8 cannot express */
    public static byte[] bytes(JsonValue value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException as {@link #bytes} */
    public static String text(JsonValue value) {
        StringBuilder out = new StringBuilder(512);
        write(value, out);
        return out.toString();
    }

    private static void write(JsonValue value, StringBuilder out) {
        switch (value) {
            case JsonObject object -> writeObject(object, out);
            case JsonArray array -> {
                char before = '[';
                for (JsonValue each : array.values()) {
                    out.append(before);
                    write(each, out);
                    before = ',';
                }
                out.append(before == '[' ? "[]" : "]");
            }
            case JsonString string -> writeString(string.value(), out);
            case JsonNumber number -> writeNumber(number.value(), out);
            case JsonBoolean bool -> out.append(bool.value());
            case JsonNull nothing -> out.append("null");
        }
    }

    private static void writeObject(JsonObject object, StringBuilder out) {
        // String compares by UTF-16 code units, as the RFC asks.
        String[] names = object.members().keySet().toArray(String[]::new);
        Arrays.sort(names);
        Map<String, JsonValue> members = object.members();
        char before = '{';
        for (String name : names) {
            out.append(before);
            writeString(name, out);
            out.append(':');
            write(members.get(name), out);
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void writeNumber(double value, StringBuilder out) {
        long whole = (long) value;
        if (whole == value && Math.abs(whole) < 1L << 53) {
            out.append(whole);
        } else {
            out.append(EcmaNumber.text(value));
        }
    }

    private static void writeString(String value, StringBuilder out) {
        int length = value.length();
        int plain = 0;
        while (plain < length && isPlain(value.charAt(plain))) {
            plain++;
        }
        out.append('"').append(value, 0, plain);
        for (int i = plain; i < length; i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                escape(c, out);
            } else if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == length
                        || !Character.isLowSurrogate(value.charAt(i + 1))) {
                    throw new IllegalArgumentException("Half of a surrogate pair is no character");
                }
                out.append(c).append(value.charAt(++i));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
    }

    private static void escape(char c, StringBuilder out) {
        out.append('\\');
        switch (c) {
            case '\b' -> out.append('b');
            case '\t' -> out.append('t');
            case '\n' -> out.append('n');
            case '\f' -> out.append('f');
            case '\r' -> out.append('r');
            default -> out.append("u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        }
    }
}
