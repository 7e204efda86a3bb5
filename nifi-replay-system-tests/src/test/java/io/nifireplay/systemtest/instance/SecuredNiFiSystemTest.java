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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Page;
import io.nifireplay.systemtest.browser.Canvas;
import io.nifireplay.systemtest.browser.Chromium;
import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.RestException;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KeepLogs.class)
class SecuredNiFiSystemTest {
    @Test
    void knowsItsUsersByTheirCertificates() {
        try (NiFiInstance nifi = NiFiInstance.in(Homes.fresh("secured"))
                .secured("CN=operator", "CN=auditor")
                .heap("512m")
                .timerThreads(4)
                .build()) {
            nifi.start();
            ProcessGroup group = nifi.client().root().createGroup("operator's");
            assertThat(group.createProcessor("GenerateFlowFile").status().runStatus())
                    .isNotBlank();

            NiFiClient auditor = nifi.clientAs("CN=auditor");
            assertThatThrownBy(() -> auditor.group(group.id()).name())
                    .isInstanceOfSatisfying(
                            RestException.class,
                            refused -> assertThat(refused.status()).isEqualTo(403));
            nifi.client().policies().grant("CN=auditor", "read", "/process-groups/" + group.id());
            assertThat(auditor.group(group.id()).name()).isEqualTo("operator's");

            if (Chromium.isAvailable()) {
                try (Chromium chromium = Chromium.launch()) {
                    Page page = chromium.page(nifi.canvas(), nifi.certificates(), "CN=operator");
                    new Canvas(page, nifi.canvas())
                            .show(group)
                            .screenshot(Path.of("target", "screenshots", "secured.png"));
                    assertThat(page.getByText("GenerateFlowFile").count()).isPositive();
                }
            }

            nifi.stop();
            assertThat(nifi.isAlive()).isFalse();
        }
    }
}
