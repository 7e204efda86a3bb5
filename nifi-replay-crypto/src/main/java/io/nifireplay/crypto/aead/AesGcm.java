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
package io.nifireplay.crypto.aead;

import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM (NIST SP 800-38D) by the JDK, whose intrinsics need arrays on the heap. Making a Cipher takes longer than
 * sealing 1 KB, so each thread has one. It is the JDK's own class: what a thread keeps does not hold a class loader.
 */
public final class AesGcm {
    public static final int NONCE_BYTES = 12;
    public static final int TAG_BYTES = 16;
    public static final int BLOCK_BYTES = 16;

    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final ThreadLocal<Cipher> CIPHERS = ThreadLocal.withInitial(AesGcm::cipher);

    private AesGcm() {}

    /**
     * How much of a key's bound sealing this many bytes uses: its blocks, and one more.
     *
     * <p>With σ blocks in q messages under one key, an adversary's advantage in telling AES-GCM from random is at most (σ + q
     * + 1)² / 2<sup>129</sup> (draft-irtf-cfrg-aead-limits, 5.1.1). A key on which σ + q stays within 2<sup>36</sup> keeps it
     * below 2<sup>-56</sup>. The bound of NIST SP 800-38D of 2<sup>32</sup> messages is for random nonces; all nonces here are
     * counted.
     */
    public static long cost(int bytes) {
        return (bytes + BLOCK_BYTES - 1L) / BLOCK_BYTES + 1;
    }

    /**
     * Seals bytes into the target: as many, and the tag. Source and target may be the same place.
     *
     * @throws IndexOutOfBoundsException when the target has no room
     */
    public static void seal(
            SecretKey key,
            byte[] nonce,
            byte[] associated,
            byte[] source,
            int offset,
            int length,
            byte[] target,
            int to) {
        Objects.checkFromIndexSize(to, length + TAG_BYTES, target.length);
        try {
            Cipher cipher = CIPHERS.get();
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
            cipher.updateAAD(associated);
            cipher.doFinal(source, offset, length, target, to);
        } catch (GeneralSecurityException e) {
            CIPHERS.remove();
            throw new IllegalStateException("AES-256-GCM cannot seal: " + e, e);
        }
    }

    /**
     * Opens bytes that end with their tag into another array.
     *
     * @param length of the sealed bytes, at least {@value #TAG_BYTES}
     * @return whether they are genuine; if not, nothing of them is left in the target, though bytes there may be cleared
     * @throws IndexOutOfBoundsException when the target has no room
     */
    public static boolean open(
            SecretKey key,
            byte[] nonce,
            byte[] associated,
            byte[] sealed,
            int offset,
            int length,
            byte[] target,
            int to) {
        Objects.checkFromIndexSize(to, length - TAG_BYTES, target.length);
        try {
            Cipher cipher = CIPHERS.get();
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
            cipher.updateAAD(associated);
            cipher.doFinal(sealed, offset, length, target, to);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            CIPHERS.remove();
            throw new IllegalStateException("AES-256-GCM cannot open: " + e, e);
        }
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance(TRANSFORMATION);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK offers no " + TRANSFORMATION, e);
        }
    }
}
