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
package io.nifireplay.systemtest.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks for texts in files, byte by byte, as somebody would who got hold of the disk. NiFi may run meanwhile. */
public final class PlaintextSearch {
    private final List<String> markers;

    private PlaintextSearch(List<String> markers) {
        this.markers = markers;
    }

    /** @param markers ASCII */
    public static PlaintextSearch of(String... markers) {
        return new PlaintextSearch(List.of(markers));
    }

    /** How often one of the texts is in the files of these folders. */
    public long hits(Path... folders) {
        return Stream.of(folders)
                .flatMap(PlaintextSearch::files)
                .mapToLong(this::hitsIn)
                .sum();
    }

    /** The files of these folders in which one of the texts is. */
    public List<Path> filesWithHits(Path... folders) {
        return Stream.of(folders)
                .flatMap(PlaintextSearch::files)
                .filter(file -> hitsIn(file) > 0)
                .toList();
    }

    /** All files below a folder, without those that go while it is looked through. Links are not followed. */
    public static Stream<Path> files(Path folder) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    // NiFi moves and deletes files all the time. A folder that never was is the caller's mistake.
                    if (e instanceof NoSuchFileException && !file.equals(folder)) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look through " + folder, e);
        }
        return files.stream();
    }

    /** How often one of the texts is in a file; not at all when the file is gone. */
    public long hitsIn(Path file) {
        String bytes;
        try {
            // One char for each byte.
            bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            // NiFi has moved or deleted it.
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
        long hits = 0;
        for (String marker : markers) {
            for (int at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + marker.length())) {
                hits++;
            }
        }
        return hits;
    }
}
