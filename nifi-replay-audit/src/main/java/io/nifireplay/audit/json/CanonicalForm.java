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

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tells whether bytes are the canonical form (RFC 8785) of a JSON value, without making the value: what {@link
 * CanonicalJson} would write for it, to the byte. In place, because a verifier asks it of every entry of a log.
 */
public final class CanonicalForm {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';
    /** Whole numbers of so many digits are doubles, exactly. */
    private static final int EXACT_DIGITS = 15;

    static final int BAD = -1;

    private final byte[] bytes;
    private final int end;
    private final Scalars scalars;

    /** Of the bytes before an end; the scalars that are stepped over are noted. */
    CanonicalForm(byte[] bytes, int end, Scalars scalars) {
        this.bytes = bytes;
        this.end = end;
        this.scalars = scalars;
    }

    /** Whether the bytes in a range are one canonical value, and nothing else. */
    public static boolean holds(byte[] bytes, int from, int to) {
        return new CanonicalForm(bytes, to, new Scalars(0)).isWhole(from);
    }

    /** Whether one canonical value begins there and ends at the end. */
    boolean isWhole(int from) {
        return value(from, 0) == end;
    }

    /** Steps over a value: where it ends, or {@link #BAD}. */
    private int value(int at, int depth) {
        if (at >= end || depth > JsonReader.MAX_DEPTH) {
            return BAD;
        }
        if (bytes[at] == '"') {
            int after = string(at);
            scalars.string(at, after);
            return after;
        }
        return switch (bytes[at]) {
            case '{' -> object(at, depth);
            case '[' -> array(at, depth);
            case 't' -> word(at, "true");
            case 'f' -> word(at, "false");
            case 'n' -> word(at, "null");
            default -> {
                int after = number(at);
                scalars.number(at, after);
                yield after;
            }
        };
    }

    private boolean isAt(int at, char wanted) {
        return at < end && bytes[at] == wanted;
    }

    private int object(int opened, int depth) {
        int at = opened + 1;
        if (isAt(at, '}')) {
            return at + 1;
        }
        int before = BAD;
        int beforeEnd = BAD;
        while (true) {
            int name = at;
            if (!isAt(at, '"')) {
                return BAD;
            }
            at = string(at);
            if (at == BAD || !isAt(at, ':') || (before != BAD && !isAscending(before, beforeEnd, name, at))) {
                return BAD;
            }
            before = name;
            beforeEnd = at;
            at = value(at + 1, depth + 1);
            if (at == BAD || at >= end) {
                return BAD;
            }
            if (bytes[at] == '}') {
                return at + 1;
            }
            if (bytes[at] != ',') {
                return BAD;
            }
            at++;
        }
    }

    private int array(int opened, int depth) {
        int at = opened + 1;
        if (isAt(at, ']')) {
            return at + 1;
        }
        while (true) {
            at = value(at, depth + 1);
            if (at == BAD || at >= end) {
                return BAD;
            }
            if (bytes[at] == ']') {
                return at + 1;
            }
            if (bytes[at] != ',') {
                return BAD;
            }
            at++;
        }
    }

    /** Two names that were stepped over, with their quotes. */
    private boolean isAscending(int first, int firstEnd, int second, int secondEnd) {
        int one = first + 1;
        int other = second + 1;
        // A quote ends each of them, since one within a name stands behind a backslash.
        while (bytes[one] == bytes[other] && bytes[one] != '"' && bytes[one] != '\\') {
            one++;
            other++;
        }
        byte differs = bytes[one];
        byte differsOther = bytes[other];
        if (differs < 0 || differsOther < 0 || differs == '\\' || differsOther == '\\') {
            return characters(first, firstEnd).compareTo(characters(second, secondEnd)) < 0;
        }
        if (differs == '"' || differsOther == '"') {
            return differs == '"' && differsOther != '"';
        }
        return differs < differsOther;
    }

    private String characters(int from, int to) {
        try {
            return ((JsonValue.JsonString) JsonReader.read(Arrays.copyOfRange(bytes, from, to))).value();
        } catch (JsonException e) {
            throw new IllegalStateException("A string that was stepped over can be read", e);
        }
    }

