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
package io.nifireplay.audit.note;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A text and who signed it: the text, an empty line, one signature line or more.
 *
 * @param text ends with a newline; all of it is signed, the empty line after it is not
 * @param signatures at least one
 */
public record SignedNote(String text, List<NoteSignature> signatures) {
    /** More than this is refused: 16 signatures of Ed25519 are 2 KB. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final String BLANK = "\n\n";

    public SignedNote {
        signatures = List.copyOf(signatures);
    }

    /** Signs a text by one key or more. */
    public static SignedNote sign(String text, List<SigningKey> keys) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new SignedNote(text, keys.stream().map(key -> key.sign(bytes)).toList());
    }

    /** @throws MalformedNoteException when it is none, or written in another way than {@link #toString} does */
    public static SignedNote parse(byte[] utf8) throws MalformedNoteException {
        String note = decode(utf8);
        int blank = note.lastIndexOf(BLANK);
        if (blank < 0) {
            throw new MalformedNoteException("It has no empty line before its signatures");
        }
        String text = note.substring(0, blank + 1);
        String lines = note.substring(blank + BLANK.length());
        if (!lines.endsWith("\n")) {
            throw new MalformedNoteException("Its last line has no end");
        }
        List<NoteSignature> signatures = new ArrayList<>();
        for (String line : lines.substring(0, lines.length() - 1).split("\n", -1)) {
            signatures.add(NoteSignature.parse(line));
        }
        return new SignedNote(text, signatures);
    }

    private static String decode(byte[] utf8) throws MalformedNoteException {
        if (utf8.length > MAX_BYTES) {
            throw new MalformedNoteException("It has " + utf8.length + " bytes, which no signed note has");
        }
        for (byte b : utf8) {
            if (b >= 0 && b < ' ' && b != '\n') {
                throw new MalformedNoteException("It has a control character");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedNoteException("It is not UTF-8");
        }
    }

    /** Whether a key has signed it. */
    public boolean isSignedBy(VerifierKey key) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return signatures.stream().anyMatch(signature -> key.verifies(bytes, signature));
    }

    /** Whether these keys have signed it, in this order, and nobody else. */
    public boolean isSignedByExactly(List<VerifierKey> keys) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (signatures.size() != keys.size()) {
            return false;
        }
        for (int i = 0; i < keys.size(); i++) {
            if (!keys.get(i).verifies(bytes, signatures.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a signature says that it is by a key; it may be a wrong one. */
    public boolean names(VerifierKey key) {
        return signatures.stream().anyMatch(key::isOf);
    }

    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The note as it is written. */
    @Override
    public String toString() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(signature -> note.append(signature.line()).append('\n'));
        return note.toString();
    }
}
