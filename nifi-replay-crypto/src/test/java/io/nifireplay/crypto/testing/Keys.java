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
package io.nifireplay.crypto.testing;

import io.nifireplay.crypto.keyring.Keyring;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys and keyrings for tests: the same id gives the same key. */
public final class Keys {
    private Keys() {}

    public static SecretKey key(String id) {
        return new SecretKeySpec(bytes(32, id.hashCode()), "AES");
    }

    /** A keyring whose first id is the active one. */
    public static Keyring keyring(String... ids) {
        Map<String, SecretKey> keys = new HashMap<>();
        for (String id : ids) {
            keys.put(id, key(id));
        }
        return Keyring.of(ids[0], keys);
    }

    /** Bytes that look random, the same for the same seed. */
    public static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
