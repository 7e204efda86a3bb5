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

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;

/** An Ed25519 key that signs notes under a name. */
public final class SigningKey {
    private final VerifierKey verifierKey;
    private final PrivateKey key;

    private SigningKey(VerifierKey verifierKey, PrivateKey key) {
        this.verifierKey = verifierKey;
        this.key = key;
    }

    /**
     * @param name of the key; for the key of a log its origin
     * @param seed the 32 bytes of the private key of RFC 8032; the caller may wipe them afterwards
     * @throws IllegalArgumentException when the name or the seed is none
     */
    public static SigningKey of(String name, byte[] seed) {
        byte[] raw = new byte[Ed25519.KEY_BYTES];
        try {
            PrivateKey key = Ed25519.privateKey(seed);
            org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, raw, 0);
            return new SigningKey(VerifierKey.of(name, raw), key);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("These bytes are no Ed25519 private key", e);
        }
    }

    /** A new one. */
    public static SigningKey generate(String name, SecureRandom random) {
        byte[] seed = new byte[Ed25519.KEY_BYTES];
        random.nextBytes(seed);
        return of(name, seed);
    }

    public VerifierKey verifierKey() {
        return verifierKey;
    }

    NoteSignature sign(byte[] text) {
        try {
            return new NoteSignature(verifierKey.name(), verifierKey.id(), Ed25519.sign(key, text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The signing key " + verifierKey + " cannot sign", e);
        }
    }

    /** The public half: a log line shall not show the other. */
    @Override
    public String toString() {
        return "signing key of " + verifierKey;
    }
}
