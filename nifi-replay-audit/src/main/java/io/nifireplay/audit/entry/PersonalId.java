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
package io.nifireplay.audit.entry;

/** An id that may tell who a person is, in one of the ways in which an entry can carry it. */
public sealed interface PersonalId {
    /** As it is. */
    record Plain(String id) implements PersonalId {}

    /**
     * A keyed digest: the same id gives the same one, and whoever has the key can test a guess. A pseudonym, not
     * anonymity.
     *
     * @param hmac HMAC-SHA-256, in hexadecimal digits
     */
    record Pseudonym(String hmac) implements PersonalId {}

    /**
     * Sealed under a key of its subject; once that key is destroyed, nobody can read it or tell whom it was about.
     *
     * @param subject a random label, the same for all ids of a subject until its key is destroyed
     * @param sealed Base 64 of a nonce of 12 bytes and the AES-256-GCM ciphertext with its tag of 16
     */
    record Sealed(String subject, String sealed) implements PersonalId {}
}
