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

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ClientCertificate;
import io.nifireplay.systemtest.instance.Certificates;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The system's Chromium, headless, driven by Playwright.
 *
 * <pre>{@code
 * try (Chromium chromium = Chromium.launch()) {
 *     new Canvas(chromium.page(), nifi.canvas()).show(group).screenshot(file);
 * }
 * }</pre>
 */
public final class Chromium implements AutoCloseable {
    /** Pixels of the window. */
    public static final int WIDTH = 1920;

    /** Pixels of the window. */
    public static final int HEIGHT = 1200;

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /**
     * Starts the browser; as root on a Debian that has none, installs it first.
     *
     * @throws IllegalStateException that says what to install, if there is no Chromium
     */
    public static Chromium launch() {
        Path executable = ChromiumInstallation.executable();
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(arguments()));
        return new Chromium(playwright, browser);
    }

    /** Whether there is a Chromium here, or one could be installed. */
    public static boolean isAvailable() {
        return ChromiumInstallation.findOrInstall().isPresent();
    }

    /** A new, empty page with a session of its own. */
    public Page page() {
        return browser.newPage(options());
    }

    /** A new, empty page that shows a client certificate to this server. */
    public Page page(URI server, Certificates certificates, String identity) {
        String origin = server.getScheme() + "://" + server.getAuthority();
        ClientCertificate certificate = new ClientCertificate(origin)
                .setPfxPath(certificates.keyStore(identity))
                .setPassphrase(Certificates.PASSWORD);
        return browser.newPage(options().setClientCertificates(List.of(certificate)));
    }

    /** A new page that shows this address. */
    public Page open(URI address) {
        Page page = page();
        page.navigate(address.toString());
        return page;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    private static Browser.NewPageOptions options() {
        return new Browser.NewPageOptions().setViewportSize(WIDTH, HEIGHT).setIgnoreHTTPSErrors(true);
    }

    private static List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync"));
        if (ChromiumInstallation.isRoot()) {
            // Chromium does not start its sandbox as root.
            arguments.add("--no-sandbox");
        }
        return arguments;
    }
}
