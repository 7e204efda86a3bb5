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
package io.nifireplay.audit.key;

import io.nifireplay.audit.note.SigningKey;
import java.util.Arrays;

/** The private part of an Ed25519 key, which is wiped once it is in use. */
final class SeedKey {
    private SeedKey() {}

    static SigningKey named(String name, byte[] seed) throws SigningKeyException {
        try {
            return SigningKey.of(name, seed);
        } catch (IllegalArgumentException e) {
            throw new SigningKeyException(e.getMessage(), e);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }
}
