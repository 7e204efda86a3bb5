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
package io.nifireplay.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How benchmarks are run.
 *
 * @param quick smaller sizes and fewer rounds: to see that it works, not to judge by
 * @param rounds how often each contestant runs, the warm-up not counted
 * @param work a folder for files, on the disk that is to be measured
 * @param progress where to say what is going on
 */
public record BenchSettings(boolean quick, int rounds, Path work, PrintStream progress) {
    public void say(String text, Object... arguments) {
        progress.printf("  " + text + "%n", arguments);
    }

    /** One of two sizes. */
    public int size(int full, int whenQuick) {
        return quick ? whenQuick : full;
    }

    /** An empty folder of that name. */
    public Path fresh(String name) throws IOException {
        Path folder = work.resolve(name);
        delete(folder);
        return Files.createDirectories(folder);
    }

    /** Deletes a folder and all in it, if there is one. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> tree;
        try (Stream<Path> files = Files.walk(folder)) {
            tree = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : tree) {
            Files.delete(file);
        }
    }
}
