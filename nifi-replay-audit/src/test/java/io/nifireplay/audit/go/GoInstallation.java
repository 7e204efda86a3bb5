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
package io.nifireplay.audit.go;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the system's Go with golang.org/x/mod, and installs both where that can be done without asking. */
final class GoInstallation {
    /** Where Debian puts the sources of Go libraries. */
    private static final Path DEBIAN = Path.of("/usr/share/gocode");

    private static final String LIBRARY = "src/golang.org/x/mod/sumdb/tlog";

    private final Path go;

    private GoInstallation(Path go) {
        this.go = go;
    }

    /** The installation, empty when there is none and it cannot be installed here. */
    static Optional<GoInstallation> findOrInstall() throws IOException, InterruptedException {
        Optional<GoInstallation> found = find();
        if (found.isEmpty() && isRoot() && Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            run(List.of("apt-get", "update", "-qq"));
            run(List.of(
                    "apt-get",
                    "install",
                    "-y",
                    "-qq",
                    "--no-install-recommends",
                    "golang-go",
                    "golang-golang-x-mod-dev"));
            return find();
        }
        return found;
    }

    private static Optional<GoInstallation> find() {
        return Files.isDirectory(DEBIAN.resolve(LIBRARY))
                ? Stream.of(System.getenv("PATH").split(":"))
                        .map(directory -> Path.of(directory, "go"))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .map(GoInstallation::new)
                : Optional.empty();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.start().waitFor();
    }

    /** Compiles a program of one file. */
    Path build(Path source, Path program) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(go.toString(), "build", "-o", program.toString(), source.toString())
                .redirectErrorStream(true);
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("GOPATH", DEBIAN.toString());
        builder.environment().put("GOCACHE", program.resolveSibling("go-cache").toString());
        builder.environment().put("GOFLAGS", "");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException("Go does not compile " + source + ": " + said);
        }
        return program;
    }
}
