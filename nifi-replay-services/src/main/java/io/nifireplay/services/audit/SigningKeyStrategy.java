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
package io.nifireplay.services.audit;

import io.nifireplay.services.settings.Choice;

/** Where the key that signs the trail is kept. */
enum SigningKeyStrategy implements Choice {
    KEY_STORE(
            "key store",
            "A PKCS12 key store, as 'keytool -genkeypair -keyalg ed25519' makes one, or a BCFKS key store."),
    PEM_FILE(
            "PEM file",
            "A PKCS #8 private key in PEM, encrypted or not, as 'openssl genpkey -algorithm ed25519' makes one.");

    private final Words words;

    SigningKeyStrategy(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
