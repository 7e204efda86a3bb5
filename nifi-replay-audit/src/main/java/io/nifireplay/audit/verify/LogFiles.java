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
package io.nifireplay.audit.verify;

import io.nifireplay.audit.tiles.TilePath;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Which files a log's directory has, by what their paths say. */
final class LogFiles {
    private final Map<Integer, NavigableMap<Long, List<Integer>>> widths = new HashMap<>();
    private final List<String> strays = new ArrayList<>();

    private LogFiles() {}

    static LogFiles list(Path directory) throws IOException {
        LogFiles files = new LogFiles();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(directory.relativize(file).toString().replace('\\', '/'), attributes.isRegularFile());
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private void add(String path, boolean isRegular) {
        Optional<TilePath> tile = isRegular ? TilePath.parse(path) : Optional.empty();
        if (tile.isPresent()) {
            widths.computeIfAbsent(tile.get().level(), level -> new TreeMap<>())
                    .computeIfAbsent(tile.get().index(), index -> new ArrayList<>())
                    .add(tile.get().width());
        } else if (!isRegular || !path.equals("checkpoint")) {
            strays.add(path);
        }
    }

    /** Files that no log has. */
    List<String> strays() {
        return strays;
    }

    /** The widths in which a tile is there: partial ones of older checkpoints too. */
    List<Integer> widths(int level, long index) {
        return widths.getOrDefault(level, new TreeMap<>()).getOrDefault(index, List.of());
    }

    /** How many tiles of a level are there, each counted once. */
    long count(int level) {
        return widths.getOrDefault(level, new TreeMap<>()).size();
    }

    /** Tiles of a level from an index on. */
    List<TilePath> from(int level, long index) {
        List<TilePath> paths = new ArrayList<>();
        widths.getOrDefault(level, new TreeMap<>())
                .tailMap(index, true)
                .forEach((at, each) -> each.forEach(width -> paths.add(new TilePath(level, at, width))));
        return paths;
    }
}
