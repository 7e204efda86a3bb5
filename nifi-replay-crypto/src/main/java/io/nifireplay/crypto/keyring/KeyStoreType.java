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
package io.nifireplay.crypto.keyring;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The kinds of key store that a keyring is kept in. */
public enum KeyStoreType {
    /** PKCS #12 (RFC 7292), which the JDK's keytool makes. Ids are in lower case there. */
    PKCS12,
    /** Bouncy Castle's FIPS key store, sealed with AES-CCM. */
    BCFKS;

    /** The type that a file's name tells: {@code .bcfks}, or {@code .p12}, {@code .pfx} and {@code .pkcs12}. */
    public static Optional<KeyStoreType> ofName(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".bcfks")) {
            return Optional.of(BCFKS);
        }
        if (name.endsWith(".p12") || name.endsWith(".pfx") || name.endsWith(".pkcs12")) {
            return Optional.of(PKCS12);
        }
        return Optional.empty();
    }
}
