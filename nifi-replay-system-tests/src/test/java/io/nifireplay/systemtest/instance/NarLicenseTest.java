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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The LICENSE of a NAR names what the NAR bundles, all of it and nothing else. */
class NarLicenseTest {
    private static final Path LIB = Path.of(System.getProperty("nifireplay.distribution"), "lib");
    private static final Pattern BUNDLED =
            Pattern.compile("META-INF/bundled-dependencies/(.+?)-[0-9][^/]*\\.(?:jar|war)");
    /** Artifact ids after a group id, as in {@code (org.example:one, two; org.other:three)}. */
    private static final Pattern LISTED = Pattern.compile("\\(([a-z0-9.]+\\.[a-z0-9.]+:[^)]+)\\)");

    private static final String OURS = "nifi-replay-";

    @ParameterizedTest
    @ValueSource(strings = {"nifi-replay-nar", "nifi-replay-repository-nar"})
    void namesEachLibraryThatTheNarBundles(String nar) throws IOException {
        try (JarFile file = new JarFile(find(nar).toFile())) {
            Set<String> bundled = file.stream()
                    .map(entry -> BUNDLED.matcher(entry.getName()))
                    .filter(Matcher::matches)
                    .map(name -> name.group(1))
                    .collect(Collectors.toSet());

            assertThat(bundled).as("that the NAR was read").anyMatch(name -> name.startsWith(OURS));
            bundled.removeIf(name -> name.startsWith(OURS));
            assertThat(listed(file)).containsExactlyInAnyOrderElementsOf(bundled);
        }
    }

    private static Set<String> listed(JarFile file) throws IOException {
        String license;
        try (InputStream in = file.getInputStream(file.getJarEntry("META-INF/LICENSE"))) {
            license = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return LISTED.matcher(license)
                .results()
                .flatMap(list -> Stream.of(list.group(1).split("[,;]")))
                .map(artifact -> artifact.substring(artifact.indexOf(':') + 1).strip())
                .collect(Collectors.toSet());
    }

    private static Path find(String nar) throws IOException {
        try (Stream<Path> files = Files.list(LIB)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().matches(Pattern.quote(nar) + "-[0-9].*\\.nar"))
                    .toList();
            assertThat(found).as("%s in %s", nar, LIB).hasSize(1);
            return found.getFirst();
        }
    }
}
