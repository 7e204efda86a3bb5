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
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One signature line of a note: {@code — name base64(key id || signature)}.
 *
 * @param name of the key
 * @param keyId of the key
 * @param bytes the signature itself
 */
public record NoteSignature(String name, int keyId, byte[] bytes) {
    private static final String DASH = "— ";

    static NoteSignature parse(String line) throws MalformedNoteException {
        int space = line.lastIndexOf(' ');
        if (!line.startsWith(DASH) || space <= DASH.length()) {
            throw new MalformedNoteException("'" + line + "' is no signature line");
        }
        String name = line.substring(DASH.length(), space);
        byte[] signed = StrictBase64.decode(line.substring(space + 1));
        if (!VerifierKey.isName(name) || signed.length <= Integer.BYTES) {
            throw new MalformedNoteException("'" + line + "' is no signature line");
        }
        return new NoteSignature(
                name, ByteBuffer.wrap(signed).getInt(), Arrays.copyOfRange(signed, Integer.BYTES, signed.length));
    }

    /** Whether another one says that it is by the same key. */
    public boolean isOfSameKey(NoteSignature other) {
        return name.equals(other.name) && keyId == other.keyId;
    }

    /** Name and id of the key, as they begin its verifier key. */
    public String key() {
        return name + "+" + HexFormat.of().toHexDigits(keyId);
    }

    /** The line as it stands in a note, without its end. */
    public String line() {
        return DASH
                + name
                + " "
                + StrictBase64.encode(ByteBuffer.allocate(Integer.BYTES + bytes.length)
                        .putInt(keyId)
                        .put(bytes)
                        .array());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteSignature signature
                && name.equals(signature.name)
                && keyId == signature.keyId
                && Arrays.equals(bytes, signature.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return line();
    }
}
