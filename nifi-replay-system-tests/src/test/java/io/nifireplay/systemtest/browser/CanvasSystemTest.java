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
package io.nifireplay.systemtest.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({SharedNiFi.class, KeepLogs.class})
class CanvasSystemTest {
    @Test
    void takesAPictureOfAGroup(NiFiInstance nifi, ProcessGroup group) throws Exception {
        assumeTrue(Chromium.isAvailable(), "no Chromium, and not root to install it");
        group.createProcessor("GenerateFlowFile").to(group.createFunnel(), "success");
        Path picture = Files.createDirectories(Path.of("target", "screenshots")).resolve("group.png");

        try (Chromium chromium = Chromium.launch()) {
            Canvas canvas =
                    new Canvas(chromium.page(), nifi.canvas()).show(group).screenshot(picture);
            assertThat(canvas.page().content()).contains("GenerateFlowFile");
        }

        assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(Chromium.WIDTH);
    }
}