    /** Steps over a string, whose opening quote stands there: where it ends, or {@link #BAD}. */
    int string(int opened) {
        int at = opened + 1;
        while (at < end) {
            if (at + Long.BYTES <= end) {
                long odd = odd((long) LONGS.get(bytes, at));
                if (odd == 0) {
                    at += Long.BYTES;
                    continue;
                }
                at += Long.numberOfTrailingZeros(odd) >>> 3;
            }
            byte b = bytes[at];
            if (b == '"') {
                return at + 1;
            }
            if (b == '\\') {
                at = escape(at);
            } else if (b < 0) {
                at = multibyte(at);
            } else if (b < ' ') {
                return BAD;
            } else {
                at++;
            }
            if (at == BAD) {
                return BAD;
            }
        }
        return BAD;
    }

    /**
     * Which of eight bytes are no plain ASCII: a quote, a backslash, a control character, or above 127. The high bit of each
     * such byte is set, and perhaps that of others behind it; the lowest one is right.
     */
    private static long odd(long eight) {
        long quote = eight ^ QUOTES;
        long backslash = eight ^ BACKSLASHES;
        // A byte that is zero, or below a space, borrows into its high bit.
        return ((quote - ONES) | (backslash - ONES) | (eight - SPACES) | eight) & HIGH_BITS;
    }

    private int escape(int at) {
        if (at + 1 >= end) {
            return BAD;
        }
        switch (bytes[at + 1]) {
            case '"', '\\', 'b', 'f', 'n', 'r', 't' -> {
                return at + 2;
            }
            case 'u' -> {
                return controlEscape(at);
            }
            default -> {
                return BAD;
            }
        }
    }

    /** Escapes by number are for the control characters that have no letter, in lower case. */
    private int controlEscape(int at) {
        if (at + 6 > end || bytes[at + 2] != '0' || bytes[at + 3] != '0') {
            return BAD;
        }
        int high = bytes[at + 4] - '0';
        byte lowDigit = bytes[at + 5];
        int low = lowDigit >= '0' && lowDigit <= '9'
                ? lowDigit - '0'
                : lowDigit >= 'a' && lowDigit <= 'f' ? lowDigit - 'a' + 10 : BAD;
        if (high < 0 || high > 1 || low == BAD) {
            return BAD;
        }
        int c = high * 16 + low;
        return c == '\b' || c == '\t' || c == '\n' || c == '\f' || c == '\r' ? BAD : at + 6;
    }

    /** A character of two to four bytes: no longer than need be, no surrogate, none beyond U+10FFFF (RFC 3629). */
    private int multibyte(int at) {
        int lead = bytes[at] & 0xFF;
        int length =
                lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > end) {
            return BAD;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return BAD;
            }
        }
        int second = bytes[at + 1] & 0xFF;
        boolean refused = (lead == 0xE0 && second < 0xA0)
                || (lead == 0xED && second >= 0xA0)
                || (lead == 0xF0 && second < 0x90)
                || (lead == 0xF4 && second >= 0x90);
        return refused ? BAD : at + length;
    }

    private int word(int at, String word) {
        if (at + word.length() > end) {
            return BAD;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return BAD;
            }
        }
        return at + word.length();
    }

    /** Steps over a number of at least one character: where it ends, or {@link #BAD}. */
    int number(int from) {
        int at = from;
        if (bytes[at] == '-') {
            at++;
        }
        int digits = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == digits) {
            return BAD;
        }
        boolean isWhole = at == end || (bytes[at] != '.' && bytes[at] != 'e' && bytes[at] != 'E');
        if (isWhole && at - digits <= EXACT_DIGITS) {
            boolean isZero = bytes[digits] == '0';
            return isZero && (at - digits > 1 || digits > from) ? BAD : at;
        }
        while (at < end && "0123456789.eE+-".indexOf(bytes[at]) >= 0) {
            at++;
        }
        String written = new String(bytes, from, at - from, StandardCharsets.US_ASCII);
        try {
            return JsonReader.read(written) instanceof JsonValue.JsonNumber number
                            && CanonicalJson.text(number).equals(written)
                    ? at
                    : BAD;
        } catch (JsonException e) {
            return BAD;
        }
    }
}
