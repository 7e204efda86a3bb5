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
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {
    private static final byte[] SALT = Keys.bytes(Keyring.SALT_BYTES, 1);

    @Test
    void derivesAsBouncyCastlesHkdfDoes() throws UnknownKeyException {
        for (int seed = 0; seed < 50; seed++) {
            byte[] salt = Keys.bytes(Keyring.SALT_BYTES, seed);
            String purpose = "purpose " + seed + " ä";
            HKDFBytesGenerator other = new HKDFBytesGenerator(new SHA256Digest());
            other.init(new HKDFParameters(
                    Keys.key("k" + seed).getEncoded(), salt, purpose.getBytes(StandardCharsets.UTF_8)));
            byte[] expected = new byte[32];
            other.generateBytes(expected, 0, expected.length);

            SecretKey derived = Keys.keyring("k" + seed).derive("k" + seed, salt, purpose);

            assertThat(derived.getEncoded()).isEqualTo(expected);
            assertThat(derived.getAlgorithm()).isEqualTo("AES");
        }
    }

    @Test
    void givesOtherKeysForOtherKeysSaltsAndPurposes() throws UnknownKeyException {
        Keyring keyring = Keys.keyring("a", "b");
        assertThat(List.of(
                        hex(keyring.derive("a", SALT, "x")),
                        hex(keyring.derive("b", SALT, "x")),
                        hex(keyring.derive("a", Keys.bytes(32, 2), "x")),
                        hex(keyring.derive("a", SALT, "y"))))
                .doesNotHaveDuplicates();
        assertThat(hex(keyring.derive("a", SALT, "x"))).isEqualTo(hex(keyring.derive("a", SALT, "x")));
    }

    @Test
    void namesTheKeyThatItLacks() {
        assertThatThrownBy(() -> Keys.keyring("a").derive("b", SALT, "x"))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining("'b'")
                .hasMessageContaining("[a]");
    }

    @Test
    void takesNoSaltOfAnotherLength() {
        for (int length : new int[] {0, 31, 33}) {
            assertThatThrownBy(() -> Keys.keyring("a").derive("a", new byte[length], "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("32 bytes");
        }
    }

    @Test
    void saysWhichKeysOfAnotherItCannotReplace() {
        assertThat(Keys.keyring("b", "a").lacking(Keys.keyring("a"))).isEmpty();
        assertThat(Keys.keyring("a").lacking(Keys.keyring("b", "a", "c"))).containsExactly("b", "c");
        assertThat(Keyring.of("a", Map.of("a", Keys.key("z"))).lacking(Keys.keyring("a")))
                .containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\n", "\u0000", "a\u202Eb", "\uD800"})
    void refusesIdsThatCannotBeSeen(String id) {
        assertThatThrownBy(() -> Keyring.of(id, Map.of(id, Keys.key("k"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void boundsIdsInBytesOfUtf8() {
        Keyring.of("ä".repeat(32), Map.of("ä".repeat(32), Keys.key("k")));
        assertThatThrownBy(() -> Keys.keyring("ä".repeat(32) + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65 bytes");
    }

    @Test
    void refusesKeysThatAreNotAes256() {
        for (SecretKey key :
                new SecretKey[] {new SecretKeySpec(new byte[16], "AES"), new SecretKeySpec(new byte[32], "HmacSHA256")
                }) {
            assertThatThrownBy(() -> Keyring.of("k", Map.of("k", key)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'k'");
        }
    }

    @Test
    void refusesAnActiveIdWithoutAKey() {
        assertThatThrownBy(() -> Keyring.of("b", Map.of("a", Keys.key("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'b'");
    }

    @Test
    void neverPrintsAKey() {
        Keyring keyring = Keys.keyring("a");
        byte[] key = Keys.key("a").getEncoded();
        assertThat(keyring.toString())
                .contains("a")
                .doesNotContain(
                        HexFormat.of().formatHex(key), Base64.getEncoder().encodeToString(key));
    }

    @Test
    void doesNotChangeWithTheKeysThatItWasMadeOf() throws UnknownKeyException {
        Map<String, SecretKey> keys = new HashMap<>(Map.of("a", Keys.key("a")));
        Keyring keyring = Keyring.of("a", keys);
        keys.put("a", Keys.key("b"));
        keys.put("b", Keys.key("b"));

        assertThat(keyring.ids()).containsExactly("a");
        assertThat(hex(keyring.derive("a", SALT, "x")))
                .isEqualTo(hex(Keys.keyring("a").derive("a", SALT, "x")));
    }

    private static String hex(SecretKey key) {
        return HexFormat.of().formatHex(key.getEncoded());
    }
}
