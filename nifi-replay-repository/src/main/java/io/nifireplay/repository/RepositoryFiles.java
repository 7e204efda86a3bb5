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
package io.nifireplay.repository;

import io.nifireplay.crypto.NotSealedException;
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.stream.StreamWalk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.nifi.controller.repository.FileSystemRepository;

/**
 * What a look at all files of a repository found.
 *
 * @param newest when the newest file was made, as its name tells, in milliseconds since 1970; 0 when there is none
 * @param sealed a file that begins as sealed ones do, if there is one
 */
record RepositoryFiles(long newest, Optional<Path> sealed) {
    private static final int MOST_DIGITS = 18;

    /** Looks at the files of these containers, archived ones too, until one is sealed. Some 10 µs a file. */
    static RepositoryFiles scan(Collection<Path> containers) throws IOException {
        long newest = 0;
        for (Path container : containers) {
            for (int i = 0; i < FileSystemRepository.SECTIONS_PER_CONTAINER; i++) {
                Path section = container.resolve(String.valueOf(i));
                for (Path folder : List.of(section, section.resolve(FileSystemRepository.ARCHIVE_DIR_NAME))) {
                    for (Path file : filesIn(folder)) {
                        if (isSealed(file)) {
                            return new RepositoryFiles(newest, Optional.of(file));
                        }
                        newest = Math.max(
                                newest, madeAt(file.getFileName().toString()).orElse(0));
                    }
                }
            }
        }
        return new RepositoryFiles(newest, Optional.empty());
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static boolean isSealed(Path path) throws IOException {
        try (ClaimFile file = ClaimFile.open(path, 0)) {
            StreamWalk.measure(file, 0);
            return true;
        } catch (NotSealedException e) {
            return false;
        } catch (SealedDataException e) {
            return true;
        }
    }

    /**
     * When a file was made: the file repository names it by milliseconds, a dash and a number. Empty when the name is
     * another, as very old versions of NiFi gave.
     */
    static OptionalLong madeAt(String name) {
        int dash = name.indexOf('-');
        if (dash <= 0 || dash > MOST_DIGITS || dash == name.length() - 1) {
            return OptionalLong.empty();
        }
        long millis = 0;
        for (int i = 0; i < name.length(); i++) {
            int digit = name.charAt(i) - '0';
            if (i != dash && (digit < 0 || digit > 9)) {
                return OptionalLong.empty();
            }
            if (i < dash) {
                millis = millis * 10 + digit;
            }
        }
        return OptionalLong.of(millis);
    }
}
