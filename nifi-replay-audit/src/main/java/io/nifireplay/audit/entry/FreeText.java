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
package io.nifireplay.audit.entry;

import io.nifireplay.audit.json.CanonicalJson;
import io.nifireplay.audit.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Texts that others wrote, as an entry carries them: whole if they are short, else the beginning and a digest. */
public final class FreeText {
    /** Bytes of a text, as canonical JSON has it, that an entry holds at most. */
    static final int MAX_BYTES = 2_000;

    /** A character that has to be escaped by its number takes so many bytes, and no other takes more. */
    private static final int MAX_CHARACTER_BYTES = 6;

    private FreeText() {}

    static String of(String text) {
        String whole = withoutHalfPairs(text);
        if (whole.length() * MAX_CHARACTER_BYTES <= MAX_BYTES || bytes(whole) <= MAX_BYTES) {
            return whole;
        }
        int cut = 0;
        int bytes = 0;
        while (true) {
            String character = Character.toString(whole.codePointAt(cut));
            bytes += bytes(character);
            if (bytes > MAX_BYTES) {
                break;
            }
            cut += character.length();
        }
        return whole.substring(0, cut) + "… (" + whole.length() + " characters, SHA-256 " + digest(whole) + ")";
    }

    /** The bytes of a text in canonical JSON, its quotes not counted. */
    static int bytes(String text) {
        return CanonicalJson.bytes(JsonValue.of(text)).length - 2;
    }

    /** Java strings may hold half a surrogate pair, UTF-8 may not. */
    public static String withoutHalfPairs(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                // Whole pairs stay, halves are replaced.
                return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
            }
        }
        return text;
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
