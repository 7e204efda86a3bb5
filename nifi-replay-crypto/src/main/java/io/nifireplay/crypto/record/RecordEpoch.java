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
package io.nifireplay.crypto.record;

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.UnknownKeyException;
import java.security.SecureRandom;
import javax.crypto.SecretKey;

/**
 * One data key and the records that are sealed with it, by any number of threads. An epoch begins with each opening of the
 * store that keeps the records, and with each new active key, and is never resumed: so its counter need not be kept.
 */
public final class RecordEpoch {
    private final int number;
    private final String keyId;
    private final byte[] header;
    private final RecordSealer sealer;

    private RecordEpoch(int number, String keyId, byte[] header, RecordSealer sealer) {
        this.number = number;
        this.keyId = keyId;
        this.header = header;
        this.sealer = sealer;
    }

    /**
     * Begins an epoch with the keyring's active key.
     *
     * @param purpose what the records are for, such as {@code nifi-replay journal}: records of one purpose do not open as
     *     those of another
     * @param number a number that no other epoch of the same store has; it tells a reader which header a record needs
     * @param random gives the salt
     */
    public static RecordEpoch begin(Keyring keyring, String purpose, int number, SecureRandom random) {
        return begin(keyring, purpose, number, random, RecordLimits.STANDARD);
    }

    static RecordEpoch begin(Keyring keyring, String purpose, int number, SecureRandom random, RecordLimits limits) {
        byte[] salt = new byte[Keyring.SALT_BYTES];
        random.nextBytes(salt);
        String id = keyring.activeId();
        try {
            SecretKey key = keyring.derive(id, salt, RecordFormat.keyPurpose(purpose));
            return new RecordEpoch(
                    number, id, EpochHeader.write(number, id, salt, key), new RecordSealer(number, key, limits));
        } catch (UnknownKeyException e) {
            throw new IllegalStateException("A keyring has its active key", e);
        }
    }

    public int number() {
        return number;
    }

    /** The id of the keyring's key under which the epoch seals. */
    public String keyId() {
        return keyId;
    }

    /** What a {@link RecordOpener} needs to open the epoch's records. It must be durable before the first of them is. */
    public byte[] header() {
        return header.clone();
    }

    /** What seals under this epoch. */
    public RecordSealer sealer() {
        return sealer;
    }
}
