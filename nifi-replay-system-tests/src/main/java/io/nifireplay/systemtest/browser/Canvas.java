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

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ScreenshotAnimations;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.nifireplay.systemtest.client.ProcessGroup;
import java.net.URI;
import java.nio.file.Path;

/** NiFi's canvas in a page. */
public final class Canvas {
    private final Page page;
    private final URI address;

    /**
     * The canvas of one NiFi.
     *
     * @param address as {@code NiFiInstance.canvas()} gives it
     */
    public Canvas(Page page, URI address) {
        this.page = page;
        this.address = address;
    }

    /** Shows a process group, the whole of it, with NiFi's own panels out of the way. */
    public Canvas show(ProcessGroup group) {
        page.navigate(address + "#/process-groups/" + group.id());
        group.componentIds().forEach(this::awaitDrawn);
        page.locator("button:has(.icon-zoom-fit)").click();
        awaitStandstill();
        collapse(".navigation-control-header");
        collapse(".operation-control-header");
        return this;
    }

    /** Takes a picture of what is shown, as PNG. */
    public Canvas screenshot(Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file).setAnimations(ScreenshotAnimations.DISABLED));
        return this;
    }

    /** The page, for a click or a look at anything else. */
    public Page page() {
        return page;
    }

    private void awaitDrawn(String componentId) {
        page.locator("#id-" + componentId)
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
    }

    /** The canvas glides to its new place, some time after the click: still is what is found so twice. */
    private void awaitStandstill() {
        String still = """
                () => {
                    const now = document.querySelector('#canvas').getAttribute('transform');
                    window.same = window.before === now ? window.same + 1 : 0;
                    window.before = now;
                    return window.same >= 2;
                }""";
        page.waitForFunction(still, null, new Page.WaitForFunctionOptions().setPollingInterval(500));
    }

    private void collapse(String header) {
        Locator panel = page.locator(header);
        if (panel.count() > 0) {
            panel.first().click();
        }
    }
}
