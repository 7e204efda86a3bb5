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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Texts that others wrote, as an entry carries them: whole if they are short, else the beginning and a digest. */
final class FreeText {
    /** Characters of a text that an entry holds at most. */
    static final int MAX_CHARACTERS = 1_000;

    private FreeText() {}

    static String of(String text) {
        String whole = withoutHalfPairs(text);
        if (whole.length() <= MAX_CHARACTERS) {
            return whole;
        }
        int cut = Character.isHighSurrogate(whole.charAt(MAX_CHARACTERS - 1)) ? MAX_CHARACTERS - 1 : MAX_CHARACTERS;
        return whole.substring(0, cut) + "… (" + whole.length() + " characters, SHA-256 " + digest(whole) + ")";
    }

    /** Java strings may hold half a surrogate pair, UTF-8 may not. */
    private static String withoutHalfPairs(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
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
