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
package io.nifireplay.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.keyring.Keyring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
    private static final byte[] OLD = Setup.bytes(100_000, 1);
    private static final byte[] NEW = Setup.bytes(2_000, 2);

    @TempDir
    private Path folder;

    @Test
    void oldClaimsStayReadableAndNewOnesGoUnderTheNewKey() throws IOException {
        ContentClaim old;
        try (OpenRepository open = Setup.sealed(folder).open()) {
            old = open.write(OLD);
        }
        Setup rotated = Setup.sealed(folder).withKeyring(Setup.keyring("second", "first"));
        ContentClaim fresh;
        try (OpenRepository open = rotated.open()) {
            fresh = open.write(NEW);
            assertThat(open.read(open.restored(old))).isEqualTo(OLD);
            assertThat(open.read(fresh)).isEqualTo(NEW);
        }
        assertThat(Files.readString(OpenRepository.file(rotated, fresh), StandardCharsets.ISO_8859_1))
                .startsWith("NRS\u0001\u0006second");

        // Once the old claims are gone the first key may go too; before that, its claims say which key they need.
        try (OpenRepository open =
                Setup.sealed(folder).withKeyring(Setup.keyring("second")).open()) {
            assertThat(open.read(open.restored(fresh))).isEqualTo(NEW);
            assertThatThrownBy(() -> open.read(open.restored(old)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(old.getResourceClaim().getId())
                    .hasMessageContaining("'first'")
                    .hasMessageContaining("Add that key to the key store again");
        }
    }

    @Test
    void anotherKeyOfTheSameIdOpensNothing() throws IOException {
        ContentClaim claim;
        try (OpenRepository open = Setup.sealed(folder).open()) {
            claim = open.write(OLD);
        }
        Keyring other = Keyring.of("first", Map.of("first", new SecretKeySpec(Setup.bytes(32, 99), "AES")));
        try (OpenRepository open = Setup.sealed(folder).withKeyring(other).open()) {
            assertThatThrownBy(() -> open.read(open.restored(claim)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(claim.getResourceClaim().getId())
                    .hasMessageContaining("sealed with another key of the same id");
        }
    }

    @Test
    void eachFileHasADataKeyOfItsOwnAndEachProcessAgain() throws IOException {
        Setup setup = Setup.sealed(folder).appendableTo("1 B");
        byte[][] files = new byte[3][];
        try (OpenRepository open = setup.open()) {
            files[0] = Files.readAllBytes(OpenRepository.file(setup, open.write(OLD)));
            files[1] = Files.readAllBytes(OpenRepository.file(setup, open.write(OLD)));
        }
        try (OpenRepository open = setup.open()) {
            files[2] = Files.readAllBytes(OpenRepository.file(setup, open.write(OLD)));
        }
        int salt = 5 + "first".length();
        for (int i = 0; i < files.length; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(Arrays.equals(files[i], salt, salt + 32, files[j], salt, salt + 32))
                        .isFalse();
            }
        }
    }
}
