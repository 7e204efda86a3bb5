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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the system's Chromium, and installs it where that can be done without asking. */
final class ChromiumInstallation {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final Path LOCK = Path.of(System.getProperty("java.io.tmpdir"), "nifi-replay-chromium.lock");
    private static final Path MACOS = Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

    private ChromiumInstallation() {}

    /**
     * The executable.
     *
     * @throws IllegalStateException that says what to install, if there is none and it cannot be installed here
     */
    static Path executable() {
        return findOrInstall()
                .orElseThrow(() -> new IllegalStateException("No Chromium on the PATH. Install it with: "
                        + "apt-get install chromium (Debian, Ubuntu), dnf install chromium (Fedora), "
                        + "or brew install --cask google-chrome (macOS)"));
    }

    static Optional<Path> findOrInstall() {
        return find().or(ChromiumInstallation::install);
    }

    private static Optional<Path> find() {
        Stream<Path> onThePath = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)));
        return Stream.concat(onThePath, Stream.of(MACOS))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** One process at a time, as apt-get wants it; the next one finds what the first installed. */
    private static Optional<Path> install() {
        if (!isRoot() || !Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            return Optional.empty();
        }
        try (FileChannel lock = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            return find().or(() -> {
                run("apt-get", "update", "-qq");
                run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium");
                return find();
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock " + LOCK, e);
        }
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void run(String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            builder.start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
