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

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.io.ContentClaimOutputStream;
import org.apache.nifi.stream.io.StreamUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A claim that is read while it is still being written. */
class GrowingClaimTest {
    @TempDir
    private Path folder;

    private OpenRepository open;
    private StandardContentClaim claim;
    private OutputStream out;

    @BeforeEach
    void beginAClaim() throws IOException {
        open = Setup.sealed(folder).open();
        claim = (StandardContentClaim) open.repository().create(false);
        out = open.repository().write(claim);
    }

    @AfterEach
    void closeIt() throws IOException {
        out.close();
        open.close();
    }

    @Test
    void readsWhatWasWrittenBeforeItIsFlushedOrClosed() throws IOException {
        out.write(new byte[] {1, 2, 3});
        assertThat(open.read(claim)).containsExactly(1, 2, 3);
        out.write(4);
        assertThat(open.read(claim)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aStreamThatReachedTheEndGoesOnWhenTheClaimGrows() throws IOException {
        out.write(new byte[] {1, 2, 3});
        try (InputStream in = open.repository().read(claim)) {
            assertThat(in.readNBytes(10)).containsExactly(1, 2, 3);
            assertThat(in.read()).isEqualTo(-1);
            out.write(new byte[] {4, 5});
            assertThat(in.readNBytes(10)).containsExactly(4, 5);
            out.write(new byte[200_000]);
            assertThat(in.skip(150_000)).isEqualTo(150_000);
            assertThat(in.readNBytes(100_000)).hasSize(50_000);
            out.write(6);
            out.close();
            assertThat(in.readNBytes(10)).containsExactly(6);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void aStreamOpenedBeforeTheFirstByteReadsWhatIsWrittenLater() throws IOException {
        try (InputStream in = open.repository().read(claim)) {
            assertThat(in.read()).isEqualTo(-1);
            out.write(new byte[] {1, 2, 3});
            assertThat(in.readNBytes(10)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void sizeOfAnOpenClaimOfUnknownLengthIsWhatWasWritten() throws IOException {
        assertThat(open.repository().size(new StandardContentClaim(claim.getResourceClaim(), claim.getOffset())))
                .isZero();
        out.write(new byte[70_000]);
        assertThat(open.repository().size(new StandardContentClaim(claim.getResourceClaim(), claim.getOffset())))
                .isEqualTo(70_000);
    }

    @Test
    void aStreamThatIsOpenReadsTheEndOfAClaimThatTheNextOneFollowed() throws IOException {
        byte[] content = Setup.bytes(150_000, 3);
        out.write(content, 0, 100_000);
        try (InputStream in = open.repository().read(claim)) {
            assertThat(in.readNBytes(90_000)).isEqualTo(Arrays.copyOf(content, 90_000));
            out.write(content, 100_000, 50_000);
            ((ContentClaimOutputStream) out).newContentClaim();
            out.write(1);
            assertThat(in.readNBytes(100_000)).isEqualTo(Arrays.copyOfRange(content, 90_000, content.length));
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void readingAnEarlierClaimOfAnOpenFileDoesNotDisturbTheWriter() throws IOException {
        byte[] first = Setup.bytes(5_000, 1);
        byte[] second = Setup.bytes(3_000, 2);
        out.write(first);
        ContentClaim next = ((ContentClaimOutputStream) out).newContentClaim();
        out.write(second, 0, 1_000);
        assertThat(open.read(claim)).isEqualTo(first);
        out.write(second, 1_000, 2_000);
        out.close();
        assertThat(open.read(next)).isEqualTo(second);
        assertThat(open.read(claim)).isEqualTo(first);
    }

    @Test
    void aReadingThreadThatIsInterruptedReadsOn() throws IOException {
        byte[] content = Setup.bytes(300_000, 3);
        out.write(content);
        Thread.currentThread().interrupt();
        try {
            assertThat(open.read(claim)).isEqualTo(content);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void threadsThatReadWhileOneWritesSeeWhatWasWrittenAndNothingElse() throws Exception {
        byte[] content = Setup.bytes(3_000_000, 4);
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Future<?> writer = threads.submit(() -> {
                Random random = new Random(5);
                int at = 0;
                while (at < content.length) {
                    int count = Math.min(content.length - at, 1 + random.nextInt(20_000));
                    out.write(content, at, count);
                    at += count;
                }
                out.close();
                return null;
            });
            Future<byte[]> follower = threads.submit(() -> follow(content.length));
            Future<Integer> others = threads.submit(() -> readAgainAndAgain(content));
            writer.get();
            assertThat(follower.get()).isEqualTo(content);
            assertThat(others.get()).isPositive();
        }
        assertThat(open.read(claim)).isEqualTo(content);
    }

    /** One stream that is read until all is there. */
    private byte[] follow(int length) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[10_000];
        try (InputStream in = open.repository().read(claim)) {
            while (read.size() < length) {
                int count = in.read(buffer);
                if (count > 0) {
                    read.write(buffer, 0, count);
                } else {
                    Thread.onSpinWait();
                }
            }
        }
        return read.toByteArray();
    }

    /** Many streams, each of what is there when it is opened, and one from the middle on. */
    private int readAgainAndAgain(byte[] content) throws IOException {
        int streams = 0;
        long known;
        do {
            known = Math.max(0, claim.getLength());
            try (InputStream in = open.repository().read(claim)) {
                StreamUtils.skip(in, known / 2);
                byte[] read = in.readNBytes((int) (known - known / 2));
                assertThat(read).isEqualTo(Arrays.copyOfRange(content, (int) (known / 2), (int) known));
                streams++;
            }
        } while (known < content.length);
        return streams;
    }
}
