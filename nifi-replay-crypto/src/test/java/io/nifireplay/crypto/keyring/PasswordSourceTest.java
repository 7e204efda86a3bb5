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

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordSourceTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void takesAFileWithoutTheLineBreakAtItsEnd(String end) throws Exception {
        assertThat(PasswordSource.ownerOnlyFile(file(" pass\nwörd " + end, "rw-------"))
                        .read())
                .containsExactly(" pass\nwörd ".toCharArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx--x---", "r-------x"})
    void refusesAFileToWhichOthersHaveAnyRight(String rights) throws Exception {
        Path file = file("password", rights);

        assertThatThrownBy(() -> PasswordSource.ownerOnlyFile(file).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(rights)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void looksAtTheRightsOfTheFileBehindALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file("password", "rw-r--r--"));
        assertThatThrownBy(() -> PasswordSource.ownerOnlyFile(link).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("rw-r--r--");
        Path own = Files.createSymbolicLink(folder.resolve("own"), file("password", "r--------"));
        assertThat(PasswordSource.ownerOnlyFile(own).read()).containsExactly("password".toCharArray());
    }

    @Test
    void refusesFilesThatHoldNoPassword() throws Exception {
        assertThatThrownBy(() ->
                        PasswordSource.ownerOnlyFile(folder.resolve("none")).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("There is no password file");
        Path empty = file("\n", "rw-------");
        assertThatThrownBy(() -> PasswordSource.ownerOnlyFile(empty).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("is empty");
        Path large = file("x".repeat(PasswordSource.MAX_FILE_BYTES + 1), "rw-------");
        assertThatThrownBy(() -> PasswordSource.ownerOnlyFile(large).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("more than 4096 bytes");
        Path binary = file("", "rw-------");
        Files.write(binary, new byte[] {(byte) 0xC3, 0x28});
        assertThatThrownBy(() -> PasswordSource.ownerOnlyFile(binary).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> PasswordSource.ownerOnlyFile(folder).read()).isInstanceOf(KeyringException.class);
    }

    @Test
    void takesAVariableOfTheEnvironment() throws KeyringException {
        assertThat(new PasswordSource.EnvironmentVariable("P", name -> Optional.of(name + " word")).read())
                .containsExactly("P word".toCharArray());
        assertThatThrownBy(() -> new PasswordSource.EnvironmentVariable("P", name -> Optional.empty()).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("variable P")
                .hasMessageContaining("not set");
        assertThatThrownBy(() -> new PasswordSource.EnvironmentVariable("P", name -> Optional.of("")).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void neverPrintsThePasswordThatItWasGiven() throws KeyringException {
        assertThat(PasswordSource.given("secret").toString()).doesNotContain("secret");
        assertThat(PasswordSource.given("secret").read()).containsExactly("secret".toCharArray());
        assertThatThrownBy(() -> PasswordSource.given("").read()).isInstanceOf(KeyringException.class);
    }

    private Path file(String content, String rights) throws Exception {
        Path file = Files.createTempFile(folder, "password", "");
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        return file;
    }
}
