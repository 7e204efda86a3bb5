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

/** Where a signing key is kept. */
public interface SigningKeySource {
    /**
     * Reads the key, and gives it a name.
     *
     * @param name of the key; for the key of a log its origin
     * @throws SigningKeyException when there is none, it cannot be opened, or it is of another kind than Ed25519
     */
    SigningKey read(String name) throws SigningKeyException;
}
