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
package io.nifireplay.systemtest.sealed;

import io.nifireplay.systemtest.disk.PlaintextSearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What somebody reads who got hold of the disk under a NiFi: how often each marker is in the files of each of its folders.
 * The folders of a content repository's archive and of swapped queues count for themselves.
 */
final class Disk {
    /** The distribution's own files, linked and unpacked, which NiFi only reads. */
    private static final List<Path> NOT_WRITTEN = List.of(Path.of("lib"), Path.of("work", "nar"));

    private static final List<String> OF_THEIR_OWN = List.of("archive", "swap");
    private static final String LINE = "%-38s %7s %14s %9s %11s %9s%n";

    private final Map<String, Found> folders;

    private Disk(Map<String, Found> folders) {
        this.folders = folders;
    }

    /**
     * What is in a folder.
     *
     * @param content hits of the content's marker
     * @param attribute hits of the attribute's marker
     * @param key hits of the key's marker
     */
    record Found(int files, long bytes, long content, long attribute, long key) {
        static final Found NOTHING = new Found(0, 0, 0, 0, 0);

        Found plus(Found other) {
            return new Found(
                    files + other.files,
                    bytes + other.bytes,
                    content + other.content,
                    attribute + other.attribute,
                    key + other.key);
        }

        long hits() {
            return content + attribute + key;
        }
    }

    /** Looks through every file that a NiFi wrote; it may run meanwhile. */
    static Disk search(Path home, Markers markers) {
        PlaintextSearch content = PlaintextSearch.of(markers.content());
        PlaintextSearch attribute = PlaintextSearch.of(markers.attribute());
        PlaintextSearch key = PlaintextSearch.of(markers.key());
        Map<String, Found> folders = new TreeMap<>();
        PlaintextSearch.files(home).forEach(file -> {
            Path inHome = home.relativize(file);
            if (NOT_WRITTEN.stream().noneMatch(inHome::startsWith)) {
                Found found = new Found(1, size(file), content.hitsIn(file), attribute.hitsIn(file), key.hitsIn(file));
                folders.merge(folder(inHome), found, Found::plus);
            }
        });
        return new Disk(folders);
    }

    private static String folder(Path inHome) {
        String folder = inHome.getName(0).toString();
        for (Path part : inHome) {
            if (OF_THEIR_OWN.contains(part.toString())) {
                return folder + "/" + part;
            }
        }
        return folder;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look at " + file, e);
        }
    }

    /** What is in these folders together, such as {@code content_repository/archive}. */
    Found in(String... names) {
        return sum(List.of(names));
    }

    /** What is in all containers of the content repository, and in their archives. */
    Found inContentRepository() {
        return sum(folders.keySet().stream()
                .filter(folder -> folder.startsWith("content_repository"))
                .toList());
    }

    /** What is in all folders. */
    Found everywhere() {
        return sum(folders.keySet());
    }

    private Found sum(Iterable<String> names) {
        Found sum = Found.NOTHING;
        for (String name : names) {
            sum = sum.plus(folders.getOrDefault(name, Found.NOTHING));
        }
        return sum;
    }

    /** The counts of each folder, one a line. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add(LINE.formatted("folder", "files", "bytes", "content", "attribute", "key"));
        folders.forEach((folder, found) -> lines.add(
                LINE.formatted(folder, found.files(), found.bytes(), found.content(), found.attribute(), found.key())));
        return String.join("", lines);
    }
}
