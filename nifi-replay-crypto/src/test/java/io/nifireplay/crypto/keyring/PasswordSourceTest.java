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
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordSourceTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void rightsCanBeGiven() {
        assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
    }

    @Test
    void readsAVariable() throws Exception {
        Map<String, String> environment = Map.of("SECRET", "pass word", "EMPTY", "");
        assertThat(variable("SECRET", environment).read()).isEqualTo("pass word".toCharArray());
        assertThatThrownBy(() -> variable("MISSING", environment).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("MISSING")
                .hasMessageContaining("not set");
        assertThatThrownBy(() -> variable("EMPTY", environment).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> PasswordSource.environmentVariable("NIFI_REPLAY_NOT_SET")
                        .read())
                .isInstanceOf(KeyringException.class);
        Map.Entry<String, String> real = System.getenv().entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .findAny()
                .orElseThrow();
        assertThat(PasswordSource.environmentVariable(real.getKey()).read())
                .isEqualTo(real.getValue().toCharArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pässword", "pässword\n", "pässword\r\n"})
    void readsAFileWithOrWithoutALineBreakAtItsEnd(String content) throws Exception {
        assertThat(file(content, "rw-------").read()).isEqualTo("pässword".toCharArray());
    }

    @Test
    void keepsAllOtherWhiteSpace() throws Exception {
        assertThat(file(" a\nb \n\n", "r--------").read()).isEqualTo(" a\nb \n".toCharArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx--x---", "rwx-----x"})
    void refusesAFileThatOthersCanUse(String rights) throws Exception {
        PasswordSource source = file("password", rights);
        assertThatThrownBy(source::read)
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(rights)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void looksAtTheFileBehindALink() throws Exception {
        file("password", "rw-r--r--");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("password"));
        assertThatThrownBy(() -> PasswordSource.ownerOnlyFile(link).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("others");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void refusesAnEmptyFile(String content) throws Exception {
        PasswordSource source = file(content, "rw-------");
        assertThatThrownBy(source::read).isInstanceOf(KeyringException.class).hasMessageContaining("is empty");
    }

    @Test
    void refusesWhatIsNoPasswordFile() throws Exception {
        PasswordSource large = file("x".repeat(PasswordSource.MAX_FILE_BYTES + 1), "rw-------");
        assertThatThrownBy(large::read).isInstanceOf(KeyringException.class).hasMessageContaining("nothing else");
        Files.write(folder.resolve("password"), new byte[] {(byte) 0xFF, 1});
        assertThatThrownBy(large::read).isInstanceOf(KeyringException.class).hasMessageContaining("UTF-8");
        assertThatThrownBy(() ->
                        PasswordSource.ownerOnlyFile(folder.resolve("missing")).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("There is no password file");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> PasswordSource.ownerOnlyFile(folder).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("cannot be read");
    }

    private static PasswordSource variable(String name, Map<String, String> environment) {
        return new PasswordSource.EnvironmentVariable(name, asked -> Optional.ofNullable(environment.get(asked)));
    }

    private PasswordSource file(String content, String rights) throws IOException {
        Path file = folder.resolve("password");
        Files.writeString(file, content, StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        return PasswordSource.ownerOnlyFile(file);
    }
}
