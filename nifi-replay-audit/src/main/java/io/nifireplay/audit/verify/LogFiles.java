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
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which files a log's directory has, by what their paths say. */
final class LogFiles {
    private final Map<Integer, NavigableMap<Long, List<Integer>>> widths = new HashMap<>();
    private final List<String> strays = new ArrayList<>();

    private LogFiles() {}

    /** Looks through the folders below {@code tile} side by side: a log has as many files of hashes as of entries. */
    static LogFiles list(Path directory) throws IOException {
        LogFiles files = new LogFiles();
        Path tiles = directory.resolve("tile");
        try {
            List<Path> branches = new ArrayList<>(entries(directory));
            if (branches.remove(tiles)) {
                branches.addAll(Files.isDirectory(tiles, LinkOption.NOFOLLOW_LINKS) ? entries(tiles) : List.of(tiles));
            }
            branches.parallelStream()
                    .map(branch -> below(directory, branch))
                    .toList()
                    .forEach(found -> found.forEach(files::add));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return files;
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    /** The paths of a branch, and whether each is a regular file. */
    private static Map<String, Boolean> below(Path directory, Path branch) {
        Map<String, Boolean> paths = new LinkedHashMap<>();
        try {
            Files.walkFileTree(branch, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    paths.put(directory.relativize(file).toString().replace('\\', '/'), attributes.isRegularFile());
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return paths;
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
