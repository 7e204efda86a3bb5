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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.testing.Keys;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {
    private static final byte[] SALT = Keys.bytes(32, 1);

    @Test
    void derivesTheSameKeyOfTheSameThreeThings() throws Exception {
        Keyring keyring = Keys.keyring("key-1", "key-2");
        SecretKey key = keyring.derive("key-1", SALT, "purpose");
        assertThat(key.getAlgorithm()).isEqualTo("AES");
        assertThat(key.getEncoded()).hasSize(32);
        assertThat(keyring.derive("key-1", SALT, "purpose")).isEqualTo(key);
        assertThat(keyring.derive("key-2", SALT, "purpose")).isNotEqualTo(key);
        assertThat(keyring.derive("key-1", Keys.bytes(32, 2), "purpose")).isNotEqualTo(key);
        assertThat(keyring.derive("key-1", SALT, "other")).isNotEqualTo(key);
        assertThat(key.getEncoded()).isNotEqualTo(Keys.key("key-1").getEncoded());
    }

    @Test
    void doesNotChangeWithWhatItWasMadeOf() {
        Map<String, SecretKey> keys = new HashMap<>(Map.of("key-1", Keys.key("key-1")));
        Keyring keyring = Keyring.of("key-1", keys);
        keys.put("key-2", Keys.key("key-2"));
        assertThat(keyring.ids()).containsExactly("key-1");
        assertThatThrownBy(() -> keyring.ids().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void saysWhichKeyItLacks() {
        assertThatThrownBy(() -> Keys.keyring("key-2", "key-3").derive("key-1", SALT, "purpose"))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining("'key-1'")
                .hasMessageContaining("[key-2, key-3]")
                .hasMessageContaining("Add that key");
        assertThatThrownBy(() -> Keyring.of("key-1", Map.of("key-2", Keys.key("key-2"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'key-1'")
                .hasMessageContaining("[key-2]");
    }

    @Test
    void takesNoKeyOfAnotherKind() {
        assertThatThrownBy(() -> Keyring.of("a", Map.of("a", new SecretKeySpec(new byte[16], "AES"))))
                .hasMessageContaining("not an AES key of 256 bits");
        assertThatThrownBy(() -> Keyring.of("a", Map.of("a", new SecretKeySpec(new byte[32], "HmacSHA256"))))
                .hasMessageContaining("not an AES key of 256 bits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\u0000", "\u202Eevil", "\uD800", "a\u2028b"})
    void takesNoIdThatCannotBeSeen(String id) {
        assertThat(Keyring.isId(id)).isFalse();
        assertThatThrownBy(() -> Keyring.of(id, Map.of(id, Keys.key("x"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesIdsUpToTheirBound() {
        assertThat(Keyring.isId("k".repeat(64))).isTrue();
        assertThat(Keyring.isId("k".repeat(65))).isFalse();
        assertThat(Keyring.isId("é".repeat(32))).isTrue();
        assertThat(Keyring.isId("é".repeat(33))).isFalse();
        assertThat(Keyring.isId("primary key 2026")).isTrue();
    }

    @Test
    void takesNoSaltOfAnotherLength() {
        assertThatThrownBy(() -> Keys.keyring("a").derive("a", new byte[31], "purpose"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsNoKey() {
        String text = Keys.keyring("key-1").toString();
        assertThat(text).contains("key-1");
        assertThat(text)
                .doesNotContain(HexFormat.of().formatHex(Keys.key("key-1").getEncoded(), 0, 4));
    }
}
