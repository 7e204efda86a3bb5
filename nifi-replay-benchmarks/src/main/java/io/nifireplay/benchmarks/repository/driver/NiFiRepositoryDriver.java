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
package io.nifireplay.benchmarks.repository.driver;

import io.nifireplay.benchmarks.repository.RepositoryDriver;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.nifi.controller.repository.ContentRepository;
import org.apache.nifi.controller.repository.StandardContentRepositoryContext;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardResourceClaimManager;
import org.apache.nifi.controller.repository.io.ContentClaimOutputStream;
import org.apache.nifi.events.EventReporter;
import org.apache.nifi.util.NiFiProperties;

/**
 * Drives a repository by NiFi's interfaces, which are the same in 1.28 and 2.3. What NiFi's sessions put before a repository
 * (a buffer, counters) is left out: it is the same for all.
 */
public final class NiFiRepositoryDriver implements RepositoryDriver {
    private static final int CLAIMS_OF_A_STREAM = 100;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int UNREPEATED_BYTES = 64 << 20;
    private static final double NANOS = 1e9;

    private final Path folder;
    private final ContentRepository repository;
    private final List<ContentClaim> claims = new ArrayList<>();
    private int claimBytes;
    private ContentClaim large;
    private long largeBytes;

    /** @param properties lines of nifi.properties */
    public NiFiRepositoryDriver(String implementation, Path folder, Map<String, String> properties)
            throws ReflectiveOperationException, IOException {
        this.folder = folder;
        Map<String, String> all = new HashMap<>();
        all.put("nifi.content.repository.directory.default", folder.toString());
        all.put("nifi.content.claim.max.appendable.size", "1 MB");
        all.put("nifi.content.repository.archive.enabled", "false");
        all.putAll(properties);
        repository = Class.forName(implementation, true, getClass().getClassLoader())
                .asSubclass(ContentRepository.class)
                .getConstructor(NiFiProperties.class)
                .newInstance(new NiFiProperties(all));
        repository.initialize(
                new StandardContentRepositoryContext(new StandardResourceClaimManager(), EventReporter.NO_OP));
    }

    @Override
    public Taken writeClaims(int count, int bytes) throws IOException {
        claims.clear();
        claimBytes = bytes;
        byte[] content = random(bytes);
        Watch watch = new Watch();
        while (claims.size() < count) {
            ContentClaim claim = repository.create(false);
            try (OutputStream out = repository.write(claim)) {
                for (int i = 0; i < CLAIMS_OF_A_STREAM && claims.size() < count; i++) {
                    if (i > 0) {
                        claim = ((ContentClaimOutputStream) out).newContentClaim();
                    }
                    out.write(content);
                    claims.add(claim);
                }
            }
        }
        return watch.taken();
    }

    @Override
    public Taken readClaims() throws IOException {
        byte[] buffer = new byte[claimBytes];
        Watch watch = new Watch();
        for (ContentClaim claim : claims) {
            try (InputStream in = repository.read(claim)) {
                fill(in, buffer);
            }
        }
        return watch.taken();
    }

    @Override
    public Taken writeLarge(long bytes) throws IOException {
        // Storage may be faster with what repeats itself, which sealed content never does.
        byte[] content = random(UNREPEATED_BYTES);
        largeBytes = bytes;
        Watch watch = new Watch();
        large = repository.create(false);
        try (OutputStream out = repository.write(large)) {
            for (long written = 0; written < bytes; written += CHUNK_BYTES) {
                out.write(content, (int) (written % content.length), CHUNK_BYTES);
            }
        }
        return watch.taken();
    }

    @Override
    public Taken readLarge() throws IOException {
        byte[] buffer = new byte[CHUNK_BYTES];
        long read = 0;
        Watch watch = new Watch();
        try (InputStream in = repository.read(large)) {
            int count = in.read(buffer);
            while (count >= 0) {
                read += count;
                count = in.read(buffer);
            }
        }
        Taken taken = watch.taken();
        if (read != largeBytes) {
            throw new EOFException(read + " of " + largeBytes + " bytes were read");
        }
        return taken;
    }

    @Override
    public Taken readAtTheEnd(int times, int bytes) throws IOException {
        byte[] buffer = new byte[bytes];
        Watch watch = new Watch();
        for (int i = 0; i < times; i++) {
            try (InputStream in = repository.read(large)) {
                in.skipNBytes(largeBytes - bytes);
                fill(in, buffer);
            }
        }
        return watch.taken();
    }

    @Override
    public Taken readSlices(int count, int bytes) throws IOException {
        byte[] buffer = new byte[bytes];
        Watch watch = new Watch();
        for (int i = 0; i < count; i++) {
            try (InputStream in = repository.read(large)) {
                in.skipNBytes((largeBytes - bytes) / count * i);
                fill(in, buffer);
            }
        }
        return watch.taken();
    }

    private static void fill(InputStream in, byte[] buffer) throws IOException {
        if (in.readNBytes(buffer, 0, buffer.length) < buffer.length) {
            throw new EOFException("A claim is too short");
        }
    }

    @Override
    public long bytesOnDisk() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        repository.shutdown();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static final class Watch {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        private final long cpu = THREADS.getCurrentThreadCpuTime();
        private final long start = System.nanoTime();

        Taken taken() {
            return new Taken((System.nanoTime() - start) / NANOS, (THREADS.getCurrentThreadCpuTime() - cpu) / NANOS);
        }
    }
}
