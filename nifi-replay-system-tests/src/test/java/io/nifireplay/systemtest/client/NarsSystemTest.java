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
package io.nifireplay.systemtest.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith({SharedNiFi.class, KeepLogs.class})
class NarsSystemTest {
    @Test
    void uploadsANarToTheRunningNiFi(NiFiClient nifi, @TempDir Path folder) throws IOException {
        Nars.Nar uploaded = nifi.nars().upload(emptyNar(folder));

        assertThat(uploaded.bundle()).isEqualTo(new Bundle("io.nifireplay.test", "empty-nar", "1.0"));
        assertThat(nifi.nars().list()).contains(uploaded);
        nifi.nars().delete(uploaded);
    }

    private static Path emptyNar(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Nar-Group", "io.nifireplay.test");
        attributes.putValue("Nar-Id", "empty-nar");
        attributes.putValue("Nar-Version", "1.0");
        Path nar = folder.resolve("empty-nar-1.0.nar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(nar))) {
            // NiFi unpacks no file whose folder has no entry.
            out.putNextEntry(new ZipEntry("META-INF/"));
            out.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            manifest.write(out);
        }
        return nar;
    }
}
