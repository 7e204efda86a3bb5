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
package io.nifireplay.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and verifies the tokens of one journal. A token is base64url, without padding, of
 *
 * <pre>
 *   1 byte   version, 1
 *   1 byte   kind, the ordinal of {@link Token.Kind}
 *   8 bytes  job number
 *   4 bytes  generation
 *   4 bytes  attempt
 *   8 bytes  position
 *   n bytes  partition's name, UTF-8
 *  16 bytes  HMAC-SHA-256 (RFC 2104) over the journal's id and all before, cut to its first 16 bytes
 * </pre>
 *
 * all integers big-endian. It proves that this journal gave it; whether it is still of use the journal's state says.
 */
public final class TokenMint {
    private static final byte VERSION = 1;
    private static final int FIXED = 1 + 1 + 8 + 4 + 4 + 8;
    private static final int TAG = 16;
    private static final int MAX_TEXT = (FIXED + Envelope.MAX_NAME_BYTES + TAG) * 4 / 3 + 3;
    private static final String ALGORITHM = "HmacSHA256";
    private static final Token.Kind[] KINDS = Token.Kind.values();

    private final byte[] journal;
    private final ThreadLocal<Mac> macs;

    /**
     * @param journalId the identity of the journal
     * @param secret the journal's own secret, 32 bytes
     */
    public TokenMint(UUID journalId, byte[] secret) {
        journal = ByteBuffer.allocate(16)
                .putLong(journalId.getMostSignificantBits())
                .putLong(journalId.getLeastSignificantBits())
                .array();
        SecretKeySpec key = new SecretKeySpec(secret, ALGORITHM);
        macs = ThreadLocal.withInitial(() -> {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
                return mac;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("The JDK offers no " + ALGORITHM, e);
            }
        });
    }

    /** The token as text, for the attribute {@code replay.token}. */
    public String write(Token token) {
        byte[] partition = token.event().partition().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(FIXED + partition.length + TAG);
        bytes.put(VERSION)
                .put((byte) token.kind().ordinal())
                .putLong(token.jobNumber())
                .putInt(token.generation())
                .putInt(token.attempt())
                .putLong(token.event().position())
                .put(partition);
        bytes.put(tag(bytes.array(), bytes.position()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** The token that this text is, or empty when this journal did not give it. Any text may be asked about. */
    public Optional<Token> read(String text) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int signed = bytes.length - TAG;
        if (signed <= FIXED
                || !MessageDigest.isEqual(tag(bytes, signed), Arrays.copyOfRange(bytes, signed, bytes.length))) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(bytes, 0, signed);
        if (fields.get() != VERSION) {
            return Optional.empty();
        }
        Token.Kind kind = KINDS[fields.get()];
        long job = fields.getLong();
        int generation = fields.getInt();
        int attempt = fields.getInt();
        long position = fields.getLong();
        String partition = StandardCharsets.UTF_8.decode(fields).toString();
        return Optional.of(new Token(kind, new EventRef(partition, position), generation, attempt, job));
    }

    private byte[] tag(byte[] bytes, int length) {
        Mac mac = macs.get();
        mac.update(journal);
        mac.update(bytes, 0, length);
        return Arrays.copyOf(mac.doFinal(), TAG);
    }
}
