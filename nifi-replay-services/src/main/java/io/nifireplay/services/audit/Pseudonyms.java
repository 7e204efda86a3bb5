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

import io.nifireplay.audit.personal.PersonalIds;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.UnknownKeyException;
import io.nifireplay.services.settings.InvalidSettingException;
import java.util.TreeSet;
import org.apache.nifi.components.PropertyDescriptor;

/**
 * Pseudonyms under a key that is derived from a keyring's: HKDF-SHA-256 with 32 zero bytes as salt (RFC 5869, section 2.2) and
 * the info {@value #PURPOSE}. The same key gives the same pseudonyms on every node and after every restart, and nothing else
 * has to be kept to test one.
 */
final class Pseudonyms {
    static final String PURPOSE = "nifi-replay audit pseudonyms 1";

    private Pseudonyms() {}

    /**
     * @param property that names the key
     * @throws InvalidSettingException when the keyring does not have it
     */
    static PersonalIds under(Keyring keyring, String keyId, PropertyDescriptor property)
            throws InvalidSettingException {
        try {
            return PersonalIds.pseudonyms(keyring.derive(keyId, new byte[Keyring.SALT_BYTES], PURPOSE));
        } catch (UnknownKeyException e) {
            throw new InvalidSettingException(
                    property,
                    "the keyring has no key '" + keyId + "'; it has " + new TreeSet<>(keyring.ids())
                            + ". Take one of these, and keep it in the key store for as long as the trail is used:"
                            + " with another key everybody gets another pseudonym",
                    e);
        }
    }
}
