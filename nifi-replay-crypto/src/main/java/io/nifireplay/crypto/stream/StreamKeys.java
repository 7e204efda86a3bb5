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
package io.nifireplay.crypto.stream;

import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.keyring.Keyring;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.crypto.SecretKey;

/** The data keys of streams, kept by key id and salt so that a stream is not opened by a derivation each time. Thread-safe. */
public final class StreamKeys {
    /** How many data keys are kept when the caller does not say: some 200 KB of memory. */
    public static final int DEFAULT_CAPACITY = 1_024;

    private final Keyring keyring;
    private final String purpose;
    private final int capacity;
    private final ConcurrentMap<Name, SecretKey> keys = new ConcurrentHashMap<>();

    /** Key id and salt, unread: a stream whose key is known needs neither as such. */
    private static final class Name {
        private final byte[] bytes;
        private final int hash;

        Name(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Name name && Arrays.equals(bytes, name.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * @param purpose as in {@link StreamEpoch#begin}: streams that were sealed for another purpose do not open
     */
    public StreamKeys(Keyring keyring, String purpose) {
        this(keyring, purpose, DEFAULT_CAPACITY);
    }

    /** @param capacity how many data keys are kept, at least 1 */
    public StreamKeys(Keyring keyring, String purpose, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("At least one data key is kept, not " + capacity);
        }
        this.keyring = keyring;
        this.purpose = StreamHeader.keyPurpose(purpose);
        this.capacity = capacity;
    }

    SecretKey of(StreamHeader header) throws SealedDataException {
        Name name = new Name(header.keyName());
        SecretKey known = keys.get(name);
        if (known != null) {
            return known;
        }
        SecretKey derived = keyring.derive(header.keyId(), header.salt(), purpose);
        // Salts come from files: whoever writes files must not make the cache grow. It does not matter which one goes,
        // since deriving it again costs a microsecond.
        Iterator<Name> oldest = keys.keySet().iterator();
        while (keys.size() >= capacity && oldest.hasNext()) {
            keys.remove(oldest.next());
        }
        keys.put(name, derived);
        return derived;
    }

    int size() {
        return keys.size();
    }
}
