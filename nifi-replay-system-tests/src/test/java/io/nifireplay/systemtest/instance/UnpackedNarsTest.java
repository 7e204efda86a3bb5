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
package io.nifireplay.systemtest.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedNarsTest {
    private static final String NAME = "a-1.0.nar";
    private static final Path UNPACKED = Path.of("extensions", NAME + "-unpacked");

    @TempDir
    private Path folder;

    private UnpackedNars nars;
    private String before;

    @BeforeEach
    void setUp() {
        before = System.setProperty(UnpackedNars.HOLLOW_PROPERTY, "true");
        nars = new UnpackedNars(folder.resolve("store"));
    }

    @AfterEach
    void tearDown() {
        if (before == null) {
            System.clearProperty(UnpackedNars.HOLLOW_PROPERTY);
        } else {
            System.setProperty(UnpackedNars.HOLLOW_PROPERTY, before);
        }
    }

    @Test
    void lendsWhatWasUnpackedWithAHollowNarWhoseDigestIsBesideIt() throws Exception {
        Path nar = nar("build", "whole");
        Path hollow = folder.resolve(NAME);
        assertThat(nars.lend(nar, folder.resolve("first"), hollow)).isFalse();
        nars.keep(nar, unpacked("first", nar));

        assertThat(nars.lend(nar, folder.resolve("second"), hollow)).isTrue();

        Path lent = folder.resolve("second").resolve(UNPACKED);
        assertThat(lent.resolve("content")).hasContent("whole");
        assertThat(lent.resolve("nar-digest")).hasBinaryContent(sha256(hollow));
        try (ZipFile zip = new ZipFile(hollow.toFile())) {
            assertThat(zip.stream()).extracting(Object::toString).containsExactly("META-INF/MANIFEST.MF");
        }
        // The store's is as it was.
        assertThat(nars.lend(nar, folder.resolve("third"), hollow)).isTrue();
    }

    @Test
    void lendsNothingOfAnotherBuildAndForgetsItForTheNewOne() throws Exception {
        Path old = nar("old", "whole");
        Path anew = nar("new", "other");
        nars.keep(old, unpacked("first", old));

        assertThat(nars.lend(anew, folder.resolve("second"), folder.resolve(NAME)))
                .isFalse();
        assertThat(folder.resolve("second")).doesNotExist();

        // What was unpacked of the old one is none of the new one.
        nars.keep(anew, folder.resolve("first"));
        assertThat(nars.lend(anew, folder.resolve("third"), folder.resolve(NAME)))
                .isFalse();
        nars.keep(anew, unpacked("fourth", anew));
        assertThat(nars.lend(anew, folder.resolve("fifth"), folder.resolve(NAME)))
                .isTrue();
        assertThat(nars.lend(old, folder.resolve("sixth"), folder.resolve(NAME)))
                .isFalse();
        assertThat(Distribution.list(folder.resolve("store"))).hasSize(1);
    }

    private Path nar(String build, String content) throws IOException {
        return Files.writeString(Files.createDirectories(folder.resolve(build)).resolve(NAME), content);
    }

    /** As NiFi leaves it in the working folder of a home. */
    private Path unpacked(String home, Path nar) throws Exception {
        Path work = folder.resolve(home);
        Path unpacked = work.resolve(UNPACKED);
        Files.createDirectories(unpacked.resolve("META-INF"));
        Files.write(unpacked.resolve("META-INF").resolve("MANIFEST.MF"), List.of("Nar-Id: a"));
        Files.copy(nar, unpacked.resolve("content"));
        Files.write(unpacked.resolve("nar-digest"), sha256(nar));
        return work;
    }

    private static byte[] sha256(Path file) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    }
}
