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

import org.apache.nifi.components.DescribedValue;

/** Where the key that signs the trail is kept. */
enum SigningKeyStrategy implements DescribedValue {
    KEY_STORE(
            "key store",
            "A PKCS12 key store, as 'keytool -genkeypair -keyalg ed25519' makes one, or a BCFKS key store."),
    PEM_FILE(
            "PEM file",
            "A PKCS #8 private key in PEM, encrypted or not, as 'openssl genpkey -algorithm ed25519' makes one.");

    private final String value;
    private final String description;

    SigningKeyStrategy(String value, String description) {
        this.value = value;
        this.description = description;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return value;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
