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

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Threads that write prepared batches, each taking the next one, as the tasks of a processor do. */
public final class Writers {
    private static final double NANOS = 1e9;

    private Writers() {}

    /** Writes one batch durably. */
    public interface Write<B> {
        void write(B batch) throws Exception;
    }

    /**
     * What it took, from the moment in which all threads are ready to the last one's end.
     *
     * @param seconds on the wall clock
     * @param cpuSeconds of all threads of this process, those of RocksDB too: what a busy machine does not distort
     */
    public record Taken(double seconds, double cpuSeconds) {}

    /** Lets so many threads write all batches, and yields what it took. */
    public static <B> Taken write(int threads, List<B> batches, Write<B> write) throws Exception {
        // What was prepared is not to be moved about while it is measured.
        System.gc();
        AtomicInteger next = new AtomicInteger();
        CyclicBarrier ready = new CyclicBarrier(threads + 1);
        Callable<Void> writer = () -> {
            ready.await();
            for (int i = next.getAndIncrement(); i < batches.size(); i = next.getAndIncrement()) {
                write.write(batches.get(i));
            }
            return null;
        };
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Void>> writers = IntStream.range(0, threads)
                    .mapToObj(thread -> executor.submit(writer))
                    .toList();
            ready.await();
            long start = System.nanoTime();
            long startCpu = cpuNanos();
            for (Future<Void> each : writers) {
                each.get();
            }
            return new Taken((System.nanoTime() - start) / NANOS, (cpuNanos() - startCpu) / NANOS);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
