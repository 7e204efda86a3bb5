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
package io.nifireplay.journal.rocksdb;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The index entry of an idempotency key: the first 16 bytes of HMAC-SHA-256 by a secret of the journal, so that neither can
 * the key be read from the index nor can two keys be made that collide.
 *
 * @param high the first 8 bytes
 * @param low the next 8
 */
record Digest(long high, long low) implements Comparable<Digest> {
    static final int BYTES = 16;

    /** The order of the keys' bytes. */
    @Override
    public int compareTo(Digest other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh == 0 ? Long.compareUnsigned(low, other.low) : byHigh;
    }

    byte[] key() {
        byte[] key = new byte[BYTES];
        Place.putLong(key, 0, high);
        Place.putLong(key, 8, low);
        return key;
    }

    static Digest of(byte[] bytes) {
        return new Digest(Place.integer(bytes, 0, 8), Place.integer(bytes, 8, 8));
    }

    /** Makes digests with one secret; for several threads. */
    static final class Maker {
        private static final String ALGORITHM = "HmacSHA256";
        private final ThreadLocal<Mac> macs;

        Maker(byte[] secret) {
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

        Digest digest(String key) {
            return of(macs.get().doFinal(key.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
