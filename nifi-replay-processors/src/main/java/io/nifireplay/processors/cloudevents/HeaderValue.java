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
package io.nifireplay.processors.cloudevents;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The text that an HTTP header's value stands for. */
public final class HeaderValue {
    private HeaderValue() {}

    /**
     * Decodes a CloudEvents attribute: quoted strings are unescaped (RFC 9110, section 5.6.4), then percent-encoding is
     * decoded once (CloudEvents 1.0 HTTP Protocol Binding, section 3.1.3.2).
     *
     * @param header the header's name, for the message
     * @throws MalformedHeaderException when it is neither
     */
    public static String cloudEvent(String header, String value) throws MalformedHeaderException {
        return percentDecoded(header, unquoted(header, value.strip()));
    }

    /**
     * Decodes an {@code Idempotency-Key}: a string of RFC 8941, section 3.3.3, in double quotes
     * (draft-ietf-httpapi-idempotency-key-header), or, as many clients send it, without any.
     *
     * @throws MalformedHeaderException when quotes are open or an escape is wrong
     */
    public static String structuredString(String header, String value) throws MalformedHeaderException {
        return unquoted(header, value.strip());
    }

    private static String unquoted(String header, String value) throws MalformedHeaderException {
        if (value.isEmpty() || value.charAt(0) != '"') {
            return value;
        }
        int last = value.length() - 1;
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 1; i < last; i++) {
            char c = value.charAt(i);
            if (c == '"') {
                throw malformed(header, value, "has a quote in its middle");
            }
            if (c == '\\') {
                i++;
                if (i == last) {
                    throw malformed(header, value, "ends within an escape");
                }
                c = value.charAt(i);
            }
            text.append(c);
        }
        if (last == 0 || value.charAt(last) != '"') {
            throw malformed(header, value, "begins with a quote, but does not end with one");
        }
        return text.toString();
    }

    private static String percentDecoded(String header, String value) throws MalformedHeaderException {
        if (value.indexOf('%') < 0) {
            return value;
        }
        byte[] from = value.getBytes(StandardCharsets.UTF_8);
        ByteBuffer to = ByteBuffer.allocate(from.length);
        for (int i = 0; i < from.length; i++) {
            if (from[i] != '%') {
                to.put(from[i]);
                continue;
            }
            int high = i + 2 < from.length ? Character.digit(from[i + 1], 16) : -1;
            int low = i + 2 < from.length ? Character.digit(from[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw malformed(header, value, "has a % that two hexadecimal digits do not follow");
            }
            to.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(to.flip())
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(header, value, "is not UTF-8 after percent-decoding");
        }
    }

    private static MalformedHeaderException malformed(String header, String value, String what) {
        return new MalformedHeaderException("The header " + header + " " + what + ": " + value);
    }
}
