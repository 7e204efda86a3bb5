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
package io.nifireplay.journal.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Looks for a text in every file of a directory, byte by byte. */
public final class MarkerSearch {
    private MarkerSearch() {}

    /** How often the text is in each file that has it. */
    public static Map<Path, Integer> hits(Path directory, String marker) throws IOException {
        Map<Path, Integer> hits = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                // One char for each byte.
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                int count = 0;
                for (int at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 1)) {
                    count++;
                }
                if (count > 0) {
                    hits.put(directory.relativize(file), count);
                }
            }
        }
        return hits;
    }
}
