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
package io.nifireplay.benchmarks.journal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What this process occupies.
 *
 * @param heapBytes the JVM's heap in use after a collection
 * @param residentBytes all of the process, RocksDB's memory too; empty where the system does not tell
 */
record ProcessMemory(long heapBytes, OptionalLong residentBytes) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long MB = 1024L * 1024;

    static ProcessMemory now() throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new ProcessMemory(heap, resident());
    }

    private static OptionalLong resident() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst();
    }

    @Override
    public String toString() {
        return "heap " + heapBytes / MB + " MB"
                + (residentBytes.isPresent() ? ", resident " + residentBytes.getAsLong() / MB + " MB" : "");
    }
}
