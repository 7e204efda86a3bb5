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
package io.nifireplay.journal.testing;

import io.nifireplay.crypto.keyring.Keyring;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keyrings for tests: the same id has the same key, unless it says otherwise. */
public final class Keyrings {
    private Keyrings() {}

    /** The first id is the active one. */
    public static Keyring of(String... ids) {
        Map<String, SecretKey> keys = new HashMap<>();
        for (String id : ids) {
            keys.put(id, key(id.hashCode()));
        }
        return Keyring.of(ids[0], keys);
    }

    /** A keyring of one key that has this id, and is another one than {@link #of} gives. */
    public static Keyring stranger(String id) {
        return Keyring.of(id, Map.of(id, key(id.hashCode() + 1L)));
    }

    private static SecretKey key(long seed) {
        byte[] bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        return new SecretKeySpec(bytes, "AES");
    }
}
