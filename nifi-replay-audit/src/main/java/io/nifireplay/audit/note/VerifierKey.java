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
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public half of a signing key, as the text {@code name+keyid+base64(0x01 || public key)}, a <em>vkey</em> of
 * signed-note. The key id is the first four bytes of SHA-256 over name, newline, 0x01 and the public key.
 */
public final class VerifierKey {
    static final byte ED25519 = 1;
    private static final Pattern VKEY = Pattern.compile("([^+]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]+)");

    private final String name;
    private final byte[] raw;
    private final int id;
    private final PublicKey key;

    private VerifierKey(String name, byte[] raw) throws GeneralSecurityException {
        this.name = name;
        this.raw = raw;
        this.key = Ed25519.publicKey(raw);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(name.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
        sha256.update(ED25519);
        id = ByteBuffer.wrap(sha256.digest(raw)).getInt();
    }

    /**
     * @param name without spaces and plus signs; for the key of a log its origin
     * @param raw the 32 bytes of RFC 8032
     * @throws IllegalArgumentException when the name or the key is none
     */
    public static VerifierKey of(String name, byte[] raw) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "'" + name
                            + "' cannot name a key: take something like example.com/audit/node-1, without spaces and plus signs");
        }
        try {
            return new VerifierKey(name, raw.clone());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("These bytes are no Ed25519 public key: " + e.getMessage(), e);
        }
    }

    /** @throws MalformedNoteException when the text is no vkey of an Ed25519 key, or its parts do not fit one another */
    public static VerifierKey parse(String vkey) throws MalformedNoteException {
        Matcher matcher = VKEY.matcher(vkey);
        if (!matcher.matches() || !isName(matcher.group(1))) {
            throw new MalformedNoteException(
                    "'" + vkey + "' is no verifier key: it looks like example.com/audit+3f7a00c1+Af…");
        }
        byte[] typed = StrictBase64.decode(matcher.group(3));
        if (typed.length != 1 + Ed25519.KEY_BYTES || typed[0] != ED25519) {
            throw new MalformedNoteException("The verifier key '" + vkey + "' is of another kind than Ed25519");
        }
        VerifierKey key;
        try {
            key = of(matcher.group(1), Arrays.copyOfRange(typed, 1, typed.length));
        } catch (IllegalArgumentException e) {
            throw new MalformedNoteException(e.getMessage());
        }
        if (!key.toString().equals(vkey)) {
            throw new MalformedNoteException(
                    "The verifier key '" + vkey + "' is damaged: its key would have the id " + key.idHex());
        }
        return key;
    }

    /** Whether signed-note allows it as the name of a key: no Unicode space, no plus sign, no control character. */
    public static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars()
                        .noneMatch(c -> c == '+'
                                || c < ' '
                                || c == 0x7F
                                || c == 0x85
                                || Character.isSpaceChar(c)
                                || Character.isSurrogate((char) c));
    }

    public String name() {
        return name;
    }

    /** The key id. */
    int id() {
        return id;
    }

    /** The key id, as eight hexadecimal digits. */
    public String idHex() {
        return HexFormat.of().toHexDigits(id);
    }

    /** The 32 bytes of RFC 8032. */
    public byte[] raw() {
        return raw.clone();
    }

    boolean verifies(byte[] text, NoteSignature signature) {
        return isOf(signature) && Ed25519.verify(key, text, signature.bytes());
    }

    /** Whether a signature says that it is by this key. */
    boolean isOf(NoteSignature signature) {
        return signature.name().equals(name) && signature.keyId() == id;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey another && name.equals(another.name) && Arrays.equals(raw, another.raw);
    }

    @Override
    public int hashCode() {
        return id;
    }

    /** The vkey. */
    @Override
    public String toString() {
        byte[] typed = new byte[1 + raw.length];
        typed[0] = ED25519;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return name + "+" + idHex() + "+" + StrictBase64.encode(typed);
    }
}
