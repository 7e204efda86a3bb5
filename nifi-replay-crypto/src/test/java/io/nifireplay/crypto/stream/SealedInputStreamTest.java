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
package io.nifireplay.crypto.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.NotSealedException;
import io.nifireplay.crypto.TruncatedDataException;
import io.nifireplay.crypto.testing.Allocation;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Keys;
import io.nifireplay.crypto.testing.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedInputStreamTest {
    private static final int SEGMENT = StreamFormat.SEGMENT_BYTES;
    private static final StreamContext CONTEXT = StreamContext.of(new byte[] {7});

    @TempDir
    private Path folder;

    private final StreamKeys keys = new StreamKeys(Keys.keyring("key-1"), "test");
    private final StreamEpoch epoch = StreamEpoch.begin(Keys.keyring("key-1"), "test", new SecureRandom());
    private final Sink sink = new Sink();

    @Test
    void reachesAFarPlaceInOneLook() throws IOException {
        byte[] content = Keys.bytes(50 * SEGMENT + 10, 1);
        ArraySource source = new ArraySource(sealed(content));
        try (SealedInputStream in = open(source)) {
            long before = source.reads();
            assertThat(in.skip(49L * SEGMENT + 3)).isEqualTo(49L * SEGMENT + 3);
            assertThat(source.reads()).as("reads to skip").isEqualTo(before);
            assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(content[49 * SEGMENT + 3]));
            assertThat(source.reads() - before).as("reads to get there").isEqualTo(1);
        }
    }

    @Test
    void walksOnlyWhereASegmentWasEndedEarly() throws IOException {
        byte[] content = Keys.bytes(50 * SEGMENT, 1);
        try (SealedOutputStream out = epoch.open(sink, CONTEXT)) {
            out.write(content, 0, 5);
            out.endSegment();
            out.write(content, 5, content.length - 5);
        }
        ArraySource source = new ArraySource(sink.bytes());
        try (SealedInputStream in = open(source)) {
            in.skip(30L * SEGMENT);
            assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(content[30 * SEGMENT]));
            long before = source.reads();
            in.skip(15L * SEGMENT);
            assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(content[45 * SEGMENT + 1]));
            assertThat(source.reads() - before)
                    .as("reads from behind the short segment")
                    .isEqualTo(1);
        }
    }

    @Test
    void tellsItsLengthInOneLookWhereItEndsWithItsSource() throws IOException {
        for (int length : new int[] {1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 20 * SEGMENT + 5}) {
            ArraySource source = new ArraySource(sealed(new byte[length]));
            try (SealedInputStream in = open(source)) {
                long before = source.reads();
                assertThat(in.plainLength()).isEqualTo(length);
                assertThat(source.reads() - before).isLessThanOrEqualTo(1);
                assertThat(in.readAllBytes()).hasSize(length);
            }
        }
    }

    @Test
    void opensWholeSegmentsStraightIntoTheCallersArray() throws IOException {
        byte[] content = Keys.bytes(64 * SEGMENT, 1);
        ArraySource source = new ArraySource(sealed(content));
        long straight = allocatedToReadAll(source, new byte[SEGMENT]);
        long throughAWindow = allocatedToReadAll(source, new byte[SEGMENT - 1]);
        assertThat(throughAWindow - straight).isGreaterThan(SEGMENT / 2);
    }

    @Test
    void readsTheSealedBytesOnce() throws IOException {
        ArraySource source = new ArraySource(sealed(new byte[10 * SEGMENT + 7]));
        readAll(source, new byte[8_192]);
        // The header, the first segment, nine full ones, the last one.
        assertThat(source.reads()).isLessThanOrEqualTo(12);
    }

    @Test
    void skippingBeyondTheEndFindsTheEnd() throws IOException {
        ArraySource source = new ArraySource(sealed(new byte[100]));
        try (SealedInputStream in = open(source)) {
            assertThat(in.skip(-5)).isZero();
            assertThat(in.skip(Long.MAX_VALUE)).isBetween(100L, (long) sink.bytes().length);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.skip(1)).isZero();
        }
    }

    @Test
    void followsAStreamThatIsBeingWritten() throws IOException {
        AtomicBoolean alive = new AtomicBoolean(true);
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        out.write(new byte[10]);
        out.endSegment();
        ArraySource source = new ArraySource(sink.bytes());
        try (SealedInputStream in = SealedInputStream.open(source, keys, CONTEXT, 0, alive::get)) {
            assertThat(in.readAllBytes()).hasSize(10);
            assertThat(in.plainLength()).isEqualTo(10);

            out.write(new byte[2 * SEGMENT]);
            out.write(new byte[5]);
            out.endSegment();
            source.replace(Arrays.copyOf(sink.bytes(), sink.bytes().length - 1));
            assertThat(in.readAllBytes()).as("what is there as whole segments").hasSize(2 * SEGMENT);
            source.replace(sink.bytes());
            assertThat(in.readAllBytes()).hasSize(5);

            out.close();
            alive.set(false);
            source.replace(sink.bytes());
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.plainLength()).isEqualTo(15 + 2 * SEGMENT);
        }
    }

    @Test
    void seesTheLastSegmentThatWasWrittenBetweenTwoLooks() throws IOException {
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        out.write(new byte[10]);
        out.endSegment();
        ArraySource source = new ArraySource(sink.bytes());
        try (SealedInputStream in = SealedInputStream.open(source, keys, CONTEXT, 0, () -> {
            try {
                out.write(new byte[10]);
                out.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            source.replace(sink.bytes());
            return false;
        })) {
            assertThat(in.readAllBytes()).hasSize(20);
        }
    }

    @Test
    void aStreamWhoseWriterIsGoneIsTruncated() throws IOException {
        AtomicBoolean alive = new AtomicBoolean(true);
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        out.write(new byte[2 * SEGMENT]);
        try (SealedInputStream in =
                SealedInputStream.open(new ArraySource(sink.bytes()), keys, CONTEXT, 0, alive::get)) {
            assertThat(in.readAllBytes()).hasSize(2 * SEGMENT);
            alive.set(false);
            assertThatThrownBy(in::read)
                    .isInstanceOf(TruncatedDataException.class)
                    .hasMessageContaining("last segment");
            assertThatThrownBy(in::plainLength).isInstanceOf(TruncatedDataException.class);
            assertThatThrownBy(in::read).isInstanceOf(TruncatedDataException.class);
        }
    }

    @Test
    void aSourceThatFailsOnceCanBeReadAgain() throws IOException {
        byte[] content = Keys.bytes(3 * SEGMENT, 1);
        ArraySource bytes = new ArraySource(sealed(content));
        AtomicBoolean failing = new AtomicBoolean();
        SealedSource source = new SealedSource() {
            @Override
            public int read(long position, byte[] target, int offset, int length) throws IOException {
                if (failing.get()) {
                    throw new IOException("Input/output error");
                }
                return bytes.read(position, target, offset, length);
            }

            @Override
            public long size() {
                return bytes.size();
            }

            @Override
            public void close() {}
        };
        try (SealedInputStream in = SealedInputStream.open(source, keys, CONTEXT, 0)) {
            assertThat(in.readNBytes(SEGMENT)).hasSize(SEGMENT);
            failing.set(true);
            assertThatThrownBy(in::read).hasMessage("Input/output error");
            failing.set(false);
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, SEGMENT, content.length));
        }
    }

    @Test
    void aSourceMayGiveItsBytesInSmallPieces() throws IOException {
        byte[] content = Keys.bytes(2 * SEGMENT + 9, 1);
        ArraySource bytes = new ArraySource(sealed(content));
        SealedSource source = new SealedSource() {
            @Override
            public int read(long position, byte[] target, int offset, int length) {
                return bytes.read(position, target, offset, Math.min(length, 777));
            }

            @Override
            public long size() {
                return bytes.size();
            }

            @Override
            public void close() {}
        };
        try (SealedInputStream in = SealedInputStream.open(source, keys, CONTEXT, 0)) {
            in.skip(SEGMENT + 1L);
            assertThat(in.plainLength()).isEqualTo(content.length);
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, SEGMENT + 1, content.length));
        }
    }

    @Test
    void closesItsSourceButNotWhenItCannotBeOpened() throws IOException {
        ArraySource plain = new ArraySource(new byte[100]);
        assertThatThrownBy(() -> open(plain)).isInstanceOf(NotSealedException.class);
        assertThat(plain.isClosed()).isFalse();
        ArraySource source = new ArraySource(sealed(new byte[100]));
        open(source).close();
        assertThat(source.isClosed()).isTrue();
    }

    @Test
    void readsFromAFile() throws IOException {
        byte[] content = Keys.bytes(3 * SEGMENT + 1, 1);
        Path file = Files.write(folder.resolve("claim"), sealed(content));
        try (SealedInputStream in = open(SealedSource.ofFile(file))) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        try (SealedSource source = SealedSource.ofFile(file)) {
            assertThat(StreamWalk.measure(source, 0).plainLength()).isEqualTo(content.length);
        }
        assertThatThrownBy(() -> SealedSource.ofFile(folder.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void theFramesOfAnIncompleteStreamTellWhatIsThere() throws IOException {
        byte[] whole = sealed(new byte[2 * SEGMENT + 50]);
        int lastFrame = 50 + StreamFormat.FRAME_OVERHEAD_BYTES;
        ArraySource source = new ArraySource(Arrays.copyOf(whole, whole.length - 1));
        assertThat(StreamWalk.measure(source, 0))
                .isEqualTo(new StreamExtent(0, 2 * SEGMENT, whole.length - lastFrame, false));
        assertThat(StreamWalk.holding(source, 0, whole.length - 2).map(StreamExtent::start))
                .contains(0L);
        assertThat(StreamWalk.holding(source, 0, whole.length - 1)).isEqualTo(Optional.empty());
    }

    @Test
    void dataKeysAreKeptInBoundedNumber() throws IOException {
        StreamKeys few = new StreamKeys(Keys.keyring("key-1"), "test", 3);
        for (int i = 0; i < 20; i++) {
            Sink own = new Sink();
            StreamEpoch another = StreamEpoch.begin(Keys.keyring("key-1"), "test", new SecureRandom());
            try (SealedOutputStream out = another.open(own, CONTEXT)) {
                out.write(i);
            }
            assertThat(SealedInputStream.open(new ArraySource(own.bytes()), few, CONTEXT, 0)
                            .readAllBytes())
                    .containsExactly(i);
            assertThat(few.size()).isLessThanOrEqualTo(3);
        }
        assertThatThrownBy(() -> new StreamKeys(Keys.keyring("key-1"), "test", 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contextsAreValuesAndTheirNamesDoNotRunTogether() {
        assertThat(StreamContext.ofPlace(1, "a", "bc")).isEqualTo(StreamContext.ofPlace(1, "a", "bc"));
        assertThat(StreamContext.ofPlace(1, "a", "bc")).hasSameHashCodeAs(StreamContext.ofPlace(1, "a", "bc"));
        assertThat(StreamContext.ofPlace(1, "a", "bc")).isNotEqualTo(StreamContext.ofPlace(1, "ab", "c"));
        assertThat(StreamContext.ofPlace(1, "a")).isNotEqualTo(StreamContext.ofPlace(2, "a"));
        assertThatThrownBy(() -> StreamContext.ofPlace(0, "x".repeat(65_536)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] sealed(byte[] content) throws IOException {
        Sink own = new Sink();
        try (SealedOutputStream out = epoch.open(own, CONTEXT)) {
            out.write(content);
        }
        sink.write(own.bytes());
        return own.bytes();
    }

    private SealedInputStream open(SealedSource source) throws IOException {
        return SealedInputStream.open(source, keys, CONTEXT, 0);
    }

    private long allocatedToReadAll(ArraySource source, byte[] room) throws IOException {
        readAll(source, room);
        long before = Allocation.bytes();
        readAll(source, room);
        return Allocation.bytes() - before;
    }

    private void readAll(ArraySource source, byte[] room) throws IOException {
        SealedInputStream in = open(source);
        while (in.read(room, 0, room.length) >= 0) {
            // On to the end.
        }
    }
}
