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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON strictly (RFC 8259, RFC 7493): one value, no name twice in an object, no half surrogate pairs. */
public final class JsonReader {
    /** Deeper nesting than this is refused; entries have a depth of four. */
    static final int MAX_DEPTH = 64;

    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** @throws JsonException that says what is wrong, and at which character */
    public static JsonValue read(byte[] utf8) throws JsonException {
        try {
            return read(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new JsonException("It is not UTF-8");
        }
    }

    /** @throws JsonException that says what is wrong, and at which character */
    public static JsonValue read(String text) throws JsonException {
        JsonReader reader = new JsonReader(text);
        JsonValue value = reader.value(0);
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.wrong("something follows the value");
        }
        return value;
    }

    private JsonException wrong(String what) {
        return new JsonException("Character " + at + ": " + what);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char wanted) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) throws JsonException {
        if (!take(wanted)) {
            throw wrong("'" + wanted + "' is missing");
        }
    }

    private JsonValue value(int depth) throws JsonException {
        if (depth > MAX_DEPTH) {
            throw wrong("it is nested too deeply");
        }
        skipSpace();
        if (at == text.length()) {
            throw wrong("a value is missing");
        }
        return switch (text.charAt(at)) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new JsonString(string());
            case 't' -> word("true", new JsonBoolean(true));
            case 'f' -> word("false", new JsonBoolean(false));
            case 'n' -> word("null", new JsonNull());
            default -> number();
        };
    }

    private JsonValue object(int depth) throws JsonException {
        expect('{');
        Map<String, JsonValue> members = new LinkedHashMap<>();
        if (take('}')) {
            return new JsonObject(members);
        }
        do {
            skipSpace();
            String name = string();
            expect(':');
            if (members.put(name, value(depth + 1)) != null) {
                throw wrong("the name '" + name + "' is there twice");
            }
        } while (take(','));
        expect('}');
        return new JsonObject(members);
    }

    private JsonValue array(int depth) throws JsonException {
        expect('[');
        List<JsonValue> values = new ArrayList<>();
        if (take(']')) {
            return new JsonArray(values);
        }
        do {
            values.add(value(depth + 1));
        } while (take(','));
        expect(']');
        return new JsonArray(values);
    }

    private JsonValue word(String word, JsonValue value) throws JsonException {
        if (!text.startsWith(word, at)) {
            throw wrong("this is no value");
        }
        at += word.length();
        return value;
    }

    private JsonValue number() throws JsonException {
        Matcher matcher = NUMBER.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw wrong("this is no value");
        }
        double value = Double.parseDouble(matcher.group());
        if (Double.isInfinite(value)) {
            throw wrong("the number is too large");
        }
        at = matcher.end();
        return new JsonNumber(value);
    }

    private String string() throws JsonException {
        if (at == text.length() || text.charAt(at) != '"') {
            throw wrong("'\"' is missing");
        }
        at++;
        StringBuilder value = new StringBuilder();
        while (true) {
            if (at == text.length()) {
                throw wrong("the string has no end");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                break;
            }
            if (c < ' ') {
                throw wrong("a control character is not escaped");
            }
            value.append(c == '\\' ? escaped() : c);
        }
        requirePairs(value);
        return value.toString();
    }

    private char escaped() throws JsonException {
        if (at == text.length()) {
            throw wrong("the string has no end");
        }
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw wrong("there is no escape '\\" + c + "'");
        };
    }

    private char hexadecimal() throws JsonException {
        int end = at + 4;
        if (end > text.length() || !text.substring(at, end).matches("[0-9a-fA-F]{4}")) {
            throw wrong("'\\u' wants four hexadecimal digits");
        }
        char c = (char) Integer.parseInt(text, at, end, 16);
        at = end;
        return c;
    }

    private void requirePairs(CharSequence value) throws JsonException {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw wrong("half of a surrogate pair is no character");
            }
        }
    }
}
