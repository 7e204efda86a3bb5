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
package io.nifireplay.benchmarks.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Takes files out of the operating system's cache, so that the next read asks the disk. GNU dd does it on Linux without
 * privileges ({@code posix_fadvise} with {@code POSIX_FADV_DONTNEED}; Java has no call for it). Names of files and folders stay
 * cached, and what the disk caches by itself.
 */
final class ColdFiles {
    private final boolean canDrop;

    /** @param folder in which it is tried whether there is such a dd */
    ColdFiles(Path folder) throws IOException, InterruptedException {
        Path tried = Files.write(Files.createDirectories(folder).resolve("tried"), new byte[1]);
        canDrop = isDropped(tried) && Files.size(tried) == 1;
    }

    /** Whether files can be made cold here. */
    boolean canDrop() {
        return canDrop;
    }

    /** Takes them out of the cache, where that can be done. */
    void drop(Collection<Path> files) throws IOException, InterruptedException {
        if (canDrop) {
            for (Path file : files) {
                if (!isDropped(file)) {
                    throw new IOException("The file " + file + " could not be taken out of the cache");
                }
            }
        }
    }

    private static boolean isDropped(Path file) throws InterruptedException {
        try {
            return new ProcessBuilder(
                                    "dd",
                                    "if=/dev/null",
                                    "of=" + file,
                                    "oflag=nocache",
                                    "conv=notrunc,fdatasync",
                                    "count=0",
                                    "status=none")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // There is no dd.
            return false;
        }
    }
}
