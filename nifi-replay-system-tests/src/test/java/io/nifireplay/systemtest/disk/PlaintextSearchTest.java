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
package io.nifireplay.systemtest.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaintextSearchTest {
    private static final PlaintextSearch SEARCH = PlaintextSearch.of("two apples", "nine pears");

    @TempDir
    private Path folder;

    @Test
    void findsTextsAmongBytesOfAnyValueInFoldersBelow() throws IOException {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(noise);
        bytes.write("two apples, two apples".getBytes(StandardCharsets.US_ASCII));
        bytes.write(noise);
        bytes.write("nine pears".getBytes(StandardCharsets.US_ASCII));
        Path deep = Files.createDirectories(folder.resolve("1/archive"));
        Path found = Files.write(deep.resolve("claim"), bytes.toByteArray());
        Files.write(deep.resolve("noise"), noise);
        Files.writeString(deep.resolve("two apples"), "a name is no content");

        assertThat(SEARCH.hits(folder)).isEqualTo(3);
        assertThat(SEARCH.hitsIn(found)).isEqualTo(3);
        assertThat(SEARCH.filesWithHits(folder)).containsExactly(found);
    }

    @Test
    void findsNothingInAFileThatIsGone() {
        assertThat(SEARCH.hitsIn(folder.resolve("deleted"))).isZero();
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        assertThatThrownBy(() -> SEARCH.hits(folder.resolve("content-repository")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("content-repository");
    }
}
