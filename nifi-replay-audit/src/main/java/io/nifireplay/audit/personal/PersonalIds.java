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
package io.nifireplay.audit.personal;

import io.nifireplay.audit.entry.PersonalId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** A way to write ids that may tell who a person is. Safe for use by several threads. */
public interface PersonalIds {
    /**
     * Ids in the form in which entries may carry them, in the same order.
     *
     * @throws io.nifireplay.audit.AuditException when what must be kept for them cannot be kept
     */
    List<PersonalId> protect(List<String> ids);

    default PersonalId protect(String id) {
        return protect(List.of(id)).getFirst();
    }

    /** As they are. */
    static PersonalIds plain() {
        return ids -> ids.stream().<PersonalId>map(PersonalId.Plain::new).toList();
    }

    /**
     * As keyed digests (HMAC-SHA-256, RFC 2104).
     *
     * @param key whoever has it can test a guess
     */
    static PersonalIds pseudonyms(SecretKey key) {
        return ids -> ids.stream()
                .<PersonalId>map(id -> new PersonalId.Pseudonym(HexFormat.of().formatHex(hmac(key, id))))
                .toList();
    }

    private static byte[] hmac(SecretKey key, String id) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(id.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ids cannot be made pseudonyms with this key", e);
        }
    }
}
