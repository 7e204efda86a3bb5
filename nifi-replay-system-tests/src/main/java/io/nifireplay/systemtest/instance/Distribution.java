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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * NiFi's own jars and NARs, and ours, as the build lays them out in {@code target/nifi-dist/lib} from published
 * artifacts. Working homes are made from it.
 */
public record Distribution(Path root) {
    /** System property that names the folder; without it the one beside this module's classes is taken. */
    public static final String LOCATION_PROPERTY = "nifireplay.distribution";

    /** File names of the product's own NARs begin so. */
    static final String OWN_NAR_PREFIX = "nifi-replay-";

    /**
     * Finds the distribution.
     *
     * @throws IllegalStateException if the build has not made it yet
     */
    public static Distribution locate() {
        String configured = System.getProperty(LOCATION_PROPERTY);
        Path root = configured == null ? besideTheClasses() : Path.of(configured);
        if (!Files.isDirectory(root.resolve("lib"))) {
            throw new IllegalStateException("No NiFi at " + root.toAbsolutePath()
                    + ": build the module nifi-replay-system-tests first, or name the folder with -D"
                    + LOCATION_PROPERTY);
        }
        return new Distribution(root.toAbsolutePath());
    }

    /** The jars of NiFi's class path and the NARs it loads. */
    List<Path> library() {
        return list(root.resolve("lib"));
    }

    /**
     * The product's own NAR, as the build made it.
     *
     * @throws IllegalStateException if it is missing
     */
    public Path ownNar() {
        return library().stream()
                .filter(file -> file.getFileName().toString().startsWith(OWN_NAR_PREFIX + "nar-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No nifi-replay-nar in " + root));
    }

    /** Unpacked NARs of earlier starts, shared by hard links. */
    Path unpackedNars() {
        return root.resolve("unpacked");
    }

    static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + directory, e);
        }
    }

    private static Path besideTheClasses() {
        try {
            Path code = Path.of(Distribution.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return code.resolveSibling("nifi-dist");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Cannot tell where this class was loaded from", e);
        }
    }
}
